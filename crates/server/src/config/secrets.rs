//! The key file: secrets outside the database and its backups (rule V3).

use std::{fs, io, io::Write, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::key::{KeyId, KeyRing, Secret};
use serde::{Deserialize, Serialize};

use super::ConfigError;

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
}

/// Writes a new key file with one secret; never over an existing one.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn init(file: &Path, secret: &[u8; 32]) -> Result<(), ConfigError> {
    let text = format!(
        "# Tegata's keys. Whoever has this file and the database can read numbers and make codes:\n\
         # keep it readable for the service only, and out of the database's backups.\n\n\
         [[key]]\nid = 1\nsecret = \"{}\"\n",
        STANDARD.encode(secret)
    );
    create_private(file).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all())).map_err(
        |error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                ConfigError(format!("{} exists already and was left as it is", file.display()))
            }
            _ => ConfigError(format!("{}: {error}", file.display())),
        },
    )
}

/// Reads the keys.
///
/// # Errors
/// When the file is missing or no key file.
pub fn read(file: &Path) -> Result<KeyRing, ConfigError> {
    let wrong = |what: String| ConfigError(format!("{}: {what}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => wrong("there is no key file; make one with `tegata secrets init`".into()),
        _ => wrong(error.to_string()),
    })?;
    // A parser's message could quote the secret: only where it stopped is told.
    let parsed: File = toml::from_str(&text).map_err(|_| wrong("is not a key file".into()))?;
    let secrets = parsed.key.iter().map(|entry| {
        let bytes = STANDARD.decode(&entry.secret).ok()?.try_into().ok()?;
        Some((KeyId(entry.id), Secret::new(bytes)))
    });
    let secrets: Option<Vec<_>> = secrets.collect();
    secrets.and_then(|secrets| KeyRing::new(&secrets)).ok_or_else(|| wrong("has no key of 32 bytes".into()))
}

#[cfg(unix)]
fn create_private(file: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

#[cfg(not(unix))]
fn create_private(file: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(file)
}
