//! How many codes were wrong and right, by the hour, of services and of the networks that they came from.

use domain::{
    digest::{Digest, Fixed},
    id::ServiceId,
    time::Time,
};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// Whose codes: all of a service's, or those of a network among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whose {
    /// The service.
    pub service: ServiceId,
    /// The network's blind index; `None` is all of them.
    pub source: Option<Digest>,
}

/// How many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Wrong codes.
    pub wrong: i64,
    /// Right ones.
    pub right: i64,
}

statements! {
    ADD = Statement::list(
        "guess.add",
        &[Kind::Integer, Kind::Bytes, Kind::Bytes, Kind::Integer, Kind::Integer],
        "INSERT INTO guess (hour_ms, service, source, wrong, approved) {new} \
         ON CONFLICT (hour_ms, service, source) DO UPDATE SET wrong = guess.wrong + excluded.wrong, \
         approved = guess.approved + excluded.approved",
    );
    SINCE = Statement::new(
        "guess.since",
        "SELECT service, source, CAST(SUM(wrong) AS BIGINT), CAST(SUM(approved) AS BIGINT) FROM guess \
         WHERE hour_ms >= $1 GROUP BY service, source HAVING CAST(SUM(wrong) AS BIGINT) >= $2 ORDER BY service, source LIMIT $3",
    );
    BEFORE = Statement::new(
        "guess.before",
        "SELECT service, source, CAST(SUM(wrong) AS BIGINT), CAST(SUM(approved) AS BIGINT) FROM guess \
         WHERE hour_ms < $1 AND source = $2 GROUP BY service, source ORDER BY service",
    );
    SWEEP = Statement::new("guess.sweep", "DELETE FROM guess WHERE hour_ms < $1");
}

/// Counts; nobody twice in one list.
///
/// # Errors
/// As [`Tx::query`].
pub fn add(tx: &mut Tx, hour: Time, counts: &[(Whose, Counts)]) -> Result<(), Error> {
    let row = |(whose, counts): &(Whose, Counts)| {
        values![hour, whose.service, stored(whose.source), counts.wrong, counts.right].into()
    };
    let mut rows: Vec<Vec<Value>> = counts.iter().map(row).collect();
    rows.sort();
    tx.execute_list(&ADD, &rows)?;
    Ok(())
}

/// Up to `max` with at least `wrong` wrong codes since an hour.
///
/// # Errors
/// As [`Tx::query`].
pub fn since(tx: &mut Tx, hour: Time, wrong: i64, max: i64) -> Result<Vec<(Whose, Counts)>, Error> {
    tx.query(&SINCE, &values![hour, wrong, max])?.into_iter().map(read).collect()
}

/// What came to whole services before an hour.
///
/// # Errors
/// As [`Tx::query`].
pub fn before(tx: &mut Tx, hour: Time) -> Result<Vec<(Whose, Counts)>, Error> {
    tx.query(&BEFORE, &values![hour, stored(None)])?.into_iter().map(read).collect()
}

/// Drops the hours before one.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, before: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![before])
}

fn stored(source: Option<Digest>) -> Digest {
    source.unwrap_or(Fixed([0; 32]))
}

fn read(mut row: Row) -> Result<(Whose, Counts), Error> {
    let (service, source): (ServiceId, Digest) = (row.read()?, row.read()?);
    let whose = Whose { service, source: Some(source).filter(|source| !source.is_zero()) };
    Ok((whose, Counts { wrong: row.read()?, right: row.read()? }))
}
