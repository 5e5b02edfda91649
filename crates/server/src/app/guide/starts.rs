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

use crate::app::source::network;

/// Sessions that one network may begin in an hour; a family shares an address.
const STARTS_MAX: u32 = 60;
/// Networks counted at once; while there are more, the others share one count.
const NETWORKS_MAX: usize = 10_000;

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
        if counts.0 != hour {
            *counts = (hour, HashMap::new());
        }
        let mut network = network(ip);
        if counts.1.len() >= NETWORKS_MAX && !counts.1.contains_key(&network) {
            network.clear();
        }
        let count = counts.1.entry(network).or_default();
        if *count >= STARTS_MAX {
            return Err(Refusal::Busy { retry_at: Time::from_ms((hour + 1) * hours(1)) });
        }
        *count += 1;
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
}
