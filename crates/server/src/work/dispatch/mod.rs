//! The dispatcher: claims due messages under a lease, as many as the routes have turns for, and has them sent.
//!
//! A code is never sent at or after its expiry, nor when nobody waits for it any more. What a dead process had claimed
//! may have gone out: it goes out again, and is counted.

mod send;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
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
use store::message::{self, CarrierName, Claimed, Owner};
use tokio::sync::{Semaphore, mpsc, watch};
use tracing::warn;

use super::report;
use crate::{
    app::{
        App,
        route::{Turns, Unbooked},
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
/// While no route has room nothing can go out, and a round only lets go of what has expired: one a second is enough.
const NO_ROOM_WAIT_MS: Millis = seconds(1);
/// Messages claimed at once.
const CLAIM_MAX: usize = 100;
/// Of so many places one is for messages that are less urgent than payments.
const KEPT_ONE_IN: i64 = 4;
/// Messages of which it is remembered who refused them, while they wait for another route.
const REFUSED_MAX: usize = 10_000;

struct Dispatcher {
    app: Arc<App>,
    providers: Vec<Provider>,
    /// Takes the names of messages that were handed over.
    handed: mpsc::Sender<CarrierName>,
    owner: Owner,
    under_way: Mutex<HashSet<MessageId>>,
    /// The routes that refused a message which was put back, with why.
    refused: Mutex<HashMap<MessageId, Vec<(usize, Reason)>>>,
    places: Arc<Semaphore>,
    /// How many places messages were claimed for so far.
    places_given: AtomicI64,
}

/// Sends messages until `stop`; then waits for those under way.
pub async fn run(
    app: Arc<App>,
    providers: Vec<Provider>,
    handed: mpsc::Sender<CarrierName>,
    mut stop: watch::Receiver<bool>,
) {
    let window: usize = providers.iter().map(Provider::window).sum();
    // So many have a turn; as many more are being put back.
    let places_max = (4 * window).clamp(1, 10_000);
    let places = Arc::new(Semaphore::new(places_max));
    let (owner, under_way, refused) = (Fixed(clock::random()), Mutex::default(), Mutex::default());
    let places_given = AtomicI64::new(0);
    let dispatcher = Arc::new(Dispatcher { app, providers, handed, owner, under_way, refused, places, places_given });
    let renewing = tokio::spawn(renew(dispatcher.clone()));
    let mut wake = dispatcher.app.watch.outbox();
    let mut turns = dispatcher.app.routes.turns();
    while !*stop.borrow() {
        let room = dispatcher.room(&mut turns).await;
        let claimed = dispatcher.claim(room).await;
        if claimed == 0 {
            tokio::select! {
                _ = stop.changed() => {}
                _ = wake.changed() => {}
                () = tokio::time::sleep(POLL_EVERY) => {}
            }
        }
    }
    let all = u32::try_from(places_max).unwrap_or(1);
    let _under_way = tokio::time::timeout(Duration::from_secs(15), dispatcher.places.acquire_many(all)).await;
    renewing.abort();
}

/// Keeps the claims of messages under way, until it is aborted.
async fn renew(dispatcher: Arc<Dispatcher>) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let ids: Vec<MessageId> = dispatcher.under_way().iter().copied().collect();
        let (owner, until) = (dispatcher.owner, dispatcher.app.now().plus(LEASE_MS));
        if !ids.is_empty()
            && dispatcher.app.store.write(move |tx| message::renew(tx, owner, &ids, until)).await.is_err()
        {
            warn!("claims could not be renewed");
        }
    }
}

impl Dispatcher {
    /// Waits for a turn with any route, a while: a queue that cannot move must not keep the store busy. How many turns
    /// there are; without any a round goes on all the same, since codes expire.
    async fn room(&self, turns: &mut Turns<'_>) -> usize {
        let until = self.app.now().plus(NO_ROOM_WAIT_MS);
        loop {
            let now = self.app.now();
            let room = self.app.routes.room(now, CLAIM_MAX);
            if room > 0 || now >= until {
                return if room > 0 { room } else { CLAIM_MAX };
            }
            let wait = self.app.routes.room_in_ms(now).min(until.since(now));
            tokio::select! {
                () = turns.changed() => {}
                () = self.app.clock.sleep_until(now.plus(wait)) => {}
            }
        }
    }

    /// Claims as many as there is room for and sends each on its own; says how many.
    async fn claim(self: &Arc<Self>, room: usize) -> usize {
        let Ok(first) = self.places.clone().acquire_owned().await else { return 0 };
        let more = (1..room).map_while(|_| self.places.clone().try_acquire_owned().ok());
        let places: Vec<_> = std::iter::once(first).chain(more).collect();
        let max = i64::try_from(places.len()).unwrap_or(1);
        let (owner, now) = (self.owner, self.app.now());
        let wanted = [max, self.kept(max)];
        let claim = move |tx: &mut store::Tx| message::claim(tx, owner, now, now.plus(LEASE_MS), wanted);
        let claimed = match self.app.store.write(claim).await {
            Ok(claimed) => claimed,
            Err(problem) => {
                warn!(%problem, "messages could not be claimed");
                return 0;
            }
        };
        let count = claimed.len();
        for (claimed, place) in claimed.into_iter().zip(places) {
            let id = claimed.stored.message.id;
            // The clock jumped over its lease while it is still in our hands: only the lease was renewed.
            if !self.under_way().insert(id) {
                continue;
            }
            let (dispatcher, unbooked) = (self.clone(), self.app.routes.claimed());
            tokio::spawn(async move {
                dispatcher.handle(claimed, unbooked).await;
                dispatcher.under_way().remove(&id);
                drop(place);
            });
        }
        count
    }

    /// How many of so many places are kept from payments while others wait: one in four, of however many there are at once.
    fn kept(&self, max: i64) -> i64 {
        let before = self.places_given.fetch_add(max, Ordering::Relaxed);
        (before + max) / KEPT_ONE_IN - before / KEPT_ONE_IN
    }

    fn under_way(&self) -> MutexGuard<'_, HashSet<MessageId>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(&self, claimed: Claimed, unbooked: Unbooked) {
        let now = self.app.now();
        if claimed.stored.attempts > 1 {
            self.app.metrics.maybe_repeated.inc();
        }
        let verification = &claimed.verification;
        let message = &claimed.stored.message;
        if message.deadline_at <= now || !verification.wants(message.id, Context { now, keys: &self.app.keys }) {
            self.app.waited(message.id, now);
            self.settle(&claimed, State::Expired, None, None).await;
            return;
        }
        match self.outgoing(&claimed).await {
            Some(outgoing) => self.send(&claimed, outgoing, unbooked).await,
            None => self.release(&claimed, now.plus(seconds(60))).await,
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

    async fn release(&self, claimed: &Claimed, due_at: Time) {
        let (owner, ids) = (self.owner, vec![claimed.stored.message.id]);
        // If this fails the lease runs out, and the message is claimed again.
        if let Err(problem) = self.app.store.write(move |tx| message::release(tx, owner, &ids, due_at)).await {
            warn!(%problem, "a message could not be put back");
        }
    }
}
