//! A message's place in the queue, told in steps (rule V6): its own service's messages only, never the exact count.

use domain::{delivery::State, refusal::Refusal, time::Time, verification::Verification};
use store::message;

use super::App;

/// Counting further than this tells nobody more.
const COUNTED_MAX: i64 = 500;

/// Where a queued message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Fewer messages than this are ahead of it; 0 if none is.
    pub ahead_below: u32,
    /// Seconds until its turn, rounded up to ten; `None` when nothing is going out now.
    pub eta_seconds: Option<u32>,
}

impl App {
    /// The place of a verification's newest message; `None` once it has left the queue.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn place(&self, verification: &Verification) -> Result<Option<Place>, Refusal> {
        let newest = verification.newest();
        if newest.progress.state != State::Queued {
            return Ok(None);
        }
        let (service, message) = (verification.service, newest.message);
        let ahead = self.store.read(move |tx| message::ahead(tx, service, message, COUNTED_MAX)).await?;
        let (now, can_send) = (self.now(), self.can_send());
        let turn = self.metrics.sends_per_second(now).map(|rate| eta(ahead, rate));
        let held = newest.held_until.and_then(|until| held_seconds(until, now));
        Ok(Some(Place { ahead_below: step(ahead), eta_seconds: turn.max(held).filter(|_| can_send) }))
    }
}

fn step(ahead: i64) -> u32 {
    match ahead {
        ..=0 => 0,
        1..10 => 10,
        10..50 => 50,
        50..100 => 100,
        100.. => 500,
    }
}

fn eta(ahead: i64, per_second: u32) -> u32 {
    let seconds = u32::try_from(ahead).unwrap_or(0).div_ceil(per_second.max(1)).max(1);
    seconds.div_ceil(10) * 10
}

/// How long a message is still held back (rule M1), in the same steps; `None` once it is not.
fn held_seconds(until: Time, now: Time) -> Option<u32> {
    let seconds = u32::try_from(until.seconds_from(now)).unwrap_or(0);
    (seconds > 0).then(|| seconds.div_ceil(10) * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v6_told_in_steps() {
        assert_eq!([0, 1, 9, 10, 49, 50, 99, 100, 500].map(step), [0, 10, 10, 50, 50, 100, 100, 500, 500]);
        assert_eq!([eta(0, 5), eta(51, 5), eta(500, 5), eta(5, 0)], [10, 20, 100, 10]);
    }

    #[test]
    fn m1_a_message_that_is_held_back_says_until_when() {
        let now = Time::from_ms(1_000_000);
        let told = [-1, 0, 1, 10_000, 10_001, 60_000].map(|span_ms| held_seconds(now.plus(span_ms), now));
        assert_eq!(told, [None, None, Some(10), Some(10), Some(20), Some(60)]);
    }
}
