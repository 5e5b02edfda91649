//! The store against real engines: SQLite always, PostgreSQL where `TEGATA_TEST_POSTGRES` names one.

#![allow(clippy::unwrap_used, reason = "in tests a panic with its line is the answer that one wants")]

mod arrival;
mod batch;
mod brief;
mod budgets;
mod door;
mod keys;
mod lanes;
#[cfg(feature = "memory")]
mod memory;
mod messages;
mod opening;
mod place;
mod statements;
mod sweeping;
mod tables;
mod upgrades;
mod webhooks;
mod world;
