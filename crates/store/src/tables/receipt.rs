//! Receipts that came before their message's response, or to another node: an inbox by route and carrier's id.

use domain::{
    delivery::{Reason, State},
    digest::Digest,
    time::Time,
};

use super::{read_word, word};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Row, values},
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
    INSERT = Statement::new(
        "receipt.insert",
        "INSERT INTO receipt (route, carrier_id, at_ms, state, reason, phone) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT DO NOTHING",
    );
    REMOVE = Statement::new(
        "receipt.remove",
        "DELETE FROM receipt WHERE route = $1 AND carrier_id = $2 AND at_ms = $3 AND state = $4",
    );
    MATCHED = Statement::new(
        "receipt.matched",
        "SELECT r.route, r.carrier_id, r.at_ms, r.state, r.reason, r.phone FROM receipt AS r \
         JOIN message AS m ON m.route = r.route AND m.carrier_id = r.carrier_id ORDER BY r.at_ms LIMIT $1",
    );
    SWEEP = Statement::new("receipt.sweep", "DELETE FROM receipt WHERE at_ms <= $1");
}

/// Keeps a receipt whose message is not known yet. The same one twice is kept once.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, receipt: Receipt) -> Result<(), Error> {
    let Receipt { route, carrier_id, at, state, reason, phone } = receipt;
    tx.execute(&INSERT, &values![route, carrier_id, at, word(&state), reason.map(|reason| word(&reason)), phone])?;
    Ok(())
}

/// Removes a receipt that was applied, and no other: one more for the same message may have come meanwhile.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove(tx: &mut Tx, receipt: &Receipt) -> Result<u64, Error> {
    let Receipt { route, carrier_id, at, state, .. } = receipt;
    tx.execute(&REMOVE, &values![route.clone(), carrier_id.clone(), *at, word(state)])
}

/// Up to `max` receipts whose messages are known by now: response and receipt were written at the same moment, so
/// that neither saw the other.
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
