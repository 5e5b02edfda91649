//! Budgets that a whole service shares: nodes lease slices, so that not every batch fights for one row.
//!
//! Never over; after a crash under, by at most the slices that were leased.

use domain::id::ServiceId;

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

statements! {
    INSERT = Statement::new(
        "budget.insert",
        "INSERT INTO budget (service, day, leased) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::new("budget.fetch", "SELECT t.leased FROM budget AS t WHERE service = $1 AND day = $2 {lock}");
    UPDATE = Statement::new(
        "budget.update",
        "UPDATE budget SET leased = leased + $3 WHERE service = $1 AND day = $2",
    );
    SWEEP = Statement::new("budget.sweep", "DELETE FROM budget WHERE day < $1");
}

/// Takes up to `slice` of what is left of `max` on a day (days since 1970-01-01, UTC); 0 if nothing is left.
///
/// # Errors
/// As [`Tx::query`].
pub fn lease(tx: &mut Tx, service: ServiceId, day: i64, max: i64, slice: i64) -> Result<i64, Error> {
    tx.execute(&INSERT, &values![service, day])?;
    let row = tx.query_one(&FETCH, &values![service, day])?;
    let leased: i64 = row.map_or(Ok(0), |mut row| row.read())?;
    let granted = slice.min(max - leased).max(0);
    if granted > 0 {
        tx.execute(&UPDATE, &values![service, day, granted])?;
    }
    Ok(granted)
}

/// Gives back what a node leased and did not use.
///
/// # Errors
/// As [`Tx::query`].
pub fn give_back(tx: &mut Tx, service: ServiceId, day: i64, unused: i64) -> Result<(), Error> {
    tx.execute(&UPDATE, &values![service, day, -unused])?;
    Ok(())
}

/// Drops the days before this one.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, day: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![day])
}
