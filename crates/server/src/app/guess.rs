//! Guessing that no single verification shows: over many numbers, or from many networks (rule V4 holds for each number).
//!
//! Wrong and right codes are counted by service and by network, in the hour, beside the door; it refuses nothing. What a
//! node could not write down is lost: it decides nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    digest::{Digest, Fixed},
    id::ServiceId,
    refusal::Refusal,
    time::{Millis, Time, days, hours},
};
use store::{
    Store,
    guess::{self, Counts, Whose},
};

use super::{
    App,
    source::{Source, networks},
};

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
    /// How many networks do, each by itself; one that others of them are in is not counted with them.
    pub networks: usize,
    /// What was seen: all its codes, else those of these networks.
    pub seen: Counts,
}

impl App {
    /// Counts a code that came back, for its service and for the networks that it came from.
    pub(crate) fn came_back(&self, service: ServiceId, source: &Source, is_right: bool) {
        let counts = Counts { wrong: i64::from(!is_right), right: i64::from(is_right) };
        let keys = self.keys.load();
        let indexes: Vec<Digest> = source
            .ip
            .map(networks)
            .unwrap_or_default()
            .iter()
            .map(|(network, _)| keys.index().source(service, "guess", network))
            .collect();
        let networks = nested(&indexes).into_iter().map(Some);
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
        let (hour, counts): (Time, Vec<_>) = (self.now().rounded_down(hours(1)), waiting.into_iter().collect());
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
        for Guessed { service, networks, seen: Counts { wrong, right }, .. } in &guessed {
            if seen.iter().all(|before| before.service != *service) {
                tracing::warn!(%service, wrong, right, networks, "somebody guesses the codes of a service");
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
    let from = now.plus(-hours(1)).rounded_down(hours(1));
    let read =
        move |tx: &mut store::Tx| Ok((guess::since(tx, from, OF_NETWORK_MIN, SEEN_MAX)?, guess::before(tx, from)?));
    let (lately, usual): (_, HashMap<Whose, Counts>) =
        store.read(read).await.map(|(lately, usual)| (lately, usual.into_iter().collect()))?;
    Ok(judge(&lately, &usual))
}

/// Who guesses, of what came lately, sorted by service.
fn judge(lately: &[(Whose, Counts)], usual: &HashMap<Whose, Counts>) -> Vec<Guessed> {
    let of_one = |all: &[(Whose, Counts)]| {
        let service = all.first()?.0.service;
        let is_usual = |whose: &Whose| usual.get(whose).copied().unwrap_or_default();
        let own = all.iter().find(|(whose, counts)| whose.source.is_none() && of_service(*counts, is_usual(whose)));
        let guess = all.iter().filter(|(_, counts)| of_network(*counts));
        let networks: Vec<(Digest, Counts)> =
            guess.filter_map(|(whose, counts)| Some((whose.source?, *counts))).collect();
        let narrowest = |wide: &Digest| !networks.iter().any(|(narrow, _)| narrow != wide && is_within(narrow, wide));
        let narrowest: Vec<Counts> =
            networks.iter().filter(|(network, _)| narrowest(network)).map(|(_, counts)| *counts).collect();
        let sum = |of: fn(&Counts) -> i64| narrowest.iter().map(of).sum();
        let of_networks = Counts { wrong: sum(|counts| counts.wrong), right: sum(|counts| counts.right) };
        let counts = own.map(|(_, counts)| *counts);
        (counts.is_some() || !narrowest.is_empty()).then(|| Guessed {
            service,
            counts,
            networks: narrowest.len(),
            seen: counts.unwrap_or(of_networks),
        })
    };
    lately.chunk_by(|(one, _), (other, _)| one.service == other.service).filter_map(of_one).collect()
}

/// What of an index names each width, from the widest network on.
const WIDTHS: [usize; 3] = [16, 24, 32];

/// The blind indexes of a subscriber's networks, the narrowest first, made so that each begins as that of the wider one does:
/// who is inside of whom must be seen without an address.
fn nested(indexes: &[Digest]) -> Vec<Digest> {
    let [narrow, wider, widest] = indexes else { return indexes.to_vec() };
    let mut index = [0; 32];
    let mut all = Vec::with_capacity(WIDTHS.len());
    let mut from = 0;
    for (of, to) in [widest, wider, narrow].into_iter().zip(WIDTHS) {
        index[from..to].copy_from_slice(&of.0[..to - from]);
        all.push(Fixed(index));
        from = to;
    }
    all.reverse();
    all
}

/// Whether a network is inside of another one, by their indexes.
fn is_within(narrow: &Digest, wide: &Digest) -> bool {
    let named = WIDTHS.into_iter().find(|width| wide.0[*width..].iter().all(|byte| *byte == 0));
    named.is_some_and(|width| width < 32 && narrow.0[..width] == wide.0[..width])
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

/// Drops what is over.
///
/// # Errors
/// As the store's.
pub(crate) fn sweep(tx: &mut store::Tx, now: Time) -> Result<u64, store::Error> {
    guess::sweep(tx, now.plus(-KEPT_MS))
}

#[cfg(test)]
mod tests {
    use domain::{
        id::v4,
        key::{KeyId, Keys, Secret},
    };
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

    /// What was counted of a service: all of it, and of addresses with so many wrong codes each.
    fn came(addresses: &[(&str, i64)]) -> Vec<(Whose, Counts)> {
        let service = ServiceId(v4([1; 16]));
        let keys = Keys::from_secret(KeyId(1), &Secret::new([7; 32]));
        let mut all: HashMap<Whose, Counts> = HashMap::new();
        for (address, wrong) in addresses {
            let indexes = networks(address.parse().expect("an address"));
            let indexes: Vec<Digest> =
                indexes.iter().map(|(network, _)| keys.source(service, "guess", network)).collect();
            for source in nested(&indexes).into_iter().map(Some).chain([None]) {
                all.entry(Whose { service, source }).or_default().wrong += wrong;
            }
        }
        let mut all: Vec<(Whose, Counts)> = all.into_iter().collect();
        all.sort_by_key(|(whose, _)| *whose);
        all
    }

    /// The figures of a log line are those of what was seen.
    #[test]
    fn v4_a_network_that_guesses_counts_once_at_its_narrowest() {
        let seen = |addresses: &[(&str, i64)]| {
            let all = judge(&came(addresses), &HashMap::new());
            all.iter().map(|of| (of.networks, of.seen.wrong, of.counts.is_some())).collect::<Vec<_>>()
        };
        let of_one_56: Vec<(String, i64)> = (0..13).map(|nth| (format!("2001:db8:0:1{nth:02x}::1"), 4)).collect();
        let of_one_56: Vec<(&str, i64)> = of_one_56.iter().map(|(address, wrong)| (&**address, *wrong)).collect();
        assert_eq!(seen(&of_one_56), [(1, 52, false)], "a /56, and not its /48 too");
        assert_eq!(seen(&[("2001:db8::1", 30)]), [(1, 30, false)], "one customer");
        let apart = [("2001:db8:0:100::1", 25), ("2001:db8:0:200::1", 25), ("192.0.2.1", 40)];
        assert_eq!(seen(&apart), [(3, 90, false)], "two /64s of one /48, and an address");
        assert_eq!(seen(&[("2001:db8::1", 60), ("192.0.2.1", 60)]), [(2, 120, true)]);
        assert_eq!(seen(&[("2001:db8::1", 19)]), []);
    }
}
