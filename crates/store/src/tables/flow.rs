//! Flows of hosted pages. What a flow is, the server knows; here it is a text that is replaced by version.

use domain::{
    digest::Digest,
    id::{FlowId, ServiceId},
    time::Time,
};

use super::Versioned;
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

/// A flow's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its id, which names and never opens (rule V7).
    pub id: FlowId,
    /// The service that made it.
    pub service: ServiceId,
    /// The SHA-256 of the secret that opens it.
    pub secret: Digest,
    /// When it is swept away.
    pub expires_at: Time,
    /// Its state, as the server wrote it: text without U+0000.
    pub state: String,
}

statements! {
    INSERT = Statement::new(
        "flow.insert",
        "INSERT INTO flow (id, version, service, secret, expires_ms, state) VALUES ($1, 1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::new(
        "flow.fetch",
        "SELECT version, id, service, secret, expires_ms, state FROM flow WHERE id = $1",
    );
    LOCK = Statement::new(
        "flow.lock",
        "SELECT version, id, service, secret, expires_ms, state FROM flow AS t WHERE id = $1 {lock}",
    );
    UPDATE = Statement::new(
        "flow.update",
        "UPDATE flow SET version = version + 1, secret = $3, expires_ms = $4, state = $5 \
         WHERE id = $1 AND version = $2",
    );
    REMOVE_ALL = Statement::new("flow.remove_all", "DELETE FROM flow");
    SWEEP = Statement::new(
        "flow.sweep",
        "DELETE FROM flow WHERE id IN (SELECT id FROM flow WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2)",
    );
}

/// Adds a flow; `false` if its id is taken.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, flow: Flow) -> Result<bool, Error> {
    let Flow { id, service, secret, expires_at, state } = flow;
    Ok(tx.execute(&INSERT, &values![id, service, secret, expires_at, state])? == 1)
}

/// The flow of this id, expired or not.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, id: FlowId) -> Result<Option<Versioned<Flow>>, Error> {
    one(tx, &FETCH, id)
}

/// The same, held until the transaction ends: nobody replaces it in between.
///
/// # Errors
/// As [`Tx::query`].
pub fn lock(tx: &mut Tx, id: FlowId) -> Result<Option<Versioned<Flow>>, Error> {
    one(tx, &LOCK, id)
}

fn one(tx: &mut Tx, statement: &'static Statement, id: FlowId) -> Result<Option<Versioned<Flow>>, Error> {
    let Some(mut row) = tx.query_one(statement, &values![id])? else { return Ok(None) };
    let version = row.read()?;
    let (id, service, secret) = (row.read()?, row.read()?, row.read()?);
    Ok(Some(Versioned { version, value: Flow { id, service, secret, expires_at: row.read()?, state: row.read()? } }))
}

/// Replaces secret, expiry and state; `false` if the flow is no longer in this version.
///
/// # Errors
/// As [`Tx::query`].
pub fn update(tx: &mut Tx, flow: Flow, version: i64) -> Result<bool, Error> {
    let Flow { id, service: _, secret, expires_at, state } = flow;
    Ok(tx.execute(&UPDATE, &values![id, version, secret, expires_at, state])? == 1)
}

/// Drops up to `max` flows whose time is over; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![now, max])
}

/// Drops every flow; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove_all(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&REMOVE_ALL, &[])
}
