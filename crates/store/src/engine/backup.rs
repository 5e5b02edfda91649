//! SQLite's file copied beside a running writer, and a copy put in place of a database that is not there.
//!
//! `VACUUM INTO` reads one snapshot: commits go on meanwhile, and what it writes has no page of rows that were erased,
//! as the file itself may. It does not flush what it wrote; that is done here.

use std::{
    ffi::OsString,
    fmt,
    fs::{self, File},
    io,
    path::{self, Path, PathBuf},
    sync::Arc,
};

use super::{
    Database, digest, lock,
    sqlite::{fault, open},
};
use crate::{
    error::{Error, OpenError},
    migrate,
};

/// The first bytes of every SQLite file ("Database File Format", 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why a backup is not made, or not taken.
#[derive(Debug)]
pub enum BackupError {
    /// Something is there already, which is never written over.
    Exists(PathBuf),
    /// There is no database to copy.
    Missing(PathBuf),
    /// The file is no backup of a database of ours.
    Foreign(PathBuf),
    /// The file is a database of ours, and damaged; what SQLite finds.
    Damaged(PathBuf, String),
    /// The file belongs to a database that is in use: its newest commits are in the file beside it.
    InUse(PathBuf),
    /// The operating system says no.
    File(PathBuf, io::Error),
    /// The engine or the data folder.
    Open(OpenError),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackupError::Exists(file) => write!(f, "{} exists already and was left as it is", file.display()),
            BackupError::Missing(file) => write!(f, "there is no database {}", file.display()),
            BackupError::Foreign(file) => {
                write!(f, "{} is no backup of tegata; take a file that `tegata backup` wrote", file.display())
            }
            BackupError::Damaged(file, what) => {
                write!(f, "{} is damaged ({what}); take an older backup, or copy this one anew", file.display())
            }
            BackupError::InUse(beside) => write!(
                f,
                "{} lies beside the file: it is a database in use, not a backup; make one with `tegata backup`",
                beside.display()
            ),
            BackupError::File(file, why) => write!(f, "{}: {why}", file.display()),
            BackupError::Open(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<Error> for BackupError {
    fn from(error: Error) -> Self {
        BackupError::Open(error.into())
    }
}

impl From<OpenError> for BackupError {
    fn from(error: OpenError) -> Self {
        BackupError::Open(error)
    }
}

/// Copies the database `from` to the new file `to`, readable for its owner only, beside whoever serves it; blocks until
/// it is on the disk whole, and then only has its name. Its SHA-256 is beside it. How many bytes it has.
///
/// # Errors
/// If `to` exists, `from` does not, or either cannot be read or written; then `to` is as it was.
pub fn backup(from: &Path, to: &Path) -> Result<u64, BackupError> {
    if !from.exists() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let part = beside(to, ".part");
    create(&part)?;
    let made = copy(from, &part).and_then(|bytes| {
        digest::write(&part, to)?;
        // Without its backup a digest must not lie about.
        name(&part, to).inspect_err(|_| drop(fs::remove_file(digest::file_of(to))))?;
        Ok(bytes)
    });
    // Named, it has two names; not named, it must not lie about.
    let _ = fs::remove_file(&part);
    made
}

/// Into a file that is there and empty, for its permissions. SQLite reads a name that begins with `file:` as a URI, which
/// could name another file and other settings; a whole path does not.
fn copy(from: &Path, part: &Path) -> Result<u64, BackupError> {
    let wrong = |why| BackupError::File(part.to_owned(), why);
    let part = &path::absolute(part).map_err(wrong)?;
    let text = part.to_str().ok_or_else(|| wrong(io::Error::other("the name must be UTF-8")))?;
    open(from)?.execute("VACUUM INTO ?1", [text]).map_err(|why| uncopied(part, fault(why)))?;
    examine(part)?;
    fs::metadata(part).map(|file| file.len()).map_err(wrong)
}

/// Why nothing was copied. Only the copy takes room.
fn uncopied(part: &Path, why: Error) -> BackupError {
    match why {
        Error::Full(_) => BackupError::File(part.to_owned(), io::ErrorKind::StorageFull.into()),
        why @ (Error::Refused(_) | Error::Conflict(_) | Error::Lost(_) | Error::Unavailable(_) | Error::Fault(_)) => {
            why.into()
        }
    }
}

/// A backup that is being put in place: a folder of its own beside the database, until it is named.
pub struct Restoring {
    target: PathBuf,
    folder: PathBuf,
    file: PathBuf,
    is_held: bool,
    _lock: Arc<File>,
}

impl Restoring {
    /// Takes the data folder of the database `target`, which must not be there, copies a backup into it, and brings that to
    /// this version's schema.
    ///
    /// # Errors
    /// If there is a database, or the file is no whole backup, or has anything in it that our migrations do not make.
    pub fn begin(target: &Path, backup: &Path) -> Result<Restoring, BackupError> {
        let there = ["", "-wal", "-journal"].map(|end| beside(target, end)).into_iter().find(|file| file.exists());
        if let Some(file) = there {
            return Err(BackupError::Exists(file));
        }
        let in_use = ["-wal", "-journal"].map(|end| beside(backup, end)).into_iter().find(|file| file.exists());
        if let Some(beside) = in_use {
            return Err(BackupError::InUse(beside));
        }
        let lock = lock(&target.with_extension("lock"))?;
        let folder = beside(target, ".restoring");
        if folder.exists() {
            // Of one that was killed: the data folder is locked, so nobody works in it.
            fs::remove_dir_all(&folder).map_err(|why| BackupError::File(folder.clone(), why))?;
        }
        fs::create_dir(&folder).map_err(|why| BackupError::File(folder.clone(), why))?;
        let file = folder.join("tegata.db");
        let mut restoring = Restoring { target: target.to_owned(), folder, file, is_held: false, _lock: lock };
        restoring.is_held = restoring.take(backup)?;
        migrate(&restoring.database())?;
        if restoring.is_ours()? { Ok(restoring) } else { Err(BackupError::Foreign(backup.to_owned())) }
    }

    /// Whether its schema is what this version's migrations make, with nothing added: a trigger would go on changing what
    /// is written, and a changed table take what ours does not.
    fn is_ours(&self) -> Result<bool, BackupError> {
        let new = self.folder.join("new.db");
        migrate(&Database::Sqlite(new.clone()))?;
        Ok(schema(&self.file)? == schema(&new)?)
    }

    /// Whether the backup was held against the digest beside it: without one, nobody sees what changed inside of its rows.
    pub fn is_held(&self) -> bool {
        self.is_held
    }

    /// Copies the backup and examines the copy; whether there was a digest to hold it against.
    fn take(&self, backup: &Path) -> Result<bool, BackupError> {
        let unreadable = |why| BackupError::File(backup.to_owned(), why);
        let mut from = File::open(backup).map_err(unreadable)?;
        // A folder opens, and only its reading fails: that would be told of the copy.
        if from.metadata().map_err(unreadable)?.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        let mut to = create(&self.file)?;
        io::copy(&mut from, &mut to).map_err(|why| BackupError::File(self.file.clone(), why))?;
        let held = digest::check(&self.file, backup)?;
        // What is wrong is wrong with the file that was given.
        examine(&self.file).map(|()| held).map_err(|error| match error {
            BackupError::Foreign(_) => BackupError::Foreign(backup.to_owned()),
            BackupError::Damaged(_, what) => BackupError::Damaged(backup.to_owned(), what),
            BackupError::Exists(_)
            | BackupError::Missing(_)
            | BackupError::InUse(_)
            | BackupError::File(..)
            | BackupError::Open(_) => error,
        })
    }

    /// The copy, to be looked through before it is served.
    pub fn database(&self) -> Database {
        Database::Sqlite(self.file.clone())
    }

    /// Gives it the database's name, once nobody has it open; it is on the disk then.
    ///
    /// # Errors
    /// If a database came to be there meanwhile, or the operating system says no.
    pub fn finish(self) -> Result<(), BackupError> {
        // Copies what is in the log into the file, and refuses while another connection has it.
        let connection = open(&self.file)?;
        connection.pragma_update(None, "journal_mode", "DELETE").map_err(fault)?;
        drop(connection);
        name(&self.file, &self.target)
    }
}

impl Drop for Restoring {
    fn drop(&mut self) {
        // Named, the file has two names; one that was not must not lie about.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether a file is a whole database of ours, as far as SQLite can tell.
fn examine(file: &Path) -> Result<(), BackupError> {
    let foreign = || BackupError::Foreign(file.to_owned());
    let damaged = |what: String| BackupError::Damaged(file.to_owned(), what);
    let mut head = [0; MAGIC.len()];
    let read = File::open(file).and_then(|mut open| io::Read::read_exact(&mut open, &mut head));
    if read.is_err() || head != *MAGIC {
        return Err(foreign());
    }
    let connection = open(file)?;
    let found = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match found.map_err(|error| damaged(error.to_string()))? {
        sound if sound == "ok" => {}
        what => return Err(damaged(what)),
    }
    let ours = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('migration', 'verification')";
    let tables: i64 = connection.query_row(ours, [], |row| row.get(0)).map_err(fault)?;
    if tables == 2 { Ok(()) } else { Err(foreign()) }
}

/// All that a schema consists of, in the words that made it. What SQLite keeps for itself about indexes is left out.
fn schema(file: &Path) -> Result<Vec<[String; 4]>, BackupError> {
    let connection = open(file)?;
    let all = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master \
               WHERE name NOT GLOB 'sqlite_stat[0-9]' ORDER BY type, name";
    let read = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    let mut statement = connection.prepare(all).map_err(fault)?;
    let rows = statement.query_map([], read).and_then(Iterator::collect).map_err(fault)?;
    Ok(rows)
}

/// A new file for its owner's eyes only: it holds what people wrote, sealed or not.
pub(super) fn create(file: &Path) -> Result<File, BackupError> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => BackupError::File(file.to_owned(), why),
    })
}

/// Gives a file that is flushed a second name: a link fails where a renaming would write over what is there.
fn name(part: &Path, to: &Path) -> Result<(), BackupError> {
    let wrong = |why: io::Error| match why.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => BackupError::File(to.to_owned(), why),
    };
    File::open(part).and_then(|file| file.sync_all()).map_err(wrong)?;
    fs::hard_link(part, to).map_err(wrong)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(wrong)
}

pub(super) fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own with a database, and whether a backup of it, changed so, is taken.
    fn restored_after(name: &str, change: &str) -> Result<(), BackupError> {
        let folder = std::env::temp_dir().join(format!("tegata_backup_{}_{name}", std::process::id()));
        fs::create_dir(&folder).expect("a folder of its own");
        let [from, to, target] = ["tegata.db", "copy", "restored.db"].map(|file| folder.join(file));
        migrate(&Database::Sqlite(from.clone())).expect("a database");
        open(&from).expect("it opens").execute_batch(change).expect("it is changed");
        let restored = backup(&from, &to).and_then(|_| Restoring::begin(&target, &to)?.finish());
        let left: Vec<_> =
            fs::read_dir(&folder).expect("it is a folder").map(|entry| entry.expect("one").path()).collect();
        assert_eq!(restored.is_ok(), target.exists(), "{left:?}");
        assert!(
            !left.iter().any(|file| file.ends_with("copy.part") || file.ends_with("restored.db.restoring")),
            "{left:?}"
        );
        fs::remove_dir_all(&folder).expect("the folder goes");
        restored
    }

    #[test]
    fn a_backup_is_restored_if_it_is_ours_and_not_newer() {
        restored_after("ours", "").expect("it is ours");
        let newer = "INSERT INTO migration VALUES (900, 'later', x'00')";
        let refused = restored_after("newer", newer).expect_err("it is newer").to_string();
        assert!(refused.contains("newer version"), "{refused}");
        let foreign = restored_after("foreign", "DROP TABLE migration").expect_err("it is none of ours");
        assert!(matches!(foreign, BackupError::Foreign(_)), "{foreign}");
    }

    #[test]
    fn d11_a_backup_with_a_foreign_schema_is_refused() {
        for (name, change) in [
            ("table", "CREATE TABLE other (x)"),
            ("view", "CREATE VIEW other AS SELECT 1"),
            ("index", "CREATE INDEX other ON migration (name)"),
            ("trigger", "CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM verification; END"),
            ("column", "ALTER TABLE message ADD COLUMN other TEXT"),
            ("less", "DROP TABLE receipt"),
        ] {
            let refused = restored_after(name, change).expect_err(name);
            assert!(matches!(refused, BackupError::Foreign(_)), "{name}: {refused}");
        }
        restored_after("analysed", "ANALYZE").expect("it is ours");
    }

    #[test]
    fn it_is_the_copy_that_has_no_room() {
        let told = |why| uncopied(Path::new("/full/b.db.part"), why).to_string();
        let full = told(Error::Full("database or disk is full".into()));
        assert!(full.starts_with("/full/b.db.part: ") && !full.contains("database"), "{full}");
        assert!(told(Error::Lost("away".into())).contains("away"));
    }

    #[test]
    fn a_folder_is_no_backup_and_is_named() {
        let folder = std::env::temp_dir().join(format!("tegata_backup_{}_folder", std::process::id()));
        let given = folder.join("given");
        fs::create_dir_all(&given).expect("a folder of its own");
        let refused = Restoring::begin(&folder.join("tegata.db"), &given).err().expect("it is refused").to_string();
        fs::remove_dir_all(&folder).expect("the folder goes");
        assert!(refused.starts_with(&format!("{}: ", given.display())), "{refused}");
    }

    /// A byte of a row is nothing that SQLite looks at.
    #[test]
    fn a_backup_that_is_not_as_it_was_written_is_damaged() {
        let folder = std::env::temp_dir().join(format!("tegata_backup_{}_digest", std::process::id()));
        fs::create_dir(&folder).expect("a folder of its own");
        let [from, to, target] = ["tegata.db", "copy", "restored.db"].map(|file| folder.join(file));
        migrate(&Database::Sqlite(from.clone())).expect("a database");
        backup(&from, &to).expect("it is written");
        let whole = fs::read(&to).expect("it is there");
        let name = b"0001_begin";
        let at = whole.windows(name.len()).position(|window| window == name).expect("its steps are in it");
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&to, changed).expect("it is ours");
        let refused = Restoring::begin(&target, &to).err();
        assert!(matches!(refused, Some(BackupError::Damaged(..))), "{refused:?}");
        fs::write(&to, whole).expect("it is ours");
        Restoring::begin(&target, &to).and_then(Restoring::finish).expect("it is whole again");
        fs::remove_dir_all(&folder).expect("the folder goes");
    }

    /// SQLite would take the name for a URI, and write to the file `uri` of the folder that the process is in.
    #[test]
    fn a_name_is_a_name_and_no_uri() {
        let folder = std::env::temp_dir().join(format!("tegata_backup_{}_uri", std::process::id()));
        fs::create_dir(&folder).expect("a folder of its own");
        let from = folder.join("tegata.db");
        migrate(&Database::Sqlite(from.clone())).expect("a database");
        let name = format!("file:tegata_uri_{}?mode=memory", std::process::id());
        let made = backup(&from, Path::new(&name));
        let named = fs::metadata(&name).map(|file| file.len()).ok();
        drop(fs::remove_file(&name));
        drop(fs::remove_file(digest::file_of(Path::new(&name))));
        fs::remove_dir_all(&folder).expect("the folder goes");
        assert_eq!(made.expect("it is written"), named.expect("under this very name"));
    }
}
