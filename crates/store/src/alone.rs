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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate;

    #[test]
    fn whoever_has_the_folder_serves_it() {
        let folder = std::env::temp_dir().join(format!("tegata_alone_{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder of its own");
        let database = Database::Sqlite(folder.join("tegata.db"));
        let missing = alone(&database).err();
        migrate(&database).expect("a new file");
        let node = database.lock().expect("nobody serves it");
        let served = alone(&database).err();
        drop(node);
        let found = alone(&database).expect("nobody serves it any more");
        let kept_out = database.lock().err();
        drop(found);
        std::fs::remove_dir_all(&folder).expect("the folder goes");
        assert!(matches!(missing, Some(OpenError::Missing(_))), "{missing:?}");
        assert!(matches!(served, Some(OpenError::InUse(_))), "{served:?}");
        assert!(matches!(kept_out, Some(OpenError::InUse(_))), "{kept_out:?}");
    }

    /// Whoever may read it could hold it, and the service would not start.
    #[cfg(unix)]
    #[test]
    fn nobody_but_the_owner_may_read_the_lock() {
        use std::{fs, os::unix::fs::PermissionsExt};

        let folder = std::env::temp_dir().join(format!("tegata_lock_{}", std::process::id()));
        fs::create_dir(&folder).expect("a folder of its own");
        let (database, lock) = (Database::Sqlite(folder.join("tegata.db")), folder.join("tegata.lock"));
        let mode = || fs::metadata(&lock).expect("it is there").permissions().mode() & 0o777;
        drop(database.lock().expect("nobody serves it"));
        let made = mode();
        // One that a version before this one made.
        fs::set_permissions(&lock, fs::Permissions::from_mode(0o644)).expect("it is ours");
        drop(database.lock().expect("nobody serves it"));
        let found = mode();
        fs::remove_dir_all(&folder).expect("the folder goes");
        assert_eq!((made, found), (0o600, 0o600));
    }

    #[test]
    fn whoever_is_connected_serves_it() {
        let Ok(url) = std::env::var("TEGATA_TEST_POSTGRES") else { return };
        let own = format!("application_name=tegata_alone_{}", std::process::id());
        let database = Database::Postgres { url: format!("{url}{}{own}", if url.contains('?') { '&' } else { '?' }) };
        let _alone = alone(&database).expect("nobody has this name");
        let node = Tx::connect(&database, Role::Reader).expect("a node");
        let served = alone(&database).err();
        assert!(matches!(&served, Some(OpenError::Served(others)) if others.len() == 1), "{served:?}");
        drop(node);
        let _alone = alone(&database).expect("it is waited that it went");
    }
}
