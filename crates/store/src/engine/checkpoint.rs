//! Checkpoints: what stands in SQLite's log is copied into its file beside the writer, and not within its commits.
//!
//! A thread with a connection of its own copies while commits go on. What these added meanwhile is little; when the log is
//! long enough, the writer copies that after one of its commits, and begins the log anew.
//!
//! A commit that comes while copied pages are flushed waits for them: most of what the slowest requests wait for. So little
//! is copied at a time while commits are small, as they are with time to spare. When they are large, the writer is behind:
//! then much is copied at a time, since a page that changed often is copied once.

use std::{
    ops::Range,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    thread::{Builder, JoinHandle},
};

use rusqlite::{Connection, hooks::Wal};

use super::sqlite::{fault, open};
use crate::error::Error;

/// Pages (4 KiB) in the log when it is begun anew, and when the writer waits until all are copied: the more, the fewer
/// are copied twice; with the second, 256 MiB, nothing is unbounded.
pub(super) const PAGES: Range<i32> = 8_000..65_536;
/// After how many commits copying begins, however short the log is.
const COMMITS: u32 = 100;
/// How often what is in the log is copied before the writer copies the rest: each time there is less.
const ROUNDS: usize = 3;

/// The thread; it ends with the writer's connection, which must be dropped before this is.
pub(super) struct Checkpoints(Option<JoinHandle<()>>);

impl Checkpoints {
    /// Takes the checkpoints over from the commits of `writer`, a connection to `file`: one after [`COMMITS`], or when the
    /// log has grown by the first of `pages`; it is never much longer than the second.
    pub fn start(writer: &mut Connection, file: &Path, pages: Range<i32>) -> Result<Checkpoints, Error> {
        let own = open(file)?;
        // The writer's commits wait for the disk; the file is flushed before its pages leave the log.
        own.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = 0; PRAGMA wal_autocheckpoint = 0;")
            .map_err(fault)?;
        let (wake, woken) = sync_channel(1);
        let (done, copied) = sync_channel(1);
        let mut log = Log { wake, copied, pages, asked_at: 0, commits: 0, copying: false };
        // A checkpoint that fails is tried again after the next commit; that commit happened.
        let hook = move |wal: &mut Wal, pages| {
            log.grew(wal, pages);
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(fault)?;
        let thread = Builder::new().name("store".into()).spawn(move || copy(&own, &woken, &done));
        Ok(Checkpoints(Some(thread.map_err(|why| Error::Unavailable(format!("no thread: {why}")))?)))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        // One that panicked copies nothing more; then the writer did.
        let _ = self.0.take().map(JoinHandle::join);
    }
}

/// The log as the writer sees it.
struct Log {
    wake: SyncSender<()>,
    copied: Receiver<()>,
    pages: Range<i32>,
    /// How long it was when copying was last asked for.
    asked_at: i32,
    /// Commits since then.
    commits: u32,
    copying: bool,
}

impl Log {
    /// A commit left it with so many pages.
    fn grew(&mut self, wal: &mut Wal, pages: i32) {
        if pages < self.asked_at {
            self.asked_at = 0;
        }
        self.commits += 1;
        if self.copying {
            let still = self.copied.try_recv() == Err(TryRecvError::Empty);
            if still && pages < self.pages.end {
                return;
            }
            // Where the thread has ended there is nothing to wait for.
            let _ = still.then(|| self.copied.recv());
            self.copying = false;
            if pages >= self.pages.start {
                copy_rest(wal, pages);
                return;
            }
        }
        if self.commits >= COMMITS || pages - self.asked_at >= self.pages.start {
            (self.asked_at, self.commits) = (pages, 0);
            self.copying = self.wake.try_send(()).is_ok();
            if !self.copying {
                copy_rest(wal, pages);
            }
        }
    }
}

/// Copies what was not copied yet: if nobody reads from the log, the next commit begins it anew.
fn copy_rest(wal: &mut Wal, pages: i32) {
    if let Err(error) = wal.checkpoint() {
        tracing::warn!(%error, pages, "could not copy the log into its file");
    }
}

/// Copies when asked, until nobody can ask any more.
fn copy(own: &Connection, woken: &Receiver<()>, done: &SyncSender<()>) {
    while woken.recv().is_ok() {
        let round = |_| own.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = (0..ROUNDS).try_for_each(round) {
            tracing::warn!(%error, "could not copy the log into its file");
        }
        // Whoever asked is gone, or looks after its next commit.
        let _ = done.try_send(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_stays_short_while_commits_go_on() {
        let folder = std::env::temp_dir().join(format!("tegata-checkpoint-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a new folder");
        let file = folder.join("test.db");
        let mut writer = Connection::open(&file).expect("a new file");
        writer
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (a BLOB)")
            .expect("a new table");
        let checkpoints = Checkpoints::start(&mut writer, &file, 50..500).expect("a thread");
        for _ in 0..5_000 {
            writer.execute("INSERT INTO t VALUES (zeroblob(4000))", []).expect("it is inserted");
        }
        let log_bytes = std::fs::metadata(folder.join("test.db-wal")).expect("the log").len();
        drop(writer);
        drop(checkpoints);
        let reader = Connection::open(&file).expect("the file");
        let count: i64 = reader.query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0)).expect("a count");
        drop(reader);
        std::fs::remove_dir_all(&folder).expect("it is removed");
        assert_eq!(count, 5_000);
        // Never begun anew, it would hold more than 5,000 pages of 4 KiB.
        assert!(log_bytes < 1_000 * 4_096, "{log_bytes}");
    }
}
