//! The dispatcher: claims due messages under a lease, hands them to a route, reports what became of them.
//!
//! A code is never sent at or after its expiry, nor when nobody waits for it any more. What a dead process had claimed
//! may have gone out: it goes out again, and is counted.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    delivery::{Reason, State},
    digest::Fixed,
    effect::Settlement,
    id::MessageId,
    time::{Millis, Time, seconds},
    verification::{Context, Report, Verification},
};
use store::message::{self, Claimed, Owner};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tracing::{error, warn};

use super::report;
use crate::{
    app::{App, arrival::Note},
    clock,
    send::{Outcome, Outgoing, Provider},
    sms,
};

/// How long a claim holds without being renewed.
const LEASE_MS: Millis = seconds(10);
/// How often claims are renewed.
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// How long to sleep when nothing wakes the dispatcher: the safety net.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// While no route is up nothing can go out, and a round only lets go of what has expired: one a second is enough.
const NO_LINK_WAIT: Duration = Duration::from_secs(1);
/// How soon a link that is back is seen.
const LINK_LOOK: Duration = Duration::from_millis(50);
/// Messages claimed at once.
const CLAIM_MAX: usize = 100;

struct Dispatcher {
    app: Arc<App>,
    providers: Vec<Provider>,
    owner: Owner,
    under_way: Mutex<HashSet<MessageId>>,
    places: Arc<Semaphore>,
}

/// Sends messages until `stop`; then waits for those under way.
pub async fn run(app: Arc<App>, providers: Vec<Provider>, mut stop: watch::Receiver<bool>) {
    let window: usize = providers.iter().map(Provider::window).sum();
    let places_max = (2 * window).clamp(1, 10_000);
    let places = Arc::new(Semaphore::new(places_max));
    let (owner, under_way) = (Fixed(clock::random()), Mutex::default());
    let dispatcher = Arc::new(Dispatcher { app, providers, owner, under_way, places });
    let renewing = tokio::spawn(renew(dispatcher.clone()));
    let mut wake = dispatcher.app.watch.outbox();
    while !*stop.borrow() {
        dispatcher.link().await;
        let claimed = dispatcher.claim().await;
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
    /// Waits for a link, a while: a queue that cannot move must not keep the store busy.
    async fn link(&self) {
        let up = async {
            while !self.app.can_send() {
                tokio::time::sleep(LINK_LOOK).await;
            }
        };
        // Without a link the round goes on all the same: codes expire.
        let _waited = tokio::time::timeout(NO_LINK_WAIT, up).await;
    }

    /// Claims as many as there is room for and sends each on its own; says how many.
    async fn claim(self: &Arc<Self>) -> usize {
        let Ok(first) = self.places.clone().acquire_owned().await else { return 0 };
        let more = self.places.available_permits().min(CLAIM_MAX - 1);
        let mut places: Vec<OwnedSemaphorePermit> = vec![first];
        places.extend((0..more).map_while(|_| self.places.clone().try_acquire_owned().ok()));
        let max = i64::try_from(places.len()).unwrap_or(1);
        let (owner, now) = (self.owner, self.app.now());
        let claim = move |tx: &mut store::Tx| message::claim(tx, owner, now, now.plus(LEASE_MS), max);
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
            let dispatcher = self.clone();
            tokio::spawn(async move {
                dispatcher.handle(claimed).await;
                dispatcher.under_way().remove(&id);
                drop(place);
            });
        }
        count
    }

    fn under_way(&self) -> MutexGuard<'_, HashSet<MessageId>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(&self, claimed: Claimed) {
        let now = self.app.now();
        if claimed.stored.attempts > 1 {
            self.app.metrics.maybe_repeated.inc();
        }
        let verification = &claimed.verification;
        let message = &claimed.stored.message;
        if message.deadline_at <= now || !verification.wants(message.id, Context { now, keys: &self.app.keys }) {
            self.settle(&claimed, State::Expired, None, None).await;
            return;
        }
        match self.outgoing(&claimed, now).await {
            Some(outgoing) => self.send(&claimed, outgoing).await,
            None => self.release(&claimed, now.plus(seconds(60))).await,
        }
    }

    /// Makes the message: its code is derived and its number unsealed only here.
    async fn outgoing(&self, claimed: &Claimed, now: Time) -> Option<Outgoing> {
        let verification: &Verification = &claimed.verification;
        let known = self.app.service(verification.service).await.ok()?;
        let (code, to) = (verification.code(verification.newest(), &self.app.keys), self.app.number_of(verification));
        let (Some(code), Some(to)) = (code, to) else {
            error!(message = %claimed.stored.message.id, "a key that a message needs is missing from the key file");
            return None;
        };
        let host = verification.host.as_deref().unwrap_or(self.app.config.public_host());
        let service = &known.service;
        Some(Outgoing {
            id: claimed.stored.message.id,
            to,
            sender: service.sender.clone().unwrap_or_default(),
            text: sms::compose(
                verification.locale,
                service.brand_in(verification.locale),
                verification.purpose,
                code.digits(),
                host,
            ),
            valid_ms: claimed.stored.message.deadline_at.since(now),
        })
    }

    /// Tries the routes in order until one takes the message or loses its answer.
    async fn send(&self, claimed: &Claimed, outgoing: Outgoing) {
        let mut again: Option<Millis> = None;
        let mut refused = None;
        for provider in &self.providers {
            let mut outgoing = outgoing.clone();
            if outgoing.sender.is_empty() {
                provider.sender().clone_into(&mut outgoing.sender);
            }
            let outcome = provider.send(outgoing).await;
            self.app.metrics.sent(provider.name(), name(&outcome), self.app.now());
            match outcome {
                Outcome::Accepted { carrier_id } => {
                    self.submitted(claimed, provider, None, Some(carrier_id)).await;
                    return;
                }
                Outcome::Unconfirmed => {
                    self.submitted(claimed, provider, Some(Reason::Unconfirmed), None).await;
                    return;
                }
                Outcome::Later { after_ms } => again = Some(again.map_or(after_ms, |least| least.min(after_ms))),
                Outcome::Refused(reason) => refused = Some(reason),
            }
        }
        match (again, refused) {
            (Some(after_ms), _) => self.release(claimed, self.app.now().plus(after_ms)).await,
            (None, Some(reason)) => self.settle(claimed, State::Undelivered, Some(reason), None).await,
            (None, None) => self.release(claimed, self.app.now().plus(seconds(5))).await,
        }
    }

    async fn submitted(&self, claimed: &Claimed, by: &Provider, reason: Option<Reason>, carrier_id: Option<String>) {
        self.app.note(Note::Sent(claimed.stored.message.id, by.name().to_owned()));
        let route = (by.name().to_owned(), carrier_id);
        self.settle(claimed, State::Submitted, reason, Some(route)).await;
        self.app.watch.submitted();
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

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused(_) => "refused",
        Outcome::Later { .. } => "later",
        Outcome::Unconfirmed => "unconfirmed",
    }
}
