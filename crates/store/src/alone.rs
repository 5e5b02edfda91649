//! Whether nobody serves a database: for what must not happen beside nodes that run.

use std::{fs::File, sync::Arc, thread};

use crate::{
    engine::{Database, Role},
    error::{Error, OpenError},
    tx::Tx,
};

/// A database that nobody served as it was looked at. Nobody begins to, for as long as this lives, if it is SQLite's.
#[must_use]
pub struct Alone {
    _lock: Option<Arc<File>>,
}

/// Finds that nobody serves a database; blocks for two seconds while somebody of PostgreSQL's seems to.
///
/// # Errors
/// `InUse` or `Served` if somebody does; or there is no database, or the engine cannot be reached.
pub fn alone(database: &Database) -> Result<Alone, OpenError> {
    database.is_there()?;
    let lock = database.lock()?;
    // A thread of its own: the drivers must not run on one that drives asynchronous tasks.
    let looked = thread::scope(|scope| scope.spawn(|| others(database)).join());
    let others = looked.unwrap_or_else(|_| Err(Error::Fault("looking for others panicked".into())))?;
    if others.is_empty() { Ok(Alone { _lock: lock }) } else { Err(OpenError::Served(others)) }
}

fn others(database: &Database) -> Result<Vec<String>, Error> {
    let mut tx = Tx::connect(database, Role::Reader)?;
    tx.begin()?;
    let others = tx.others()?;
    tx.roll_back()?;
    Ok(others)
}
