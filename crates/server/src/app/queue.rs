//! A message's place in the queue, told in steps (rule V6): its own service's messages only, of
//! those that wait for the same routes, never the exact count. What
//! is told is held against what then happens.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{delivery::State, id::MessageId, refusal::Refusal, route::Target, time::Time, verification::Verification};
use store::message;

use super::App;

/// Counting further than this tells nobody more.
const COUNTED_MAX: i64 = 500;

/// Services that wait are counted up to here.
const SERVICES_MAX: i64 = 50;
/// Messages of which it is remembered what was told of them; of more it is not.
const TOLD_MAX: usize = 10_000;

/// What was told of messages, and when: the first time of each.
#[derive(Default)]
pub struct Told(Mutex<HashMap<MessageId, (Time, u32)>>);

impl Told {
    fn tell(&self, message: MessageId, now: Time, eta_seconds: u32) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < TOLD_MAX {
            told.entry(message).or_insert((now, eta_seconds));
        }
    }

    fn take(&self, message: MessageId) -> Option<(Time, u32)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&message)
    }
}

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
        let number = self.number_of(verification);
        let carrier = self.carrier_told(verification).await;
        let target = number.as_ref().map(|number| Target { carrier, channel: newest.channel, ..Target::of(number) });
        let lane = target.as_ref().map_or_else(String::new, |target| self.routes.lane(target, &[]));
        let read = move |tx: &mut store::Tx| {
            let ahead = message::ahead(tx, service, message, &lane, COUNTED_MAX)?;
            Ok((ahead, message::services(tx, &lane, SERVICES_MAX)?))
        };
        let (ahead, services) = self.store.read(read).await?;
        let now = self.now();
        let turn = self.takes_per_second(target.as_ref(), now).map(|rate| eta(ahead, services, rate));
        let held = newest.held_until.and_then(|until| held_seconds(until, now));
        let eta_seconds = turn.max(held).filter(|_| self.can_send(number.as_ref(), newest.channel));
        if let Some(eta_seconds) = eta_seconds {
            self.told.tell(message, now, eta_seconds);
        }
        Ok(Some(Place { ahead_below: step(ahead), eta_seconds }))
    }

    /// How many messages a second the routes take that are for a target; as many as went lately, where that is not known.
    fn takes_per_second(&self, target: Option<&Target>, now: Time) -> Option<f64> {
        let lately = self.metrics.sends_per_second(now).map(f64::from);
        target.map_or(lately, |target| self.routes.per_second(target, lately, now))
    }

    /// A message's wait is over: holds it against what was told of it.
    pub(crate) fn waited(&self, message: MessageId, now: Time) {
        let Some((told_at, eta_seconds)) = self.told.take(message) else { return };
        self.metrics.estimated(verdict(now.since(told_at), eta_seconds));
    }
}

/// Whether a message went as soon as was told.
fn verdict(waited_ms: i64, eta_seconds: u32) -> &'static str {
    let told_ms = i64::from(eta_seconds) * 1_000;
    match waited_ms {
        _ if waited_ms > told_ms => "late",
        _ if eta_seconds > 10 && waited_ms < told_ms / 2 => "early",
        _ => "kept",
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

/// Services take turns: of what the routes take, each that waits gets its part.
fn eta(ahead: i64, services: i64, per_second: f64) -> u32 {
    let before = u32::try_from((ahead + 1) * services.max(1)).unwrap_or(u32::MAX);
    let seconds = (f64::from(before) / per_second.max(0.01)).ceil().clamp(1.0, 86_400.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 1 and a day")]
    let seconds = seconds as u32;
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
        assert_eq!([eta(0, 1, 5.0), eta(50, 1, 5.0), eta(499, 1, 5.0), eta(5, 1, 0.5)], [10, 20, 100, 20]);
        assert_eq!([eta(49, 0, 5.0), eta(49, 3, 5.0)], [10, 30], "others have their turns");
    }

    #[test]
    fn what_was_told_is_held_against_what_happened() {
        let verdicts =
            [(9_999, 10), (10_001, 10), (0, 10), (9_999, 20), (10_001, 20)].map(|(ms, eta)| verdict(ms, eta));
        assert_eq!(verdicts, ["kept", "late", "kept", "early", "kept"]);
        let (told, at) = (Told::default(), Time::from_ms(5));
        let message = MessageId(domain::id::v7(at, 0, [1; 10]));
        told.tell(message, at, 20);
        told.tell(message, at.plus(9), 10);
        assert_eq!((told.take(message), told.take(message)), (Some((at, 20)), None), "the first word counts");
    }

    #[test]
    fn m1_a_message_that_is_held_back_says_until_when() {
        let now = Time::from_ms(1_000_000);
        let told = [-1, 0, 1, 10_000, 10_001, 60_000].map(|span_ms| held_seconds(now.plus(span_ms), now));
        assert_eq!(told, [None, None, Some(10), Some(10), Some(20), Some(60)]);
    }
}
