//! How many messages each station took in the running second.

use std::collections::BTreeMap;

use super::carrier::{CarrierName, Carriers};

const SECOND_MS: i64 = 1000;

/// Counts by station; a new second starts from nothing.
#[derive(Default)]
pub struct Meter {
    second: i64,
    taken: BTreeMap<CarrierName, u32>,
}

impl Meter {
    /// Counts one message to a customer of `carrier`, unless a station on its way has taken its fill this second.
    pub fn pass(&mut self, carriers: &Carriers, carrier: CarrierName, now_ms: i64) -> bool {
        let second = now_ms.div_euclid(SECOND_MS);
        if second != self.second {
            self.second = second;
            self.taken.clear();
        }
        let stations = carrier.stations();
        let full = |name: &CarrierName| {
            let limit = carriers.get(name).and_then(|station| station.throttle_per_second);
            limit.is_some_and(|limit| self.taken.get(name).copied().unwrap_or(0) >= limit)
        };
        if stations.iter().any(full) {
            return false;
        }
        for name in stations {
            *self.taken.entry(*name).or_default() += 1;
        }
        true
    }
}
