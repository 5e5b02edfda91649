//! What was seen of guides' steps, summed up: how often each was shown, helped, and did not.

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// Something that is added to a sum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The guide.
    pub guide: String,
    /// Its version.
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

/// A sum over all phones, carriers, or versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The version; empty where it is summed up too.
    pub version: String,
    /// The cause.
    pub cause: String,
    /// What happened.
    pub kind: String,
    /// How much.
    pub count: i64,
}

statements! {
    ADD = Statement::list(
        "guide_count.add",
        &[Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Integer],
        "INSERT INTO guide_count (guide, version, cause, phone, carrier, kind, count) {new} \
         ON CONFLICT (guide, version, cause, phone, carrier, kind) \
         DO UPDATE SET count = guide_count.count + excluded.count",
    );
    OF_PEOPLE = Statement::new(
        "guide_count.of_people",
        "SELECT '', cause, kind, CAST(SUM(count) AS BIGINT) FROM guide_count \
         WHERE guide = $1 AND ($2 = '' OR phone = $2) AND ($3 = '' OR carrier = $3) \
         GROUP BY cause, kind ORDER BY cause, kind",
    );
    OF_VERSIONS = Statement::new(
        "guide_count.of_versions",
        "SELECT version, cause, kind, CAST(SUM(count) AS BIGINT) FROM guide_count \
         WHERE guide = $1 GROUP BY version, cause, kind ORDER BY version, cause, kind",
    );
}

/// Adds to sums; lines that are alike come once, in order.
///
/// # Errors
/// As [`Tx::query`].
pub fn add(tx: &mut Tx, lines: &std::collections::BTreeMap<Line, i64>) -> Result<(), Error> {
    let row = |(line, count): (&Line, &i64)| {
        let Line { guide, version, cause, phone, carrier, kind } = line.clone();
        values![guide, version, cause, phone, carrier, kind, *count].into()
    };
    let list: Vec<Vec<Value>> = lines.iter().map(row).collect();
    tx.execute_list(&ADD, &list)?;
    Ok(())
}

/// The sums of a guide over all its versions, of people with this phone and carrier; `None` is any.
///
/// # Errors
/// As [`Tx::query`].
pub fn of_people(tx: &mut Tx, guide: &str, phone: Option<&str>, carrier: Option<&str>) -> Result<Vec<Sum>, Error> {
    let any = |value: Option<&str>| value.unwrap_or("").to_owned();
    tx.query(&OF_PEOPLE, &values![guide.to_owned(), any(phone), any(carrier)])?.into_iter().map(read).collect()
}

/// The sums of a guide, version by version.
///
/// # Errors
/// As [`Tx::query`].
pub fn of_versions(tx: &mut Tx, guide: &str) -> Result<Vec<Sum>, Error> {
    tx.query(&OF_VERSIONS, &values![guide.to_owned()])?.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<Sum, Error> {
    Ok(Sum { version: row.read()?, cause: row.read()?, kind: row.read()?, count: row.read()? })
}
