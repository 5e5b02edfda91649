//! The simulator's tests: tables of fates, its journal, and conversations with its message centre, its API and its page.

#![allow(clippy::unwrap_used, reason = "a panic with its line is the answer that one wants")]

mod api;
mod call_fates;
mod calls;
mod fates;
mod guard;
mod journal;
mod page;
mod people;
mod shop;
mod smsc;
mod support;
mod worlds;
