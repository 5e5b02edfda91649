//! Messages that ended unsent, since their codes were over before any route took them: told in the log, a line a minute.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::time::{Millis, Time, minutes};
use tracing::warn;

/// How often it is told, at most.
const TOLD_EVERY_MS: Millis = minutes(1);

/// How many there were since it was last told.
#[derive(Default)]
pub(super) struct Expired(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    messages: u64,
    told_at: Option<Time>,
}

impl Expired {
    /// One more.
    pub(super) fn note(&self) {
        self.counted().messages += 1;
    }

    /// Tells of them, if it is time.
    pub(super) fn tell(&self, now: Time) {
        let due = self.counted().take(now);
        if let Some(messages) = due {
            warn!(messages, "codes were over before any route took their messages: these ended unsent");
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn take(&mut self, now: Time) -> Option<u64> {
        let is_time = self.told_at.is_none_or(|at| now.since(at).abs() >= TOLD_EVERY_MS);
        if self.messages == 0 || !is_time {
            return None;
        }
        self.told_at = Some(now);
        Some(std::mem::take(&mut self.messages))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_unsent_is_told_with_its_count_once_a_minute() {
        let (expired, at) = (Expired::default(), |ms: i64| Time::from_ms(1_000_000 + ms));
        let take = |ms| expired.counted().take(at(ms));
        assert_eq!(take(0), None);
        expired.note();
        assert_eq!((take(10), take(20)), (Some(1), None));
        (0..500).for_each(|_| expired.note());
        assert_eq!((take(60_000), take(60_010), take(60_020)), (None, Some(500), None));
    }
}
