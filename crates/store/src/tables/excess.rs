//! How often a service's rules were gone over, by the day, and what became of it.

use domain::{
    id::ServiceId,
    limit::{Limited, Over},
    time::Time,
};

use super::{read_word, word};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// One rule of one service on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// When the day began (UTC).
    pub day: Time,
    /// The service.
    pub service: ServiceId,
    /// The rule.
    pub rule: Limited,
    /// What became of it.
    pub over: Over,
    /// How often.
    pub count: i64,
}

statements! {
    ADD = Statement::list(
        "excess.add",
        &[Kind::Integer, Kind::Bytes, Kind::Text, Kind::Text, Kind::Integer],
        "INSERT INTO excess (day_ms, service, rule, outcome, count) {new} \
         ON CONFLICT (day_ms, service, rule, outcome) DO UPDATE SET count = excess.count + excluded.count",
    );
    LIST = Statement::new(
        "excess.list",
        "SELECT day_ms, service, rule, outcome, count FROM excess WHERE day_ms >= $1 \
         ORDER BY day_ms, service, rule, outcome LIMIT $2",
    );
    SWEEP = Statement::new("excess.sweep", "DELETE FROM excess WHERE day_ms < $1");
}

/// Counts; no rule of a service's day twice in one list.
///
/// # Errors
/// As [`Tx::query`].
pub fn add(tx: &mut Tx, excesses: &[Excess]) -> Result<(), Error> {
    let row = |e: &Excess| values![e.day, e.service, word(&e.rule), word(&e.over), e.count].into();
    let mut rows: Vec<Vec<Value>> = excesses.iter().map(row).collect();
    rows.sort();
    tx.execute_list(&ADD, &rows)?;
    Ok(())
}

/// What was counted since a day, at most `max` lines.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, from: Time, max: i64) -> Result<Vec<Excess>, Error> {
    tx.query(&LIST, &values![from, max])?.into_iter().map(read).collect()
}

/// Drops the days before.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, before: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![before])
}

fn read(mut row: Row) -> Result<Excess, Error> {
    let (day, service) = (row.read()?, row.read()?);
    Ok(Excess { day, service, rule: read_word(&mut row)?, over: read_word(&mut row)?, count: row.read()? })
}
