//! API keys, by the digest of the key: the key itself is never stored.

use domain::{
    digest::Digest,
    id::{ApiKeyId, ServiceId},
    time::Time,
};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Row, values},
};

/// A key, as far as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its SHA-256.
    pub digest: Digest,
    /// Its name.
    pub id: ApiKeyId,
    /// The service that it speaks for.
    pub service: ServiceId,
    /// What its owner calls it.
    pub label: String,
    /// What it may do, as the server writes it.
    pub scopes: String,
    /// Since when it is good.
    pub created_at: Time,
    /// Since when it is not.
    pub revoked_at: Option<Time>,
}

statements! {
    INSERT = Statement::new(
        "api_key.insert",
        "INSERT INTO api_key (digest, id, service, label, scopes, created_ms, revoked_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    );
    FIND = Statement::new(
        "api_key.find",
        "SELECT digest, id, service, label, scopes, created_ms, revoked_ms FROM api_key WHERE digest = $1",
    );
    REVOKE = Statement::new(
        "api_key.revoke",
        "UPDATE api_key SET revoked_ms = $3 WHERE service = $1 AND id = $2 AND revoked_ms IS NULL",
    );
    LIST = Statement::new(
        "api_key.list",
        "SELECT digest, id, service, label, scopes, created_ms, revoked_ms FROM api_key \
         WHERE service = $1 ORDER BY created_ms DESC LIMIT $2",
    );
}

/// Adds a key; `false` if its digest or id is taken.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, key: ApiKey) -> Result<bool, Error> {
    let ApiKey { digest, id, service, label, scopes, created_at, revoked_at } = key;
    Ok(tx.execute(&INSERT, &values![digest, id, service, label, scopes, created_at, revoked_at])? == 1)
}

/// The key of this digest, revoked or not.
///
/// # Errors
/// As [`Tx::query`].
pub fn find(tx: &mut Tx, digest: Digest) -> Result<Option<ApiKey>, Error> {
    tx.query_one(&FIND, &values![digest])?.map(read).transpose()
}

/// Ends a service's key; `false` if there is none of this id, or it was ended before.
///
/// # Errors
/// As [`Tx::query`].
pub fn revoke(tx: &mut Tx, service: ServiceId, id: ApiKeyId, now: Time) -> Result<bool, Error> {
    Ok(tx.execute(&REVOKE, &values![service, id, now])? == 1)
}

/// Up to `max` of a service's keys, newest first.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, service: ServiceId, max: i64) -> Result<Vec<ApiKey>, Error> {
    tx.query(&LIST, &values![service, max])?.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<ApiKey, Error> {
    Ok(ApiKey {
        digest: row.read()?,
        id: row.read()?,
        service: row.read()?,
        label: row.read()?,
        scopes: row.read()?,
        created_at: row.read()?,
        revoked_at: row.read()?,
    })
}
