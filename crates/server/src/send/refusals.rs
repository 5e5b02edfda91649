//! Messages that a provider refuses, one by one, for the log: of each way to say no a line a minute, with how many there
//! were, not one a message.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use domain::time::{Millis, Time, minutes};
use tracing::warn;

const TOLD_EVERY_MS: Millis = minutes(1);
/// Ways to say no that are told apart; a provider's own codes come without notice.
const KINDS_MAX: usize = 50;

/// What a route's provider refused lately, by the words that it said no in.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<BTreeMap<String, Seen>>);

#[derive(Debug, Default)]
struct Seen {
    /// How many since it was last told, …
    messages: u64,
    /// … and when that was.
    told_at: Option<Time>,
}

impl Refusals {
    /// Notes that a message was refused with `status`.
    pub(super) fn note(&self, route: &str, status: String, now: Time) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = if all.len() < KINDS_MAX || all.contains_key(&status) { status } else { "others".to_owned() };
        if let Some(messages) = all.entry(kind.clone()).or_default().refused(now) {
            warn!(route, status = kind, messages, "the provider refused messages");
        }
    }
}

impl Seen {
    /// How many there were, if that is to be told.
    fn refused(&mut self, now: Time) -> Option<u64> {
        self.messages += 1;
        let is_news = self.told_at.is_none_or(|at| now.since(at).abs() >= TOLD_EVERY_MS);
        is_news.then(|| {
            self.told_at = Some(now);
            std::mem::take(&mut self.messages)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_those_after_it_once_a_minute() {
        let mut seen = Seen::default();
        let told = [0, 1, 59, 60, 61, 200].map(|s| seen.refused(Time::from_ms(1_000_000 + s * 1_000)));
        assert_eq!(told, [Some(1), None, None, Some(3), None, Some(2)]);
    }

    #[test]
    fn words_without_end_are_kept_in_bounds() {
        let refusals = Refusals::default();
        (0..1_000).for_each(|nth| refusals.note("route", format!("code {nth}"), Time::from_ms(nth)));
        let kept = refusals.0.lock().expect("nobody panicked").len();
        assert_eq!(kept, KINDS_MAX + 1, "and the others");
    }
}
