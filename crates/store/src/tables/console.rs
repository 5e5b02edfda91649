//! Who may open the console: links that work once, and the sessions that they become.

use domain::{
    digest::Digest,
    time::{Millis, Time, seconds},
};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

statements! {
    LINK = Statement::new(
        "console_access.link",
        "INSERT INTO console_access (digest, kind, seen_ms, expires_ms) VALUES ($1, 'link', $2, $3)",
    );
    TAKE = Statement::new(
        "console_access.take",
        "DELETE FROM console_access WHERE digest = $1 AND kind = 'link' AND expires_ms > $2 AND seen_ms <= $3",
    );
    BEGIN = Statement::new(
        "console_access.begin",
        "INSERT INTO console_access (digest, kind, seen_ms, expires_ms) VALUES ($1, 'session', $2, $3)",
    );
    SEE = Statement::new(
        "console_access.see",
        "UPDATE console_access SET seen_ms = $2 \
         WHERE digest = $1 AND kind = 'session' AND expires_ms > $2 AND seen_ms > $3 AND seen_ms <= $4",
    );
    END = Statement::new("console_access.end", "DELETE FROM console_access WHERE digest = $1");
    END_ALL = Statement::new("console_access.end_all", "DELETE FROM console_access");
    SWEEP = Statement::new("console_access.sweep", "DELETE FROM console_access WHERE expires_ms <= $1");
}

/// Adds a link that works until `expires_at`.
///
/// # Errors
/// As [`Tx::query`].
pub fn link(tx: &mut Tx, link: Digest, now: Time, expires_at: Time) -> Result<(), Error> {
    tx.execute(&LINK, &values![link, now, expires_at])?;
    Ok(())
}

/// How far the clocks of two nodes are apart at most. What is from further ahead was made before a clock was set back,
/// and would last too long.
const AHEAD_MAX_MS: Millis = seconds(10);

/// Uses a link up and begins a session in its place; `false` if the link does not work any more, or never did.
///
/// # Errors
/// As [`Tx::query`].
pub fn enter(tx: &mut Tx, link: Digest, session: Digest, now: Time, expires_at: Time) -> Result<bool, Error> {
    let taken = tx.execute(&TAKE, &values![link, now, now.plus(AHEAD_MAX_MS)])? == 1;
    if taken {
        tx.execute(&BEGIN, &values![session, now, expires_at])?;
    }
    Ok(taken)
}

/// Notes that a session is used; `false` if there is none that was used after `idle_since`.
///
/// # Errors
/// As [`Tx::query`].
pub fn see(tx: &mut Tx, session: Digest, now: Time, idle_since: Time) -> Result<bool, Error> {
    Ok(tx.execute(&SEE, &values![session, now, idle_since, now.plus(AHEAD_MAX_MS)])? == 1)
}

/// Ends a session.
///
/// # Errors
/// As [`Tx::query`].
pub fn end(tx: &mut Tx, session: Digest) -> Result<(), Error> {
    tx.execute(&END, &values![session])?;
    Ok(())
}

/// Ends every link and session; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn end_all(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&END_ALL, &[])
}

/// Drops what is over; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![now])
}
