//! How many codes come back, by ranges of numbers: from the samples of arrival, summed up by half days.
//!
//! Messages that a carrier says did not arrive are left out: their codes cannot come back.

use std::collections::{BTreeMap, btree_map::Entry};

use domain::time::{Millis, Time, hours};

use super::arrival::in_slices;
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// What is summed up together.
pub const SUMMED_MS: Millis = hours(12);

/// What came of the messages to a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// What its numbers begin with.
    pub numbers: String,
    /// Their country.
    pub country: String,
    /// Messages that may have arrived.
    pub sent: i64,
    /// Codes that came back.
    pub back: i64,
}

statements! {
    LATELY = Statement::new(
        "arrival_sample.ranges",
        "SELECT numbers, MIN(country), COUNT(*), CAST(SUM(back) AS BIGINT) FROM arrival_sample \
         WHERE at_ms >= $1 AND at_ms < $2 AND route <> '' AND receipt <> 2 AND numbers <> '' GROUP BY numbers",
    );
    HELD = Statement::new(
        "range_arrival.held",
        "SELECT numbers, from_ms, country, sent, back FROM range_arrival WHERE from_ms >= $1",
    );
    HOLD = Statement::list(
        "range_arrival.hold",
        &[Kind::Text, Kind::Integer, Kind::Text, Kind::Integer, Kind::Integer],
        "INSERT INTO range_arrival (numbers, from_ms, country, sent, back) {new} \
         ON CONFLICT (numbers, from_ms) DO UPDATE SET sent = excluded.sent, back = excluded.back",
    );
    SINCE = Statement::new(
        "range_arrival.since",
        "SELECT numbers, MIN(country), CAST(SUM(sent) AS BIGINT), CAST(SUM(back) AS BIGINT) FROM range_arrival \
         WHERE from_ms >= $1 GROUP BY numbers ORDER BY numbers",
    );
    PAST = Statement::new(
        "range_arrival.past",
        "SELECT numbers, country, sent, back FROM range_arrival WHERE numbers = $1 AND from_ms < $2 ORDER BY from_ms",
    );
    SWEEP = Statement::new("range_arrival.sweep", "DELETE FROM range_arrival WHERE from_ms < $1");
}

/// What came of the messages of a span, by range; in order.
///
/// # Errors
/// As [`Tx::query`].
pub fn lately(tx: &mut Tx, from: Time, to: Time) -> Result<Vec<Range>, Error> {
    Ok(summed_by(tx, from, to, |_| from)?.into_values().collect())
}

/// What came of the messages to a range in a half day, by its numbers and beginning.
pub type HalfDays = BTreeMap<(String, Time), Range>;

/// What the samples of a span come to now, by half days.
///
/// # Errors
/// As [`Tx::query`].
pub fn summed(tx: &mut Tx, from: Time, to: Time) -> Result<HalfDays, Error> {
    summed_by(tx, from, to, |slice| slice.rounded_down(SUMMED_MS))
}

/// Adds other samples of the same half days.
pub fn add(half_days: &mut HalfDays, more: HalfDays) {
    for (key, range) in more {
        match half_days.entry(key) {
            Entry::Occupied(mut held) => {
                held.get_mut().sent += range.sent;
                held.get_mut().back += range.back;
            }
            Entry::Vacant(new) => drop(new.insert(range)),
        }
    }
}

/// Those half days from `from` on, and what they come to, of which something else is held.
///
/// # Errors
/// As [`Tx::query`].
pub fn stale(tx: &mut Tx, from: Time, mut summed: HalfDays) -> Result<HalfDays, Error> {
    for (key, held) in half_days(tx.query(&HELD, &values![from])?)? {
        match summed.entry(key) {
            Entry::Occupied(same) if (same.get().sent, same.get().back) == (held.sent, held.back) => {
                drop(same.remove())
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(_) if held.sent == 0 => {}
            Entry::Vacant(gone) => drop(gone.insert(Range { sent: 0, back: 0, ..held })),
        }
    }
    Ok(summed)
}

/// Holds these of their half days.
///
/// # Errors
/// As [`Tx::query`].
pub fn hold(tx: &mut Tx, half_days: &HalfDays) -> Result<(), Error> {
    let row = |((numbers, from), range): (&(String, Time), &Range)| {
        values![numbers.clone(), *from, range.country.clone(), range.sent, range.back].into()
    };
    let rows: Vec<Vec<Value>> = half_days.iter().map(row).collect();
    tx.execute_list(&HOLD, &rows)?;
    Ok(())
}

/// The sums of whole half days since one.
///
/// # Errors
/// As [`Tx::query`].
pub fn since(tx: &mut Tx, from: Time) -> Result<Vec<Range>, Error> {
    tx.query(&SINCE, &values![from])?.into_iter().map(read).collect()
}

/// What is known of a range before a half day; half days by themselves.
///
/// # Errors
/// As [`Tx::query`].
pub fn past(tx: &mut Tx, numbers: &str, before: Time) -> Result<Vec<Range>, Error> {
    tx.query(&PAST, &values![numbers.to_owned(), before])?.into_iter().map(read).collect()
}

/// Drops the half days before.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, before: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![before])
}

/// Sums by range, and by what `part` makes of a time.
fn summed_by(tx: &mut Tx, from: Time, to: Time, part: impl Fn(Time) -> Time) -> Result<HalfDays, Error> {
    let mut summed = HalfDays::new();
    in_slices(tx, &LATELY, from, to, |slice, row| {
        let range = read(row)?;
        add(&mut summed, [((range.numbers.clone(), part(slice)), range)].into());
        Ok(())
    })?;
    Ok(summed)
}

fn half_days(rows: Vec<Row>) -> Result<HalfDays, Error> {
    let half_day = |mut row: Row| {
        let (numbers, from): (String, Time) = (row.read()?, row.read()?);
        let range = Range { numbers: numbers.clone(), country: row.read()?, sent: row.read()?, back: row.read()? };
        Ok(((numbers, from), range))
    };
    rows.into_iter().map(half_day).collect()
}

fn read(mut row: Row) -> Result<Range, Error> {
    Ok(Range { numbers: row.read()?, country: row.read()?, sent: row.read()?, back: row.read()? })
}
