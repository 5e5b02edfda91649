//! How many sessions strangers may begin: by network and hour, counted on this node, so that nobody fills the table.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use domain::{
    refusal::Refusal,
    time::{Time, hours},
};

use crate::app::source::networks;

/// Sessions that one address may begin in an hour; a family shares one, and wider networks hold more.
const STARTS_MAX: u32 = 60;
/// Networks counted at once. A network over its limit adds none, so that filling this takes many networks; then all
/// counts begin anew: a stranger who has done nothing is never refused for others (rule V4).
const NETWORKS_MAX: usize = 100_000;

/// The counts of this hour.
#[derive(Default)]
pub struct Starts(Mutex<(i64, HashMap<String, u32>)>);

impl Starts {
    /// Counts a start.
    ///
    /// # Errors
    /// `busy` until the hour is over.
    pub fn admit(&self, ip: IpAddr, now: Time) -> Result<(), Refusal> {
        let hour = now.ms().div_euclid(hours(1));
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.0 != hour || counts.1.len() >= NETWORKS_MAX {
            *counts = (hour, HashMap::new());
        }
        let networks = networks(ip);
        let is_full = |(network, widening): &(String, u32)| {
            counts.1.get(network).is_some_and(|count| *count >= STARTS_MAX * widening)
        };
        if networks.iter().any(is_full) {
            return Err(Refusal::Busy { retry_at: Time::from_ms((hour + 1) * hours(1)) });
        }
        for (network, _) in networks {
            *counts.1.entry(network).or_default() += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m1_a_network_begins_so_many_an_hour() {
        let (starts, now) = (Starts::default(), Time::from_ms(0));
        let home = "2001:db8::1".parse().expect("an address");
        let neighbour = "2001:db8:0:1::1".parse().expect("an address");
        for _ in 0..STARTS_MAX {
            assert_eq!(starts.admit(home, now), Ok(()));
        }
        assert_eq!(starts.admit(home, now), Err(Refusal::Busy { retry_at: Time::from_ms(hours(1)) }));
        assert_eq!(starts.admit(neighbour, now), Ok(()));
        assert_eq!(starts.admit(home, now.plus(hours(1))), Ok(()));
    }

    #[test]
    fn m1_a_wide_network_refuses_nobody_else() {
        let (starts, now) = (Starts::default(), Time::from_ms(0));
        let subscriber = |nth: u32| format!("2001:db8:9:{nth:x}::1").parse::<IpAddr>().expect("an address");
        let begun = (0..10_400).filter(|nth| starts.admit(subscriber(*nth), now).is_ok()).count();
        assert_eq!(begun, 16 * STARTS_MAX as usize, "a /48 has sixteen times what an address has");
        assert_eq!(starts.admit("192.0.2.1".parse().expect("an address"), now), Ok(()));
    }
}
