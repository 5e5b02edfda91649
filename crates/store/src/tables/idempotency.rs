//! Idempotency keys (rule D4): a request that comes twice is answered twice and done once.

use domain::{digest::Digest, time::Time};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: this request is the first, and must end by [`finish`] or [`abandon`].
    New,
    /// It came with the same body.
    Same {
        /// The sealed answer, or `None` where none is known: the first is under way, or was cut off.
        answer: Option<Vec<u8>>,
        /// When the row is forgotten.
        expires_at: Time,
    },
    /// It came with another body.
    Different,
}

statements! {
    INSERT = Statement::new(
        "idempotency.insert",
        "INSERT INTO idempotency (key, body, expires_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    );
    RENEW = Statement::new(
        "idempotency.renew",
        "UPDATE idempotency SET body = $2, expires_ms = $3, answer = NULL WHERE key = $1 AND expires_ms <= $4",
    );
    FETCH = Statement::new(
        "idempotency.fetch",
        "SELECT t.body, t.answer, t.expires_ms FROM idempotency AS t WHERE key = $1 {lock}",
    );
    // Its row may be gone: swept, since the clock jumped.
    FINISH = Statement::new(
        "idempotency.finish",
        "INSERT INTO idempotency (key, body, answer, expires_ms) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, expires_ms = excluded.expires_ms \
         WHERE idempotency.answer IS NULL",
    );
    ABANDON = Statement::new("idempotency.abandon", "DELETE FROM idempotency WHERE key = $1 AND answer IS NULL");
    SWEEP = Statement::new(
        "idempotency.sweep",
        "DELETE FROM idempotency \
         WHERE key IN (SELECT key FROM idempotency WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2)",
    );
}

/// Asks whether a request is the first of its key. `key` is the digest of (API key, method, path, header), `body`
/// the body's; `expires_at` is when a request that never ends is forgotten: until then a repeat is known as one.
///
/// # Errors
/// As [`Tx::query`].
pub fn begin(tx: &mut Tx, key: Digest, body: Digest, now: Time, expires_at: Time) -> Result<Begun, Error> {
    if tx.execute(&INSERT, &values![key, body, expires_at])? == 1
        || tx.execute(&RENEW, &values![key, body, expires_at, now])? == 1
    {
        return Ok(Begun::New);
    }
    let Some(mut row) = tx.query_one(&FETCH, &values![key])? else {
        return Err(Error::Conflict("an idempotency key was swept away meanwhile".into()));
    };
    if row.read::<Digest>()? != body {
        return Ok(Begun::Different);
    }
    Ok(Begun::Same { answer: row.read()?, expires_at: row.read()? })
}

/// Keeps the sealed answer until `expires_at`; gives the one that is kept already, if a repeat that took this request for
/// dead was faster: a key has one answer.
///
/// # Errors
/// As [`Tx::query`].
pub fn finish(
    tx: &mut Tx,
    key: Digest,
    body: Digest,
    answer: Vec<u8>,
    expires_at: Time,
) -> Result<Option<Vec<u8>>, Error> {
    if tx.execute(&FINISH, &values![key, body, answer, expires_at])? == 1 {
        return Ok(None);
    }
    let Some(mut row) = tx.query_one(&FETCH, &values![key])? else { return Ok(None) };
    let _body: Digest = row.read()?;
    row.read()
}

/// Forgets a request that was not done: it may come again.
///
/// # Errors
/// As [`Tx::query`].
pub fn abandon(tx: &mut Tx, key: Digest) -> Result<(), Error> {
    tx.execute(&ABANDON, &values![key])?;
    Ok(())
}

/// Drops up to `max` keys whose time is over; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![now, max])
}
