//! The tables, one file each: their statements and the rows as the domain knows them.

pub(crate) mod allowance;
pub mod api_key;
pub mod arrival;
pub mod audit;
pub mod budget;
pub(crate) mod claim;
pub mod console;
pub mod delivery;
pub mod excess;
pub mod flow;
pub mod guess;
pub mod guide_session;
pub mod idempotency;
pub mod key;
pub mod learning;
pub mod logo;
#[cfg(feature = "memory")]
pub mod measured;
pub mod message;
pub mod number;
pub mod range;
pub mod receipt;
pub mod route;
pub mod sealed;
pub mod service;
pub mod setting;
pub mod support;
pub mod sweep;
pub mod tally;
pub mod verification;
pub mod webhook;

use serde::{Serialize, de::DeserializeOwned};

use crate::{error::Error, statement::Statement, value::Row};

/// Most states fit, so that their texts are not moved while they grow.
const STATE_LEN: usize = 1_536;

/// A row with the version that an update must name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// Counts the row's changes from 1.
    pub version: i64,
    /// The row.
    pub value: T,
}

/// Every statement, for the test that prepares each on both engines.
pub fn statements() -> Vec<&'static Statement> {
    let doors = [&*verification::TABLE, &*number::TABLE, &*allowance::TABLE];
    let files = [
        crate::migration::ALL,
        api_key::ALL,
        arrival::ALL,
        audit::ALL,
        budget::ALL,
        claim::ALL,
        console::ALL,
        delivery::ALL,
        excess::ALL,
        flow::ALL,
        guess::ALL,
        guide_session::ALL,
        idempotency::ALL,
        key::ALL,
        learning::ALL,
        logo::ALL,
        #[cfg(feature = "memory")]
        measured::ALL,
        message::ALL,
        number::ALL,
        range::ALL,
        receipt::ALL,
        route::ALL,
        sealed::ALL,
        service::ALL,
        setting::ALL,
        support::ALL,
        sweep::ALL,
        tally::ALL,
        verification::ALL,
        webhook::ALL,
    ];
    doors.into_iter().flat_map(|table| table.all()).chain(files.into_iter().flatten().copied()).collect()
}

/// A state's text. States are our own types, which serde can always write.
fn encode(state: &impl Serialize) -> String {
    let mut text = Vec::with_capacity(STATE_LEN);
    serde_json::to_writer(&mut text, state).expect("states have text keys and no failing parts");
    String::from_utf8(text).expect("serde_json writes UTF-8")
}

/// Reads a column that [`encode`] wrote; what does not read back was written by another version, or damaged.
fn decode<T: DeserializeOwned>(row: &mut Row) -> Result<T, Error> {
    let text: String = row.read()?;
    parse(&text)
}

/// The same of a column that may hold nothing.
fn decode_or_default<T: DeserializeOwned + Default>(row: &mut Row) -> Result<T, Error> {
    let text: Option<String> = row.read()?;
    text.map_or_else(|| Ok(T::default()), |text| parse(&text))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|why| Error::Fault(format!("a state cannot be read: {why}")))
}

/// A word of ours (an enum without fields) as SQL sees it: without quotation marks.
fn word(value: &impl Serialize) -> String {
    let quoted = serde_json::to_string(value).expect("our words are texts");
    quoted.trim_matches('"').to_owned()
}

/// Reads a column that [`word`] wrote.
fn read_word<T: DeserializeOwned>(row: &mut Row) -> Result<T, Error> {
    let word: Option<String> = row.read()?;
    let value = word.map_or(serde_json::Value::Null, serde_json::Value::String);
    serde_json::from_value(value).map_err(|why| Error::Fault(format!("a word cannot be read: {why}")))
}
