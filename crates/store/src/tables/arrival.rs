//! Whether messages arrive: one sample a number and day, kept for a day, and its sums by the hour.

use std::{collections::BTreeMap, iter};

pub use domain::route::Sums;
use domain::{
    digest::Digest,
    id::MessageId,
    time::{self, Millis, Time, minutes},
};

use crate::{
    engine::Use,
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// What is summed up by one statement; whole hours are whole slices.
const SLICE_MS: Millis = minutes(1);
/// Slices that are asked for in one round trip.
const SLICES_AT_ONCE: usize = 30;

/// A message that is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Names its number on its day, and tells neither.
    pub name: Digest,
    /// The message.
    pub message: MessageId,
    /// When it was asked for.
    pub at: Time,
    /// The carrier, as told or known, else `unknown`.
    pub carrier: String,
    /// The number's country.
    pub country: String,
    /// What the numbers of its range begin with.
    pub numbers: String,
}

/// What came of the messages of one route to one carrier and country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The route.
    pub route: String,
    /// The carrier.
    pub carrier: String,
    /// The country.
    pub country: String,
    /// What came of them.
    pub sums: Sums,
}

/// A route's sums of one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hour {
    /// The hour's beginning.
    pub from: Time,
    /// The route.
    pub route: String,
    /// What came of its messages.
    pub sums: Sums,
}

statements! {
    FOLLOW = Statement::list(
        "arrival_sample.follow",
        &[
            Kind::Bytes,
            Kind::Bytes,
            Kind::Integer,
            Kind::Text,
            Kind::Text,
            Kind::Text,
            Kind::Integer,
            Kind::Integer,
            Kind::Text,
        ],
        "INSERT INTO arrival_sample (name, message, at_ms, route, carrier, country, receipt, back, numbers) {new} \
         ON CONFLICT DO NOTHING",
    );
    SENT = Statement::list(
        "arrival_sample.sent",
        &[Kind::Bytes, Kind::Text],
        "UPDATE arrival_sample AS t SET route = v.column2 {from} \
         WHERE t.message = v.column1 AND t.route = '' AND t.country <> ''",
    );
    RECEIVED = Statement::list(
        "arrival_sample.received",
        &[Kind::Bytes, Kind::Integer],
        "UPDATE arrival_sample AS t SET receipt = v.column2 {from} WHERE t.message = v.column1 AND t.receipt <> 1",
    );
    BACK = Statement::list(
        "arrival_sample.back",
        &[Kind::Bytes],
        "UPDATE arrival_sample AS t SET back = 1 {from} WHERE t.message = v.column1",
    );
    AGAIN = Statement::list(
        "arrival_sample.again",
        &[Kind::Bytes],
        "UPDATE arrival_sample AS t SET again = 1 {from} WHERE t.message = v.column1",
    );
    CARRIER = Statement::list(
        "arrival_sample.carrier",
        &[Kind::Bytes, Kind::Text],
        "UPDATE arrival_sample AS t SET carrier = v.column2 {from} WHERE t.message = v.column1",
    );
    TOLD = Statement::new(
        "arrival_sample.told",
        "SELECT carrier FROM arrival_sample WHERE message = $1 AND carrier <> 'unknown'",
    );
    HAS = Statement::new("arrival_sample.has", "SELECT message FROM arrival_sample WHERE message = $1 LIMIT 1");
    LATELY = Statement::new(
        "arrival_sample.lately",
        "SELECT route, carrier, country, COUNT(*), CAST(SUM(back) AS BIGINT), \
         CAST(SUM(CASE WHEN receipt = 1 THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(SUM(CASE WHEN receipt = 2 THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(again) AS BIGINT) \
         FROM arrival_sample WHERE at_ms >= $1 AND at_ms < $2 AND route <> '' GROUP BY route, carrier, country",
    );
    SWEEP_SAMPLES = Statement::new(
        "arrival_sample.sweep",
        "DELETE FROM arrival_sample WHERE name IN \
         (SELECT name FROM arrival_sample WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)",
    );
    HELD = Statement::new(
        "arrival.held",
        "SELECT hour_ms, route, carrier, country, sent, back, delivered, undelivered, again FROM arrival \
         WHERE hour_ms >= $1 ORDER BY hour_ms, route, carrier, country",
    );
    CLEAR = Statement::new("arrival.clear", "DELETE FROM arrival WHERE hour_ms >= $1");
    HOLD = Statement::list(
        "arrival.hold",
        &[
            Kind::Integer,
            Kind::Text,
            Kind::Text,
            Kind::Text,
            Kind::Integer,
            Kind::Integer,
            Kind::Integer,
            Kind::Integer,
            Kind::Integer,
        ],
        "INSERT INTO arrival (hour_ms, route, carrier, country, sent, back, delivered, undelivered, again) {new} \
         ON CONFLICT (hour_ms, route, carrier, country) DO UPDATE SET sent = excluded.sent, back = excluded.back, \
         delivered = excluded.delivered, undelivered = excluded.undelivered, again = excluded.again",
    );
    SINCE = Statement::new(
        "arrival.since",
        "SELECT route, carrier, country, CAST(SUM(sent) AS BIGINT), CAST(SUM(back) AS BIGINT), \
         CAST(SUM(delivered) AS BIGINT), CAST(SUM(undelivered) AS BIGINT), CAST(SUM(again) AS BIGINT) FROM arrival \
         WHERE hour_ms >= $1 AND hour_ms < $2 GROUP BY route, carrier, country ORDER BY route, carrier, country",
    );
    HOURS = Statement::new(
        "arrival.hours",
        "SELECT hour_ms, route, CAST(SUM(sent) AS BIGINT), CAST(SUM(back) AS BIGINT), \
         CAST(SUM(delivered) AS BIGINT), CAST(SUM(undelivered) AS BIGINT), CAST(SUM(again) AS BIGINT) FROM arrival \
         WHERE hour_ms >= $1 GROUP BY hour_ms, route ORDER BY hour_ms, route LIMIT $2",
    );
    SWEEP = Statement::new("arrival.sweep", "DELETE FROM arrival WHERE hour_ms < $1");
}

/// Follows messages, unless their number has a sample of the day already.
///
/// # Errors
/// As [`Tx::query`].
pub fn follow(tx: &mut Tx, samples: &[Sample]) -> Result<(), Error> {
    let row = |s: &Sample| {
        let (carrier, country, numbers) = (s.carrier.clone(), s.country.clone(), s.numbers.clone());
        values![s.name, s.message, s.at, String::new(), carrier, country, 0i64, 0i64, numbers].into()
    };
    sorted(tx, &FOLLOW, samples.iter().map(row).collect())
}

/// Notes which route took a message; not of what only a carrier was told of, which has no country and stands in no sum.
///
/// # Errors
/// As [`Tx::query`].
pub fn sent(tx: &mut Tx, messages: &[(MessageId, String)]) -> Result<(), Error> {
    sorted(tx, &SENT, messages.iter().map(|(id, route)| values![*id, route.clone()].into()).collect())
}

/// Notes what receipts say; a late "arrived" stands over all others.
///
/// # Errors
/// As [`Tx::query`].
pub fn received(tx: &mut Tx, receipts: &[(MessageId, bool)]) -> Result<(), Error> {
    let receipt = |arrived: bool| if arrived { 1i64 } else { 2 };
    sorted(tx, &RECEIVED, receipts.iter().map(|(id, arrived)| values![*id, receipt(*arrived)].into()).collect())
}

/// Notes whose codes came back.
///
/// # Errors
/// As [`Tx::query`].
pub fn back(tx: &mut Tx, messages: &[MessageId]) -> Result<(), Error> {
    sorted(tx, &BACK, messages.iter().map(|id| values![*id].into()).collect())
}

/// Notes whose people asked for another message, or for help.
///
/// # Errors
/// As [`Tx::query`].
pub fn again(tx: &mut Tx, messages: &[MessageId]) -> Result<(), Error> {
    sorted(tx, &AGAIN, messages.iter().map(|id| values![*id].into()).collect())
}

/// Notes which carrier the phone is with.
///
/// # Errors
/// As [`Tx::query`].
pub fn carrier(tx: &mut Tx, messages: &[(MessageId, String)]) -> Result<(), Error> {
    sorted(tx, &CARRIER, messages.iter().map(|(id, carrier)| values![*id, carrier.clone()].into()).collect())
}

/// The carrier that was told of a message's phone, if one was.
///
/// # Errors
/// As [`Tx::query`].
pub fn told(tx: &mut Tx, message: MessageId) -> Result<Option<String>, Error> {
    tx.query_one(&TOLD, &values![message])?.map(|mut row| row.read()).transpose()
}

/// Whether anything is known of a message.
///
/// # Errors
/// As [`Tx::query`].
pub fn has(tx: &mut Tx, message: MessageId) -> Result<bool, Error> {
    Ok(tx.query_one(&HAS, &values![message])?.is_some())
}

fn sorted(tx: &mut Tx, statement: &Statement, mut list: Vec<Vec<Value>>) -> Result<(), Error> {
    list.sort();
    list.dedup();
    tx.execute_list(statement, &list)?;
    Ok(())
}

/// What came of the messages of a span, by route, carrier and country; in order.
///
/// # Errors
/// As [`Tx::query`].
pub fn lately(tx: &mut Tx, from: Time, to: Time) -> Result<Vec<Line>, Error> {
    Ok(lines(summed_by(tx, from, to, |_| Time::from_ms(0))?).map(|(_, line)| line).collect())
}

/// What the samples from the hour that begins at `from` up to `to` come to now, hour by hour; in order.
///
/// # Errors
/// As [`Tx::query`].
pub fn summed(tx: &mut Tx, from: Time, to: Time) -> Result<Vec<(Time, Line)>, Error> {
    Ok(lines(summed_by(tx, from, to, |slice| slice.rounded_down(time::hours(1)))?).collect())
}

/// Sums by what [`Line`] has beside them, and by what `part` makes of a time.
type Summed = BTreeMap<(Time, String, String, String), Sums>;

fn summed_by(tx: &mut Tx, from: Time, to: Time, part: impl Fn(Time) -> Time) -> Result<Summed, Error> {
    let mut summed = Summed::new();
    in_slices(tx, &LATELY, from, to, |slice, row| {
        let Line { route, carrier, country, sums } = line(row)?;
        let all = summed.entry((part(slice), route, carrier, country)).or_default();
        *all = all.and(sums);
        Ok(())
    })?;
    Ok(summed)
}

fn lines(summed: Summed) -> impl Iterator<Item = (Time, Line)> {
    summed.into_iter().map(|((part, route, carrier, country), sums)| (part, Line { route, carrier, country, sums }))
}

/// Each row that a statement over the samples of a span, `$1` to `$2`, has for each slice of it, with the slice's beginning.
/// What SQLite groups it sorts in memory, all at once: samples of many hours would be many.
///
/// # Errors
/// As [`Tx::query`].
pub(super) fn in_slices(
    tx: &mut Tx,
    statement: &Statement,
    from: Time,
    to: Time,
    mut each: impl FnMut(Time, Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let slices = iter::successors(Some(from), |slice| Some(slice.plus(1).rounded_up(SLICE_MS)));
    let slices: Vec<Time> = slices.take_while(|slice| *slice < to).collect();
    for slices in slices.chunks(SLICES_AT_ONCE) {
        let spans: Vec<_> =
            slices.iter().map(|slice| [values![*slice, slice.plus(1).rounded_up(SLICE_MS).min(to)].to_vec()]).collect();
        let uses: Vec<Use> = spans.iter().map(|rows| Use { statement, rows }).collect();
        for (slice, rows) in slices.iter().zip(tx.query_all(&uses)?) {
            rows.into_iter().try_for_each(|row| each(*slice, row))?;
        }
    }
    Ok(())
}

/// What is held of those hours; in order.
///
/// # Errors
/// As [`Tx::query`].
pub fn held(tx: &mut Tx, from: Time) -> Result<Vec<(Time, Line)>, Error> {
    tx.query(&HELD, &values![from])?.into_iter().map(hour_line).collect()
}

/// Holds these of the hours from `from` on, and nothing else.
///
/// # Errors
/// As [`Tx::query`].
pub fn hold(tx: &mut Tx, from: Time, lines: &[(Time, Line)]) -> Result<(), Error> {
    let row = |(hour, line): &(Time, Line)| {
        let Sums { sent, back, delivered, undelivered, again } = line.sums;
        let (route, carrier, country) = (line.route.clone(), line.carrier.clone(), line.country.clone());
        values![*hour, route, carrier, country, sent, back, delivered, undelivered, again].into()
    };
    tx.execute(&CLEAR, &values![from])?;
    sorted(tx, &HOLD, lines.iter().map(row).collect())
}

/// The sums of whole hours, by route, carrier and country.
///
/// # Errors
/// As [`Tx::query`].
pub fn since(tx: &mut Tx, from: Time, to: Time) -> Result<Vec<Line>, Error> {
    tx.query(&SINCE, &values![from, to])?.into_iter().map(line).collect()
}

/// Up to `max` routes' hours, oldest first.
///
/// # Errors
/// As [`Tx::query`].
pub fn hours(tx: &mut Tx, from: Time, max: i64) -> Result<Vec<Hour>, Error> {
    let hour = |mut row: Row| Ok(Hour { from: row.read()?, route: row.read()?, sums: sums(&mut row)? });
    tx.query(&HOURS, &values![from, max])?.into_iter().map(hour).collect()
}

/// Drops up to `max` samples that began before `samples`, and the hours before `hours`.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, samples: Time, hours: Time, max: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![hours])?;
    tx.execute(&SWEEP_SAMPLES, &values![samples, max])
}

fn line(mut row: Row) -> Result<Line, Error> {
    Ok(Line { route: row.read()?, carrier: row.read()?, country: row.read()?, sums: sums(&mut row)? })
}

fn hour_line(mut row: Row) -> Result<(Time, Line), Error> {
    Ok((row.read()?, line(row)?))
}

fn sums(row: &mut Row) -> Result<Sums, Error> {
    let (sent, back) = (row.read()?, row.read()?);
    Ok(Sums { sent, back, delivered: row.read()?, undelivered: row.read()?, again: row.read()? })
}
