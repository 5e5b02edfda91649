//! The store against real engines: SQLite always, PostgreSQL where `TEGATA_TEST_POSTGRES` names one.

mod door;
mod world;
