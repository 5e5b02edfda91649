//! Tallies: how often something happened in a span that the key names. For limits and samples outside of the door,
//! where one row more or less decides nothing about a verification.

use domain::{digest::Digest, time::Time};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

statements! {
    TAKE = Statement::new(
        "tally.take",
        "INSERT INTO tally (key, count, expires_ms) VALUES ($1, 1, $2) \
         ON CONFLICT (key) DO UPDATE SET count = tally.count + 1 WHERE tally.count < $3",
    );
    SWEEP = Statement::new(
        "tally.sweep",
        "DELETE FROM tally WHERE key IN (SELECT key FROM tally WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2)",
    );
}

/// Counts one, if there is room below `max` (at least 1); the row lives until `expires_at`.
///
/// # Errors
/// As [`Tx::query`].
pub fn take(tx: &mut Tx, key: Digest, max: u32, expires_at: Time) -> Result<bool, Error> {
    Ok(tx.execute(&TAKE, &values![key, expires_at, i64::from(max)])? == 1)
}

/// Drops up to `max` tallies whose span is over; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![now, max])
}
