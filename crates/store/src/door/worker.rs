//! A worker: one thread, one connection, one batch after the other.

use std::{
    fs::File,
    mem::replace,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::key::KeyRing;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::{Job, Outcome, batch::Batch, suspects::Suspects};
use crate::{
    error::Error,
    link::Link,
    live::LiveRing,
    store::Clock,
    tx::{Changes, Tx},
};

/// How many jobs one commit takes at most.
pub(super) const BATCH_MAX: usize = 256;

/// A thread of the door.
pub(crate) struct Worker {
    pub link: Link,
    pub queue: mpsc::Receiver<Job>,
    pub keys: LiveRing,
    pub clock: Clock,
    pub committed: broadcast::Sender<Arc<Changes>>,
    /// Raised where the engine takes no commit.
    pub refused: Arc<AtomicBool>,
    /// The data folder stays locked while anybody may write into it.
    pub _lock: Option<Arc<File>>,
}

impl Worker {
    /// Works until the store closes, or nobody has it any more.
    pub fn run(mut self) {
        let mut suspects = Suspects::default();
        let mut closed: Option<oneshot::Sender<()>> = None;
        while let Some(first) = self.queue.blocking_recv() {
            // No timer fills a batch: what came in during the last commit is the next batch.
            let mut jobs = vec![first];
            while jobs.len() < BATCH_MAX
                && let Ok(job) = self.queue.try_recv()
            {
                jobs.push(job);
            }
            if let Some(place) = jobs.iter().position(|job| matches!(job, Job::Close(_)))
                && let Job::Close(done) = jobs.remove(place)
            {
                self.queue.close();
                closed = Some(done);
            }
            let (jobs, apart) = suspects.part(jobs, (self.clock)());
            for jobs in [jobs, apart] {
                self.link.begin_anew();
                self.settle(jobs, &mut suspects, true);
            }
        }
        drop(self);
        // Whoever closes may have stopped waiting.
        closed.map(|done| done.send(()));
    }

    /// Commits a batch and answers it; if it fails, its halves, down to the one at fault (rule D3).
    /// `first`: nothing of it was tried before.
    fn settle(&mut self, mut jobs: Vec<Job>, suspects: &mut Suspects, mut first: bool) {
        if jobs.is_empty() {
            return;
        }
        let Worker { link, keys, clock, .. } = self;
        match link.transact(|tx| attempt(tx, &mut jobs, &keys.load(), clock, replace(&mut first, false))) {
            Ok((outcomes, changes)) => {
                if !changes.is_empty() {
                    // Nobody may be listening.
                    let _ = self.committed.send(Arc::new(changes));
                }
                jobs.into_iter().zip(outcomes).for_each(|(job, outcome)| job.answer(Ok(outcome)));
            }
            Err(error @ (Error::Conflict(_) | Error::Lost(_) | Error::Unavailable(_) | Error::Full(_))) => {
                if matches!(error, Error::Unavailable(_) | Error::Full(_)) {
                    self.refused.store(true, Ordering::Relaxed);
                }
                // While the database is away that is told once.
                if !self.link.is_away() {
                    tracing::error!(%error, jobs = jobs.len(), "a batch was not committed");
                }
                jobs.into_iter().for_each(|job| job.answer(Err(error.clone())));
            }
            Err(error @ (Error::Refused(_) | Error::Fault(_))) => self.halve(jobs, error, suspects),
        }
    }

    fn halve(&mut self, mut jobs: Vec<Job>, error: Error, suspects: &mut Suspects) {
        let second = jobs.split_off(jobs.len() / 2);
        if jobs.is_empty() {
            if let Error::Fault(why) = &error {
                tracing::error!(why, "a job failed");
                second.iter().for_each(|job| suspects.note(job, (self.clock)()));
            }
            second.into_iter().for_each(|job| job.answer(Err(error.clone())));
            return;
        }
        self.settle(jobs, suspects, false);
        self.settle(second, suspects, false);
    }
}

/// All of a batch but its commit: operations first, then closures, so that rows are locked in a fixed order.
fn attempt(tx: &mut Tx, jobs: &mut [Job], keys: &KeyRing, clock: &Clock, first: bool) -> Result<Vec<Outcome>, Error> {
    let operations = jobs.iter().filter_map(Job::operation);
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(jobs.len());
    if operations.clone().next().is_some() {
        let now = clock();
        let mut batch = Batch::load(tx, operations, first)?;
        outcomes.extend(jobs.iter().map(|job| job.operation().map(|operation| batch.decide(operation, now, keys))));
        batch.save(tx, now)?;
    }
    outcomes.resize(jobs.len(), None);
    for job in jobs {
        if let Job::Plain(plain) = job {
            plain.run(tx)?;
        }
    }
    Ok(outcomes)
}
