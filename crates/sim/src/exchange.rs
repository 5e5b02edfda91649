//! The one door to the world: whoever changes it does so here, journal first. And the courier, who brings messages to
//! their phones when they are due.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, broadcast, watch};

use crate::clock::Clock;
use crate::journal::Journal;
use crate::world::{Busy, Change, Dial, Number, Receipt, ReportKey, Submission, World};

/// How many messages the courier brings between two looks at the clock.
const BATCH: usize = 256;
/// How many events a page may be behind before it has to reload.
const EVENTS_BEHIND_MAX: usize = 256;
/// Long polls wait at one of so many bells, by number, so that a message wakes few of them.
const BELLS: usize = 64;

/// Why a message was not taken.
#[derive(Debug)]
pub(crate) enum NotTaken {
    Busy(Busy),
    Journal(io::Error),
}

/// The world behind its lock, and those who wait for news of it.
pub(crate) struct Exchange {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
    bells: Vec<watch::Sender<()>>,
    events: broadcast::Sender<Number>,
    courier: Notify,
    /// Rung when there may be a receipt to hand over.
    pub(crate) receipts: watch::Sender<()>,
    /// Rung when a call has ended.
    pub(crate) reports: watch::Sender<()>,
    /// Whether the message centre is down.
    down: watch::Sender<bool>,
    /// Whether the simulator ends: sessions, event streams and long polls end with it.
    stopping: watch::Sender<bool>,
}

struct State {
    world: World,
    journal: Journal,
    /// Receipts that a session is handing over right now, by message.
    handing: HashSet<u64>,
    /// The sessions whose messages are on their way, by message: their receipts are theirs as long as they last.
    senders: HashMap<u64, u64>,
    /// The number of the next session.
    next_session: u64,
}

impl Exchange {
    /// A world of `seed`, as `dir` remembers it.
    ///
    /// # Errors
    /// See [`Journal::open`].
    pub(crate) fn open(seed: u64, dir: Option<&Path>, clock: Arc<dyn Clock>) -> io::Result<Exchange> {
        let mut world = World::new(seed);
        let journal = Journal::open(dir, &mut world)?;
        let down = watch::Sender::new(world.is_centre_down());
        Ok(Exchange {
            state: Mutex::new(State {
                world,
                journal,
                handing: HashSet::new(),
                senders: HashMap::new(),
                next_session: 0,
            }),
            clock,
            bells: (0..BELLS).map(|_| watch::Sender::new(())).collect(),
            events: broadcast::Sender::new(EVENTS_BEHIND_MAX),
            courier: Notify::new(),
            receipts: watch::Sender::new(()),
            reports: watch::Sender::new(()),
            down,
            stopping: watch::Sender::new(false),
        })
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Whether the message centre is down.
    pub(crate) fn is_down(&self) -> bool {
        *self.down.borrow()
    }

    /// Resolves once the message centre is down.
    pub(crate) fn went_down(&self) -> impl Future<Output = ()> + Send + use<> {
        turned_on(self.down.subscribe())
    }

    /// Asks everybody to end.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Resolves once the simulator ends.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        turned_on(self.stopping.subscribe())
    }

    /// Looks at the world.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.lock().world)
    }

    /// Wakes when something came to, or was set on, a phone whose number rings this bell.
    pub(crate) fn bell(&self, number: Number) -> watch::Receiver<()> {
        self.bells[self.bell_of(number)].subscribe()
    }

    /// The numbers of all phones that change from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Number> {
        self.events.subscribe()
    }

    /// A session that takes receipts begins.
    pub(crate) fn begin(exchange: &Arc<Exchange>) -> Arc<Receiver> {
        let mut state = exchange.lock();
        state.next_session += 1;
        Arc::new(Receiver { exchange: Arc::clone(exchange), session: state.next_session })
    }

    /// Takes a message, from `receiver` if that wants its receipt for itself; its number in this world, once it is in the
    /// journal.
    pub(crate) fn submit(&self, submission: Submission, receiver: Option<&Receiver>) -> Result<u64, NotTaken> {
        let now_ms = self.clock.now_ms();
        let mut state = self.lock();
        let first_due_ms = state.world.next_due_ms();
        let pending = state.world.accept(submission, now_ms).map_err(NotTaken::Busy)?;
        let (id, arrives_ms) = (pending.id, pending.arrives_ms);
        let changes = vec![Change::Accepted(Box::new(pending))];
        state.journal.write(&changes).map_err(NotTaken::Journal)?;
        self.apply(&mut state, changes);
        if let Some(receiver) = receiver {
            state.senders.insert(id, receiver.session);
        }
        if first_due_ms.is_none_or(|due_ms| arrives_ms < due_ms) {
            self.courier.notify_one();
        }
        Ok(id)
    }

    /// Makes a call, unless it was made already.
    ///
    /// # Errors
    /// When the journal cannot be written; then nothing rang.
    pub(crate) fn call(&self, dial: Dial) -> io::Result<()> {
        let now_ms = self.clock.now_ms();
        // A call that was made already is no failure.
        let _made_before = self.change(|world| world.call(dial, now_ms).ok_or(()))?;
        self.reports.send_replace(());
        Ok(())
    }

    /// A call's report was taken, or is given up.
    pub(crate) fn reported(&self, (rang_ms, number, nth): ReportKey) {
        let mut state = self.lock();
        self.happened(&mut state, vec![Change::Reported { rang_ms, number, nth }]);
    }

    /// Makes the change that `decide` asks for, if any: what it saw is still so when the change is made.
    ///
    /// # Errors
    /// What `decide` refuses with, inside; outside, a journal that cannot be written.
    pub(crate) fn change<E>(&self, decide: impl FnOnce(&World) -> Result<Change, E>) -> io::Result<Result<(), E>> {
        let mut state = self.lock();
        let changes = match decide(&state.world) {
            Ok(change) => vec![change],
            Err(refusal) => return Ok(Err(refusal)),
        };
        state.journal.write(&changes)?;
        self.apply(&mut state, changes);
        self.down.send_replace(state.world.is_centre_down());
        self.courier.notify_one();
        Ok(Ok(()))
    }

    /// Brings messages to their phones as they come due, for ever.
    pub(crate) async fn run_courier(&self) {
        loop {
            self.bring_due();
            match self.read(World::next_due_ms) {
                None => self.courier.notified().await,
                Some(due_ms) => tokio::select! {
                    () = self.clock.sleep_until(due_ms) => {}
                    () = self.courier.notified() => {}
                },
            }
        }
    }

    /// Brings all messages that are due now.
    pub(crate) fn bring_due(&self) {
        while self.bring_some() {}
    }

    /// Brings up to [`BATCH`] messages; whether there may be more.
    fn bring_some(&self) -> bool {
        let now_ms = self.clock.now_ms();
        let mut state = self.lock();
        let changes = state.world.bring(now_ms, BATCH);
        let receipts = changes.iter().any(|change| matches!(change, Change::Ended { receipt: Some(_), .. }));
        self.happened(&mut state, changes);
        if receipts {
            self.receipts.send_replace(());
        }
        state.world.next_due_ms().is_some_and(|due_ms| due_ms <= now_ms)
    }

    /// When the next receipt that is still to come sets out, Unix milliseconds.
    pub(crate) fn next_receipt_ms(&self) -> Option<i64> {
        let now_ms = self.clock.now_ms();
        self.read(|world| world.next_receipt_ms(now_ms))
    }

    /// The end of a receipt's handing over: done with, or to be offered again.
    fn handed(&self, receipt: &Receipt, done: bool) {
        let mut state = self.lock();
        state.handing.remove(&receipt.id);
        if !done {
            self.receipts.send_replace(());
            return;
        }
        self.happened(&mut state, vec![Change::Receipted { id: receipt.id, due_ms: receipt.due_ms }]);
    }

    /// What the journal does not take has happened all the same; after a restart it happens again.
    fn happened(&self, state: &mut State, changes: Vec<Change>) {
        if let Err(error) = state.journal.write(&changes) {
            tracing::error!(%error, "the simulator's journal cannot be written");
        }
        self.apply(state, changes);
    }

    fn apply(&self, state: &mut State, changes: Vec<Change>) {
        for change in changes {
            if let Change::Ended { id, receipt: None, .. } | Change::Receipted { id, .. } = &change {
                state.senders.remove(id);
            }
            let Some(number) = state.world.apply(change) else {
                continue;
            };
            self.bells[self.bell_of(number)].send_replace(());
            // Nobody may be looking at the page.
            let _ = self.events.send(number);
        }
        let State { world, journal, .. } = state;
        journal.compact_if_large(world);
    }

    fn bell_of(&self, number: Number) -> usize {
        (number.digits() % BELLS as u64) as usize
    }

    /// A panic while the lock was held leaves a world that is behind its journal at worst; going on is better.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that takes receipts: those of its own messages, and those whose sender is gone or never took any. When it
/// ends, so does its claim.
pub(crate) struct Receiver {
    exchange: Arc<Exchange>,
    session: u64,
}

impl Receiver {
    /// Up to `limit` receipts for `system_id`, now this session's to hand over.
    pub(crate) fn take(&self, system_id: &str, limit: usize) -> Vec<Handing> {
        let now_ms = self.exchange.clock.now_ms();
        let mut state = self.exchange.lock();
        let State { world, handing, senders, .. } = &mut *state;
        let receipts = world.receipts_due(now_ms, limit, |receipt| {
            let own = senders.get(&receipt.id).is_none_or(|session| *session == self.session);
            own && receipt.system_id == system_id && !handing.contains(&receipt.id)
        });
        handing.extend(receipts.iter().map(|receipt| receipt.id));
        let handing = |receipt| Handing { exchange: Arc::clone(&self.exchange), receipt, done: false };
        receipts.into_iter().map(handing).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.exchange.lock().senders.retain(|_, session| *session != self.session);
        self.exchange.receipts.send_replace(());
    }
}

/// A receipt that a session is handing over. Dropped, it is offered again.
pub(crate) struct Handing {
    exchange: Arc<Exchange>,
    pub(crate) receipt: Receipt,
    done: bool,
}

impl Handing {
    /// The receipt is done with.
    pub(crate) fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Handing {
    fn drop(&mut self) {
        self.exchange.handed(&self.receipt, self.done);
    }
}

async fn turned_on(mut flag: watch::Receiver<bool>) {
    // The sender is gone only when everything is.
    let _ = flag.wait_for(|on| *on).await;
}
