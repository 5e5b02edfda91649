//! One message's way out: its text is made, a route takes it, or each says why not.

use std::{sync::PoisonError, time::Duration};

use domain::{
    channel::Channel,
    delivery::{Reason, State},
    key::KeyId,
    route::Target,
    time::{Millis, Time},
    verification::Verification,
};
use store::message::Claimed;
use tokio::{sync::SemaphorePermit, time::timeout};
use tracing::{error, warn};

use super::{Back, Dispatcher, REFUSED_MAX};
use crate::{
    app::{
        arrival::Note,
        route::{Answer, Booking, Turn, Unbooked, Wanted},
    },
    call,
    send::{Outcome, Outgoing},
    sms,
    telemetry::trace::{Kind, Value},
};

/// How often whoever waits for a place in a window sees whether the route still answers.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// When a message is tried again whose route asks for less, at the earliest.
const SLOWER_MS: Millis = 500;

/// What a message has met so far.
#[derive(Default)]
struct Tried {
    /// The routes that will not take it.
    refused: Vec<(usize, Reason)>,
    /// The routes that could not take it just now, …
    failed: Vec<usize>,
    /// … and when the first of them may.
    again_ms: Option<Millis>,
}

/// What came of a turn.
enum Met {
    /// The message is done with.
    Done,
    /// The route had no place for it after all.
    Nothing,
    /// It was not sent.
    Failed(Millis),
    /// It was refused.
    Refused(Reason),
}

impl Tried {
    /// The places of the routes that will not take it.
    fn places(&self) -> impl Iterator<Item = usize> {
        self.refused.iter().map(|(place, _)| *place)
    }
}

/// Why a message cannot be made now.
pub(super) enum Unmade {
    /// This node has not got a key that it needs; others may.
    Lacks(KeyId),
    /// What it is made from cannot be read.
    Otherwise,
}

impl Dispatcher {
    /// Makes the message: its code is derived and its number unsealed only here.
    pub(super) async fn outgoing(&self, claimed: &Claimed) -> Result<Outgoing, Unmade> {
        let verification: &Verification = &claimed.verification;
        let known = self.app.service(verification.service).await.map_err(|_| Unmade::Otherwise)?;
        if let Some(key) = self.lacks(verification) {
            return Err(Unmade::Lacks(key));
        }
        let code = verification.code(verification.newest(), &self.app.keys.load());
        let (Some(code), Some(to)) = (code, self.app.number_of(verification)) else {
            error!(message = %claimed.stored.message.id, "the number that a message goes to cannot be read: it was altered");
            return Err(Unmade::Otherwise);
        };
        let (service, locale, channel) = (&known.service, verification.locale, verification.newest().channel);
        let (brand, purpose) = (service.brand_in(locale), verification.purpose);
        let host = verification.host.as_deref().unwrap_or(self.app.config.public_host());
        let text = match channel {
            Channel::Sms => sms::compose(locale, brand, purpose, code.digits(), host),
            Channel::Call => call::compose(locale, brand, purpose, code.digits()),
        };
        Ok(Outgoing {
            id: claimed.stored.message.id,
            to,
            sender: service.sender.clone().unwrap_or_default(),
            channel,
            locale,
            text,
            valid_ms: 0,
        })
    }

    /// Takes turns with routes until one takes the message or loses its answer, or none is left; says how it is given back
    /// if it is not settled.
    pub(super) async fn send(&self, claimed: &Claimed, outgoing: Outgoing, unbooked: Unbooked) -> Option<Back> {
        let used = claimed.verification.routes_used();
        let carrier = self.app.carrier_told(&claimed.verification).await;
        let target = Target { carrier, channel: outgoing.channel, ..Target::of(&outgoing.to) };
        let mut unbooked = Some(unbooked);
        let mut tried = Tried { refused: self.recall(claimed), ..Tried::default() };
        if self.waits_behind(claimed, &self.lane(&target, &tried)) {
            return Some(self.put_back(claimed, &target, tried, self.app.now()));
        }
        loop {
            let refused: Vec<usize> = tried.places().chain(tried.failed.clone()).collect();
            let wanted = Wanted { target: target.clone(), refused: &refused, used: &used };
            let now = self.app.now();
            let booking = self.app.routes.book(&wanted, now);
            drop(unbooked.take());
            let turn = match booking {
                Booking::Turn(turn) => turn,
                Booking::PutOff(ms) => return Some(self.put_back(claimed, &target, tried, now.plus(ms))),
                Booking::Refused => return self.none_left(claimed, &target, tried, now).await,
                Booking::Uncovered => {
                    self.settle(claimed, State::Undelivered, Some(Reason::NoRoute), None).await;
                    return None;
                }
            };
            let place = turn.place;
            match self.take(claimed, &outgoing, turn).await {
                Met::Done => return None,
                Met::Nothing => {}
                Met::Refused(reason) => tried.refused.push((place, reason)),
                Met::Failed(after_ms) => {
                    tried.failed.push(place);
                    tried.again_ms = Some(tried.again_ms.map_or(after_ms, |least| least.min(after_ms)));
                }
            }
        }
    }

    /// Waits for the turn and for a place in the window, and hands the message over.
    async fn take(&self, claimed: &Claimed, outgoing: &Outgoing, turn: Turn<'_>) -> Met {
        self.app.clock.sleep_until(turn.at).await;
        let Some(_place) = self.place(turn.place).await else { return Met::Nothing };
        let (provider, now) = (&self.providers[turn.place], self.app.now());
        let mut outgoing = Outgoing { valid_ms: claimed.stored.message.deadline_at.since(now), ..outgoing.clone() };
        if outgoing.valid_ms <= 0 {
            self.expired.note();
            self.settle(claimed, State::Expired, None, None).await;
            return Met::Done;
        }
        if outgoing.sender.is_empty() {
            provider.sender().clone_into(&mut outgoing.sender);
        }
        self.app.metrics.chosen(provider.name(), turn.why.name());
        self.app.waited(claimed.stored.message.id, now);
        self.app.routes.asked(turn.place, now);
        let asked_at = now;
        let span = self.app.traces.of(Some(claimed.verification.id), Kind::Client);
        let outcome = provider.send(outgoing).await;
        if let Some(span) = span {
            let named = |name: &str| Value::Name(name.to_owned());
            let attributes = [("tegata.route", provider.name()), ("tegata.outcome", name(&outcome))];
            let attributes = attributes.map(|(key, value)| (key, named(value))).to_vec();
            span.end("send".to_owned(), attributes, matches!(outcome, Outcome::Unconfirmed { .. }));
        }
        let now = self.app.now();
        self.app.routes.answered(turn.place, answer(&outcome), (asked_at, now));
        self.app.metrics.sent(provider.name(), name(&outcome), now);
        drop(turn);
        match outcome {
            Outcome::Accepted { carrier_id } => self.submitted(claimed, provider.name(), None, Some(carrier_id)).await,
            Outcome::Unconfirmed { carrier_id } => {
                self.submitted(claimed, provider.name(), Some(Reason::Unconfirmed), carrier_id).await;
            }
            Outcome::Later { after_ms } => return Met::Failed(after_ms),
            Outcome::Slower { after_ms } => return Met::Failed(after_ms.max(SLOWER_MS)),
            Outcome::Refused(reason) => return Met::Refused(reason),
        }
        Met::Done
    }

    /// A place in a route's window; `None` once the route answers no more.
    async fn place(&self, place: usize) -> Option<SemaphorePermit<'_>> {
        let window = &self.app.routes.iter().nth(place)?.window;
        loop {
            match timeout(LOOK_EVERY, window.acquire()).await {
                Ok(acquired) => return acquired.ok(),
                Err(_) if self.app.routes.is_open(place, self.app.now()) => {}
                Err(_) => return None,
            }
        }
    }

    async fn submitted(&self, claimed: &Claimed, by: &str, reason: Option<Reason>, carrier_id: Option<String>) {
        self.app.note(Note::Sent(claimed.stored.message.id, by.to_owned()));
        self.settle(claimed, State::Submitted, reason, Some((by.to_owned(), carrier_id.clone()))).await;
        if let Some(id) = carrier_id {
            // Without the worker the process ends: its next look finds what waits.
            drop(self.handed.send((by.to_owned(), id)).await);
        }
    }

    /// Every route has said no: for now, or for good.
    async fn none_left(&self, claimed: &Claimed, target: &Target, tried: Tried, now: Time) -> Option<Back> {
        match (tried.again_ms, tried.refused.last()) {
            (Some(after_ms), _) => Some(self.put_back(claimed, target, tried, now.plus(after_ms))),
            (None, refused) => {
                let reason = refused.map(|(_, reason)| *reason);
                self.settle(claimed, State::Undelivered, reason, None).await;
                None
            }
        }
    }

    /// Where a message that is put back waits: with those that wait for the same routes. Remembers who need not be asked again.
    fn put_back(&self, claimed: &Claimed, target: &Target, tried: Tried, again_at: Time) -> Back {
        let lane = self.lane(target, &tried);
        if !tried.refused.is_empty() {
            let mut all = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= REFUSED_MAX {
                all.clear();
                warn!("so many messages wait for another route that it is forgotten who refused them");
            }
            all.insert(claimed.stored.message.id, tried.refused);
        }
        Back { again_at, lane: Some(lane) }
    }

    fn lane(&self, target: &Target, tried: &Tried) -> String {
        self.app.routes.lane(target, &tried.places().collect::<Vec<usize>>())
    }

    fn recall(&self, claimed: &Claimed) -> Vec<(usize, Reason)> {
        let mut all = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&claimed.stored.message.id).unwrap_or_default()
    }
}

fn answer(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Accepted { .. } | Outcome::Refused(_) => Answer::Took,
        Outcome::Later { after_ms } => Answer::Failed(*after_ms),
        Outcome::Slower { after_ms } => Answer::Slower(*after_ms),
        Outcome::Unconfirmed { .. } => Answer::Nothing,
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Refused(_) => "refused",
        Outcome::Later { .. } => "later",
        Outcome::Slower { .. } => "slower",
        Outcome::Unconfirmed { .. } => "unconfirmed",
    }
}
