//! How much of something may happen in a span: rows that count, exact to a twelfth of the span, never over.
//!
//! A row's counts stand in buckets, so that its size is bounded whatever happens. A bucket counts until all of it
//! has left the window: a limit of 10 an hour lets at most 10 through in any hour.

mod rule;

pub use rule::{Limited, Over, Rule, SourceRules};
use serde::{Deserialize, Serialize};

use crate::{
    digest::{Digest, sha256},
    id::ServiceId,
    key::NumberKey,
    time::{Millis, Time, days, hours, minutes, seconds},
};

/// Names a limit's row: a blind index of what is limited.
pub type LimitKey = Digest;

/// Into how many buckets a window is divided.
const BUCKETS: i64 = 12;
/// How much longer each one over a rule that slows is held back, and how long at most: short enough to be waited for.
const SLOWED_BY_MS: Millis = seconds(10);
const SLOWED_MAX_MS: Millis = seconds(60);

/// To how many numbers a context may have codes sent in a day (rule V5), and one verification at all.
pub const NUMBERS_MAX: usize = 3;
const NUMBERS_WINDOW_MS: Millis = days(1);

/// Calls to one phone in a day over all services (rule V4): they wake people up.
pub const CALLS_MAX: usize = 3;
const CALLS_WINDOW_MS: Millis = days(1);

/// After so long the hour's limit of a phone has room: an hour, and the twelfth of it that a limit counts by.
const BUSY_MS: Millis = minutes(65);

/// Until when something is busy whose moment would tell what others did (rules V5, D5): the same full hour, whatever it is.
pub fn busy_until(now: Time) -> Time {
    now.plus(BUSY_MS).rounded_up(hours(1))
}

/// The row of the numbers that a context of a service asked for; `None` where the application names no context.
pub fn numbers_of(service: ServiceId, context: &Digest) -> Option<LimitKey> {
    let named = [b"numbers of a context".as_slice(), &service.bytes(), &context.0].concat();
    (!context.is_zero()).then(|| sha256(&named))
}

/// SMS to one phone over all services (rule V4).
pub const PHONE: [Rule; 2] = [Rule::new(hours(1), 10), Rule::new(days(1), 20)];

/// How much of a limit a caller may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Half of it: whoever has proved nothing, so that the other half is left for those who have (rule V4).
    Half,
    /// All of it.
    Full,
}

/// One row: what has happened lately. Rules with the same window share their counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// The row's key, kept in a column of its own.
    #[serde(skip)]
    pub key: LimitKey,
    windows: Vec<Window>,
    /// The numbers that a context asked for, with when it first did; at most [`NUMBERS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<(NumberKey, Time)>,
    /// When a phone was called; at most [`CALLS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    calls: Vec<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    window_ms: Millis,
    /// (bucket, count), oldest first; at most `BUCKETS + 1` of them.
    buckets: Vec<(i64, u32)>,
}

impl Limit {
    /// A row of which nothing is known.
    pub fn new(key: LimitKey) -> Limit {
        Limit { key, windows: Vec::new(), numbers: Vec::new(), calls: Vec::new() }
    }

    /// Whether a context may ask for this number: for one that it asked for before, or for one of a few (rule V5).
    ///
    /// # Errors
    /// When there will be room for another.
    pub fn admits(&self, number: &NumberKey, now: Time) -> Result<(), Time> {
        let until = |(_, at): &(NumberKey, Time)| at.plus(NUMBERS_WINDOW_MS);
        let lately: Vec<_> = self.numbers.iter().filter(|asked| until(asked) > now).collect();
        if lately.len() < NUMBERS_MAX || lately.iter().any(|(asked, _)| asked == number) {
            return Ok(());
        }
        Err(lately.into_iter().map(until).min().unwrap_or(now))
    }

    /// Remembers that a context asked for a number.
    pub fn asked(&mut self, number: NumberKey, now: Time) {
        self.numbers.retain(|(_, at)| at.plus(NUMBERS_WINDOW_MS) > now);
        if self.numbers.iter().all(|(asked, _)| *asked != number) {
            self.numbers.push((number, now));
        }
    }

    /// Whether a phone may be called: the last call of a day is for those who are known, so that nobody else keeps a phone
    /// that gets no SMS from its owner's code (rule V4).
    pub fn admits_call(&self, share: Share, now: Time) -> bool {
        let lately = self.calls.iter().filter(|at| at.plus(CALLS_WINDOW_MS) > now).count();
        let most = match share {
            Share::Half => CALLS_MAX - 1,
            Share::Full => CALLS_MAX,
        };
        lately < most
    }

    /// Remembers that a phone is called.
    pub fn called(&mut self, now: Time) {
        self.calls.retain(|at| at.plus(CALLS_WINDOW_MS) > now);
        self.calls.push(now);
    }

    /// Counts one, if every rule that refuses has room for it.
    ///
    /// # Errors
    /// When there will be room again; nothing is counted then.
    pub fn charge(&mut self, rules: &[Rule], share: Share, now: Time) -> Result<(), Time> {
        self.forget(now);
        let refusing = rules.iter().filter(|rule| rule.over == Over::Refused);
        let full = refusing.filter_map(|rule| self.room_at(rule, share, now)).max();
        if let Some(at) = full {
            return Err(at);
        }
        for (place, rule) in rules.iter().enumerate() {
            if rules[..place].iter().all(|before| before.window_ms != rule.window_ms) {
                self.count(rule.window_ms, now);
            }
        }
        Ok(())
    }

    /// For how long the one that was just charged is to be held back: the longer, the more there are over a rule that
    /// slows.
    pub fn slowed_ms(&self, rules: &[Rule]) -> Millis {
        let slowing = rules.iter().filter(|rule| rule.over == Over::Slowed);
        let over = slowing.map(|rule| self.window(rule).map_or(0, Window::total).saturating_sub(rule.max)).max();
        (SLOWED_BY_MS * Millis::from(over.unwrap_or(0))).min(SLOWED_MAX_MS)
    }

    /// What the one that was just charged went over, though it was let through.
    pub fn exceeded(&self, rules: &[Rule]) -> Option<(Limited, Over)> {
        let over = |rule: &&Rule| self.window(rule).map_or(0, Window::total) > rule.max;
        rules.iter().filter(over).find_map(|rule| rule.of.map(|of| (of, rule.over)))
    }

    /// When the row has nothing left to remember.
    pub fn expires(&self) -> Time {
        let ends = self.windows.iter().filter_map(|w| w.buckets.last().map(|last| w.leaves(last.0)));
        let numbers = self.numbers.iter().map(|(_, at)| at.plus(NUMBERS_WINDOW_MS));
        let calls = self.calls.iter().map(|at| at.plus(CALLS_WINDOW_MS));
        ends.chain(numbers).chain(calls).max().unwrap_or_default()
    }

    /// `None` if there is room now.
    fn room_at(&self, rule: &Rule, share: Share, now: Time) -> Option<Time> {
        let max = match share {
            Share::Half => rule.max.div_ceil(2),
            Share::Full => rule.max,
        };
        let Some(window) = self.window(rule) else {
            return (max == 0).then(|| now.plus(rule.window_ms));
        };
        let mut left = window.total();
        if left < max {
            return None;
        }
        let leaving = window.buckets.iter().find(|(_, count)| {
            left = left.saturating_sub(*count);
            left < max
        });
        Some(leaving.map_or(now.plus(rule.window_ms), |(bucket, _)| window.leaves(*bucket)))
    }

    fn window(&self, rule: &Rule) -> Option<&Window> {
        self.windows.iter().find(|window| window.window_ms == rule.window_ms)
    }

    fn count(&mut self, window_ms: Millis, now: Time) {
        let place = self.windows.iter().position(|w| w.window_ms == window_ms).unwrap_or_else(|| {
            self.windows.push(Window { window_ms, buckets: Vec::new() });
            self.windows.len() - 1
        });
        let window = &mut self.windows[place];
        let bucket = window.bucket(now);
        match window.buckets.last_mut() {
            // A clock that went back counts into the newest bucket, so that they stay in order.
            Some((newest, count)) if *newest >= bucket => *count = count.saturating_add(1),
            Some(_) | None => window.buckets.push((bucket, 1)),
        }
    }

    fn forget(&mut self, now: Time) {
        for window in &mut self.windows {
            let width = window.width();
            let window_ms = window.window_ms;
            window.buckets.retain(|(bucket, _)| now.ms() < (bucket + 1) * width + window_ms);
        }
        self.windows.retain(|window| !window.buckets.is_empty());
    }
}

impl Window {
    fn width(&self) -> i64 {
        (self.window_ms / BUCKETS).max(1)
    }

    fn bucket(&self, now: Time) -> i64 {
        now.ms().div_euclid(self.width())
    }

    fn total(&self) -> u32 {
        self.buckets.iter().fold(0, |total, (_, count)| total.saturating_add(*count))
    }

    /// When nothing of a bucket is within the window any more.
    fn leaves(&self, bucket: i64) -> Time {
        Time::from_ms((bucket + 1) * self.width() + self.window_ms)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::digest::Fixed;

    #[test]
    fn v4_half_is_kept_for_the_known() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let now = Time::from_ms(hours(1_000));
        let sent = (0..30).filter(|_| limit.charge(&PHONE, Share::Half, now).is_ok()).count();
        let known = (0..30).filter(|_| limit.charge(&PHONE, Share::Full, now).is_ok()).count();
        assert_eq!((sent, known), (5, 5));
    }

    #[test]
    fn v4_a_phone_is_called_three_times_a_day() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let now = Time::from_ms(hours(1_000));
        for (nth, to_strangers) in [(0, true), (1, true), (2, false)] {
            let admits = |share| limit.admits_call(share, now.plus(nth));
            assert_eq!((admits(Share::Full), admits(Share::Half)), (true, to_strangers));
            limit.called(now.plus(nth));
        }
        let again = now.plus(days(1));
        let admits = |limit: &Limit, at| limit.admits_call(Share::Full, at);
        assert_eq!((admits(&limit, again.plus(-1)), admits(&limit, again)), (false, true));
        assert_eq!(limit.expires(), again.plus(2), "the row is kept as long as it counts");
        limit.called(again);
        assert!(!admits(&limit, again));
    }

    #[test]
    fn room_comes_back_when_it_was_said() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let mut now = Time::from_ms(hours(1_000) + 1);
        for _ in 0..10 {
            assert_eq!(limit.charge(&PHONE, Share::Full, now), Ok(()));
        }
        let again = limit.charge(&PHONE, Share::Full, now).expect_err("the hour is full");
        assert!(again.since(now) <= hours(1) + minutes(5));
        assert_eq!(limit.charge(&PHONE, Share::Full, again.plus(-1)), Err(again));
        now = again;
        assert_eq!(limit.charge(&PHONE, Share::Full, now), Ok(()));
    }

    #[test]
    fn m1_what_slows_holds_back_longer_with_each_one_over_and_at_most_a_minute() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let rules = [Rule::new(minutes(10), 3).slowing()];
        let now = Time::from_ms(hours(1_000));
        let mut held_s = |now| {
            assert_eq!(limit.charge(&rules, Share::Full, now), Ok(()));
            limit.slowed_ms(&rules) / 1_000
        };
        let held: Vec<_> = (0..11).map(|_| held_s(now)).collect();
        assert_eq!(held, [0, 0, 0, 10, 20, 30, 40, 50, 60, 60, 60]);
        assert_eq!(held_s(now.plus(minutes(11))), 0);
    }

    #[test]
    fn rules_of_one_window_share_their_counts() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let rules = [Rule::new(minutes(10), 2).slowing(), Rule::new(minutes(10), 4)];
        let now = Time::from_ms(hours(1_000));
        let mut charge = || limit.charge(&rules, Share::Full, now).map(|()| limit.slowed_ms(&rules) / 1_000).ok();
        assert_eq!([(); 5].map(|()| charge()), [Some(0), Some(0), Some(10), Some(20), None]);
    }

    #[test]
    fn m1_a_shadowed_rule_counts_and_says_what_it_would_refuse() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let shadowed = [Rule::new(minutes(10), 2).of(Limited::Account).shadowed()];
        let now = Time::from_ms(hours(1_000));
        let mut charge = |rules: &[Rule]| (limit.charge(rules, Share::Full, now).is_ok(), limit.exceeded(rules));
        let over = Some((Limited::Account, Over::Shadow));
        assert_eq!([(); 4].map(|()| charge(&shadowed)), [(true, None), (true, None), (true, over), (true, over)]);
        let meant = [Rule::new(minutes(10), 2).of(Limited::Account)];
        assert!(!charge(&meant).0, "what was counted meanwhile counts when the rule is meant");
    }

    #[test]
    fn m1_a_rule_that_refuses_does_so_beside_one_that_slows() {
        let mut limit = Limit::new(Fixed([0; 32]));
        let rules = [Rule::new(minutes(10), 1).slowing(), Rule::new(days(1), 2)];
        let now = Time::from_ms(hours(1_000));
        let answers: Vec<_> = (0..3).map(|_| limit.charge(&rules, Share::Full, now).is_ok()).collect();
        assert_eq!((answers, limit.slowed_ms(&rules)), (vec![true, true, false], seconds(10)));
    }

    proptest! {
        #[test]
        fn never_over_in_any_window(steps in proptest::collection::vec(0..minutes(20), 1..200)) {
            let mut limit = Limit::new(Fixed([0; 32]));
            let mut now = Time::from_ms(hours(1_000));
            let mut passed: Vec<Time> = Vec::new();
            for step in steps {
                now = now.plus(step);
                if limit.charge(&PHONE, Share::Full, now).is_ok() {
                    passed.push(now);
                }
                for rule in PHONE {
                    let within = passed.iter().filter(|at| now.since(**at) < rule.window_ms).count();
                    prop_assert!(within <= rule.max as usize);
                }
                prop_assert!(limit.windows.iter().all(|w| w.buckets.len() <= 14));
            }
        }
    }
}
