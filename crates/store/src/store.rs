//! The store: opens the engine, starts the workers, and takes what is to be read and written.

use std::{
    fs::File,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use domain::{
    refusal::Refusal,
    time::{Millis, Time},
    verification::{Answer, Event, Operation},
};
use tokio::sync::{broadcast, mpsc, oneshot};

#[cfg(feature = "memory")]
use crate::door::{Memory, MemoryWorker};
use crate::{
    door::{Applied, Closure, Job, Reader, Reply, Worker},
    engine::{Database, Role},
    error::{Error, OpenError},
    live::LiveRing,
    tables::setting,
    threads::Threads,
    tx::{Changes, Tx},
};

/// Tells the time; given from outside, so that tests own it.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// How many commits a listener may lag behind before it is told that it missed some.
const COMMITS_KEPT: usize = 1_024;

/// What is written and taken away again to see whether there is room: no less than a batch of requests needs.
const ROOM_BYTES: usize = 256 * 1_024;
/// The setting that it is written to.
const ROOM: &str = "room";

/// What a store needs to know.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Where the rows are.
    pub database: Database,
    /// Threads that write, each with a connection; SQLite has one.
    pub workers: usize,
    /// Threads that read, each with a connection.
    pub readers: usize,
    /// How many jobs may wait for one worker, and for all readers; more are refused.
    pub queue_max: usize,
}

impl StoreConfig {
    /// The defaults for a database.
    pub fn new(database: Database) -> StoreConfig {
        StoreConfig { database, workers: 4, readers: 4, queue_max: 4_096 }
    }
}

/// The store; clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    writers: Vec<mpsc::Sender<Job>>,
    reads: mpsc::Sender<Job>,
    readers: usize,
    turn: AtomicUsize,
    clock: Clock,
    committed: broadcast::Sender<Arc<Changes>>,
    /// Whether the engine took no commit since it was last seen that there is room.
    refused: Arc<AtomicBool>,
    /// Held by each answer that is owed.
    owed: Arc<()>,
    threads: Threads,
}

impl Store {
    /// Opens a database that `migrate` has prepared; blocks until every worker is connected.
    ///
    /// # Errors
    /// If there is no database, the data folder is in use, migrations are missing, or the engine cannot be reached.
    pub fn open(config: &StoreConfig, keys: impl Into<LiveRing>, clock: Clock) -> Result<Store, OpenError> {
        config.database.is_there()?;
        let lock = config.database.lock()?;
        Store::connect(config, keys.into(), clock, lock)
    }

    /// Opens a database beside whoever serves it, for a command of a moment: a revoked key must not wait for the
    /// service to stop. Leases stay as they are.
    ///
    /// # Errors
    /// As [`Store::open`], but for the data folder.
    pub fn visit(config: &StoreConfig, keys: impl Into<LiveRing>, clock: Clock) -> Result<Store, OpenError> {
        config.database.is_there()?;
        Store::connect(config, keys.into(), clock, None)
    }

    /// Opens a store that keeps verifications, and what belongs to them, in memory only: for measuring what a store
    /// costs.
    ///
    /// # Errors
    /// As [`Store::open`].
    #[cfg(feature = "memory")]
    pub fn open_in_memory(
        config: &StoreConfig,
        keys: impl Into<LiveRing>,
        clock: Clock,
    ) -> Result<(Store, Memory), OpenError> {
        let keys = keys.into();
        let lock = config.database.lock()?;
        let (committed, _) = broadcast::channel(COMMITS_KEPT);
        let (sender, queue) = mpsc::channel(config.queue_max);
        let memory = Memory::new();
        let (rows, now, told) = (memory.clone(), clock.clone(), committed.clone());
        let worker = move |link, _| MemoryWorker { link, queue, keys, clock: now, committed: told, memory: rows }.run();
        let mut threads = Threads::of(&config.database);
        threads.start(Role::Writer, lock, worker)?;
        Ok((Store::with_readers(config, clock, committed, vec![sender], Arc::default(), threads)?, memory))
    }

    fn connect(
        config: &StoreConfig,
        keys: LiveRing,
        clock: Clock,
        lock: Option<Arc<File>>,
    ) -> Result<Store, OpenError> {
        let (committed, _) = broadcast::channel(COMMITS_KEPT);
        let (mut writers, refused) = (Vec::new(), Arc::new(AtomicBool::new(false)));
        let mut threads = Threads::of(&config.database);
        for _ in 0..config.database.writers(config.workers) {
            let (sender, queue) = mpsc::channel(config.queue_max);
            let (keys, clock, committed, refused) = (keys.clone(), clock.clone(), committed.clone(), refused.clone());
            let worker = |link, lock| Worker { link, queue, keys, clock, committed, refused, _lock: lock }.run();
            threads.start(Role::Writer, lock.clone(), worker)?;
            writers.push(sender);
        }
        Store::with_readers(config, clock, committed, writers, refused, threads)
    }

    fn with_readers(
        config: &StoreConfig,
        clock: Clock,
        committed: broadcast::Sender<Arc<Changes>>,
        writers: Vec<mpsc::Sender<Job>>,
        refused: Arc<AtomicBool>,
        mut threads: Threads,
    ) -> Result<Store, OpenError> {
        let (reads, queue) = mpsc::channel(config.queue_max);
        let queue = Arc::new(Mutex::new(queue));
        let readers = config.readers.max(1);
        for _ in 0..readers {
            let queue = queue.clone();
            threads.start(Role::Reader, None, |link, _| Reader { link, queue }.run())?;
        }
        let turn = AtomicUsize::new(0);
        let owed = Arc::default();
        Ok(Store {
            shared: Arc::new(Shared { writers, reads, readers, turn, clock, committed, refused, owed, threads }),
        })
    }

    /// Decides an operation and commits what follows, with whatever else waits; answers after the commit.
    ///
    /// # Errors
    /// The domain's refusals; `Unavailable` if the queue is full or the database away, `Internal` for a fault.
    pub async fn apply(&self, operation: Operation) -> Result<Answer, Refusal> {
        let shard = match &operation.event {
            Event::Create(create) => create.id.shard(),
            Event::Resend(_) | Event::Check { .. } | Event::Cancel | Event::Redeem { .. } | Event::Report(_) => {
                operation.verification.map_or(0, |id| id.shard())
            }
        };
        let (reply, answer) = Reply::owed(&self.shared.owed);
        let job = Job::Apply(Box::new(Applied { operation, reply }));
        let writer = usize::from(shard) % self.shared.writers.len();
        self.shared.writers[writer].try_send(job).map_err(|_| Refusal::Unavailable)?;
        answer.await.unwrap_or(Err(Refusal::Unavailable))
    }

    /// Runs a closure in a transaction that writes, in the same commit as the batch that it waits with. It may be
    /// run again, after a rollback or a commit in doubt: what it keeps outside of the transaction must bear that.
    ///
    /// # Errors
    /// What the closure says, after undoing what it wrote; [`Error::Unavailable`] if the queue is full.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnMut(&mut Tx) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let turn = self.shared.turn.fetch_add(1, Ordering::Relaxed) % self.shared.writers.len();
        self.plain(&self.shared.writers[turn], work).await
    }

    /// Runs a closure on a snapshot, on a connection that cannot write. It may be run again.
    ///
    /// # Errors
    /// What the closure says; [`Error::Unavailable`] if the queue is full.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Error>
    where
        F: FnMut(&mut Tx) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        self.plain(&self.shared.reads, work).await
    }

    /// What commits change from now on, on this node. A receiver that lags is told how many commits it missed.
    pub fn committed(&self) -> broadcast::Receiver<Arc<Changes>> {
        self.shared.committed.subscribe()
    }

    /// How far the database's clock is ahead of ours, in milliseconds; 0 if they are one. A node that is two seconds
    /// off is not ready (rule D11).
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn clock_ahead_ms(&self) -> Result<Millis, Error> {
        let clock = self.shared.clock.clone();
        self.read(move |tx| Ok(tx.clock()?.map_or(0, |theirs| theirs.since(clock())))).await
    }

    /// Whether commits go through. Once the engine took none, for want of room or otherwise, this tries: a small commit may
    /// find room where a request's does not, so that as much is written as a batch needs, and taken away again.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn takes_commits(&self) -> Result<(), Error> {
        if self.shared.refused.load(Ordering::Relaxed) {
            self.write(|tx| setting::set(tx, ROOM, &"0".repeat(ROOM_BYTES))).await?;
            self.write(|tx| setting::remove(tx, ROOM)).await?;
            self.shared.refused.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether the database did not answer last: told once in the log, so that whoever asks meanwhile need not.
    pub fn is_away(&self) -> bool {
        self.shared.threads.is_away()
    }

    /// Whether every thread still works: decisions and closures may panic, and what befalls the rest ends its thread.
    pub fn is_whole(&self) -> bool {
        self.shared.threads.are_whole()
    }

    /// How many jobs wait for the workers, and how many may.
    pub fn queue(&self) -> (usize, usize) {
        let max: usize = self.shared.writers.iter().map(mpsc::Sender::max_capacity).sum();
        let free: usize = self.shared.writers.iter().map(mpsc::Sender::capacity).sum();
        (max - free, max)
    }

    /// How many answers are owed: for jobs that wait, and for those that a worker or reader has in hand.
    pub fn owed(&self) -> usize {
        Arc::strong_count(&self.shared.owed) - 1
    }

    async fn plain<T, F>(&self, queue: &mpsc::Sender<Job>, work: F) -> Result<T, Error>
    where
        F: FnMut(&mut Tx) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = Reply::owed(&self.shared.owed);
        let refused = |_| Error::Unavailable("too much is waiting, or the store is closed".into());
        queue.try_send(Job::Plain(Closure::boxed(work, reply))).map_err(refused)?;
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the store was closed".into())))
    }

    /// Does what waits, takes nothing more, and lets go of the database.
    pub async fn close(self) {
        let writers = self.shared.writers.iter();
        let readers = std::iter::repeat_n(&self.shared.reads, self.shared.readers);
        let mut closing = Vec::new();
        for queue in writers.chain(readers) {
            let (done, closed) = oneshot::channel();
            // A queue without a worker is closed already.
            if queue.send(Job::Close(done)).await.is_ok() {
                closing.push(closed);
            }
        }
        for closed in closing {
            // A worker that is gone says nothing.
            let _ = closed.await;
        }
    }
}
