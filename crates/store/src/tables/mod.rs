//! The tables, one file each: their statements and the rows as the domain knows them.

pub mod allowance;
pub mod audit;
pub mod message;
pub mod number;
pub mod verification;

use serde_json::Error as JsonError;

use crate::{error::Error, statement::Statement};

/// Every statement, for the test that prepares each on both engines.
pub fn statements() -> Vec<&'static Statement> {
    let doors = [&*verification::TABLE, &*number::TABLE, &*allowance::TABLE];
    let doors = doors.into_iter().flat_map(|table| table.all());
    let files = [verification::ALL, message::ALL, audit::ALL, crate::migration::ALL];
    doors.chain(files.into_iter().flatten().copied()).collect()
}

/// A state's text. States are our own types, which serde can always write.
pub(crate) fn encode(state: &impl serde::Serialize) -> String {
    serde_json::to_string(state).expect("states have text keys and no failing parts")
}

/// A state that does not read back was written by another version, or damaged.
pub(crate) fn unreadable(table: &str, why: &JsonError) -> Error {
    Error::Fault(format!("a row of {table} cannot be read: {why}"))
}
