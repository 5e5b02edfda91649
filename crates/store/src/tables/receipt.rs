//! Receipts that came before their message's response, or to another node: an inbox by route and carrier's id.

use domain::{
    delivery::{Reason, State},
    digest::Digest,
    time::Time,
};

use super::{
    message::{self, CarrierName},
    read_word, word,
};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// What a carrier told about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The route it came by.
    pub route: String,
    /// The carrier's id for the message.
    pub carrier_id: String,
    /// When it came.
    pub at: Time,
    /// Where the message is.
    pub state: State,
    /// Why, if anybody told.
    pub reason: Option<Reason>,
    /// The blind index of the phone that it names, if it names one (rule D1).
    pub phone: Option<Digest>,
}

statements! {
    INSERT = Statement::list(
        "receipt.insert",
        &[Kind::Text, Kind::Text, Kind::Integer, Kind::Text, Kind::Text, Kind::Bytes],
        "INSERT INTO receipt (route, carrier_id, at_ms, state, reason, phone) {new} ON CONFLICT DO NOTHING",
    );
    REMOVE = Statement::list(
        "receipt.remove",
        &[Kind::Text, Kind::Text, Kind::Integer, Kind::Text],
        "DELETE FROM receipt WHERE (route, carrier_id, at_ms, state) IN {rows}",
    );
    OF = Statement::list(
        "receipt.of",
        &[Kind::Text, Kind::Text],
        "SELECT t.route, t.carrier_id, t.at_ms, t.state, t.reason, t.phone FROM receipt AS t \
         {join} t.route = v.column1 AND t.carrier_id = v.column2",
    );
    MATCHED = Statement::new(
        "receipt.matched",
        "SELECT r.route, r.carrier_id, r.at_ms, r.state, r.reason, r.phone FROM receipt AS r \
         JOIN message AS m ON m.route = r.route AND m.carrier_id = r.carrier_id LIMIT $1",
    );
    SWEEP = Statement::new("receipt.sweep", "DELETE FROM receipt WHERE at_ms <= $1");
}

/// Keeps receipts whose messages are not known yet. The same one twice is kept once.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, receipts: &[Receipt]) -> Result<(), Error> {
    let row = |receipt: &Receipt| {
        let Receipt { route, carrier_id, at, state, reason, phone } = receipt.clone();
        values![route, carrier_id, at, word(&state), reason.map(|reason| word(&reason)), phone].into()
    };
    let rows: Vec<Vec<Value>> = receipts.iter().map(row).collect();
    tx.execute_list(&INSERT, &rows)?;
    Ok(())
}

/// Removes receipts that were applied, and no others: one more for the same message may have come meanwhile.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove(tx: &mut Tx, receipts: &[Receipt]) -> Result<u64, Error> {
    let row = |receipt: &Receipt| {
        let Receipt { route, carrier_id, at, state, .. } = receipt;
        values![route.clone(), carrier_id.clone(), *at, word(state)].into()
    };
    let rows: Vec<Vec<Value>> = receipts.iter().map(row).collect();
    tx.execute_list(&REMOVE, &rows)
}

/// The receipts of messages, by route and carrier's id, in no order.
///
/// # Errors
/// As [`Tx::query`].
pub fn of(tx: &mut Tx, names: &[CarrierName]) -> Result<Vec<Receipt>, Error> {
    tx.query_list(&OF, &message::named(names))?.into_iter().map(read).collect()
}

/// Up to `max` receipts whose messages are known by now. Looks at every receipt that is kept: whoever was to apply these
/// stopped before.
///
/// # Errors
/// As [`Tx::query`].
pub fn matched(tx: &mut Tx, max: i64) -> Result<Vec<Receipt>, Error> {
    tx.query(&MATCHED, &values![max])?.into_iter().map(read).collect()
}

/// Drops receipts that came before `before` and found no message.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, before: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![before])
}

fn read(mut row: Row) -> Result<Receipt, Error> {
    let (route, carrier_id, at) = (row.read()?, row.read()?, row.read()?);
    let (state, reason) = (read_word(&mut row)?, read_word(&mut row)?);
    Ok(Receipt { route, carrier_id, at, state, reason, phone: row.read()? })
}
