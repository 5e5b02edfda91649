//! Messages that people left for support: what they wrote is sealed, what is known beside it is a text of the server's.

use domain::{id::ServiceId, time::Time};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Row, values},
};

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Finds it, and never opens it.
    pub reference: String,
    /// The service that it was left with.
    pub service: ServiceId,
    /// When.
    pub created_at: Time,
    /// When it is erased.
    pub erase_at: Time,
    /// What was written, sealed for the row of this reference.
    pub body: Vec<u8>,
    /// What is known beside it, as the server wrote it: text without U+0000.
    pub state: String,
}

statements! {
    INSERT = Statement::new(
        "support_message.insert",
        "INSERT INTO support_message (reference, service, created_ms, erase_ms, body, state) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::new(
        "support_message.fetch",
        "SELECT reference, service, created_ms, erase_ms, body, state FROM support_message WHERE reference = $1",
    );
    LIST = Statement::new(
        "support_message.list",
        "SELECT reference, service, created_ms, erase_ms, body, state FROM support_message \
         WHERE created_ms < $1 ORDER BY created_ms DESC, reference LIMIT $2",
    );
    SWEEP = Statement::new(
        "support_message.sweep",
        "DELETE FROM support_message WHERE reference IN \
         (SELECT reference FROM support_message WHERE erase_ms <= $1 ORDER BY erase_ms LIMIT $2)",
    );
}

/// Adds a message; `false` if its reference is taken.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, message: Message) -> Result<bool, Error> {
    let Message { reference, service, created_at, erase_at, body, state } = message;
    Ok(tx.execute(&INSERT, &values![reference, service, created_at, erase_at, body, state])? == 1)
}

/// The message of a reference.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, reference: &str) -> Result<Option<Message>, Error> {
    tx.query_one(&FETCH, &values![reference.to_owned()])?.map(read).transpose()
}

/// Up to `max` messages of all services that were left before an instant, the newest first: for the operator.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, before: Time, max: i64) -> Result<Vec<Message>, Error> {
    tx.query(&LIST, &values![before, max])?.into_iter().map(read).collect()
}

/// Erases up to `max` messages whose time is over; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![now, max])
}

fn read(mut row: Row) -> Result<Message, Error> {
    Ok(Message {
        reference: row.read()?,
        service: row.read()?,
        created_at: row.read()?,
        erase_at: row.read()?,
        body: row.read()?,
        state: row.read()?,
    })
}
