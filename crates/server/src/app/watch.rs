//! Who waits for changes: open pages and event streams by verification, the dispatcher for due messages.
//!
//! A commit here wakes its watchers at once. Commits of other nodes are found by one query a node and half second for
//! all watched ids, so that nothing depends on one node's memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    id::VerificationId,
    refusal::Refusal,
    time::{Time, seconds},
};
use store::{Changes, Store, verification};
use tokio::sync::{broadcast::error::RecvError, watch};

use super::source::Source;

/// Streams open at once on this node (rule D9); one more is refused.
pub(super) const STREAMS_MAX: usize = 10_000;
/// Streams open at once on one verification: a person has a few tabs.
const OF_ONE_MAX: usize = 8;
/// How often other nodes' commits are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The watchers of this node.
pub struct Watch {
    store: Store,
    open: Arc<Mutex<Open>>,
    outbox: watch::Sender<()>,
    closing: watch::Sender<bool>,
}

/// The streams that are open.
#[derive(Default)]
struct Open {
    verifications: HashMap<VerificationId, Watched>,
    /// How many each source has.
    sources: HashMap<String, usize>,
    streams: usize,
}

struct Watched {
    changed: watch::Sender<()>,
    version: Option<i64>,
}

/// Tells of changes of one verification.
pub struct Watcher {
    id: VerificationId,
    sources: Vec<String>,
    changed: watch::Receiver<()>,
    closing: watch::Receiver<bool>,
    open: Arc<Mutex<Open>>,
}

impl Watch {
    pub(super) fn new(store: Store) -> Watch {
        Watch { store, open: Arc::default(), outbox: watch::Sender::new(()), closing: watch::Sender::new(false) }
    }

    /// Watches one verification.
    ///
    /// # Errors
    /// `busy` when it or its source has too many streams, `unavailable` when there are too many in all.
    pub fn verification(&self, id: VerificationId, source: &Source, now: Time) -> Result<Watcher, Refusal> {
        Watcher::new(&self.open, self.closing.subscribe(), id, source, now)
    }

    /// Tells when messages may have become due.
    pub fn outbox(&self) -> watch::Receiver<()> {
        self.outbox.subscribe()
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
            let open = lock(&self.open);
            open.verifications.keys().copied().collect()
        };
        if ids.is_empty() {
            return;
        }
        let Ok(found) = self.store.read(move |tx| verification::versions(tx, &ids)).await else { return };
        let mut open = lock(&self.open);
        for (id, version) in found {
            let Some(entry) = open.verifications.get_mut(&id) else { continue };
            if entry.version.replace(version).is_some_and(|before| before != version) {
                entry.changed.send_replace(());
            }
        }
    }

    fn pass_on(&self, changes: &Changes) {
        let open = lock(&self.open);
        for entry in changes.verifications.iter().filter_map(|id| open.verifications.get(id)) {
            entry.changed.send_replace(());
        }
        if changes.outbox {
            self.outbox.send_replace(());
        }
    }

    fn wake_all(&self) {
        let open = lock(&self.open);
        for entry in open.verifications.values() {
            entry.changed.send_replace(());
        }
        self.outbox.send_replace(());
    }
}

impl Open {
    /// Subscribes to a verification, if there is room for one more stream.
    fn admit(&mut self, id: VerificationId, source: &Source, now: Time) -> Result<watch::Receiver<()>, Refusal> {
        if self.streams >= STREAMS_MAX {
            return Err(Refusal::Unavailable);
        }
        let of_one = self.verifications.get(&id).map_or(0, |watched| watched.changed.receiver_count());
        let of = |name: &String| self.sources.get(name).copied().unwrap_or(0);
        if of_one >= OF_ONE_MAX || source.streams().iter().any(|(name, max)| of(name) >= *max) {
            return Err(Refusal::Busy { retry_at: now.plus(seconds(10)) });
        }
        let new = || Watched { changed: watch::Sender::new(()), version: None };
        Ok(self.verifications.entry(id).or_insert_with(new).changed.subscribe())
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watcher {
    fn new(
        all: &Arc<Mutex<Open>>,
        closing: watch::Receiver<bool>,
        id: VerificationId,
        source: &Source,
        now: Time,
    ) -> Result<Watcher, Refusal> {
        let mut open = lock(all);
        let changed = open.admit(id, source, now)?;
        let sources: Vec<String> = source.streams().into_iter().map(|(name, _)| name).collect();
        for name in &sources {
            *open.sources.entry(name.clone()).or_default() += 1;
        }
        open.streams += 1;
        Ok(Watcher { id, sources, changed, closing, open: all.clone() })
    }

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
        let mut open = lock(&self.open);
        open.streams -= 1;
        for name in &self.sources {
            let left = open.sources.get(name).map_or(0, |count| count.saturating_sub(1));
            if left == 0 {
                open.sources.remove(name);
            } else {
                open.sources.insert(name.clone(), left);
            }
        }
        // This one is still subscribed while it drops.
        if open.verifications.get(&self.id).is_some_and(|entry| entry.changed.receiver_count() <= 1) {
            open.verifications.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{ApiKeyId, v4, v7};

    use super::*;

    fn id(n: usize) -> VerificationId {
        let bytes = u64::try_from(n).expect("a small number").to_be_bytes();
        VerificationId(v7(Time::from_ms(1), 0, std::array::from_fn(|place| *bytes.get(place).unwrap_or(&0))))
    }

    fn of(ip: &str) -> Source {
        Source { ip: Some(ip.parse().expect("an address")), ..Source::default() }
    }

    /// As many streams as each of these sources in turn gets, on verifications of their own.
    fn all_of(open: &Arc<Mutex<Open>>, sources: &[Source], streams: &mut Vec<Watcher>) -> Vec<usize> {
        let (_, closing) = watch::channel(false);
        let mut nth = lock(open).streams;
        let mut take = |source: &Source| {
            nth += 1;
            let watcher = Watcher::new(open, closing.clone(), id(nth), source, Time::from_ms(1));
            watcher.map(|watcher| streams.push(watcher)).is_ok()
        };
        sources.iter().map(|source| (0..).take_while(|_: &usize| take(source)).count()).collect()
    }

    #[test]
    fn d9_a_source_has_so_many_streams_and_leaves_room_for_others() {
        let open = Arc::default();
        let mut streams = Vec::new();
        let key = Source { key: Some(ApiKeyId(v4([1; 16]))), ..Source::default() };
        let sources = [of("192.0.2.1"), of("192.0.2.1"), of("192.0.2.2"), of("2001:db8::1"), of("2001:db8::2"), key];
        assert_eq!(all_of(&open, &sources, &mut streams), [256, 0, 256, 256, 0, 2_500]);
        // A subscriber of IPv6 moves through its /56, and through a whole /48.
        let near: Vec<Source> = (1..=4).map(|n| of(&format!("2001:db8:0:{n}::1"))).collect();
        assert_eq!(all_of(&open, &near, &mut streams), [256, 256, 256, 0]);
        let far: Vec<Source> = (1..=8).map(|n| of(&format!("2001:db8:0:{n}00::1"))).collect();
        assert_eq!(all_of(&open, &far, &mut streams), [256, 256, 256, 256, 256, 196, 0, 0], "a quarter of all");
        streams.clear();
        let open = lock(&open);
        assert_eq!((open.streams, open.sources.len(), open.verifications.len()), (0, 0, 0));
    }

    #[test]
    fn d9_a_verification_has_eight_streams_and_a_node_ten_thousand() {
        let open = Arc::default();
        let (_, closing) = watch::channel(false);
        let on_one =
            |n: u8| Watcher::new(&open, closing.clone(), id(0), &of(&format!("192.0.2.{n}")), Time::from_ms(1));
        let mut streams: Vec<Watcher> = (1..=8).map(|n| on_one(n).expect("a place")).collect();
        assert!(matches!(on_one(9), Err(Refusal::Busy { .. })));
        streams.pop();
        streams.push(on_one(9).expect("a place that was left"));
        let many: Vec<Source> = (0..60).map(|n| of(&format!("198.51.100.{n}"))).collect();
        assert_eq!(all_of(&open, &many, &mut streams).iter().sum::<usize>(), STREAMS_MAX - 8);
        assert!(matches!(on_one(10), Err(Refusal::Unavailable)));
    }
}
