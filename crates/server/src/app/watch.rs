//! Who waits for changes: open pages and event streams by verification, the dispatcher for due messages.
//!
//! A commit here wakes its watchers at once. Commits of other nodes are found by one query a node and half second for
//! all watched ids, so that nothing depends on one node's memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    id::VerificationId,
    refusal::Refusal,
    time::{Time, seconds},
};
use store::{Changes, Store, verification};
use tokio::sync::{broadcast::error::RecvError, watch};

/// Streams open at once on this node; one more is refused.
const WATCHED_MAX: usize = 10_000;
/// Streams open at once on one verification (rule D9): a person has a few tabs.
const STREAMS_MAX: usize = 8;
/// How often other nodes' commits are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The watchers of this node.
pub struct Watch {
    store: Store,
    watched: Arc<Mutex<HashMap<VerificationId, Watched>>>,
    outbox: watch::Sender<()>,
    submitted: watch::Sender<()>,
    closing: watch::Sender<bool>,
}

struct Watched {
    changed: watch::Sender<()>,
    version: Option<i64>,
}

/// Tells of changes of one verification.
pub struct Watcher {
    id: VerificationId,
    changed: watch::Receiver<()>,
    closing: watch::Receiver<bool>,
    watched: Arc<Mutex<HashMap<VerificationId, Watched>>>,
}

impl Watch {
    pub(super) fn new(store: Store) -> Watch {
        let (outbox, submitted) = (watch::Sender::new(()), watch::Sender::new(()));
        Watch { store, watched: Arc::default(), outbox, submitted, closing: watch::Sender::new(false) }
    }

    /// Watches one verification.
    ///
    /// # Errors
    /// `busy` when this one has too many streams, `unavailable` when too many are watched.
    pub fn verification(&self, id: VerificationId, now: Time) -> Result<Watcher, Refusal> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.len() >= WATCHED_MAX && !watched.contains_key(&id) {
            return Err(Refusal::Unavailable);
        }
        let entry = watched.entry(id).or_insert_with(|| Watched { changed: watch::Sender::new(()), version: None });
        if entry.changed.receiver_count() >= STREAMS_MAX {
            return Err(Refusal::Busy { retry_at: now.plus(seconds(10)) });
        }
        let closing = self.closing.subscribe();
        Ok(Watcher { id, changed: entry.changed.subscribe(), closing, watched: self.watched.clone() })
    }

    /// Tells when messages may have become due.
    pub fn outbox(&self) -> watch::Receiver<()> {
        self.outbox.subscribe()
    }

    /// Tells when messages were handed over: their receipts may be waiting.
    pub fn submissions(&self) -> watch::Receiver<()> {
        self.submitted.subscribe()
    }

    pub(crate) fn submitted(&self) {
        self.submitted.send_replace(());
    }

    /// Ends every stream, so that a stopping server need not wait for them.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Passes changes on until the store is closed.
    pub async fn run(&self) {
        let mut committed = self.store.committed();
        let mut look = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                changes = committed.recv() => match changes {
                    Ok(changes) => self.pass_on(&changes),
                    // Commits came faster than they were passed on: whoever watches looks for itself.
                    Err(RecvError::Lagged(_)) => self.wake_all(),
                    Err(RecvError::Closed) => return,
                },
                _ = look.tick() => self.look().await,
            }
        }
    }

    /// Finds what other nodes changed.
    async fn look(&self) {
        let ids: Vec<VerificationId> = {
            let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
            watched.keys().copied().collect()
        };
        if ids.is_empty() {
            return;
        }
        let Ok(found) = self.store.read(move |tx| verification::versions(tx, &ids)).await else { return };
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, version) in found {
            let Some(entry) = watched.get_mut(&id) else { continue };
            if entry.version.replace(version).is_some_and(|before| before != version) {
                entry.changed.send_replace(());
            }
        }
    }

    fn pass_on(&self, changes: &Changes) {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in changes.verifications.iter().filter_map(|id| watched.get(id)) {
            entry.changed.send_replace(());
        }
        if changes.outbox {
            self.outbox.send_replace(());
        }
    }

    fn wake_all(&self) {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in watched.values() {
            entry.changed.send_replace(());
        }
        self.outbox.send_replace(());
    }
}

impl Watcher {
    /// Waits for the next change, at most `patience`; at once if there was one since the last call. `false` when the
    /// server is stopping: then nothing more will come.
    pub async fn changed(&mut self, patience: Duration) -> bool {
        tokio::select! {
            _ = self.closing.wait_for(|closing| *closing) => false,
            changed = self.changed.changed() => changed.is_ok(),
            () = tokio::time::sleep(patience) => true,
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        // This one is still subscribed while it drops.
        if watched.get(&self.id).is_some_and(|entry| entry.changed.receiver_count() <= 1) {
            watched.remove(&self.id);
        }
    }
}
