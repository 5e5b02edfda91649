//! How many messages are asked for, and which share of them is followed: more make figures hardly sharper.

use std::collections::HashMap;

use domain::{id::ServiceId, time::Time};

/// About so many messages of a service are followed by a node in this span, however many there are.
const FOLLOWED: f64 = 200.0;
/// And about so many of all services together.
const FOLLOWED_OF_ALL: f64 = 600.0;
const FOLLOWED_SPAN_MS: f64 = 10_000.0;
/// Services whose pace is remembered.
const PACES_MAX: usize = 1_000;

/// How many messages are asked for.
#[derive(Default)]
pub(super) struct Paces {
    services: HashMap<ServiceId, Pace>,
    /// What the services' shares come to together.
    all: Pace,
}

/// How much is counted.
#[derive(Clone, Copy, Default)]
struct Pace {
    /// In about the last [`FOLLOWED_SPAN_MS`], as of `at`.
    lately: f64,
    at: Time,
}

impl Pace {
    fn lately(&self, now: Time) -> f64 {
        let passed_ms = now.since(self.at).max(0) as f64;
        self.lately * (-passed_ms / FOLLOWED_SPAN_MS).exp()
    }

    fn count(&mut self, much: f64, now: Time) {
        *self = Pace { lately: self.lately(now) + much, at: self.at.max(now) };
    }

    /// The share of what is counted that comes to so much.
    fn share(&self, most: f64, now: Time) -> f64 {
        (most / self.lately(now)).min(1.0)
    }
}

impl Paces {
    /// The share of a service's messages that is followed.
    pub(super) fn share(&self, service: ServiceId, now: Time) -> f64 {
        let own = self.services.get(&service).copied().unwrap_or_default();
        own.share(FOLLOWED, now) * self.all.share(FOLLOWED_OF_ALL, now)
    }

    /// Counts a message.
    pub(super) fn asked(&mut self, service: ServiceId, now: Time) {
        if self.services.len() >= PACES_MAX {
            self.services.retain(|_, pace| pace.lately(now) >= 1.0);
        }
        let own = self.services.entry(service).or_default();
        own.count(1.0, now);
        self.all.count(own.share(FOLLOWED, now), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of so many messages of each of some services a second, after some seconds, so many of the first are followed a second.
    fn followed(services: u32, per_second: u32, seconds: i64) -> f64 {
        let mut paces = Paces::default();
        let service = |nth: u32| ServiceId(uuid::Uuid::from_u128(nth.into()));
        for ms in (0..seconds * 1_000).step_by(1_000 / per_second as usize) {
            (0..services).for_each(|nth| paces.asked(service(nth), Time::from_ms(ms)));
        }
        f64::from(per_second) * paces.share(service(0), Time::from_ms(seconds * 1_000))
    }

    #[test]
    fn all_messages_are_followed_up_to_twenty_a_second_and_about_twenty_of_more() {
        assert_eq!((followed(1, 1, 100), followed(1, 10, 100), followed(1, 20, 100)), (1.0, 10.0, 20.0));
        assert!((20.0..22.0).contains(&followed(1, 100, 100)), "{}", followed(1, 100, 100));
        assert!((20.0..22.0).contains(&followed(1, 1_000, 100)), "{}", followed(1, 1_000, 100));
        assert!(followed(1, 1_000, 3) < 100.0, "within seconds: {}", followed(1, 1_000, 3));
    }

    #[test]
    fn of_many_services_about_sixty_a_second_are_followed() {
        assert!(followed(3, 20, 100) > 19.0, "{}", followed(3, 20, 100));
        for (services, per_second) in [(30, 20), (30, 1_000), (300, 5)] {
            let all = f64::from(services) * followed(services, per_second, 100);
            assert!((55.0..70.0).contains(&all), "{services} with {per_second}: {all}");
        }
    }

    #[test]
    fn a_pace_is_forgotten_and_no_clock_that_is_set_back_harms_it() {
        let mut pace = Pace::default();
        (0..10_000).for_each(|_| pace.count(1.0, Time::from_ms(60_000)));
        assert!(pace.share(FOLLOWED, Time::from_ms(60_000)) < 0.1);
        assert!(pace.share(FOLLOWED, Time::from_ms(120_000)) == 1.0);
        pace.count(1.0, Time::from_ms(0));
        assert!(pace.lately <= 10_001.0 && pace.at == Time::from_ms(60_000));
    }
}
