//! The schema's history: forward only, each step once, and its text never changes afterwards.

use domain::digest::{Digest, sha256};

use crate::{
    engine::{Database, Role},
    error::{Error, OpenError},
    statement::{Statement, statements},
    tx::Tx,
    value::{Row, values},
};

/// One step.
struct Migration {
    name: &'static str,
    text: &'static str,
}

/// In order; a step's number is its place, from 1.
const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_begin", text: include_str!("../migrations/0001_begin.sql") },
    Migration { name: "0002_host", text: include_str!("../migrations/0002_host.sql") },
];

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS migration (
    number {integer} NOT NULL PRIMARY KEY, name {text} NOT NULL, checksum {bytes} NOT NULL
) {table};";

statements! {
    APPLIED = Statement::new("migration.applied", "SELECT checksum FROM migration ORDER BY number");
    NOTE = Statement::new("migration.note", "INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)");
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The steps that this call applied, in order.
    pub applied: Vec<&'static str>,
    /// How many were there before.
    pub present: usize,
}

/// Brings a database to this version's schema; blocks until done.
///
/// # Errors
/// If another process has the data folder open, the history is not this version's, or the engine refuses.
pub fn migrate(database: &Database) -> Result<Report, OpenError> {
    let _lock = database.lock()?;
    // A thread of its own: the drivers must not run on one that drives asynchronous tasks.
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            let mut tx = Tx::connect(database, Role::Migration)?;
            tx.run_schema(HISTORY)?;
            tx.begin()?;
            let rows = tx.query(&APPLIED, &[])?;
            let present = compare(rows)?;
            let mut applied = Vec::new();
            for (number, migration) in (1i64..).zip(MIGRATIONS).skip(present) {
                tx.run_schema(migration.text)?;
                tx.execute(&NOTE, &values![number, migration.name.to_owned(), migration.checksum()])?;
                applied.push(migration.name);
            }
            tx.commit()?;
            Ok(Report { applied, present })
        });
        run.join().unwrap_or_else(|_| Err(Error::Fault("the migration panicked".into()).into()))
    })
}

/// Whether the schema is this version's.
pub(crate) fn verify(tx: &mut Tx) -> Result<(), OpenError> {
    tx.begin()?;
    // Without the history's table there is no history; all else shows when it is used.
    let rows = match tx.query(&APPLIED, &[]) {
        Err(Error::Fault(_)) => Vec::new(),
        other => other?,
    };
    tx.roll_back()?;
    match &MIGRATIONS[compare(rows)?..] {
        [] => Ok(()),
        missing => Err(OpenError::Unmigrated(missing.iter().map(|migration| migration.name).collect())),
    }
}

/// How many steps were applied, after comparing each with its text.
fn compare(rows: Vec<Row>) -> Result<usize, OpenError> {
    if rows.len() > MIGRATIONS.len() {
        return Err(OpenError::Newer);
    }
    let present = rows.len();
    for (mut row, migration) in rows.into_iter().zip(MIGRATIONS) {
        if row.read::<Vec<u8>>()? != migration.checksum().0 {
            return Err(OpenError::Altered(migration.name));
        }
    }
    Ok(present)
}

impl Migration {
    fn checksum(&self) -> Digest {
        sha256(self.text.as_bytes())
    }
}
