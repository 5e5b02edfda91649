//! The batch door: what waits is loaded, decided and saved together, and answered after the commit.

mod batch;
#[cfg(feature = "memory")]
mod memory;
mod reader;
mod shelf;
mod suspects;
mod worker;

#[cfg(feature = "memory")]
pub use memory::Memory;
#[cfg(feature = "memory")]
pub(crate) use memory::MemoryWorker;
pub(crate) use reader::Reader;
pub(crate) use shelf::Aggregate;
pub(crate) use worker::Worker;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use domain::{
    refusal::Refusal,
    verification::{Answer, Operation},
};
use tokio::sync::oneshot;

use crate::{error::Error, tx::Tx};

/// Something that waits for a worker.
pub(crate) enum Job {
    /// An operation for `decide`.
    Apply(Box<Applied>),
    /// A closure that writes.
    Plain(Box<dyn Plain>),
    /// The store closes: what waits is done, and nothing more is taken.
    Close(oneshot::Sender<()>),
}

impl Job {
    /// The operation, if it is one.
    pub fn operation(&self) -> Option<&Operation> {
        match self {
            Job::Apply(applied) => Some(&applied.operation),
            Job::Plain(_) | Job::Close(_) => None,
        }
    }

    /// Answers whoever waits; they may have gone.
    pub fn answer(self, outcome: Result<Outcome, Error>) {
        match self {
            Job::Apply(applied) => {
                let answer = outcome.map(|answer| answer.unwrap_or(Err(Refusal::Internal)));
                applied.reply.send(answer.unwrap_or_else(|error| Err(error.into())));
            }
            Job::Plain(plain) => plain.answer(outcome.map(|_| ())),
            Job::Close(done) => {
                let _ = done.send(());
            }
        }
    }
}

/// What an operation is answered if its batch commits; nothing for a closure, which has its own.
pub(crate) type Outcome = Option<Result<Answer, Refusal>>;

/// An operation, and who waits for its answer. Whoever went away cancels nothing.
pub(crate) struct Applied {
    pub operation: Operation,
    pub reply: Reply<Result<Answer, Refusal>>,
}

/// Where an answer goes, which is owed until then.
pub(crate) struct Reply<T> {
    sender: oneshot::Sender<T>,
    _owed: Arc<()>,
}

impl<T> Reply<T> {
    /// One that is owed, and where its answer comes out.
    pub fn owed(owed: &Arc<()>) -> (Reply<T>, oneshot::Receiver<T>) {
        let (sender, answer) = oneshot::channel();
        (Reply { sender, _owed: owed.clone() }, answer)
    }

    fn send(self, answer: T) {
        // Nobody may be waiting any more; what was committed stays.
        let _ = self.sender.send(answer);
    }
}

/// A closure with its result, so that closures of all types wait in one queue.
pub(crate) trait Plain: Send {
    /// Runs it; it may be run again after a rollback.
    fn run(&mut self, tx: &mut Tx) -> Result<(), Error>;
    /// Answers, after the commit or instead of it.
    fn answer(self: Box<Self>, outcome: Result<(), Error>);
}

/// A closure, and who waits for what it returns.
pub(crate) struct Closure<F, T> {
    work: F,
    done: Option<T>,
    reply: Reply<Result<T, Error>>,
}

impl<F, T> Closure<F, T>
where
    F: FnMut(&mut Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    pub fn boxed(work: F, reply: Reply<Result<T, Error>>) -> Box<dyn Plain> {
        Box::new(Closure { work, done: None, reply })
    }
}

impl<F, T> Plain for Closure<F, T>
where
    F: FnMut(&mut Tx) -> Result<T, Error> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let caught = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        self.done = Some(caught.unwrap_or_else(|_| Err(Error::Fault("a closure panicked".into())))?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), Error>) {
        let lost = || Error::Fault("a closure was answered before it ran".into());
        let Closure { done, reply, .. } = *self;
        reply.send(outcome.and_then(|()| done.ok_or_else(lost)));
    }
}
