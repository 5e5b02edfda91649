//! Whether messages arrive: codes that came back ÷ sent, and receipts, by route, carrier and country.
//!
//! One message of a number and day is followed, and few of a source (rule M6); where many are sent, some of them, by
//! chance: more make figures hardly sharper, and cost the store what requests need. What happens to it is noted here and
//! written by a worker; notes that are lost cost a figure some of its sharpness, and nobody anything else.

mod pace;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use domain::{
    digest::{Digest, sha256},
    id::{MessageId, ServiceId, v7},
    key::Keys,
    limit::LimitKey,
    refusal::Refusal,
    time::{Millis, Time, days, hours, minutes},
    verification::Verification,
};
use pace::Paces;
use store::{
    Tx,
    arrival::{self, Hour, Line, Sample},
    tally,
};

use super::{App, source::Source};
use crate::clock;

/// Notes that wait to be written; more are left out.
const NOTES_MAX: usize = 4_000;
/// Messages of one network, and of one API key, that are followed in a day.
const SAMPLES_OF_ADDRESS: u32 = 10;
const SAMPLES_OF_KEY: u32 = 5_000;
/// How long a person may take before a code counts as not come back.
pub(super) const GRACE_MS: Millis = minutes(3);
/// What is summed up again: results of a message come within this, …
pub(super) const OPEN_MS: Millis = hours(3);
/// … and most within this, which is summed up each time; the rest now and then.
const BUSY_MS: Millis = minutes(15);
const SUM_ALL_EVERY_MS: Millis = minutes(10);
/// How long samples are kept: longer than a number's day, and than they are summed up.
const SAMPLES_KEPT_MS: Millis = hours(26);
/// How long the hours are kept.
const HOURS_KEPT_MS: Millis = days(90);
/// Hours of routes on one chart.
const HOURS_MAX: i64 = 1_000;

/// What happened to a message.
#[derive(Clone, Debug)]
pub enum Note {
    /// It was asked for.
    Asked {
        /// The message.
        message: MessageId,
        /// Its phone's blind index.
        phone: LimitKey,
        /// What asked, each with how many of its messages are followed in a day: [`samples_of`].
        sources: Vec<(Digest, u32)>,
        /// The number's country, else empty.
        country: String,
        /// What the numbers of its range begin with.
        numbers: String,
    },
    /// A route took it.
    Sent(MessageId, String),
    /// A receipt says whether it arrived.
    Received(MessageId, bool),
    /// Its code came back.
    Back(MessageId),
    /// Somebody asked for another in its place, or for help with it.
    Again(MessageId),
    /// The person says which carrier their phone is with: a value of the guide's fact.
    Carrier(MessageId, String),
}

/// How a route does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RouteState {
    /// As usual.
    #[default]
    Ok,
    /// Two independent signs agree that less arrives than usual.
    Trouble,
    /// Its link is down.
    Down,
}

impl RouteState {
    /// A value of the guides' fact `route`.
    pub fn name(self) -> &'static str {
        match self {
            RouteState::Ok => "ok",
            RouteState::Trouble => "trouble",
            RouteState::Down => "down",
        }
    }
}

impl Note {
    fn message(&self) -> MessageId {
        match self {
            Note::Asked { message, .. }
            | Note::Sent(message, _)
            | Note::Received(message, _)
            | Note::Back(message)
            | Note::Again(message)
            | Note::Carrier(message, _) => *message,
        }
    }
}

/// What was noted.
#[derive(Default)]
pub struct Arrivals {
    notes: Mutex<Vec<(Time, Note)>>,
    paces: Mutex<Paces>,
    /// When all that is open was last summed up.
    summed_at: Mutex<Time>,
    lately: ArcSwap<Lately>,
}

/// What came of the messages of a span.
#[derive(Default)]
pub struct Lately {
    /// Asked for since then, …
    pub from: Time,
    /// … and before.
    pub to: Time,
    /// By route, carrier and country; in order.
    pub lines: Vec<Line>,
}

impl Arrivals {
    /// Notes something, unless too much waits.
    fn note(&self, at: Time, note: Note) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < NOTES_MAX {
            notes.push((at, note));
        }
    }

    fn paces(&self) -> MutexGuard<'_, Paces> {
        self.paces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<(Time, Note)> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// The id of the first message of a service's verification with this shard: by chance, of one that is followed.
    pub(crate) fn first_message(&self, service: ServiceId, shard: u8) -> MessageId {
        let chance = f64::from(u32::from_be_bytes(clock::random())) / f64::from(u32::MAX);
        self.drawn(shard, chance <= self.arrivals.paces().share(service, self.now()))
    }

    /// The id of another one, which is never followed.
    pub(crate) fn next_message(&self, shard: u8) -> MessageId {
        self.drawn(shard, false)
    }

    /// An id that says whether it is followed, to whoever has the key.
    fn drawn(&self, shard: u8, followed: bool) -> MessageId {
        let (keys, now) = (self.keys.load(), self.now());
        let drawn = || MessageId(v7(now, shard, clock::random()));
        // Half of all ids would do.
        (0..64).map(|_| drawn()).find(|id| keys.index().is_followed(*id) == followed).unwrap_or_else(drawn)
    }

    /// Counts a message that was asked for; whether it is followed.
    pub(crate) fn asked(&self, service: ServiceId, message: MessageId) -> bool {
        self.arrivals.paces().asked(service, self.now());
        self.keys.load().index().is_followed(message)
    }

    /// Notes what happened to a message that is followed, and which carrier a phone is with in any case: routes ask for that.
    pub fn note(&self, note: Note) {
        if matches!(note, Note::Carrier(..)) || self.keys.load().index().is_followed(note.message()) {
            self.arrivals.note(self.now(), note);
        }
    }

    /// The carrier that somebody told of the phone that a verification's messages go to, where a route asks for that: of the
    /// number that the first message went to.
    pub(crate) async fn carrier_told(&self, verification: &Verification) -> Option<String> {
        let (first, newest) = (verification.generations.first()?, verification.newest());
        let same = verification.number_of(first) == verification.number;
        if !self.routes.ask_for_carriers() || first.message == newest.message || !same {
            return None;
        }
        let message = first.message;
        self.store.read(move |tx| arrival::told(tx, message)).await.ok().flatten()
    }

    /// Writes what was noted; how much that was.
    ///
    /// # Errors
    /// `unavailable` without the store: then these notes are lost.
    pub(crate) async fn write_notes(&self) -> Result<usize, Refusal> {
        let notes = self.arrivals.take();
        if notes.is_empty() {
            return Ok(0);
        }
        let count = notes.len();
        self.store.write(move |tx| write(tx, &notes)).await?;
        Ok(count)
    }

    /// Sums the samples up again that may have changed. That may be long, and is not done where others wait to write.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(super) async fn sum_up(&self) -> Result<(), Refusal> {
        let now = self.now();
        let summed_at = *self.arrivals.summed_at.lock().unwrap_or_else(PoisonError::into_inner);
        let all = now.since(summed_at).abs() >= SUM_ALL_EVERY_MS;
        let from = now.plus(if all { -OPEN_MS } else { -BUSY_MS }).rounded_down(hours(1));
        let (held, summed) =
            self.store.read(move |tx| Ok((arrival::held(tx, from)?, arrival::summed(tx, from, now.plus(1))?))).await?;
        if held != summed {
            self.store.write(move |tx| arrival::hold(tx, from, &summed)).await?;
        }
        if all {
            *self.arrivals.summed_at.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
        Ok(())
    }

    /// What came of the messages of a span.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(super) async fn between(&self, from: Time, to: Time) -> Result<Vec<Line>, Refusal> {
        Ok(self.store.read(move |tx| arrival::lately(tx, from, to)).await?)
    }

    /// What came of the last hour's messages; those are left out whose code may still come back. It is kept for gauges.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn lately(&self) -> Result<Arc<Lately>, Refusal> {
        let to = self.now().plus(-GRACE_MS);
        let from = to.plus(-hours(1));
        let lately = Arc::new(Lately { from, to, lines: self.between(from, to).await? });
        self.arrivals.lately.store(lately.clone());
        Ok(lately)
    }

    /// The same, as it was summed up last.
    pub(crate) fn lately_summed(&self) -> Arc<Lately> {
        self.arrivals.lately.load_full()
    }

    /// What came of the last day's messages, by whole hours and the present one.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn day(&self) -> Result<Vec<Line>, Refusal> {
        let now = self.now();
        Ok(self.store.read(move |tx| arrival::since(tx, now.plus(-days(1)).rounded_down(hours(1)), now)).await?)
    }

    /// The hours of the last day, route by route.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn hours(&self) -> Result<Vec<Hour>, Refusal> {
        let from = self.now().plus(-days(1)).rounded_down(hours(1));
        Ok(self.store.read(move |tx| arrival::hours(tx, from, HOURS_MAX)).await?)
    }
}

/// Drops what is over.
///
/// # Errors
/// As the store's.
pub(crate) fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<u64, store::Error> {
    arrival::sweep(tx, now.plus(-SAMPLES_KEPT_MS), now.plus(-HOURS_KEPT_MS), max)
}

fn write(tx: &mut Tx, notes: &[(Time, Note)]) -> Result<(), store::Error> {
    let (mut samples, mut sent, mut received) = (vec![], vec![], vec![]);
    let (mut back, mut again, mut carriers) = (vec![], vec![], vec![]);
    for (at, note) in notes {
        match note.clone() {
            Note::Asked { message, phone, sources, country, numbers } => {
                if let Some(name) = sample(tx, *at, phone, &sources)? {
                    let carrier = "unknown".to_owned();
                    samples.push(Sample { name, message, at: *at, carrier, country, numbers });
                }
            }
            Note::Sent(message, route) => sent.push((message, route)),
            Note::Received(message, arrived) => received.push((message, arrived)),
            Note::Back(message) => back.push(message),
            Note::Again(message) => again.push(message),
            Note::Carrier(message, carrier) => carriers.push((*at, message, carrier)),
        }
    }
    arrival::follow(tx, &samples)?;
    arrival::sent(tx, &sent)?;
    arrival::received(tx, &received)?;
    arrival::back(tx, &back)?;
    arrival::again(tx, &again)?;
    // Of a message that is no sample a row is kept that stands in no sum, as it has no country and never gets a route.
    let mut told: Vec<Sample> = Vec::new();
    for (at, message, carrier) in &carriers {
        if !arrival::has(tx, *message)? {
            let name = sha256(&[b"arrival told".as_slice(), &message.bytes()].concat());
            let (carrier, country, numbers) = (carrier.clone(), String::new(), String::new());
            told.push(Sample { name, message: *message, at: *at, carrier, country, numbers });
        }
    }
    arrival::follow(tx, &told)?;
    let carriers: Vec<_> = carriers.into_iter().map(|(_, message, carrier)| (message, carrier)).collect();
    arrival::carrier(tx, &carriers)
}

/// What asked for a message, each with how many of its messages are followed in a day (rules M1, M6).
pub fn samples_of(source: &Source, keys: &Keys, service: ServiceId) -> Vec<(Digest, u32)> {
    source.samples(keys, service, "arrival", (SAMPLES_OF_ADDRESS, SAMPLES_OF_KEY))
}

/// The name of a number's sample of this day, if each of its sources has one left.
fn sample(tx: &mut Tx, at: Time, phone: LimitKey, sources: &[(Digest, u32)]) -> Result<Option<Digest>, store::Error> {
    let day = at.ms().div_euclid(days(1));
    let of_day = |kind: &[u8], key: Digest| sha256(&[b"arrival", kind, &key.0[..], &day.to_be_bytes()].concat());
    let ends = Time::from_ms((day + 1) * days(1));
    for (source, max) in sources {
        if !tally::take(tx, of_day(b"source", *source), *max, ends)? {
            return Ok(None);
        }
    }
    Ok(Some(of_day(b"number", phone)))
}
