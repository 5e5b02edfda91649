//! Sweeping: rows whose time is over go, a bounded number in each call.

use domain::{
    digest::{Digest, Fixed},
    id::{ServiceId, VerificationId, v7},
    time::Time,
    verification::Verification,
};

use super::{audit, decode};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Value, values},
};

statements! {
    VERIFICATIONS_DUE = Statement::new(
        "sweep.verifications_due",
        "SELECT id, service, state, audit FROM verification WHERE erase_ms <= $1 ORDER BY erase_ms LIMIT $2 {skip}",
    );
    VERIFICATIONS = Statement::list(
        "sweep.verifications",
        &[Kind::Bytes],
        "DELETE FROM verification WHERE id IN {rows}",
    );
    MESSAGES = Statement::list(
        "sweep.messages",
        &[Kind::Bytes],
        "DELETE FROM message WHERE id IN {rows}",
    );
    NEWEST = Statement::new("sweep.newest", "SELECT id FROM verification ORDER BY id DESC LIMIT 1");
    NUMBERS_END = Statement::new(
        "sweep.numbers_end",
        "SELECT key FROM number WHERE key > $1 ORDER BY key LIMIT 1 OFFSET $2",
    );
    NUMBERS = Statement::new(
        "sweep.numbers",
        "DELETE FROM number WHERE expires_ms <= $1 AND key > $2 AND key <= $3",
    );
    ALLOWANCES_END = Statement::new(
        "sweep.allowances_end",
        "SELECT key FROM allowance WHERE key > $1 ORDER BY key LIMIT 1 OFFSET $2",
    );
    ALLOWANCES = Statement::new(
        "sweep.allowances",
        "DELETE FROM allowance WHERE expires_ms <= $1 AND key > $2 AND key <= $3",
    );
    AUDIT_END = Statement::new(
        "sweep.audit_end",
        "SELECT verification FROM audit ORDER BY verification LIMIT 1 OFFSET $1",
    );
    AUDIT = Statement::new("sweep.audit", "DELETE FROM audit WHERE verification < $1 AND verification < $2");
}

/// Where a walk through a table goes on; `None` begins again.
pub type Cursor = Option<Digest>;

/// What a step of a walk came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Where the next one goes on.
    pub next: Cursor,
    /// The rows that this one dropped.
    pub dropped: u64,
}

/// Erases up to `max` verifications whose retention is over, with their sealed numbers and messages; how many.
/// Their lines of the audit are stored apart: these hold neither number nor code.
///
/// # Errors
/// As [`Tx::query`].
pub fn verifications(tx: &mut Tx, now: Time, max: i64) -> Result<usize, Error> {
    let rows = tx.query(&VERIFICATIONS_DUE, &values![now, max])?;
    let (mut ids, mut messages): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
    for mut row in rows {
        let (id, service): (VerificationId, ServiceId) = (row.read()?, row.read()?);
        let verification: Verification = decode(&mut row)?;
        let lines: Option<String> = row.read()?;
        audit::part(tx, id, service, &lines.unwrap_or_default())?;
        ids.push(values![id].into());
        messages.extend(verification.generations.iter().map(|generation| values![generation.message].into()));
    }
    tx.execute_list(&MESSAGES, &messages)?;
    tx.execute_list(&VERIFICATIONS, &ids)?;
    Ok(ids.len())
}

/// When the newest verification began, as its id says; `None` if there is none.
///
/// # Errors
/// As [`Tx::query`].
pub fn newest(tx: &mut Tx) -> Result<Option<Time>, Error> {
    let id: Option<VerificationId> = tx.query_one(&NEWEST, &[])?.map(|mut row| row.read()).transpose()?;
    Ok(id.map(VerificationId::began))
}

/// Drops rows of the next `slice` numbers that have nothing left to remember. Walking by
/// key costs no index, which each change of a number would have to keep.
///
/// # Errors
/// As [`Tx::query`].
pub fn numbers(tx: &mut Tx, from: Cursor, now: Time, slice: i64) -> Result<Step, Error> {
    walk(tx, [&NUMBERS_END, &NUMBERS], from, now, slice)
}

/// The same for limits.
///
/// # Errors
/// As [`Tx::query`].
pub fn allowances(tx: &mut Tx, from: Cursor, now: Time, slice: i64) -> Result<Step, Error> {
    walk(tx, [&ALLOWANCES_END, &ALLOWANCES], from, now, slice)
}

fn walk(tx: &mut Tx, [end, delete]: [&Statement; 2], from: Cursor, now: Time, slice: i64) -> Result<Step, Error> {
    let from = from.unwrap_or(Fixed([0; 32]));
    let next = tx.query_one(end, &values![from, slice])?.map(|mut row| row.read()).transpose()?;
    let to = next.unwrap_or(Fixed([0xff; 32]));
    let dropped = tx.execute(delete, &values![now, from, to])?;
    Ok(Step { next, dropped })
}

/// Drops about `max` of the oldest lines whose verifications began before `before`; how many. Ids begin with their
/// time, so that the table's own order is that of age.
///
/// # Errors
/// As [`Tx::query`].
pub fn audit(tx: &mut Tx, before: Time, max: i64) -> Result<u64, Error> {
    let oldest = VerificationId(v7(before, 0, [0; 10]));
    let end = tx.query_one(&AUDIT_END, &values![max])?.map(|mut row| row.read()).transpose()?;
    tx.execute(&AUDIT, &values![oldest, end.unwrap_or(oldest)])
}
