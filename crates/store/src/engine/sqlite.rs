//! SQLite: one file, one writer, every commit flushed to the disk.

use std::{
    fs,
    path::{self, Path},
    time::Duration,
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, ToSql,
    config::DbConfig,
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use super::{
    Dialect, Engine, Role, Use,
    checkpoint::{Checkpoints, PAGES},
    dialect::Kept,
};
use crate::{
    error::Error,
    statement::Statement,
    value::{Row, Value},
};

/// How long a connection waits for another process's lock: a shell, a backup.
const BUSY: Duration = Duration::from_secs(5);
/// More than there are statements, so that each stays prepared.
const STATEMENTS_MAX: usize = 256;

static DIALECT: Dialect = Dialect {
    integer: "INTEGER",
    text: "TEXT",
    text_column: "TEXT",
    bytes: "BLOB",
    parameter: '?',
    table: "STRICT, WITHOUT ROWID",
    heap: "STRICT",
    moves: "-- ",
    lock: "",
    skip: "",
    begin_write: "BEGIN IMMEDIATE",
    begin_read: "BEGIN",
    begin_migration: "BEGIN EXCLUSIVE",
    arrays: false,
};

/// Makes the file for its owner's eyes only, if there is none; its log beside it gets the same rights. Why it cannot be
/// made shows when it is opened.
fn make(file: &Path) {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(file));
}

/// Opens what is there; makes nothing: SQLite would make a file that everybody may read. A whole path is never a URI.
pub(super) fn open(file: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = path::absolute(file).map_err(|error| Error::Fault(error.to_string()))?;
    Connection::open_with_flags(file, flags).map_err(fault)
}

/// A connection to the file.
pub(super) struct Sqlite {
    // Before its checkpoints, whose thread ends when it is gone.
    connection: Connection,
    texts: Kept<String>,
    _checkpoints: Option<Checkpoints>,
}

impl Sqlite {
    pub(super) fn open(file: &Path, role: Role) -> Result<Sqlite, Error> {
        if role == Role::Migration {
            make(file);
        }
        let mut connection = open(file)?;
        connection.busy_timeout(BUSY).map_err(fault)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        // Else a statement is planned anew whenever a value is bound that its plan could depend on: at each run.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
        let settings = match role {
            Role::Writer => "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 0;",
            Role::Reader => "PRAGMA cache_size = -2048; PRAGMA query_only = ON;",
            Role::Migration => "",
        };
        // A log that grew is cut to 64 MB when it begins anew.
        let common = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; \
                      PRAGMA temp_store = MEMORY;";
        connection.execute_batch(common).and_then(|()| connection.execute_batch(settings)).map_err(fault)?;
        let mut start = || Checkpoints::start(&mut connection, file, PAGES);
        let checkpoints = (role == Role::Writer).then(&mut start).transpose()?;
        Ok(Sqlite { connection, texts: Kept::new(), _checkpoints: checkpoints })
    }

    fn prepared(&mut self, statement: &Statement) -> Result<rusqlite::CachedStatement<'_>, Error> {
        let text = self.texts.get(statement, || Ok(DIALECT.spell(statement)))?;
        self.connection.prepare_cached(text).map_err(fault)
    }

    /// Runs a statement for one row after the other: a list of rows costs SQLite more than it saves.
    fn query_each(&mut self, used: &Use) -> Result<Vec<Row>, Error> {
        let mut prepared = self.prepared(used.statement)?;
        let columns = prepared.column_count();
        let mut found = Vec::new();
        for parameters in used.rows {
            let mut rows = prepared.query(params_from_iter(parameters)).map_err(fault)?;
            while let Some(row) = rows.next().map_err(fault)? {
                let values: Result<Vec<Value>, Error> =
                    (0..columns).map(|column| value(row.get_ref(column).map_err(fault)?)).collect();
                found.push(Row::new(values?));
            }
        }
        Ok(found)
    }

    fn execute_each(&mut self, used: &Use) -> Result<u64, Error> {
        let mut prepared = self.prepared(used.statement)?;
        let changed = used.rows.iter().map(|row| prepared.execute(params_from_iter(row)).map_err(fault));
        changed.sum::<Result<usize, Error>>().map(|changed| changed as u64)
    }
}

impl Engine for Sqlite {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn run(&mut self, script: &str) -> Result<(), Error> {
        self.connection.execute_batch(script).map_err(fault)
    }

    fn begin(&mut self, role: Role) -> Result<(), Error> {
        self.run(DIALECT.begin(role))
    }

    fn query(&mut self, uses: &[Use]) -> Result<Vec<Vec<Row>>, Error> {
        uses.iter().map(|used| self.query_each(used)).collect()
    }

    fn execute(&mut self, uses: &[Use]) -> Result<Vec<u64>, Error> {
        uses.iter().map(|used| self.execute_each(used)).collect()
    }

    fn clock_ms(&mut self) -> Result<Option<i64>, Error> {
        Ok(None)
    }

    /// What it is opened with is ours to say.
    fn lax(&mut self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    /// The folder's lock keeps them out.
    fn others(&mut self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        self.prepared(statement).map(|_| ())
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(integer) => ValueRef::Integer(*integer),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Text(text) => {
            let text = String::from_utf8(text.to_vec());
            Value::Text(text.map_err(|_| Error::Fault("a text is not UTF-8".into()))?)
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Error::Fault("a column is a floating-point number".into())),
    })
}

/// Sorts SQLite's errors. A file that is locked or full may be free later; all else is a fault.
pub(super) fn fault(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Conflict(error.to_string()),
        Some(ErrorCode::DiskFull) => Error::Full(error.to_string()),
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::OutOfMemory) => {
            Error::Unavailable(error.to_string())
        }
        Some(_) | None => Error::Fault(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_without_room_is_told_from_one_that_cannot_be_written() {
        let folder = std::env::temp_dir().join(format!("tegata_sqlite_{}_room", std::process::id()));
        fs::create_dir(&folder).expect("a folder of its own");
        let file = folder.join("tegata.db");
        let mut full = Sqlite::open(&file, Role::Migration).expect("a new file");
        let grow = "CREATE TABLE t (a BLOB); PRAGMA max_page_count = 3; INSERT INTO t VALUES (zeroblob(65536));";
        let no_room = full.run(grow);
        let not_ours = Sqlite::open(&file, Role::Reader).and_then(|mut reader| reader.run("DROP TABLE t"));
        fs::remove_dir_all(&folder).expect("the folder goes");
        assert!(matches!(no_room, Err(Error::Full(_))), "{no_room:?}");
        assert!(matches!(not_ours, Err(Error::Unavailable(_))), "{not_ours:?}");
    }
}
