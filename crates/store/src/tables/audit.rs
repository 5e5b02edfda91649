//! The audit: one line for each operation that did something. The lines of a verification stand in its own row, where
//! one more costs next to nothing; when it is erased, they become rows of a table of their own.

use std::fmt::Write as _;

use domain::{
    effect::Entry,
    id::{OperationId, ServiceId, VerificationId},
    time::Time,
};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

statements! {
    INSERT = Statement::list(
        "audit.insert",
        &[Kind::Bytes, Kind::Bytes, Kind::Integer, Kind::Bytes, Kind::Text],
        "INSERT INTO audit (verification, id, at_ms, service, what) {new} ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::new(
        "audit.fetch",
        "SELECT id, at_ms, service, what FROM audit WHERE verification = $1 ORDER BY at_ms, id LIMIT 200",
    );
    LIVING = Statement::new("audit.living", "SELECT service, audit FROM verification WHERE id = $1");
}

/// A line as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The operation.
    pub id: OperationId,
    /// When.
    pub at: Time,
    /// The verification's service.
    pub service: ServiceId,
    /// What happened: `What::name`.
    pub what: String,
}

/// What happened to a verification, oldest first; at most 200 lines that were stored apart, and those of its row.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, verification: VerificationId) -> Result<Vec<Line>, Error> {
    let rows = tx.query(&FETCH, &values![verification])?.into_iter();
    let read = |mut row: Row| Ok(Line { id: row.read()?, at: row.read()?, service: row.read()?, what: row.read()? });
    let mut lines: Vec<Line> = rows.map(read).collect::<Result<_, Error>>()?;
    if let Some(mut row) = tx.query_one(&LIVING, &values![verification])? {
        let (service, text): (ServiceId, Option<String>) = (row.read()?, row.read()?);
        lines.extend(parse(service, &text.unwrap_or_default()));
    }
    Ok(lines)
}

/// Adds a line to those of a verification's row: when, what, and the operation.
pub(crate) fn append(lines: &mut String, Entry { id, at, what, .. }: &Entry) {
    writeln!(lines, "{} {} {id}", at.ms(), what.name()).expect("a text takes all that is written to it");
}

/// Whether an operation has its line among these: it happened, however long ago.
pub(crate) fn names(lines: &str, operation: OperationId) -> bool {
    lines.contains(&format!(" {operation}\n"))
}

/// Stores the lines of a verification apart, before it is erased.
pub(crate) fn part(tx: &mut Tx, verification: VerificationId, service: ServiceId, lines: &str) -> Result<(), Error> {
    let row = |line: Line| values![verification, line.id, line.at, line.service, line.what].into();
    let mut rows: Vec<Vec<Value>> = parse(service, lines).map(row).collect();
    rows.sort_by(|a, b| a[..2].cmp(&b[..2]));
    tx.execute_list(&INSERT, &rows)?;
    Ok(())
}

/// The lines that [`append`] wrote.
fn parse(service: ServiceId, lines: &str) -> impl Iterator<Item = Line> {
    lines.lines().filter_map(move |line| {
        let mut words = line.split(' ');
        let (at, what, id) = (words.next()?.parse().ok()?, words.next()?.to_owned(), words.next()?.parse().ok()?);
        Some(Line { id, at: Time::from_ms(at), service, what })
    })
}
