//! The two engines. Everything above sees one: texts with `$1…$n`, values of three kinds, transactions.

mod backup;
mod checkpoint;
mod dialect;
mod digest;
#[cfg(feature = "faults")]
mod faults;
mod place;
mod postgres;
mod sqlite;

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    error::{Error, OpenError},
    statement::Statement,
    value::{Row, Value},
};
pub use backup::{BackupError, Restoring, backup};
pub(crate) use dialect::Dialect;
#[cfg(feature = "faults")]
pub use faults::{Fault, Faults};

/// Where the rows are.
#[derive(Clone)]
pub enum Database {
    /// A file; its folder is locked by one process at a time.
    Sqlite(PathBuf),
    /// A server. Only `sslmode=require` encrypts, and then checks the server's certificate and name.
    Postgres {
        /// `postgres://user:password@host/name?sslmode=require`
        url: String,
    },
}

/// URLs hold passwords.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(file) => write!(f, "Sqlite({})", file.display()),
            Database::Postgres { .. } => f.write_str("Postgres(…)"),
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The door's workers: each transaction writes.
    Writer,
    /// A snapshot for each transaction.
    Reader,
    /// Changes of the schema, one process at a time.
    Migration,
}

/// A statement with what it is to be run over.
#[derive(Clone, Copy)]
pub(crate) struct Use<'a> {
    pub statement: &'a Statement,
    /// The rows of its list, of any number; if it has none, its parameters as the only row.
    pub rows: &'a [Vec<Value>],
}

/// A connection.
pub(crate) trait Engine: Send {
    /// How this engine spells things.
    fn dialect(&self) -> &'static Dialect;

    /// Runs texts without parameters or answer: begin, commit, migrations.
    fn run(&mut self, script: &str) -> Result<(), Error>;

    /// Begins a transaction; an engine that is a round trip away may wait for what comes first in it.
    fn begin(&mut self, role: Role) -> Result<(), Error>;

    /// The rows of each statement, in order.
    fn query(&mut self, uses: &[Use]) -> Result<Vec<Vec<Row>>, Error>;

    /// How many rows each statement changed, in order.
    fn execute(&mut self, uses: &[Use]) -> Result<Vec<u64>, Error>;

    /// What the database's own clock says, in milliseconds; `None` if it is this machine's.
    fn clock_ms(&mut self) -> Result<Option<i64>, Error>;

    /// Settings by which it may forget what it said is committed, such as `fsync = off`.
    fn lax(&mut self) -> Result<Vec<String>, Error>;

    /// Where others that say the same of themselves as this connection are connected from; of those that are about to go
    /// it is waited that they went.
    fn others(&mut self) -> Result<Vec<String>, Error>;

    /// Whether the engine understands a statement, and it has values of our three kinds only.
    fn prepare(&mut self, statement: &Statement) -> Result<(), Error>;
}

impl Database {
    pub(crate) fn connect(&self, role: Role) -> Result<Box<dyn Engine>, Error> {
        #[cfg(feature = "faults")]
        return faults::before(self, role, || self.engine(role));
        #[cfg(not(feature = "faults"))]
        self.engine(role)
    }

    fn engine(&self, role: Role) -> Result<Box<dyn Engine>, Error> {
        match self {
            Database::Sqlite(file) => Ok(Box::new(sqlite::Sqlite::open(file, role)?)),
            Database::Postgres { url } => Ok(Box::new(postgres::Postgres::connect(url, role)?)),
        }
    }

    /// How many workers may write at once.
    pub(crate) fn writers(&self, wanted: usize) -> usize {
        match self {
            Database::Sqlite(_) => 1,
            Database::Postgres { .. } => wanted.max(1),
        }
    }

    /// Whether there is one to open: only a migration makes it, and a backup that is restored. A server tells by itself.
    pub(crate) fn is_there(&self) -> Result<(), OpenError> {
        match self {
            // What cannot be looked at shows when it is opened.
            Database::Sqlite(file) if matches!(file.try_exists(), Ok(false)) => Err(OpenError::Missing(file.clone())),
            Database::Sqlite(_) | Database::Postgres { .. } => Ok(()),
        }
    }

    /// Keeps other processes out of a data folder for as long as the lock lives. A server has its own locks.
    pub(crate) fn lock(&self) -> Result<Option<Arc<File>>, OpenError> {
        match self {
            Database::Sqlite(file) => lock(&file.with_extension("lock")).map(Some),
            Database::Postgres { .. } => Ok(None),
        }
    }
}

/// Who may read a file may lock it too, and keep the service from starting: it is for its owner only.
fn lock(path: &Path) -> Result<Arc<File>, OpenError> {
    let folder = |why| OpenError::Folder(path.to_owned(), why);
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(folder)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Arc::new(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(std::fs::TryLockError::Error(why)) => Err(folder(why)),
    }
}
