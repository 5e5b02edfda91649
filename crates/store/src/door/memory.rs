//! A door without a store, for measuring what the others cost: rows live in this process and end with it.
//!
//! Only verifications and what belongs to them; everything else is read and written as always.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{id::VerificationId, verification::Verification};
use tokio::sync::{broadcast, mpsc};

use super::{Job, batch::Batch, worker::BATCH_MAX};
use crate::{link::Link, live::LiveRing, store::Clock, tx::Changes};

/// The rows of a door that has no store.
#[derive(Clone)]
pub struct Memory(Arc<Mutex<Batch>>);

impl Memory {
    pub(crate) fn new() -> Memory {
        Memory(Arc::new(Mutex::new(Batch::new())))
    }

    /// Those of these verifications that there are, in no order.
    pub fn verifications(&self, ids: &[VerificationId]) -> Vec<Verification> {
        let rows = self.rows();
        ids.iter().filter_map(|id| rows.verification(*id)).cloned().collect()
    }

    fn rows(&self) -> MutexGuard<'_, Batch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that decides as a worker does, and commits nothing.
pub(crate) struct MemoryWorker {
    pub link: Link,
    pub queue: mpsc::Receiver<Job>,
    pub keys: LiveRing,
    pub clock: Clock,
    pub committed: broadcast::Sender<Arc<Changes>>,
    pub memory: Memory,
}

impl MemoryWorker {
    /// Works until the store closes, or nobody has it any more.
    pub fn run(mut self) {
        while let Some(first) = self.queue.blocking_recv() {
            let mut jobs = vec![first];
            while jobs.len() < BATCH_MAX
                && let Ok(job) = self.queue.try_recv()
            {
                jobs.push(job);
            }
            self.settle(jobs);
        }
    }

    fn settle(&mut self, jobs: Vec<Job>) {
        let now = (self.clock)();
        let mut rows = self.memory.rows();
        rows.want(jobs.iter().filter_map(Job::operation));
        let keys = self.keys.load();
        let decide = |job: &Job| job.operation().map(|operation| rows.decide(operation, now, &keys));
        let outcomes: Vec<_> = jobs.iter().map(decide).collect();
        let changes = rows.forget_effects(jobs.iter().filter_map(Job::operation));
        drop(rows);
        if !changes.is_empty() {
            // Nobody may be listening.
            let _ = self.committed.send(Arc::new(changes));
        }
        for (job, outcome) in jobs.into_iter().zip(outcomes) {
            match job {
                Job::Plain(mut plain) => {
                    let done = self.link.transact(|tx| plain.run(tx));
                    plain.answer(done.map(|_| ()));
                }
                Job::Close(done) => {
                    self.queue.close();
                    // Whoever closes may have stopped waiting.
                    let _ = done.send(());
                }
                Job::Apply(_) => job.answer(Ok(outcome)),
            }
        }
    }
}
