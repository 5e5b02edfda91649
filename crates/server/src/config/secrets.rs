//! The key file: secrets outside the database and its backups (rule V3).

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    key::{KeyId, KeyRing, Keys, Secret},
    time::Time,
};
use serde::{Deserialize, Serialize};

use super::{Config, ConfigError, DatabaseUrl};

const HEAD: &str = "# Tegata's keys. Whoever has this file and the database can read numbers and make codes:\n\
    # keep it readable for the service only, and out of the database's backups.\n\
    # The last one is for new rows, from its used_from on; those before it still read what they sealed.\n\n";

/// What to do without one.
const MISSING: &str = "there is no key file: for a new database make one with `tegata secrets init`, for one that exists \
                       put its copy back";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    key: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: u32,
    /// From when new rows are given it, as RFC 3339; at once without. Before the secret: a file that is being copied has it
    /// whenever it has the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_from: Option<String>,
    secret: String,
    /// May have leaked: codes under it are over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    revoked: bool,
}

impl Entry {
    fn new(id: u32, secret: &[u8; 32]) -> Entry {
        Entry { id, used_from: None, secret: STANDARD.encode(secret), revoked: false }
    }
}

/// Writes a new key file with one secret; never over an existing one.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn init(file: &Path, secret: &[u8; 32]) -> Result<(), ConfigError> {
    let text = text(&File { key: vec![Entry::new(1, secret)] }).map_err(|what| wrong(file, what))?;
    create(file, &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => ConfigError(format!("{} exists already and was left as it is", file.display())),
        _ => wrong(file, error),
    })
}

/// The keys that a server starts with, and the file that it reads them from again while it runs, if there is one.
pub struct Source {
    /// The keys; none of them waits for its time.
    pub ring: KeyRing,
    /// The file.
    pub file: Option<PathBuf>,
}

impl Source {
    /// The keys of a configuration.
    ///
    /// # Errors
    /// As [`read`].
    pub fn of(config: &Config) -> Result<Source, ConfigError> {
        Ok(Source { ring: of(config)?, file: Some(config.secrets.clone().into()) })
    }
}

impl From<KeyRing> for Source {
    fn from(ring: KeyRing) -> Source {
        Source { ring, file: None }
    }
}

/// Reads the keys; none of them waits for its time ([`KeyRing::at`]).
///
/// # Errors
/// When the file is missing or no key file.
pub fn read(file: &Path) -> Result<KeyRing, ConfigError> {
    ring(&parse(file)?).map_err(|what| wrong(file, what))
}

/// Reads the keys of a configuration.
///
/// # Errors
/// As [`read`]. A second file would make every code wrong in a database that is there: then none is to be made.
pub fn of(config: &Config) -> Result<KeyRing, ConfigError> {
    let file: &Path = config.secrets.as_ref();
    match &config.database {
        DatabaseUrl::Sqlite(database) if !file.exists() && database.exists() => Err(wrong(
            file,
            format!(
                "there is no key file: put back the copy of the one that {} was written with (only a database that nobody \
                 used yet takes a new one, by `tegata secrets init`)",
                database.display()
            ),
        )),
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Postgres(_) => read(file),
    }
}

/// Whether others than its owner and its group can read or write the key file.
pub fn is_open(file: &Path) -> bool {
    // One that cannot be looked at cannot be read either, which is told there.
    fs::metadata(file).is_ok_and(|found| std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o006 != 0)
}

fn ring(keys: &File) -> Result<KeyRing, &'static str> {
    let all: Vec<Keys> = keys.key.iter().map(derived).collect::<Result<_, _>>()?;
    let revoked = keys.key.iter().take_while(|entry| entry.revoked).count();
    if keys.key.iter().skip(revoked).any(|entry| entry.revoked) {
        return Err("a key before a revoked one is not revoked");
    }
    if !keys.key.is_sorted_by(|one, next| one.id < next.id) {
        return Err("the keys' ids do not grow");
    }
    KeyRing::of(all, revoked).ok_or("has no key that is not revoked")
}

fn derived(entry: &Entry) -> Result<Keys, &'static str> {
    let bytes = STANDARD.decode(&entry.secret).ok().and_then(|bytes| bytes.try_into().ok());
    let secret = Secret::new(bytes.ok_or("has a key that is not 32 bytes")?);
    let mut keys = Keys::from_secret(KeyId(entry.id), &secret);
    if let Some(from) = &entry.used_from {
        keys.used_from = Time::from_rfc3339(from).ok_or("has a used_from that is not like 2026-11-23T06:00:00Z")?;
    }
    Ok(keys)
}

/// Adds a secret, which new rows use from an instant on; those before it stay for theirs. Its id.
///
/// # Errors
/// When the file is no key file or cannot be replaced; then it is as it was.
pub fn rotate(file: &Path, secret: &[u8; 32], used_from: Time) -> Result<KeyId, ConfigError> {
    add(file, secret, Some(used_from))
}

/// As [`rotate`], after marking every secret that is there as revoked: the new one is used at once.
///
/// # Errors
/// As [`rotate`].
pub fn revoke(file: &Path, secret: &[u8; 32]) -> Result<KeyId, ConfigError> {
    add(file, secret, None)
}

/// Adds a secret beside those that are there, for use from an instant on; or in the place of all, at once.
fn add(file: &Path, secret: &[u8; 32], used_from: Option<Time>) -> Result<KeyId, ConfigError> {
    let mut keys = parse(file)?;
    let last = ring(&keys).map_err(|what| wrong(file, what))?.newest().id;
    let id = last.0.checked_add(1).ok_or_else(|| wrong(file, "has too many keys"))?;
    keys.key.iter_mut().for_each(|entry| entry.revoked |= used_from.is_none());
    keys.key.push(Entry { used_from: used_from.map(Time::rfc3339), ..Entry::new(id, secret) });
    let text = text(&keys).map_err(|what| wrong(file, what))?;
    replace(file, &text).map_err(|error| wrong(file, error))?;
    Ok(KeyId(id))
}

fn parse(file: &Path) -> Result<File, ConfigError> {
    let text = fs::read_to_string(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => wrong(file, MISSING),
        _ => wrong(file, error),
    })?;
    // A parser's message could quote the secret: only where it stopped is told.
    toml::from_str(&text).map_err(|_| wrong(file, "is not a key file"))
}

fn text(keys: &File) -> Result<String, toml::ser::Error> {
    Ok(format!("{HEAD}{}", toml::to_string(keys)?))
}

fn wrong(file: &Path, what: impl std::fmt::Display) -> ConfigError {
    ConfigError(format!("{}: {what}", file.display()))
}

/// Writes a file that is readable for its owner only; never over an existing one.
fn create(file: &Path, text: &str) -> io::Result<()> {
    let mut new = create_private(file)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()
}

/// Replaces a file whole or not at all, for the same owner: the service must still be able to read it.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let file = file.canonicalize()?;
    let next = file.with_extension("new");
    let replaced = create(&next, text)
        .and_then(|()| keep_owner(&file, &next))
        .and_then(|()| fs::rename(&next, &file))
        .and_then(|()| sync_folder(&file));
    if replaced.is_err() {
        // What could not be put in place must not lie about; it may never have been made.
        let _ = fs::remove_file(&next);
    }
    replaced
}

#[cfg(unix)]
fn create_private(file: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

#[cfg(unix)]
fn keep_owner(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (from, own) = (fs::metadata(from)?, fs::metadata(to)?);
    if (from.uid(), from.gid()) != (own.uid(), own.gid()) {
        chown(to, Some(from.uid()), Some(from.gid()))?;
    }
    fs::set_permissions(to, from.permissions())
}

/// Rows will need the new key: the file's name must be as durable as they are.
#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn create_private(file: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(file)
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&[(1, false)], Ok((1, 1)))]
    #[case(&[(1, false), (2, false)], Ok((1, 2)))]
    #[case(&[(1, true), (2, false), (7, false)], Ok((2, 7)))]
    #[case(&[], Err("not revoked"))]
    #[case(&[(1, true)], Err("not revoked"))]
    #[case(&[(1, false), (2, true), (3, false)], Err("before a revoked one"))]
    #[case(&[(2, false), (1, false)], Err("do not grow"))]
    #[case(&[(1, false), (1, false)], Err("do not grow"))]
    fn v3_the_first_good_key_is_the_index_and_the_last_is_current(
        #[case] entries: &[(u32, bool)],
        #[case] wanted: Result<(u32, u32), &str>,
    ) {
        let entry = |(id, revoked): &(u32, bool)| Entry { revoked: *revoked, ..Entry::new(*id, &[7; 32]) };
        let text = text(&File { key: entries.iter().map(entry).collect() }).expect("it can be written");
        let file: File = toml::from_str(&text).expect("and read");
        match (ring(&file), wanted) {
            (Ok(ring), Ok(wanted)) => assert_eq!((ring.index().id.0, ring.current().id.0), wanted),
            (Err(told), Err(part)) => assert!(told.contains(part), "{told}"),
            (Ok(_), Err(part)) => panic!("not refused: {part}"),
            (Err(told), Ok(_)) => panic!("{told}"),
        }
    }

    #[test]
    fn v3_a_rotation_keeps_what_was_there_and_a_revocation_marks_it() {
        let file = std::env::temp_dir().join(format!("tegata_secrets_{}.toml", std::process::id()));
        init(&file, &[1; 32]).expect("the folder can be written");
        let first = read(&file).expect("it was written").current().fingerprint();
        assert_eq!(rotate(&file, &[2; 32], Time::from_ms(60_000)).expect("rotated"), KeyId(2));
        let rotated = read(&file).expect("it was written");
        assert_eq!((rotated.index().fingerprint(), rotated.current().id), (first.clone(), KeyId(2)));
        let current = |now| rotated.at(Time::from_ms(now)).current().id;
        assert_eq!((current(59_999), current(60_000)), (KeyId(1), KeyId(2)));
        assert_eq!(revoke(&file, &[3; 32]).expect("revoked"), KeyId(3));
        let revoked = read(&file).expect("it was written");
        assert_eq!((revoked.index().id, revoked.at(Time::from_ms(0)).current().id), (KeyId(3), KeyId(3)));
        assert_eq!([1, 2, 3].map(|id| revoked.is_revoked(KeyId(id))), [true, true, false]);
        assert_eq!(
            revoked.get(KeyId(1)).map(domain::key::Keys::fingerprint),
            Some(first),
            "it still reads what it sealed"
        );
        fs::remove_file(&file).expect("it is there");
    }
}
