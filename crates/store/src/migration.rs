//! The schema's history: forward only, each step once, and its text never changes afterwards.

use std::convert::Infallible;

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
    Migration { name: "0003_figures", text: include_str!("../migrations/0003_figures.sql") },
    Migration { name: "0004_logo", text: include_str!("../migrations/0004_logo.sql") },
    Migration { name: "0005_audit", text: include_str!("../migrations/0005_audit.sql") },
    Migration { name: "0006_room", text: include_str!("../migrations/0006_room.sql") },
    Migration { name: "0007_webhook", text: include_str!("../migrations/0007_webhook.sql") },
    Migration { name: "0008_budget", text: include_str!("../migrations/0008_budget.sql") },
    Migration { name: "0009_excess", text: include_str!("../migrations/0009_excess.sql") },
    Migration { name: "0010_range", text: include_str!("../migrations/0010_range.sql") },
    Migration { name: "0011_guess", text: include_str!("../migrations/0011_guess.sql") },
    Migration { name: "0012_route", text: include_str!("../migrations/0012_route.sql") },
    Migration { name: "0013_turn", text: include_str!("../migrations/0013_turn.sql") },
    Migration { name: "0014_webhook_route", text: include_str!("../migrations/0014_webhook_route.sql") },
    Migration { name: "0015_webhook_route_index", text: include_str!("../migrations/0015_webhook_route_index.sql") },
    Migration { name: "0016_contract_brief", text: include_str!("../migrations/0016_contract_brief.sql") },
    Migration { name: "0017_leased", text: include_str!("../migrations/0017_leased.sql") },
    Migration { name: "0018_contract_lane", text: include_str!("../migrations/0018_contract_lane.sql") },
    Migration { name: "0019_no_answer", text: include_str!("../migrations/0019_no_answer.sql") },
];

/// What the name of a step says, behind its number, that takes away what nodes of the version before use: they have to stop.
const CONTRACT: &str = "contract_";

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS migration (
    number {integer} NOT NULL PRIMARY KEY, name {text} NOT NULL, checksum {bytes} NOT NULL
) {table};";

statements! {
    APPLIED = Statement::new("migration.applied", "SELECT checksum FROM migration ORDER BY number");
    NEWER = Statement::new("migration.newer", "SELECT name FROM migration WHERE number > $1 ORDER BY number");
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
/// If another process has the data folder open, nodes run that a step takes something away from, the history is not this
/// version's, or the engine refuses.
pub fn migrate(database: &Database) -> Result<Report, OpenError> {
    apply(database, MIGRATIONS)
}

/// As [`migrate`], also where nodes run that a step takes something away from: they notice and end by themselves.
///
/// # Errors
/// As [`migrate`], but for such nodes.
pub fn migrate_beside(database: &Database) -> Result<Report, OpenError> {
    step(database, MIGRATIONS, Nodes::End, nobody_minds).map(|Ok(report)| report)
}

/// As [`migrate`], and whoever comes looks into the database, and writes to it, in the same transaction: what it says no
/// to stays as it was.
///
/// # Errors
/// As [`migrate`], and what `admit` could not read or write; its own no stands inside `Ok`.
pub fn migrate_if<R: Send>(
    database: &Database,
    admit: impl FnOnce(&mut Tx) -> Result<Result<(), R>, Error> + Send,
) -> Result<Result<Report, R>, OpenError> {
    step(database, MIGRATIONS, Nodes::Stay, admit)
}

fn apply(database: &Database, migrations: &[Migration]) -> Result<Report, OpenError> {
    step(database, migrations, Nodes::Stay, nobody_minds).map(|Ok(report)| report)
}

fn nobody_minds(_: &mut Tx) -> Result<Result<(), Infallible>, Error> {
    Ok(Ok(()))
}

/// What becomes of nodes that run, where a step takes away what they use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nodes {
    /// They are let be, and the step waits.
    Stay,
    /// They end.
    End,
}

fn step<R: Send>(
    database: &Database,
    migrations: &[Migration],
    nodes: Nodes,
    admit: impl FnOnce(&mut Tx) -> Result<Result<(), R>, Error> + Send,
) -> Result<Result<Report, R>, OpenError> {
    let _lock = database.lock()?;
    // A thread of its own: the drivers must not run on one that drives asynchronous tasks.
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            let mut tx = Tx::connect(database, Role::Migration)?;
            tx.run_schema(HISTORY)?;
            tx.begin()?;
            let rows = tx.query(&APPLIED, &[])?;
            let present = compare(rows, migrations)?;
            if nodes == Nodes::Stay && present > 0 {
                spare(&mut tx, &migrations[present..])?;
            }
            let mut applied = Vec::new();
            for (number, migration) in (1i64..).zip(migrations).skip(present) {
                tx.run_schema(migration.text)?;
                tx.execute(&NOTE, &values![number, migration.name.to_owned(), migration.checksum()])?;
                applied.push(migration.name);
            }
            if let Err(refused) = admit(&mut tx)? {
                tx.roll_back()?;
                return Ok(Err(refused));
            }
            tx.commit()?;
            Ok(Ok(Report { applied, present }))
        });
        run.join().unwrap_or_else(|_| Err(Error::Fault("the migration panicked".into()).into()))
    })
}

/// Whether nobody runs from whom one of these steps takes something away.
fn spare(tx: &mut Tx, missing: &[Migration]) -> Result<(), OpenError> {
    let Some(step) = missing.iter().map(|migration| migration.name).find(|name| is_contract(name)) else {
        return Ok(());
    };
    let others = tx.others()?;
    if others.is_empty() { Ok(()) } else { Err(OpenError::Beside(step, others)) }
}

fn is_contract(name: &str) -> bool {
    name.split_once('_').is_some_and(|(_, what)| what.starts_with(CONTRACT))
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
    match &MIGRATIONS[compare(rows, MIGRATIONS)?..] {
        [] => Ok(()),
        missing => Err(OpenError::Unmigrated(missing.iter().map(|migration| migration.name).collect())),
    }
}

/// The step for which nodes of this version have to stop, if a newer version has taken one beside them. Beside steps that
/// only add they go on.
///
/// # Errors
/// As [`Tx::query`].
pub fn outgrown(tx: &mut Tx) -> Result<Option<String>, Error> {
    let own = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    for mut row in tx.query(&NEWER, &values![own])? {
        let name: String = row.read()?;
        if is_contract(&name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// How many steps were applied, after comparing each with its text.
fn compare(rows: Vec<Row>, migrations: &[Migration]) -> Result<usize, OpenError> {
    if rows.len() > migrations.len() {
        return Err(OpenError::Newer);
    }
    let present = rows.len();
    for (mut row, migration) in rows.into_iter().zip(migrations) {
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

#[cfg(test)]
mod tests {
    use domain::id::{ServiceId, v4};

    use super::*;
    use crate::{tables::learning, value::Field};

    static SERVICE: Statement =
        Statement::new("test.service", "INSERT INTO service (id, version, state) VALUES ($1, 1, '{}')");
    static COUNTED: Statement = Statement::new(
        "test.counted",
        "INSERT INTO guide_count (guide, version, cause, phone, carrier, kind, count) \
         VALUES ('g', '1', 'a', 'iphone', 'docomo', 'shown', 7)",
    );

    /// What is left of a guide's counts when the third step meets so many services.
    fn counts_with(services: u8) -> Vec<learning::Sum> {
        let folder = std::env::temp_dir().join(format!("tegata_migration_{}_{services}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder of its own");
        let database = Database::Sqlite(folder.join("tegata.db"));
        apply(&database, &MIGRATIONS[..2]).expect("two steps");
        let mut tx = Tx::connect(&database, Role::Migration).expect("the database");
        tx.begin().expect("a transaction");
        for nth in 0..services {
            tx.execute(&SERVICE, &[ServiceId(v4([nth; 16])).into_value()]).expect("a service");
        }
        tx.execute(&COUNTED, &[]).expect("what was counted");
        tx.commit().expect("they are there");
        drop(tx);
        apply(&database, MIGRATIONS).expect("all steps");
        let mut tx = Tx::connect(&database, Role::Reader).expect("the database");
        tx.begin().expect("a transaction");
        let of_people = learning::of_people(&mut tx, ServiceId(v4([0; 16])), "g", None, None);
        drop(tx);
        std::fs::remove_dir_all(&folder).expect("the folder goes");
        of_people.expect("sums")
    }

    #[test]
    fn d5_counts_of_before_go_to_the_one_service_or_to_none() {
        let sum = learning::Sum { version: "1".into(), cause: "a".into(), kind: "shown".into(), count: 7 };
        assert_eq!(counts_with(1), [sum]);
        assert_eq!(counts_with(2), []);
    }

    const MORE: Migration = Migration { name: "9997_more", text: "CREATE TABLE more (a {integer});" };
    const LESS: Migration = Migration { name: "9998_contract_less", text: "DROP TABLE more;" };
    const LEAST: Migration = Migration { name: "9999_contract_least", text: "DROP TABLE guess;" };

    /// This version's steps, and those of newer ones.
    fn and(newer: impl IntoIterator<Item = Migration>) -> Vec<Migration> {
        let own = MIGRATIONS.iter().map(|Migration { name, text }| Migration { name, text });
        own.chain(newer).collect()
    }

    /// On SQLite the folder's lock keeps nodes out.
    #[test]
    fn steps_that_take_away_wait_for_nodes_that_run() {
        let Ok(url) = std::env::var("TEGATA_TEST_POSTGRES") else { return };
        let name = format!("tegata_contract_{}", std::process::id());
        let run = |text: String| {
            let mut tx = Tx::connect(&Database::Postgres { url: url.clone() }, Role::Writer).expect("the server");
            tx.run_schema(&text).expect("it may");
        };
        run(format!("CREATE SCHEMA {name}"));
        let own = format!("application_name={name}&options=-csearch_path%3D{name}");
        let url = format!("{url}{}{own}", if url.contains('?') { '&' } else { '?' });
        let database = Database::Postgres { url };
        apply(&database, MIGRATIONS).expect("all steps");
        let node = Tx::connect(&database, Role::Reader).expect("a node");
        let added = apply(&database, &and([MORE])).expect("what adds goes beside nodes that run");
        assert_eq!(added.applied, [MORE.name]);
        let refused = apply(&database, &and([MORE, LESS])).expect_err("a node runs");
        assert!(
            matches!(&refused, OpenError::Beside(name, others) if *name == LESS.name && others.len() == 1),
            "{refused}"
        );
        drop(node);
        assert_eq!(apply(&database, &and([MORE, LESS])).expect("nobody runs").applied, [LESS.name]);
        let _node = Tx::connect(&database, Role::Reader).expect("a node");
        let over = step(&database, &and([MORE, LESS, LEAST]), Nodes::End, nobody_minds);
        let Ok(report) = over.expect("the node is to end");
        assert_eq!(report.applied, [LEAST.name]);
        run(format!("DROP SCHEMA {name} CASCADE"));
    }
}
