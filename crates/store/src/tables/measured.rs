//! What only the benchmark asks of the tables: rows as a database in use has them, and counts over whole tables.

use domain::{
    digest::Fixed,
    id::{MessageId, VerificationId},
    key::NumberKey,
    number::Number,
    time::Time,
};

use super::encode;
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

statements! {
    APPROVED = Statement::new(
        "measured.approved",
        "SELECT service, erase_ms, address, state, audit FROM verification \
         WHERE state LIKE '%\"status\":\"approved\"%' LIMIT $1",
    );
    VERIFICATION = Statement::list(
        "measured.verification",
        &[Kind::Bytes, Kind::Integer, Kind::Bytes, Kind::Integer, Kind::Bytes, Kind::Text, Kind::Text],
        "INSERT INTO verification (id, version, service, erase_ms, address, state, audit) {new}",
    );
    MESSAGE = Statement::list(
        "measured.message",
        &[
            Kind::Bytes, Kind::Bytes, Kind::Bytes, Kind::Text, Kind::Integer, Kind::Integer, Kind::Integer,
            Kind::Integer, Kind::Text, Kind::Text, Kind::Integer, Kind::Integer,
        ],
        "INSERT INTO message (id, verification, service, state, priority, created_ms, due_ms, deadline_ms, route, \
         carrier_id, attempts, lease_until_ms) {new}",
    );
    NUMBER = Statement::list(
        "measured.number",
        &[Kind::Bytes, Kind::Integer, Kind::Integer, Kind::Text],
        "INSERT INTO number (key, version, expires_ms, state) {new}",
    );
    COUNT = Statement::new("measured.count", "SELECT COUNT(*) FROM verification");
    COUNT_APPROVED = Statement::new(
        "measured.count_approved",
        "SELECT COUNT(*) FROM verification WHERE state LIKE '%\"status\":\"approved\"%'",
    );
    COUNT_MESSAGES = Statement::new("measured.count_messages", "SELECT COUNT(*) FROM message WHERE state = $1");
}

// What PostgreSQL does by itself after a while. Not in the list: SQLite has no checkpoint of this name.
static ANALYZE: Statement = Statement::new("measured.analyze", "ANALYZE");
static CHECKPOINT: Statement = Statement::new("measured.checkpoint", "CHECKPOINT");

/// A verification that is over, to be copied.
#[derive(Clone, Debug)]
pub struct Over {
    service: Vec<u8>,
    /// When its retention ends.
    pub erase_at: Time,
    address: Option<Vec<u8>>,
    state: String,
    audit: Option<String>,
}

/// A copy of one: its id, its message's and the carrier's name for that, and when it began.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The verification's id.
    pub id: VerificationId,
    /// Its message's.
    pub message: MessageId,
    /// The carrier's name for the message.
    pub carrier_id: Fixed<8>,
    /// When it began.
    pub begun: Time,
    /// What it is a copy of.
    pub over: Over,
}

/// How many rows there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Verifications.
    pub verifications: i64,
    /// Of them approved.
    pub approved: i64,
    /// Messages that wait.
    pub queued: i64,
    /// Messages that arrived.
    pub delivered: i64,
}

/// Up to `max` verifications that were approved.
///
/// # Errors
/// As [`Tx::query`].
pub fn templates(tx: &mut Tx, max: i64) -> Result<Vec<Over>, Error> {
    tx.query(&APPROVED, &values![max])?.into_iter().map(read).collect()
}

/// Writes verifications that are over, each with its message.
///
/// # Errors
/// As [`Tx::query`].
pub fn copy(tx: &mut Tx, copies: &[Copy]) -> Result<(), Error> {
    let (verifications, messages): (Vec<_>, Vec<_>) = copies.iter().map(rows).unzip();
    tx.execute_list(&VERIFICATION, &verifications)?;
    tx.execute_list(&MESSAGE, &messages)?;
    Ok(())
}

/// Writes what is remembered of a number, under each of these names.
///
/// # Errors
/// As [`Tx::query`].
pub fn copy_number(tx: &mut Tx, number: &Number, names: &[NumberKey]) -> Result<(), Error> {
    let (expires_at, state) = (number.expires(), encode(number));
    let rows: Vec<Vec<Value>> =
        names.iter().map(|key| values![*key, 1_i64, expires_at, state.clone()].into()).collect();
    tx.execute_list(&NUMBER, &rows)?;
    Ok(())
}

/// Has PostgreSQL do what it does by itself some time after many rows came, so that it does not do it while time is taken.
///
/// # Errors
/// As [`Tx::query`].
pub fn settle(tx: &mut Tx) -> Result<(), Error> {
    tx.execute(&ANALYZE, &[])?;
    tx.execute(&CHECKPOINT, &[])?;
    Ok(())
}

/// Counts rows of whole tables.
///
/// # Errors
/// As [`Tx::query`].
pub fn counts(tx: &mut Tx) -> Result<Counts, Error> {
    let mut count =
        |statement: &Statement, values: &[Value]| tx.query_one(statement, values)?.map_or(Ok(0), |mut row| row.read());
    Ok(Counts {
        verifications: count(&COUNT, &[])?,
        approved: count(&COUNT_APPROVED, &[])?,
        queued: count(&COUNT_MESSAGES, &values!["queued".to_owned()])?,
        delivered: count(&COUNT_MESSAGES, &values!["delivered".to_owned()])?,
    })
}

fn read(mut row: Row) -> Result<Over, Error> {
    Ok(Over {
        service: row.read()?,
        erase_at: row.read()?,
        address: row.read()?,
        state: row.read()?,
        audit: row.read()?,
    })
}

/// The rows of a verification and of its message.
fn rows(copy: &Copy) -> (Vec<Value>, Vec<Value>) {
    let Copy { id, message, carrier_id, begun, over } = copy;
    let Over { service, erase_at, address, state, audit } = over.clone();
    let (delivered, route) = ("delivered".to_owned(), "old".to_owned());
    let message = values![
        *message,
        *id,
        service.clone(),
        delivered,
        0_i64,
        *begun,
        *begun,
        *begun,
        route,
        carrier_id.hex(),
        1_i64,
        0_i64
    ];
    (values![*id, 2_i64, service, erase_at, address, state, audit].into(), message.into())
}
