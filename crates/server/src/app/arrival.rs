//! Whether messages arrive: codes that came back ÷ sent, and receipts, by route, carrier and country.
//!
//! One message of a number and day is followed, and few of a source (rule M6); where many are sent, some of them, by
//! chance: more make figures no sharper, and cost the store what requests need. What happens to it is noted here and
//! written by a worker; notes that are lost cost a figure some of its sharpness, and nobody anything else.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use domain::{
    digest::{Digest, sha256},
    id::{MessageId, ServiceId},
    key::Keys,
    limit::LimitKey,
    refusal::Refusal,
    time::{Millis, Time, days, hours, minutes},
    verification::Verification,
};
use store::{
    Tx,
    arrival::{self, Hour, Line, Sample},
    tally,
};

use super::{App, source::Source};
use crate::clock;

/// Notes that wait to be written; more are left out.
const NOTES_MAX: usize = 2_000;
/// About so many messages are followed in a minute by a node, however many there are.
const FOLLOWED_PER_MINUTE: u64 = 600;
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
    pace: Pace,
    /// When all that is open was last summed up.
    summed_at: Mutex<Time>,
}

/// How many messages are asked for.
#[derive(Default)]
struct Pace {
    /// Since it was last looked.
    asked: AtomicU64,
    /// In about the last minute.
    minute: AtomicU64,
}

impl Pace {
    /// Forgets a sixtieth of the minute, as one second does.
    fn pass(&self) {
        let asked = self.asked.swap(0, Ordering::Relaxed);
        let minute = self.minute.load(Ordering::Relaxed);
        self.minute.store(minute - minute.div_ceil(60) + asked, Ordering::Relaxed);
    }

    /// Whether a message is followed, by chance: `drawn` is any number.
    fn follows(&self, drawn: u32) -> bool {
        let minute = self.minute.load(Ordering::Relaxed).max(1);
        u64::from(drawn) * minute < FOLLOWED_PER_MINUTE << 32
    }
}

impl Arrivals {
    /// Notes something of a message that is followed, unless too much waits.
    fn note(&self, at: Time, note: Note) {
        if !note.message().is_followed() {
            return;
        }
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < NOTES_MAX {
            notes.push((at, note));
        }
    }

    /// What was noted in the last second.
    fn take(&self) -> Vec<(Time, Note)> {
        self.pace.pass();
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn hour_of(at: Time) -> Time {
    Time::from_ms(at.ms().div_euclid(hours(1)) * hours(1))
}

impl App {
    /// The id of a new message, of a verification with this shard: the first of one may be followed.
    pub(crate) fn message_id(&self, shard: u8, is_first: bool) -> MessageId {
        let followed = is_first && self.arrivals.pace.follows(u32::from_be_bytes(clock::random()));
        MessageId::new(self.now(), shard, clock::random(), followed)
    }

    /// Counts a message that was asked for; whether it is followed.
    pub(crate) fn asked(&self, message: MessageId) -> bool {
        self.arrivals.pace.asked.fetch_add(1, Ordering::Relaxed);
        message.is_followed()
    }

    /// Notes what happened to a message.
    pub fn note(&self, note: Note) {
        self.arrivals.note(self.now(), note);
    }

    /// The carrier that somebody told of the phone that a verification's messages go to, where a route asks for that. Only
    /// what is followed is known, and only of the number that the first message went to.
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
        let from = hour_of(now.plus(if all { -OPEN_MS } else { -BUSY_MS }));
        let (held, summed) =
            self.store.read(move |tx| Ok((arrival::held(tx, from)?, arrival::summed(tx, from)?))).await?;
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

    /// What came of the last hour's messages; those are left out whose code may still come back.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn lately(&self) -> Result<Vec<Line>, Refusal> {
        let to = self.now().plus(-GRACE_MS);
        self.between(to.plus(-hours(1)), to).await
    }

    /// What came of the last day's messages, by whole hours and the present one.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn day(&self) -> Result<Vec<Line>, Refusal> {
        let now = self.now();
        Ok(self.store.read(move |tx| arrival::since(tx, hour_of(now.plus(-days(1))), now)).await?)
    }

    /// The hours of the last day, route by route.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn hours(&self) -> Result<Vec<Hour>, Refusal> {
        let from = hour_of(self.now().plus(-days(1)));
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
            Note::Carrier(message, carrier) => carriers.push((message, carrier)),
        }
    }
    arrival::follow(tx, &samples)?;
    arrival::sent(tx, &sent)?;
    arrival::received(tx, &received)?;
    arrival::back(tx, &back)?;
    arrival::again(tx, &again)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Of so many messages a second, for some seconds, so many are followed a second in the end.
    fn followed(per_second: u32, seconds: u32) -> u32 {
        let pace = Pace::default();
        let mut last = 0;
        for _ in 0..seconds {
            // Evenly, as chance does on the whole.
            last = (0..per_second).filter(|nth| pace.follows(u32::MAX / per_second * nth)).count() as u32;
            pace.asked.fetch_add(u64::from(per_second), Ordering::Relaxed);
            pace.pass();
        }
        last
    }

    #[test]
    fn all_messages_are_followed_up_to_ten_a_second_and_about_ten_of_more() {
        assert_eq!((followed(1, 1_000), followed(10, 1_000)), (1, 10));
        assert!((10..=11).contains(&followed(100, 1_000)), "{}", followed(100, 1_000));
        assert!((10..=11).contains(&followed(5_000, 1_000)), "{}", followed(5_000, 1_000));
        assert!(followed(5_000, 10) < 100, "within seconds: {}", followed(5_000, 10));
    }

    #[test]
    fn what_is_noted_of_messages_that_are_not_followed_is_left_out() {
        let (arrivals, at) = (Arrivals::default(), Time::from_ms(1_000));
        let id = |followed| MessageId::new(at, 0, [9; 10], followed);
        [true, false, true].into_iter().for_each(|followed| arrivals.note(at, Note::Back(id(followed))));
        assert_eq!(arrivals.take().len(), 2);
    }
}
