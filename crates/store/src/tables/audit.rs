//! The audit: one line for each operation that did something, kept by the verification it belongs to.

use domain::{
    effect::Entry,
    id::{OperationId, ServiceId, VerificationId},
    time::Time,
};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::{Tx, Write},
    value::{Kind, Value, values},
};

statements! {
    INSERT = Statement::list(
        "audit.insert",
        &[Kind::Bytes, Kind::Bytes, Kind::Integer, Kind::Bytes, Kind::Text],
        "INSERT INTO audit (verification, id, at_ms, service, what) {new} ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::new(
        "audit.fetch",
        "SELECT id, at_ms, service, what FROM audit WHERE verification = $1 ORDER BY at_ms, id LIMIT 200",
    );
}

/// A line as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The operation.
    pub id: OperationId,
    /// When.
    pub at: Time,
    /// The verification's service.
    pub service: ServiceId,
    /// What happened: `What::name`.
    pub what: String,
}

/// What happened to a verification, oldest first; at most 200 lines.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, verification: VerificationId) -> Result<Vec<Line>, Error> {
    let rows = tx.query(&FETCH, &values![verification])?.into_iter();
    rows.map(|mut row| Ok(Line { id: row.read()?, at: row.read()?, service: row.read()?, what: row.read()? })).collect()
}

/// Adds lines. An operation has one line: where it is there already, a commit in doubt happened after all, and its
/// replay must not count twice.
pub(crate) fn insert(entries: &[Entry]) -> Write {
    let mut rows: Vec<Vec<Value>> = entries
        .iter()
        .map(|e| values![e.verification, e.id, e.at, e.service, e.what.name().to_owned()].into())
        .collect();
    rows.sort_by(|a, b| a[..2].cmp(&b[..2]));
    Write { statement: &INSERT, rows, exact: true }
}
