//! The dispatcher: claims due messages under a lease, as many as the routes have turns for, and has them sent. One that no
//! route of its own has room for keeps its place, and waits in a lane with those that wait for the same routes.
//!
//! A code is never sent at or after its expiry, nor when nobody waits for it any more. What a dead process had claimed
//! may have gone out: it goes out again, and is counted.

mod expired;
mod lacking;
mod send;

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    delivery::{Reason, State},
    digest::Fixed,
    effect::Settlement,
    id::MessageId,
    time::{Millis, Time, seconds},
    verification::{Context, Report},
};
use futures::FutureExt as _;
use store::message::{self, CarrierName, Claimed, Lease, Owner};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tracing::error;

use self::{expired::Expired, lacking::Rest, send::Unmade};
use super::{hands::Hands, report};
use crate::{
    app::{
        App,
        route::{Room, Turns, Unbooked, kept},
    },
    clock,
    send::Provider,
};

/// How long a claim holds without being renewed.
const LEASE_MS: Millis = seconds(10);
/// How often claims are renewed.
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// How long to sleep when nothing wakes the dispatcher: the safety net.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// While no route has room nothing can go out, and a round only finds what no route is for: one a second is enough.
const NO_ROOM_WAIT_MS: Millis = seconds(1);
/// How often messages that have no room are looked through for what has expired.
const EXPIRE_EVERY_MS: Millis = seconds(1);
/// Messages claimed at once.
const CLAIM_MAX: usize = 100;
/// Lanes of which it is remembered how many places they were given.
const LANES_MAX: usize = 1_000;
/// Messages of which it is remembered who refused them, while they wait for another route.
const REFUSED_MAX: usize = 10_000;

struct Dispatcher {
    app: Arc<App>,
    providers: Vec<Provider>,
    /// Takes the names of messages that were handed over.
    handed: mpsc::Sender<CarrierName>,
    owner: Owner,
    under_way: Hands<MessageId>,
    /// The routes that refused a message which was put back, with why.
    refused: Mutex<HashMap<MessageId, Vec<(usize, Reason)>>>,
    places: Arc<Semaphore>,
    places_max: usize,
    lanes: Mutex<Lanes>,
    /// Whether the queue is left to others.
    rest: Rest,
    expired: Expired,
}

/// How a message is given back.
struct Back {
    /// It is not claimed again before.
    again_at: Time,
    /// Where it waits from now on; as before without one.
    lane: Option<String>,
}

/// The lanes in which messages wait.
#[derive(Default)]
struct Lanes {
    /// Those in which messages were left when some were last claimed.
    waiting: HashSet<String>,
    /// How many messages of each were claimed so far.
    given: HashMap<String, i64>,
}

/// Sends messages until `stop`; then waits for those under way.
pub async fn run(
    app: Arc<App>,
    providers: Vec<Provider>,
    handed: mpsc::Sender<CarrierName>,
    stop: watch::Receiver<bool>,
) {
    let window: usize = providers.iter().map(Provider::window).sum();
    // So many have a turn; as many more are being put back.
    let places_max = (4 * window).clamp(1, 10_000);
    let places = Arc::new(Semaphore::new(places_max));
    let (owner, under_way, refused) = (Fixed(clock::random()), Hands::default(), Mutex::default());
    let (lanes, expired, rest) = (Mutex::default(), Expired::default(), Rest::default());
    let dispatcher = Arc::new(Dispatcher {
        app,
        providers,
        handed,
        owner,
        under_way,
        refused,
        places,
        places_max,
        lanes,
        expired,
        rest,
    });
    if dispatcher.app.store.write(message::unsort).await.is_err() {
        warn_of_store!(dispatcher.app, "what waits could not be sorted anew: it waits for the routes of before");
    }
    // In one task, so that neither goes on without the other.
    tokio::select! {
        () = renew(&dispatcher) => {}
        () = rounds(&dispatcher, stop) => {}
    }
}

/// Claims and sends until `stop`, and waits for what is under way.
async fn rounds(dispatcher: &Arc<Dispatcher>, mut stop: watch::Receiver<bool>) {
    let mut wake = dispatcher.app.watch.outbox();
    let mut turns = dispatcher.app.routes.turns();
    let mut expired_at = Time::from_ms(0);
    while !*stop.borrow() {
        if dispatcher.rests() {
            dispatcher.rest_a_moment(&mut stop).await;
            continue;
        }
        let room = dispatcher.room(&mut turns).await;
        let now = dispatcher.app.now();
        if (room.is_none() || dispatcher.has_lanes()) && now.since(expired_at).abs() >= EXPIRE_EVERY_MS {
            expired_at = now;
            dispatcher.expire().await;
        }
        dispatcher.expired.tell(now);
        let claimed = dispatcher.claim(room).await;
        if claimed == 0 {
            let has_lanes = dispatcher.has_lanes();
            tokio::select! {
                _ = stop.changed() => {}
                _ = wake.changed() => {}
                () = turns.changed(), if has_lanes => {}
                () = tokio::time::sleep(POLL_EVERY) => {}
            }
        }
    }
    let all = u32::try_from(dispatcher.places_max).unwrap_or(1);
    let _under_way = tokio::time::timeout(Duration::from_secs(15), dispatcher.places.acquire_many(all)).await;
}

/// Keeps the claims of messages under way.
async fn renew(dispatcher: &Dispatcher) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let ids: Vec<MessageId> = dispatcher.under_way.all().iter().copied().collect();
        let (owner, until) = (dispatcher.owner, dispatcher.app.now().plus(LEASE_MS));
        if !ids.is_empty()
            && dispatcher.app.store.write(move |tx| message::renew(tx, owner, &ids, until)).await.is_err()
        {
            warn_of_store!(dispatcher.app, "claims could not be renewed");
        }
    }
}

impl Dispatcher {
    /// Waits for a turn with any route, a while: a queue that cannot move must not keep the store busy. What there is room
    /// for; without any, a round goes on all the same.
    async fn room(&self, turns: &mut Turns<'_>) -> Option<Room> {
        let until = self.app.now().plus(NO_ROOM_WAIT_MS);
        loop {
            let now = self.app.now();
            let room = self.app.routes.room(now, CLAIM_MAX);
            if room.is_any() || now >= until {
                return Some(room).filter(Room::is_any);
            }
            let wait = self.app.routes.room_in_ms(now).min(until.since(now));
            tokio::select! {
                () = turns.changed() => {}
                () = self.app.clock.sleep_until(now.plus(wait)) => {}
            }
        }
    }

    /// Claims as many as there is room for, or some of those that were not sorted yet, and sends each on its own; says how many.
    async fn claim(self: &Arc<Self>, room: Option<Room>) -> usize {
        let places = self.some_places().await;
        let (lease, max) = (self.lease(), places.len());
        let others_wait = self.has_lanes();
        let given = self.lanes().given.clone();
        let claim = move |tx: &mut store::Tx| {
            let (mut room, mut left, mut shares) = (room.clone(), max, Vec::new());
            let share = |lane: &str| {
                let share = match &mut room {
                    Some(room) => room.share(lane, left, others_wait),
                    None if lane.is_empty() => left,
                    None => 0,
                };
                left -= share;
                shares.push((lane.to_owned(), share));
                let share = i64::try_from(share).unwrap_or(0);
                [share, kept(given.get(lane).copied().unwrap_or(0), share)]
            };
            let claimed = message::claim(tx, lease, share)?;
            Ok((claimed, shares))
        };
        match self.app.store.write(claim).await {
            Ok((claimed, shares)) => {
                self.lanes().count(&claimed, shares);
                self.begin(claimed, places)
            }
            Err(problem) => {
                warn_of_store!(self.app, %problem, "messages could not be claimed");
                0
            }
        }
    }

    /// Claims what has expired, whatever there is room for: it is reported, not sent.
    async fn expire(self: &Arc<Self>) {
        let (places, lease) = (self.some_places().await, self.lease());
        let max = i64::try_from(places.len()).unwrap_or(1);
        match self.app.store.write(move |tx| message::claim_expired(tx, lease, max)).await {
            Ok(claimed) => {
                self.begin(claimed, places);
            }
            Err(problem) => warn_of_store!(self.app, %problem, "messages that have expired could not be claimed"),
        }
    }

    /// Places for messages under way: one at least, and not more than are claimed at once.
    async fn some_places(&self) -> Vec<OwnedSemaphorePermit> {
        let Ok(first) = self.places.clone().acquire_owned().await else { return Vec::new() };
        let more = (1..CLAIM_MAX).map_while(|_| self.places.clone().try_acquire_owned().ok());
        std::iter::once(first).chain(more).collect()
    }

    fn lease(&self) -> Lease {
        let from = self.app.now();
        Lease { owner: self.owner, from, until: from.plus(LEASE_MS) }
    }

    /// Sends each of these on its own; says how many.
    fn begin(self: &Arc<Self>, claimed: Vec<Claimed>, places: Vec<OwnedSemaphorePermit>) -> usize {
        let count = claimed.len();
        for (claimed, place) in claimed.into_iter().zip(places) {
            let id = claimed.stored.message.id;
            // The clock jumped over its lease while it is still in our hands: only the lease was renewed.
            let Some(in_hand) = self.under_way.take(id) else { continue };
            let (dispatcher, unbooked) = (self.clone(), self.app.routes.claimed(&claimed.lane));
            tokio::spawn(async move {
                match AssertUnwindSafe(dispatcher.handle(&claimed, unbooked)).catch_unwind().await {
                    Ok(None) => {}
                    Ok(Some(back)) => {
                        // Before its lease is given back: whoever claims it then has to be free to send it.
                        drop(in_hand);
                        dispatcher.release(&claimed, back).await;
                    }
                    Err(_) => {
                        error!(message = %id, "sending a message broke, which is an error in Tegata: it is not sent again");
                        // It may have gone out, as where an answer is lost.
                        dispatcher.settle(&claimed, State::Submitted, Some(Reason::Unconfirmed), None).await;
                    }
                }
                drop(place);
            });
        }
        count
    }

    /// Whether messages wait in lanes of their own.
    fn has_lanes(&self) -> bool {
        !self.lanes().waiting.is_empty()
    }

    /// Whether others wait already in the lane that a message goes to which was not sorted yet.
    fn waits_behind(&self, claimed: &Claimed, lane: &str) -> bool {
        claimed.lane.is_empty() && self.lanes().waiting.contains(lane)
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Settles a message, or says how it is given back.
    async fn handle(&self, claimed: &Claimed, unbooked: Unbooked) -> Option<Back> {
        let now = self.app.now();
        if claimed.stored.attempts > 1 {
            self.app.metrics.maybe_repeated.inc();
        }
        let verification = &claimed.verification;
        let message = &claimed.stored.message;
        if message.deadline_at <= now || !verification.wants(message.id, Context { now, keys: &self.app.keys.load() }) {
            // What nobody waits for any more is no loss.
            if message.deadline_at <= now {
                self.expired.note();
            }
            self.app.waited(message.id, now);
            self.settle(claimed, State::Expired, None, None).await;
            return None;
        }
        match self.outgoing(claimed).await {
            Ok(outgoing) => self.send(claimed, outgoing, unbooked).await,
            Err(Unmade::Lacks(key)) => Some(self.leave_to_others(key)),
            Err(Unmade::Otherwise) => Some(Back { again_at: now.plus(seconds(60)), lane: None }),
        }
    }

    async fn settle(
        &self,
        claimed: &Claimed,
        state: State,
        reason: Option<Reason>,
        by: Option<(String, Option<String>)>,
    ) {
        let (route, carrier_id) = by.map_or((None, None), |(route, id)| (Some(route), id));
        let settlement = Some(Settlement { message: claimed.stored.message.id, state, route, carrier_id });
        report(
            &self.app,
            claimed.verification.id,
            Report { message: claimed.stored.message.id, state, reason, settlement },
        )
        .await;
    }

    /// Gives a message back: it keeps its place.
    async fn release(&self, claimed: &Claimed, back: Back) {
        self.app.metrics.put_back.inc();
        let (owner, id) = (self.owner, claimed.stored.message.id);
        let Back { again_at, lane } = back;
        let release = move |tx: &mut store::Tx| message::release(tx, owner, id, again_at, lane.clone());
        // If this fails the lease runs out, and the message is claimed again.
        if let Err(problem) = self.app.store.write(release).await {
            warn_of_store!(self.app, %problem, "a message could not be put back");
        }
    }
}

impl Lanes {
    /// Notes what was claimed, and which share of it each lane had.
    fn count(&mut self, claimed: &[Claimed], shares: Vec<(String, usize)>) {
        if self.given.len() >= LANES_MAX {
            self.given.clear();
        }
        for claimed in claimed {
            *self.given.entry(claimed.lane.clone()).or_default() += 1;
        }
        let of = |lane: &str| claimed.iter().filter(|claimed| claimed.lane == lane).count();
        let left = shares.into_iter().filter(|(lane, share)| !lane.is_empty() && of(lane) >= *share);
        self.waiting = left.map(|(lane, _)| lane).collect();
    }
}
