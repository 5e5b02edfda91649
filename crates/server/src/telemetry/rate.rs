//! How many things happen a second, over the last ten seconds.

use std::sync::{Mutex, PoisonError};

use domain::time::{Millis, Time, seconds};

const SPAN_MS: Millis = seconds(10);

/// Counts of the current and the last span.
#[derive(Debug, Default)]
pub struct Rate(Mutex<Counts>);

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    span: i64,
    current: u32,
    last: u32,
}

impl Counts {
    fn at(self, now: Time) -> Counts {
        let span = now.ms().div_euclid(SPAN_MS);
        match span - self.span {
            ..=0 => self,
            1 => Counts { span, current: 0, last: self.current },
            2.. => Counts { span, current: 0, last: 0 },
        }
    }
}

impl Rate {
    /// Counts one.
    pub fn count(&self, now: Time) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts = counts.at(now);
        counts.current = counts.current.saturating_add(1);
    }

    /// How many a second, at least one; `None` when nothing happened lately.
    pub fn per_second(&self, now: Time) -> Option<u32> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner).at(now);
        let most = counts.current.max(counts.last);
        (most > 0).then(|| (most / 10).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_over_the_last_spans() {
        let rate = Rate::default();
        let start = Time::from_ms(100_000);
        assert_eq!(rate.per_second(start), None);
        for _ in 0..50 {
            rate.count(start);
        }
        assert_eq!(rate.per_second(start.plus(seconds(11))), Some(5));
        assert_eq!(rate.per_second(start.plus(seconds(21))), None);
    }
}
