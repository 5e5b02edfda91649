//! The key file: secrets outside the database and its backups (rule V3).

use std::{fs, io, io::Write, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::key::{KeyId, KeyRing, Secret};
use serde::{Deserialize, Serialize};

use super::ConfigError;

const HEAD: &str = "# Tegata's keys. Whoever has this file and the database can read numbers and make codes:\n\
    # keep it readable for the service only, and out of the database's backups.\n\
    # The last one is for new rows; those before it still read what they sealed.\n\n";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    key: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: u32,
    secret: String,
    /// May have leaked: codes under it are over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    revoked: bool,
}

impl Entry {
    fn new(id: u32, secret: &[u8; 32]) -> Entry {
        Entry { id, secret: STANDARD.encode(secret), revoked: false }
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

/// Reads the keys.
///
/// # Errors
/// When the file is missing or no key file.
pub fn read(file: &Path) -> Result<KeyRing, ConfigError> {
    let parsed = parse(file)?;
    let secrets = parsed.key.iter().map(|entry| {
        let bytes = STANDARD.decode(&entry.secret).ok()?.try_into().ok()?;
        Some((KeyId(entry.id), Secret::new(bytes)))
    });
    let secrets: Option<Vec<_>> = secrets.collect();
    let revoked = parsed.key.iter().take_while(|entry| entry.revoked).count();
    if parsed.key.iter().skip(revoked).any(|entry| entry.revoked) {
        return Err(wrong(file, "a key before a revoked one is not revoked"));
    }
    if !parsed.key.is_sorted_by(|one, next| one.id < next.id) {
        return Err(wrong(file, "the keys' ids do not grow"));
    }
    let ring = secrets.and_then(|secrets| KeyRing::with_revoked(&secrets, revoked));
    ring.ok_or_else(|| wrong(file, "has no key of 32 bytes that is not revoked"))
}

/// Adds a secret, which new rows use; those before it stay for theirs. Its id.
///
/// # Errors
/// When the file is no key file or cannot be replaced; then it is as it was.
pub fn rotate(file: &Path, secret: &[u8; 32]) -> Result<KeyId, ConfigError> {
    add(file, secret, false)
}

/// As [`rotate`], after marking every secret that is there as revoked.
///
/// # Errors
/// As [`rotate`].
pub fn revoke(file: &Path, secret: &[u8; 32]) -> Result<KeyId, ConfigError> {
    add(file, secret, true)
}

fn add(file: &Path, secret: &[u8; 32], revoke: bool) -> Result<KeyId, ConfigError> {
    let last = read(file)?.current().id;
    let id = last.0.checked_add(1).ok_or_else(|| wrong(file, "has too many keys"))?;
    let mut keys = parse(file)?;
    keys.key.iter_mut().for_each(|entry| entry.revoked |= revoke);
    keys.key.push(Entry::new(id, secret));
    let text = text(&keys).map_err(|what| wrong(file, what))?;
    replace(file, &text).map_err(|error| wrong(file, error))?;
    Ok(KeyId(id))
}

fn parse(file: &Path) -> Result<File, ConfigError> {
    let text = fs::read_to_string(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => wrong(file, "there is no key file; make one with `tegata secrets init`"),
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
