//! How fast a route may be sent to: the operator's rate, smoothed, and less after the other side asked for less. It
//! halves then, and grows again a little each second (additive increase, multiplicative decrease).

use crate::time::{Millis, Time, minutes, seconds};

/// A route that was idle takes at most so much of its rate at once.
const BURST_US: i64 = 100_000;
/// Answers of one moment halve once.
const HALVE_EVERY_MS: Millis = seconds(1);
/// What a route regains each second: of the operator's rate, or of what it took when it was slowed down.
const REGAIN: f64 = 0.05;
/// As slow as a route gets, in messages a second.
const LEAST: f64 = 1.0;
/// Whoever asks to be left alone for longer is asked again after this.
const CLOSED_MAX_MS: Millis = minutes(1);

/// A route's pace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Messages a second that the operator allows.
    max: Option<f64>,
    slowed: Option<Slowed>,
    /// From when the next message may go, in microseconds.
    next_us: i64,
    closed_until: Time,
    counted: Counted,
}

/// Since the other side asked for less.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slowed {
    /// What it took before.
    before: f64,
    /// What it gets since `at`, in messages a second, and a little more each second.
    per_second: f64,
    at: Time,
}

/// Messages of the present second and of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counted {
    second: i64,
    now: u32,
    last: u32,
}

impl Pace {
    /// A pace of at most so many messages a second, or of as many as there are.
    pub fn new(per_second_max: Option<u32>) -> Pace {
        Pace { max: per_second_max.map(f64::from), ..Pace::default() }
    }

    /// How long until the next message may go, in milliseconds.
    pub fn wait_ms(&self, now: Time) -> Millis {
        let slot_ms = self.rate(now).map_or(0, |rate| (self.slot_us(rate, now) - micros(now) + 999).div_euclid(1_000));
        slot_ms.max(self.closed_until.since(now)).max(0)
    }

    /// How many messages may go within a span, up to `max`.
    pub fn room(&self, now: Time, within_ms: Millis, max: usize) -> usize {
        if self.closed_until.since(now) > within_ms {
            return 0;
        }
        let Some(rate) = self.rate(now) else { return max };
        let left_us = micros(now.plus(within_ms)) - self.slot_us(rate, now);
        if left_us < 0 { 0 } else { usize::try_from(left_us / interval_us(rate) + 1).unwrap_or(max).min(max) }
    }

    /// Takes the next turn; how long until it comes, in milliseconds.
    pub fn take(&mut self, now: Time) -> Millis {
        let wait_ms = self.wait_ms(now);
        if let Some(rate) = self.rate(now) {
            self.next_us = self.slot_us(rate, now) + interval_us(rate);
        }
        self.counted = self.counted.at(now);
        self.counted.now += 1;
        wait_ms
    }

    /// The other side asks for less, and to be left alone for so long.
    pub fn slow_down(&mut self, now: Time, after_ms: Millis) {
        self.closed_until = self.closed_until.max(now.plus(after_ms.clamp(0, CLOSED_MAX_MS)));
        if self.slowed.is_some_and(|slowed| now.since(slowed.at) < HALVE_EVERY_MS) {
            return;
        }
        let (went, allowed) = (self.counted.at(now).per_second(), self.rate(now));
        // An answer that took long is about what went before: then the rate is all that is known.
        let before = if went > 0.0 { allowed.map_or(went, |rate| rate.min(went)) } else { allowed.unwrap_or(LEAST) };
        let before = before.max(LEAST);
        self.slowed = Some(Slowed { before, per_second: (before / 2.0).max(LEAST), at: now });
    }

    /// Whether it goes slower than it may, because the other side asked for it.
    pub fn is_slowed(&self, now: Time) -> bool {
        self.slowed(now).is_some() || self.closed_until > now
    }

    /// The most messages a second; `None` without a bound.
    pub fn rate(&self, now: Time) -> Option<f64> {
        self.slowed(now).or(self.max)
    }

    /// What it is slowed down to, until it has regained what it may: without a rate of the operator's, twice of what it
    /// took before.
    fn slowed(&self, now: Time) -> Option<f64> {
        let Slowed { before, per_second, at } = self.slowed?;
        #[expect(clippy::cast_precision_loss, reason = "spans of seconds are far below 2^52 milliseconds")]
        let grown = per_second + self.max.unwrap_or(before) * REGAIN * (now.since(at).max(0) as f64 / 1_000.0);
        (grown < self.max.unwrap_or(before * 2.0)).then_some(grown)
    }

    /// The next turn. A clock that was set back must not stop the route.
    fn slot_us(&self, rate: f64, now: Time) -> i64 {
        let now_us = micros(now);
        let earliest_us = now_us - (BURST_US - interval_us(rate)).max(0);
        let next_us = if self.next_us - now_us > CLOSED_MAX_MS * 1_000 { now_us } else { self.next_us };
        next_us.max(earliest_us)
    }
}

impl Counted {
    fn at(self, now: Time) -> Counted {
        let second = now.ms().div_euclid(1_000);
        match second - self.second {
            0 => self,
            1 => Counted { second, now: 0, last: self.now },
            _ => Counted { second, now: 0, last: 0 },
        }
    }

    fn per_second(self) -> f64 {
        f64::from(self.now.max(self.last))
    }
}

fn micros(at: Time) -> i64 {
    at.ms().saturating_mul(1_000)
}

#[expect(clippy::cast_possible_truncation, reason = "a rate is at least one a second: at most a million")]
fn interval_us(rate: f64) -> i64 {
    ((1_000_000.0 / rate.max(LEAST)) as i64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time::from_ms(1_000_000);

    /// How many messages go in a span if as many as may go do, and when the last one goes.
    fn go(pace: &mut Pace, from: Time, span_ms: Millis) -> usize {
        let mut went = 0;
        for ms in 0..span_ms {
            let now = from.plus(ms);
            while pace.wait_ms(now) == 0 {
                pace.take(now);
                went += 1;
                assert!(went < 1_000_000, "no bound");
            }
        }
        went
    }

    #[test]
    fn a_rate_is_kept_and_smoothed() {
        let mut pace = Pace::new(Some(50));
        assert_eq!(go(&mut pace, START, 1), 5, "a tenth of a second's at once");
        assert_eq!(go(&mut pace, START.plus(1), 9_999), 500 - 1);
        let mut slow = Pace::new(Some(2));
        assert_eq!((go(&mut slow, START, 1), go(&mut slow, START.plus(1), 2_000)), (1, 4));
    }

    #[test]
    fn turns_are_taken_ahead() {
        let mut pace = Pace::new(Some(10));
        let waits: Vec<Millis> = (0..4).map(|_| pace.take(START)).collect();
        assert_eq!(waits, [0, 100, 200, 300]);
        assert_eq!([pace.room(START, 350, 99), pace.room(START, 1_000, 99), pace.room(START, 9_999, 5)], [0, 7, 5]);
        assert_eq!(Pace::new(None).room(START, 0, 7), 7);
    }

    #[test]
    fn asked_for_less_it_halves_once_and_grows_again() {
        let mut pace = Pace::new(Some(100));
        go(&mut pace, START, 2_000);
        let throttled = START.plus(2_000);
        for _ in 0..10 {
            pace.slow_down(throttled, 0);
        }
        let rates = [0, 2, 4, 8, 11].map(|after| pace.rate(throttled.plus(seconds(after))).expect("a rate").round());
        assert_eq!(rates, [50.0, 60.0, 70.0, 90.0, 100.0]);
        assert_eq!([1, 11].map(|after| pace.is_slowed(throttled.plus(seconds(after)))), [true, false]);
        pace.slow_down(throttled.plus(2_000), 0);
        assert_eq!(pace.rate(throttled.plus(2_000)).map(f64::round), Some(30.0), "of what it had regained");
    }

    #[test]
    fn without_a_rate_it_is_slowed_from_what_went() {
        let mut pace = Pace::new(None);
        for _ in 0..80 {
            assert_eq!(pace.take(START), 0);
        }
        pace.slow_down(START.plus(10), 0);
        assert_eq!(pace.rate(START.plus(10)).map(f64::round), Some(40.0));
        assert_eq!(pace.rate(START.plus(seconds(40))), None, "it is tried again without a bound");
    }

    #[test]
    fn left_alone_for_as_long_as_it_asks() {
        let mut pace = Pace::new(None);
        pace.slow_down(START, seconds(7));
        assert_eq!([0, 6_000, 7_000].map(|ms| pace.wait_ms(START.plus(ms))), [7_000, 1_000, 0]);
        assert_eq!((pace.room(START, seconds(1), 9), pace.room(START, seconds(8), 1)), (0, 1));
        pace.slow_down(START, minutes(600));
        assert_eq!(pace.wait_ms(START), CLOSED_MAX_MS);
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut pace = Pace::new(Some(1));
        pace.take(START.plus(minutes(90)));
        assert_eq!(pace.wait_ms(START), 0);
    }
}
