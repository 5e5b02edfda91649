//! A reader: one thread and one connection, which see one snapshot in each transaction.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::Job;
use crate::link::Link;

/// A thread that reads. All readers take from one queue.
pub(crate) struct Reader {
    pub link: Link,
    pub queue: Arc<Mutex<mpsc::Receiver<Job>>>,
}

impl Reader {
    /// Works until the store closes, or nobody has it any more.
    pub fn run(mut self) {
        while let Some(job) = self.next() {
            match job {
                Job::Plain(mut plain) => {
                    let outcome = self.link.transact(|tx| plain.run(tx));
                    plain.answer(outcome.map(|_| ()));
                }
                Job::Close(done) => {
                    drop(self);
                    // Whoever closes may have stopped waiting.
                    let _ = done.send(());
                    return;
                }
                Job::Apply(_) => job.answer(Ok(None)),
            }
        }
    }

    /// One reader waits for the queue, the others for the lock.
    fn next(&self) -> Option<Job> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
    }
}
