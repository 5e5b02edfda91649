//! A backup's SHA-256 in a file beside it, as `sha256sum --check` reads it: SQLite sees a page that is torn, not a byte that
//! changed in a row.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use domain::digest::Fixed;
use sha2::{Digest, Sha256};

use super::backup::{BackupError, beside, create};

/// So much is read at once, in bytes.
const PART: usize = 64 << 10;

/// Where a backup's digest is.
pub(super) fn file_of(backup: &Path) -> PathBuf {
    beside(backup, ".sha256")
}

/// Writes the digest of the file `part`, which will be called `backup`, and flushes it.
///
/// # Errors
/// If one is there, or either cannot be read or written.
pub(super) fn write(part: &Path, backup: &Path) -> Result<(), BackupError> {
    let digest = of(part).map_err(|why| BackupError::File(part.to_owned(), why))?;
    let file = file_of(backup);
    let name = backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut open = create(&file)?;
    let written = writeln!(open, "{digest}  {name}").and_then(|()| open.sync_all());
    written.map_err(|why| {
        // A half of it would have a whole backup refused.
        let _ = fs::remove_file(&file);
        BackupError::File(file, why)
    })
}

/// Holds a copy of a backup against the digest beside it; `false` if there is none.
///
/// # Errors
/// If they do not agree, or either cannot be read.
pub(super) fn check(copy: &Path, backup: &Path) -> Result<bool, BackupError> {
    let file = file_of(backup);
    if !file.exists() {
        return Ok(false);
    }
    let told = fs::read_to_string(&file).map_err(|why| BackupError::File(file.clone(), why))?;
    let found = of(copy).map_err(|why| BackupError::File(copy.to_owned(), why))?;
    if told.split_whitespace().next() == Some(&found) {
        return Ok(true);
    }
    Err(BackupError::Damaged(backup.to_owned(), format!("it is not what {} was written for", file.display())))
}

fn of(file: &Path) -> io::Result<String> {
    let (mut open, mut digest, mut part) = (File::open(file)?, Sha256::new(), vec![0; PART]);
    loop {
        let count = open.read(&mut part)?;
        if count == 0 {
            return Ok(Fixed::<32>(digest.finalize().into()).hex());
        }
        digest.update(&part[..count]);
    }
}
