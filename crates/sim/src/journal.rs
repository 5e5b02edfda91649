//! `DIR/sim.jsonl`: one change a line, handed to the operating system before anybody is answered, so that a killed
//! process forgets nothing it has confirmed. (A power cut may; these are simulated messages.)

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use crate::world::{Change, World};

/// A journal is rewritten when it is this large, in bytes, …
const COMPACT_FROM_BYTES: u64 = 8 << 20;
/// … and this many times as large as when it was last rewritten.
const COMPACT_FACTOR: u64 = 4;

/// Where changes are written; nowhere, when the world has no folder.
pub struct Journal(Option<Log>);

struct Log {
    path: PathBuf,
    file: File,
    bytes: u64,
    /// From how many bytes on it is rewritten.
    compact_at_bytes: u64,
}

impl Journal {
    /// Reads the journal in `dir`, if any, into `world`, and goes on writing there.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or a line in the middle is not a change. A torn last line, as a
    /// killed process leaves it, was never confirmed to anybody and is cut off.
    pub fn open(dir: Option<&Path>, world: &mut World) -> io::Result<Journal> {
        let Some(dir) = dir else {
            return Ok(Journal(None));
        };
        std::fs::create_dir_all(dir)?;
        let path = dir.join("sim.jsonl");
        let file = OpenOptions::new().create(true).read(true).append(true).open(&path)?;
        let bytes = read(&file, world)?;
        file.set_len(bytes)?;
        let mut journal = Journal(Some(Log { path, file, bytes, compact_at_bytes: COMPACT_FROM_BYTES }));
        journal.compact_if_large(world);
        Ok(journal)
    }

    /// Writes changes, all or none, in one write.
    ///
    /// # Errors
    /// When the operating system does not take them; then none of them is in the journal.
    pub fn write(&mut self, changes: &[Change]) -> io::Result<()> {
        let Some(log) = &mut self.0 else {
            return Ok(());
        };
        let text = lines(changes)?;
        if let Err(error) = log.file.write_all(&text) {
            log.file.set_len(log.bytes)?;
            return Err(error);
        }
        log.bytes += text.len() as u64;
        Ok(())
    }

    /// Rewrites a journal that has grown large to what the world is now. A failure is logged and changes nothing.
    pub fn compact_if_large(&mut self, world: &World) {
        let Some(log) = self.0.as_mut().filter(|log| log.bytes >= log.compact_at_bytes) else {
            return;
        };
        if let Err(error) = log.compact(world) {
            tracing::warn!(%error, "the simulator's journal could not be rewritten");
            log.compact_at_bytes = log.bytes * 2;
        }
    }
}

impl Log {
    fn compact(&mut self, world: &World) -> io::Result<()> {
        let text = lines(&world.snapshot())?;
        let new = self.path.with_extension("jsonl.new");
        std::fs::write(&new, &text)?;
        let file = OpenOptions::new().append(true).open(&new)?;
        file.sync_data()?;
        std::fs::rename(&new, &self.path)?;
        self.file = file;
        self.bytes = text.len() as u64;
        self.compact_at_bytes = COMPACT_FROM_BYTES.max(self.bytes * COMPACT_FACTOR);
        Ok(())
    }
}

fn lines(changes: &[Change]) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(changes.len() * 512);
    for change in changes {
        serde_json::to_writer(&mut text, change)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// Applies all whole lines, and returns how many bytes they are.
fn read(file: &File, world: &mut World) -> io::Result<u64> {
    let mut reader = BufReader::new(file);
    let (mut line, mut bytes, mut number) = (Vec::new(), 0u64, 0u64);
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(bytes);
        }
        number += 1;
        let change = serde_json::from_slice(&line)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("sim.jsonl line {number}: {error}")))?;
        world.apply(change);
        bytes += read as u64;
    }
}
