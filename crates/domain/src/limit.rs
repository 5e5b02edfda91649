//! How much of something may happen in a span: rows that count, exact to a twelfth of the span, never over.
//!
//! A row's counts stand in buckets, so that its size is bounded whatever happens. A bucket counts until all of it
//! has left the window: a limit of 10 an hour lets at most 10 through in any hour.

use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    time::{Millis, Time, days, hours, minutes},
};

/// Names a limit's row: a blind index of what is limited.
pub type LimitKey = Digest;

/// Into how many buckets a window is divided.
const BUCKETS: i64 = 12;

/// At most `max` in any `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The window in milliseconds.
    pub window_ms: Millis,
    /// How many fit into it.
    pub max: u32,
}

/// SMS to one phone over all services (rule V4).
pub const PHONE: [Rule; 2] = [Rule { window_ms: hours(1), max: 10 }, Rule { window_ms: days(1), max: 20 }];

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
    /// The row's key.
    pub key: LimitKey,
    windows: Vec<Window>,
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
        Limit { key, windows: Vec::new() }
    }

    /// Counts one, if every rule has room for it.
    ///
    /// # Errors
    /// When there will be room again; nothing is counted then.
    pub fn charge(&mut self, rules: &[Rule], share: Share, now: Time) -> Result<(), Time> {
        self.forget(now);
        let full = rules.iter().filter_map(|rule| self.room_at(rule, share, now)).max();
        if let Some(at) = full {
            return Err(at);
        }
        for rule in rules {
            self.count(rule.window_ms, now);
        }
        Ok(())
    }

    /// When the row has nothing left to remember.
    pub fn expires(&self) -> Time {
        let ends = self.windows.iter().filter_map(|w| w.buckets.last().map(|last| w.leaves(last.0)));
        ends.max().unwrap_or_default()
    }

    /// `None` if there is room now.
    fn room_at(&self, rule: &Rule, share: Share, now: Time) -> Option<Time> {
        let max = match share {
            Share::Half => rule.max.div_ceil(2),
            Share::Full => rule.max,
        };
        let Some(window) = self.windows.iter().find(|w| w.window_ms == rule.window_ms) else {
            return (max == 0).then(|| now.plus(rule.window_ms));
        };
        let mut left: u32 = window.buckets.iter().map(|(_, count)| count).sum();
        if left < max {
            return None;
        }
        let leaving = window.buckets.iter().find(|(_, count)| {
            left = left.saturating_sub(*count);
            left < max
        });
        Some(leaving.map_or(now.plus(rule.window_ms), |(bucket, _)| window.leaves(*bucket)))
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
            Some((newest, count)) if *newest >= bucket => *count += 1,
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

    /// When nothing of a bucket is within the window any more.
    fn leaves(&self, bucket: i64) -> Time {
        Time::from_ms((bucket + 1) * self.width() + self.window_ms)
    }
}

/// What one source may ask for, by what names it (rule M1). Wider networks hold more people and may ask for more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceRules {
    /// Codes asked for by one address (IPv4) or one /64 (IPv6) in ten minutes.
    pub address_per_10_minutes: u32,
    /// The same in a day.
    pub address_per_day: u32,
    /// Codes asked for by one account of the application in a day.
    pub account_per_day: u32,
    /// Codes asked for by one API key in ten minutes, when it names no end user.
    pub key_per_10_minutes: u32,
}

impl Default for SourceRules {
    fn default() -> Self {
        SourceRules { address_per_10_minutes: 20, address_per_day: 100, account_per_day: 20, key_per_10_minutes: 6_000 }
    }
}

impl SourceRules {
    /// For one address; `widening` is how many times as many a wider network may ask for.
    pub fn address(&self, widening: u32) -> Vec<Rule> {
        vec![
            Rule { window_ms: minutes(10), max: self.address_per_10_minutes.saturating_mul(widening) },
            Rule { window_ms: days(1), max: self.address_per_day.saturating_mul(widening) },
        ]
    }

    /// For one account.
    pub fn account(&self) -> Vec<Rule> {
        vec![Rule { window_ms: days(1), max: self.account_per_day }]
    }

    /// For one API key.
    pub fn key(&self) -> Vec<Rule> {
        vec![Rule { window_ms: minutes(10), max: self.key_per_10_minutes }]
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
