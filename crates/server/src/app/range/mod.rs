//! Ranges of numbers whose codes do not come back: slowed, then refused but for a few (rules M2, M6).
//!
//! What is known comes from the samples of arrival, of which a number, a network and a key make few. Each node judges by
//! the same rows; what a range may still have is counted in a row, for all nodes and services.

mod signs;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use arc_swap::ArcSwap;
use domain::{
    address::PhoneNumber,
    limit::{LimitKey, Limited, Rule},
    refusal::Refusal,
    time::{Millis, Time, days, hours, minutes},
};
pub use signs::{Share, Verdict};
use store::{
    Store, Tx,
    range::{self, HalfDays, Range, SUMMED_MS},
};

use super::{
    App,
    arrival::{GRACE_MS, OPEN_MS, RouteState},
    service::Known,
};
use crate::config::NO_SERVICE;

/// How long half days are kept: what is usual for a range.
const KEPT_MS: Millis = days(30);
/// Ranges that are looked at more closely at once; the largest first.
const SUSPECTS_MAX: usize = 100;
/// Sums that one commit writes.
const HELD_AT_ONCE: usize = 500;
/// Messages to a slowed range in ten minutes that go at once, and at all; and to a refused one in an hour.
const AT_ONCE: u32 = 5;
const SLOWED_MAX: u32 = 50;
const REFUSED_MAX: u32 = 5;

/// What the last look said.
#[derive(Default)]
pub(crate) struct Ranges {
    judged: RwLock<HashMap<String, Judged>>,
    settled: ArcSwap<Settled>,
}

/// What no longer changes of half days that still do: it is summed up once.
#[derive(Default)]
struct Settled {
    to: Time,
    half_days: HalfDays,
}

/// A range that looks pumped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What its numbers begin with.
    pub numbers: String,
    /// Their country.
    pub country: String,
    /// What becomes of its messages.
    pub verdict: Verdict,
    /// What came back of the last hour's messages.
    pub hour: Share,
    /// And of those of the last half day to whole day.
    pub day: Share,
}

impl App {
    /// The row and rules of a number's range, while it is slowed or refused.
    pub(crate) fn range_limit(&self, known: &Known, number: &PhoneNumber) -> Option<(LimitKey, Vec<Rule>)> {
        let judged = self.ranges.judged.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = judged.get(number.range())?.verdict;
        let rules = rules(verdict).into_iter();
        let rules = rules.map(|rule| if known.policy.shadows(Limited::Range) { rule.shadowed() } else { rule });
        Some((self.keys.load().index().source(NO_SERVICE, "range", number.range()), rules.collect()))
    }

    /// Sums the samples up, and looks how each range does. While the route itself is in trouble nothing can be told.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(crate) async fn judge_ranges(&self) -> Result<(), Refusal> {
        let now = self.now();
        let (open_from, to) = (now.plus(-OPEN_MS).rounded_down(hours(1)), now.plus(-GRACE_MS));
        let from = open_from.rounded_down(SUMMED_MS);
        let settled = self.settled(from, open_from).await?;
        // What is long to sum up is not summed up where others wait to write.
        let stale = move |tx: &mut Tx| {
            let mut summed = range::summed(tx, open_from, to)?;
            range::add(&mut summed, settled.half_days.clone());
            range::stale(tx, from, summed)
        };
        let mut stale = self.store.read(stale).await?;
        while !stale.is_empty() {
            let rest = stale.keys().nth(HELD_AT_ONCE).cloned().map(|next| stale.split_off(&next));
            let some = std::mem::replace(&mut stale, rest.unwrap_or_default());
            self.store.write(move |tx| range::hold(tx, &some)).await?;
        }
        if self.sending() != RouteState::Ok {
            return Ok(());
        }
        let judged = judge(&self.store, now).await?;
        let count = |verdict: Verdict| judged.iter().filter(|range| range.verdict == verdict).count();
        self.metrics.ranges_are(count(Verdict::Slowed), count(Verdict::Refused));
        let judged = judged.into_iter().map(|range| (range.numbers.clone(), range)).collect();
        *self.ranges.judged.write().unwrap_or_else(PoisonError::into_inner) = judged;
        Ok(())
    }

    /// What the messages of half days from one on, up to `to`, came to, of which nothing more is awaited.
    async fn settled(&self, from: Time, to: Time) -> Result<Arc<Settled>, Refusal> {
        let known = self.ranges.settled.load_full();
        // A clock that is set back begins anew.
        let known = if known.to <= to { known } else { Arc::default() };
        let more_from = known.to.max(from);
        let more = self.store.read(move |tx| range::summed(tx, more_from, to)).await?;
        let mut half_days = known.half_days.clone();
        half_days.retain(|(_, half_day), _| *half_day >= from);
        range::add(&mut half_days, more);
        let settled = Arc::new(Settled { to, half_days });
        self.ranges.settled.store(settled.clone());
        Ok(settled)
    }

    /// The ranges that are slowed or refused, as the last look said; in order.
    pub fn suspected(&self) -> Vec<Judged> {
        let judged = self.ranges.judged.read().unwrap_or_else(PoisonError::into_inner);
        let mut ranges: Vec<Judged> = judged.values().cloned().collect();
        ranges.sort_by(|a, b| a.numbers.cmp(&b.numbers));
        ranges
    }
}

/// The ranges that look pumped.
///
/// # Errors
/// `unavailable` without the store.
pub async fn judge(store: &Store, now: Time) -> Result<Vec<Judged>, Refusal> {
    let (to, lately_from) = (now.plus(-GRACE_MS), now.plus(-hours(12)).rounded_down(SUMMED_MS));
    let looked = move |tx: &mut Tx| {
        let (hour, day) = (range::lately(tx, to.plus(-hours(1)), to)?, range::since(tx, lately_from)?);
        let suspects = suspects(&hour, &day);
        let past = suspects.iter().map(|numbers| range::past(tx, numbers, lately_from));
        let past: Vec<Vec<Range>> = past.collect::<Result<_, _>>()?;
        Ok((hour, day, suspects.into_iter().zip(past).collect::<Vec<_>>()))
    };
    let (hour, day, suspects) = store.read(looked).await?;
    let (of_hour, of_day) = (by_range(&hour), by_range(&day));
    let (all_hour, all_day) = (sum(&hour), sum(&day));
    let judged = suspects.into_iter().filter_map(|(numbers, past)| {
        let now = of_hour.get(&numbers).copied().unwrap_or_default();
        let lately = of_day.get(&numbers).copied().unwrap_or_default();
        let others = (all_day.without(lately), all_hour.without(now));
        let of = |share: Share| signs::verdict(share, sum(&past), others.0, others.1);
        let verdict = of(now).max(of(lately))?;
        let country = hour.iter().chain(&day).find(|range| range.numbers == numbers)?.country.clone();
        Some(Judged { numbers, country, verdict, hour: now, day: lately })
    });
    Ok(judged.collect())
}

/// Ranges whose share is far below that of all others together, the largest first.
fn suspects(hour: &[Range], day: &[Range]) -> Vec<String> {
    let below = |ranges: &[Range]| {
        let all = sum(ranges);
        let low = move |range: &&Range| {
            let own = Share { sent: range.sent, back: range.back };
            own.is_suspect(all.without(own))
        };
        ranges.iter().filter(low).map(|range| (range.sent, range.numbers.clone())).collect::<Vec<_>>()
    };
    let mut found = [below(hour), below(day)].concat();
    found.sort_unstable_by(|a, b| b.cmp(a));
    let mut names: Vec<String> = Vec::new();
    for (_, numbers) in found {
        if names.len() < SUSPECTS_MAX && !names.contains(&numbers) {
            names.push(numbers);
        }
    }
    names
}

fn by_range(ranges: &[Range]) -> BTreeMap<String, Share> {
    let mut shares: BTreeMap<String, Share> = BTreeMap::new();
    for range in ranges {
        let share = shares.entry(range.numbers.clone()).or_default();
        *share = share.and(Share { sent: range.sent, back: range.back });
    }
    shares
}

fn sum(ranges: &[Range]) -> Share {
    let share = |range: &Range| Share { sent: range.sent, back: range.back };
    ranges.iter().map(share).fold(Share::default(), Share::and)
}

fn rules(verdict: Verdict) -> Vec<Rule> {
    match verdict {
        Verdict::Slowed => vec![
            Rule::new(minutes(10), AT_ONCE).of(Limited::Range).slowing(),
            Rule::new(minutes(10), SLOWED_MAX).of(Limited::Range),
        ],
        Verdict::Refused => vec![Rule::new(hours(1), REFUSED_MAX).of(Limited::Range)],
    }
}

/// Drops what is over.
///
/// # Errors
/// As the store's.
pub(crate) fn sweep(tx: &mut Tx, now: Time) -> Result<u64, store::Error> {
    range::sweep(tx, now.plus(-KEPT_MS))
}
