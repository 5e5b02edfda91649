//! Guessing that no single verification shows: over many numbers, or from many networks (rule V4 holds for each number).
//!
//! Wrong and right codes are counted by service and by network, in the hour, beside the door; it refuses nothing. What a
//! node could not write down is lost: it decides nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    id::ServiceId,
    refusal::Refusal,
    time::{Millis, Time, days, hours},
};
use store::{
    Store,
    guess::{self, Counts, Whose},
};

use super::{App, source::Source};

/// Who may wait to be written down; further networks count for their service only.
const WAITING_MAX: usize = 10_000;
/// How long hours are kept: what is usual for a service.
const KEPT_MS: Millis = days(8);
/// From so many wrong codes on in an hour or two a network, or a service, is looked at.
const OF_NETWORK_MIN: i64 = 20;
const OF_SERVICE_MIN: i64 = 100;
/// Wrong codes for a right one: people get one in ten or so wrong.
const WRONG_PER_RIGHT: i64 = 3;
/// What is usual for a service is told by so many codes; so many times its share of wrong ones is not usual.
const USUAL_MIN: i64 = 1_000;
const USUAL_TIMES: i64 = 2;
/// Who is looked at in one go.
const SEEN_MAX: i64 = 1_000;

/// What waits to be written down, and what the last look said.
#[derive(Default)]
pub(crate) struct Guesses {
    waiting: Mutex<HashMap<Whose, Counts>>,
    seen: Mutex<Vec<Guessed>>,
}

/// A service whose codes somebody guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guessed {
    /// The service.
    pub service: ServiceId,
    /// All its codes of this hour and the last, if they say so.
    pub counts: Option<Counts>,
    /// How many networks do, each by itself.
    pub networks: usize,
}

impl App {
    /// Counts a code that came back, for its service and for the networks that it came from.
    pub(crate) fn came_back(&self, service: ServiceId, source: &Source, is_right: bool) {
        let counts = Counts { wrong: i64::from(!is_right), right: i64::from(is_right) };
        let networks = if source.ip.is_some() { source.names() } else { Vec::new() };
        let keys = self.keys.load();
        let networks = networks.iter().map(|(network, _)| Some(keys.index().source(service, "guess", network)));
        let mut waiting = self.guesses.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for source in networks.chain([None]) {
            let whose = Whose { service, source };
            if source.is_none() || waiting.len() < WAITING_MAX || waiting.contains_key(&whose) {
                let all = waiting.entry(whose).or_default();
                *all = Counts { wrong: all.wrong + counts.wrong, right: all.right + counts.right };
            }
        }
    }

    /// Writes down what was counted.
    ///
    /// # Errors
    /// `unavailable` without the store: then these counts are lost.
    pub(crate) async fn write_guesses(&self) -> Result<(), Refusal> {
        let waiting = std::mem::take(&mut *self.guesses.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() {
            return Ok(());
        }
        let (hour, counts): (Time, Vec<_>) = (hour_of(self.now()), waiting.into_iter().collect());
        Ok(self.store.write(move |tx| guess::add(tx, hour, &counts)).await?)
    }

    /// Looks whether codes are guessed; says so in the log when it begins.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(crate) async fn judge_guesses(&self) -> Result<(), Refusal> {
        let guessed = guessed(&self.store, self.now()).await?;
        let services = guessed.iter().filter(|of| of.counts.is_some()).count();
        self.metrics.guessing_is(services, guessed.iter().map(|of| of.networks).sum());
        let mut seen = self.guesses.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for Guessed { service, counts, networks } in &guessed {
            if seen.iter().all(|before| before.service != *service) {
                let wrong = counts.map_or(0, |counts| counts.wrong);
                tracing::warn!(%service, wrong, networks, "somebody guesses the codes of a service");
            }
        }
        *seen = guessed;
        Ok(())
    }

    /// The services whose codes somebody guesses, as the last look said.
    pub fn guessed(&self) -> Vec<Guessed> {
        self.guesses.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The services whose codes somebody guesses.
///
/// # Errors
/// `unavailable` without the store.
pub async fn guessed(store: &Store, now: Time) -> Result<Vec<Guessed>, Refusal> {
    let from = hour_of(now.plus(-hours(1)));
    let read =
        move |tx: &mut store::Tx| Ok((guess::since(tx, from, OF_NETWORK_MIN, SEEN_MAX)?, guess::before(tx, from)?));
    let (lately, usual): (_, HashMap<Whose, Counts>) =
        store.read(read).await.map(|(lately, usual)| (lately, usual.into_iter().collect()))?;
    let mut found: Vec<Guessed> = Vec::new();
    for (whose, counts) in lately {
        let usual = usual.get(&whose).copied().unwrap_or_default();
        let (of_service, of_network) = match whose.source {
            None => (of_service(counts, usual).then_some(counts), 0),
            Some(_) => (None, usize::from(of_network(counts))),
        };
        if of_service.is_none() && of_network == 0 {
            continue;
        }
        match found.iter_mut().find(|of| of.service == whose.service) {
            Some(of) => {
                of.counts = of.counts.or(of_service);
                of.networks += of_network;
            }
            None => found.push(Guessed { service: whose.service, counts: of_service, networks: of_network }),
        }
    }
    Ok(found)
}

/// Whether a network guesses: hardly anything that it sends is right.
fn of_network(now: Counts) -> bool {
    now.wrong >= OF_NETWORK_MIN && now.wrong > WRONG_PER_RIGHT * now.right
}

/// Whether a service's codes are guessed: hardly any is right, or twice as many are wrong as usual.
fn of_service(now: Counts, usual: Counts) -> bool {
    let (all, usually) = (now.wrong + now.right, usual.wrong + usual.right);
    let unusual = usually >= USUAL_MIN && now.wrong * usually > USUAL_TIMES * usual.wrong.max(1) * all;
    now.wrong >= OF_SERVICE_MIN && (now.wrong > WRONG_PER_RIGHT * now.right || unusual)
}

fn hour_of(at: Time) -> Time {
    Time::from_ms(at.ms().div_euclid(hours(1)) * hours(1))
}

/// Drops what is over.
///
/// # Errors
/// As the store's.
pub(crate) fn sweep(tx: &mut store::Tx, now: Time) -> Result<u64, store::Error> {
    guess::sweep(tx, now.plus(-KEPT_MS))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const fn counts(wrong: i64, right: i64) -> Counts {
        Counts { wrong, right }
    }

    #[rstest]
    #[case::as_people_do(counts(100, 900), counts(10_000, 90_000), false)]
    #[case::few(counts(99, 0), counts(0, 0), false)]
    #[case::hardly_any_right(counts(100, 33), counts(0, 0), true)]
    #[case::a_new_service_with_clumsy_people(counts(100, 34), counts(0, 0), false)]
    #[case::hidden_among_many(counts(1_000, 3_000), counts(10_000, 90_000), true)]
    #[case::twice_is_not_more_than_twice(counts(200, 800), counts(10_000, 90_000), false)]
    #[case::never_wrong_before(counts(100, 900), counts(0, 1_000), true)]
    fn v4_guessing_over_many_numbers_is_seen(#[case] now: Counts, #[case] usual: Counts, #[case] seen: bool) {
        assert_eq!(of_service(now, usual), seen);
    }

    #[rstest]
    #[case(counts(20, 6), true)]
    #[case(counts(19, 0), false)]
    #[case(counts(20, 7), false)]
    fn v4_guessing_from_one_network_is_seen(#[case] now: Counts, #[case] seen: bool) {
        assert_eq!(of_network(now), seen);
    }
}
