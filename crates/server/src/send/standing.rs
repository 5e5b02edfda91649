//! How a route by HTTP stands, for the log: a line when it begins to fail, with why, and one when it works again; not
//! one a message. A bind to an SMSC has a life of its own that is told.

use std::sync::{Mutex, PoisonError};

use domain::time::{Millis, Time, minutes};
use tracing::{info, warn};

/// A route that goes to and fro begins to fail so often in the log, at most.
const TOLD_EVERY_MS: Millis = minutes(1);

/// How a route's attempts went lately.
#[derive(Debug, Default)]
pub(super) struct Standing(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// How many failed, one after the other.
    failed: u32,
    /// Whether that was told, …
    is_told: bool,
    /// … and when it was last.
    told_at: Option<Time>,
}

impl Standing {
    /// Notes an attempt: why the route itself failed, or that it answered as one that works does.
    pub(super) fn note(&self, route: &str, problem: Option<&str>, now: Time) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match problem {
            Some(problem) if seen.fails(now) => warn!(route, problem, "messages do not get through by this route"),
            Some(_) => {}
            None => {
                if let Some(failed) = seen.works() {
                    info!(route, failed, "messages get through by this route again");
                }
            }
        }
    }
}

impl Seen {
    /// Whether it is to be told that it fails.
    fn fails(&mut self, now: Time) -> bool {
        self.failed = self.failed.saturating_add(1);
        let is_news = !self.is_told && self.told_at.is_none_or(|at| now.since(at).abs() >= TOLD_EVERY_MS);
        if is_news {
            (self.is_told, self.told_at) = (true, Some(now));
        }
        is_news
    }

    /// How many failed before, if it is to be told that it works.
    fn works(&mut self) -> Option<u32> {
        let before = std::mem::take(self);
        self.told_at = before.told_at;
        before.is_told.then_some(before.failed)
    }
}

/// Why a request failed, in the words of whoever knows; never with the address, which may hold what only the other side
/// should know.
pub(super) fn problem(error: reqwest::Error, timeout_ms: Millis) -> String {
    if error.is_timeout() { format!("no answer within {timeout_ms} ms") } else { cause(&error.without_url()) }
}

/// The innermost reason, which is the one that names what is wrong.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_fails_is_told_of_once_and_so_is_its_return() {
        let at = |ms: i64| Time::from_ms(1_000_000 + ms);
        let mut seen = Seen::default();
        assert_eq!(seen.works(), None, "nothing was wrong");
        let told = [0, 10, 70_000, 200_000].map(|ms| seen.fails(at(ms)));
        assert_eq!(told, [true, false, false, false], "one line, however long it lasts");
        assert_eq!((seen.works(), seen.works()), (Some(4), None));
    }

    #[test]
    fn a_route_that_goes_to_and_fro_does_not_fill_the_log() {
        let mut seen = Seen::default();
        let lines = (0..6_000).map(|nth| {
            let fails = seen.fails(Time::from_ms(1_000_000 + nth * 100));
            usize::from(fails) + usize::from(seen.works().is_some())
        });
        assert_eq!(lines.sum::<usize>(), 20, "ten minutes, two lines each");
        assert!(
            !seen.fails(Time::from_ms(1_599_990)) && seen.fails(Time::from_ms(1_600_100)),
            "what lasts is told later"
        );
    }
}
