//! Why something could not be stored or read, sorted by what can be done about it.

use std::{
    fmt,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use domain::refusal::Refusal;

/// Why a transaction did not happen.
#[derive(Clone, Debug)]
pub enum Error {
    /// The closure says no; what it wrote is undone.
    Refused(Refusal),
    /// Another transaction was in the way: the same again may succeed. The store reruns by itself, for a while.
    Conflict(String),
    /// The connection is gone; whether a commit under way happened is not known.
    Lost(String),
    /// The engine takes nothing now: too many wait, starting.
    Unavailable(String),
    /// The engine has no room to write, on its disk or by a bound of its own.
    Full(String),
    /// A statement is wrong, or a row cannot be read: our fault, and no rerun helps.
    Fault(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

/// What the caller is told.
impl From<Error> for Refusal {
    fn from(error: Error) -> Refusal {
        match error {
            Error::Refused(refusal) => refusal,
            Error::Conflict(_) | Error::Lost(_) | Error::Unavailable(_) | Error::Full(_) => Refusal::Unavailable,
            Error::Fault(_) => Refusal::Internal,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(refusal) => write!(f, "refused: {refusal:?}"),
            Error::Conflict(why) => write!(f, "another transaction was in the way: {why}"),
            Error::Lost(why) => write!(f, "the connection to the database is lost: {why}"),
            Error::Unavailable(why) => write!(f, "the database is not available: {why}"),
            Error::Full(why) => write!(f, "the database has no room: {why}"),
            Error::Fault(why) => write!(f, "a fault of the store: {why}"),
        }
    }
}

impl std::error::Error for Error {}

/// Why the store cannot be opened or migrated.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has the data folder open.
    InUse(PathBuf),
    /// The data folder cannot be used.
    Folder(PathBuf, std::io::Error),
    /// There is no database.
    Missing(PathBuf),
    /// The database lacks these migrations.
    Unmigrated(Vec<&'static str>),
    /// The database has migrations that this version does not know: a newer one was here.
    Newer,
    /// A newer version's migration took away what this one uses, while it ran.
    Outgrown(String),
    /// This migration takes away what nodes of the version before use, and some run: where their connections come from.
    Beside(&'static str, Vec<String>),
    /// Nodes serve it: where their connections come from.
    Served(Vec<String>),
    /// A migration that was applied has another text by now.
    Altered(&'static str),
    /// The engine says no.
    Engine(Error),
}

impl From<Error> for OpenError {
    fn from(error: Error) -> OpenError {
        OpenError::Engine(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::InUse(file) => write!(f, "another process uses {}", file.display()),
            OpenError::Folder(file, why) if why.kind() == ErrorKind::PermissionDenied => {
                let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                write!(
                    f,
                    "{} cannot be used: {why}; what another user made there, as root's `tegata migrate` does, give to the \
                     service's: chown -R USER {}",
                    file.display(),
                    folder.display()
                )
            }
            OpenError::Folder(file, why) => write!(f, "{} cannot be used: {why}", file.display()),
            OpenError::Missing(file) => write!(
                f,
                "there is no database {}: run `tegata migrate`, or `tegata restore` with a backup",
                file.display()
            ),
            OpenError::Unmigrated(missing) => {
                write!(f, "the database lacks {}: run `tegata migrate`", missing.join(", "))
            }
            OpenError::Newer => {
                write!(
                    f,
                    "the database belongs to a newer version of tegata: update, or restore a backup from before that ran"
                )
            }
            OpenError::Outgrown(name) => write!(
                f,
                "migration {name} of a newer version of tegata took away what this one uses: start the newer version here"
            ),
            OpenError::Beside(name, others) => write!(
                f,
                "migration {name} takes away what nodes of the version before use, and some are connected, from {}; nothing \
                 was done: stop them and run it again, or say --contract, by which they end by themselves",
                others.join(", ")
            ),
            OpenError::Served(others) => write!(f, "nodes are connected to the database, from {}", others.join(", ")),
            OpenError::Altered(name) => write!(
                f,
                "migration {name} was applied with another text than this version's: another build of tegata made this \
                 database; go on with that build, or begin with an empty database"
            ),
            OpenError::Engine(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_user_made_is_told_with_what_to_do() {
        let told = |file: &str, kind: ErrorKind| OpenError::Folder(file.into(), kind.into()).to_string();
        let denied = told("/var/lib/tegata/tegata.lock", ErrorKind::PermissionDenied);
        assert!(denied.contains("chown -R USER /var/lib/tegata"), "{denied}");
        assert!(told("tegata.lock", ErrorKind::PermissionDenied).ends_with("chown -R USER ."));
        assert!(!told("/none/tegata.lock", ErrorKind::NotFound).contains("chown"));
    }
}
