//! Sessions of guides. What a session is, the server knows; here it is a text that is replaced by version.

use domain::{
    digest::Digest,
    id::{GuideSessionId, ServiceId},
    time::Time,
};

use super::Versioned;
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Value, values},
};

/// A session's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideSession {
    /// Its id, which names and never opens (rule V7).
    pub id: GuideSessionId,
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
        "guide_session.insert",
        "INSERT INTO guide_session (id, version, service, secret, expires_ms, state) VALUES ($1, 1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::new(
        "guide_session.fetch",
        "SELECT version, id, service, secret, expires_ms, state FROM guide_session WHERE id = $1",
    );
    LOCK = Statement::new(
        "guide_session.lock",
        "SELECT version, id, service, secret, expires_ms, state FROM guide_session AS t WHERE id = $1 {lock}",
    );
    UPDATE = Statement::new(
        "guide_session.update",
        "UPDATE guide_session SET version = version + 1, secret = $3, expires_ms = $4, state = $5 \
         WHERE id = $1 AND version = $2",
    );
    REMOVE_ALL = Statement::new("guide_session.remove_all", "DELETE FROM guide_session");
    OVER = Statement::new(
        "guide_session.over",
        "SELECT id, version, service, secret, expires_ms, state FROM guide_session \
         WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2 {skip}",
    );
    DELETE = Statement::list("guide_session.delete", &[Kind::Bytes], "DELETE FROM guide_session WHERE id IN {rows}");
}

/// Adds a session; `false` if its id is taken.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, session: GuideSession) -> Result<bool, Error> {
    let GuideSession { id, service, secret, expires_at, state } = session;
    Ok(tx.execute(&INSERT, &values![id, service, secret, expires_at, state])? == 1)
}

/// The session of this id, expired or not.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, id: GuideSessionId) -> Result<Option<Versioned<GuideSession>>, Error> {
    one(tx, &FETCH, id)
}

/// The same, held until the transaction ends: nobody replaces it in between.
///
/// # Errors
/// As [`Tx::query`].
pub fn lock(tx: &mut Tx, id: GuideSessionId) -> Result<Option<Versioned<GuideSession>>, Error> {
    one(tx, &LOCK, id)
}

fn one(
    tx: &mut Tx,
    statement: &'static Statement,
    id: GuideSessionId,
) -> Result<Option<Versioned<GuideSession>>, Error> {
    let Some(mut row) = tx.query_one(statement, &values![id])? else { return Ok(None) };
    let version = row.read()?;
    let (id, service, secret) = (row.read()?, row.read()?, row.read()?);
    Ok(Some(Versioned {
        version,
        value: GuideSession { id, service, secret, expires_at: row.read()?, state: row.read()? },
    }))
}

/// Replaces secret, expiry and state; `false` if the session is no longer in this version.
///
/// # Errors
/// As [`Tx::query`].
pub fn update(tx: &mut Tx, session: GuideSession, version: i64) -> Result<bool, Error> {
    let GuideSession { id, service: _, secret, expires_at, state } = session;
    Ok(tx.execute(&UPDATE, &values![id, version, secret, expires_at, state])? == 1)
}

/// Drops every session; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove_all(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&REMOVE_ALL, &[])
}

/// Takes out up to `max` sessions whose time is over.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<Vec<GuideSession>, Error> {
    let rows = tx.query(&OVER, &values![now, max])?;
    let over = rows.into_iter().map(|mut row| {
        let (id, _version): (_, i64) = (row.read()?, row.read()?);
        let (service, secret, expires_at) = (row.read()?, row.read()?, row.read()?);
        Ok(GuideSession { id, service, secret, expires_at, state: row.read()? })
    });
    let over: Vec<GuideSession> = over.collect::<Result<_, Error>>()?;
    let ids: Vec<Vec<Value>> = over.iter().map(|session| values![session.id].into()).collect();
    tx.execute_list(&DELETE, &ids)?;
    Ok(over)
}
