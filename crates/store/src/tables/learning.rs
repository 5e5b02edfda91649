//! What was seen of guides' steps, summed up by service: how often each was shown, helped, and did not.

use std::collections::BTreeMap;

use domain::{id::ServiceId, time::Time};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// Something that is added to a sum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The service whose people it was seen of.
    pub service: ServiceId,
    /// The guide.
    pub guide: String,
    /// Its version; empty for all that were folded into one.
    pub version: String,
    /// The cause, or what else the server counts by.
    pub cause: String,
    /// The kind of phone, a value of the guide's own fact.
    pub phone: String,
    /// The carrier, likewise.
    pub carrier: String,
    /// What happened, in the server's words.
    pub kind: String,
}

/// A sum over all phones and carriers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The version; empty for all that were folded into one.
    pub version: String,
    /// The cause.
    pub cause: String,
    /// What happened.
    pub kind: String,
    /// How much.
    pub count: i64,
}

/// A version of a guide that something was counted of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The service.
    pub service: ServiceId,
    /// The version; empty for all that were folded into one.
    pub version: String,
    /// When something was counted last.
    pub last: Time,
}

statements! {
    ADD = Statement::list(
        "guide_count.add",
        &[Kind::Bytes, Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Integer, Kind::Integer],
        "INSERT INTO guide_count (service, guide, version, cause, phone, carrier, kind, count, last_ms) {new} \
         ON CONFLICT (service, guide, version, cause, phone, carrier, kind) \
         DO UPDATE SET count = guide_count.count + excluded.count, last_ms = excluded.last_ms",
    );
    OF_PEOPLE = Statement::new(
        "guide_count.of_people",
        "SELECT version, cause, kind, CAST(SUM(count) AS BIGINT) FROM guide_count \
         WHERE service = $1 AND guide = $2 AND ($3 = '' OR phone = $3) AND ($4 = '' OR carrier = $4) \
         GROUP BY version, cause, kind ORDER BY version, cause, kind",
    );
    OF_ALL = Statement::new(
        "guide_count.of_all",
        "SELECT version, cause, kind, CAST(SUM(count) AS BIGINT) FROM guide_count \
         WHERE guide = $1 GROUP BY version, cause, kind ORDER BY version, cause, kind",
    );
    VERSIONS = Statement::new(
        "guide_count.versions",
        "SELECT service, version, MAX(last_ms) FROM guide_count \
         WHERE guide = $1 GROUP BY service, version ORDER BY service, version",
    );
    TAKE = Statement::new(
        "guide_count.take",
        "DELETE FROM guide_count WHERE service = $1 AND guide = $2 AND version = $3 \
         RETURNING service, guide, version, cause, phone, carrier, kind, count",
    );
}

/// Adds to sums; lines that are alike come once, in order.
///
/// # Errors
/// As [`Tx::query`].
pub fn add(tx: &mut Tx, lines: &BTreeMap<Line, i64>, now: Time) -> Result<(), Error> {
    let row = |(line, count): (&Line, &i64)| {
        let Line { service, guide, version, cause, phone, carrier, kind } = line.clone();
        values![service, guide, version, cause, phone, carrier, kind, *count, now].into()
    };
    let list: Vec<Vec<Value>> = lines.iter().map(row).collect();
    tx.execute_list(&ADD, &list)?;
    Ok(())
}

/// The sums of a guide, version by version, of one service's people with this phone and carrier; `None` is any.
///
/// # Errors
/// As [`Tx::query`].
pub fn of_people(
    tx: &mut Tx,
    service: ServiceId,
    guide: &str,
    phone: Option<&str>,
    carrier: Option<&str>,
) -> Result<Vec<Sum>, Error> {
    let any = |value: Option<&str>| value.unwrap_or("").to_owned();
    let rows = tx.query(&OF_PEOPLE, &values![service, guide.to_owned(), any(phone), any(carrier)])?;
    rows.into_iter().map(sum).collect()
}

/// The sums of a guide over all services, version by version.
///
/// # Errors
/// As [`Tx::query`].
pub fn of_all(tx: &mut Tx, guide: &str) -> Result<Vec<Sum>, Error> {
    tx.query(&OF_ALL, &values![guide.to_owned()])?.into_iter().map(sum).collect()
}

/// The versions of a guide, service by service.
///
/// # Errors
/// As [`Tx::query`].
pub fn versions(tx: &mut Tx, guide: &str) -> Result<Vec<Version>, Error> {
    let version = |mut row: Row| Ok(Version { service: row.read()?, version: row.read()?, last: row.read()? });
    tx.query(&VERSIONS, &values![guide.to_owned()])?.into_iter().map(version).collect()
}

/// Takes a version's sums out: two who do so at once never both get them.
///
/// # Errors
/// As [`Tx::query`].
pub fn take(tx: &mut Tx, guide: &str, version: &Version) -> Result<Vec<(Line, i64)>, Error> {
    let line = |mut row: Row| {
        let line = Line {
            service: row.read()?,
            guide: row.read()?,
            version: row.read()?,
            cause: row.read()?,
            phone: row.read()?,
            carrier: row.read()?,
            kind: row.read()?,
        };
        Ok((line, row.read()?))
    };
    let rows = tx.query(&TAKE, &values![version.service, guide.to_owned(), version.version.clone()])?;
    rows.into_iter().map(line).collect()
}

fn sum(mut row: Row) -> Result<Sum, Error> {
    Ok(Sum { version: row.read()?, cause: row.read()?, kind: row.read()?, count: row.read()? })
}
