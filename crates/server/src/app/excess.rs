//! How often rules were gone over, and what became of it: told as a metric, and written down by the day for the operator.
//!
//! What a node could not write down is lost: it decides nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    id::ServiceId,
    limit::{Limited, Over},
    refusal::Refusal,
    time::{Time, days},
};
use store::{
    Changes,
    excess::{self, Excess},
};

use super::App;

/// What waits to be written down: a rule of a service with what became of it, however often.
#[derive(Default)]
pub(crate) struct Excesses {
    counts: Mutex<HashMap<(ServiceId, Limited, Over), u64>>,
}

impl App {
    /// Counts a rule that was gone over.
    pub(crate) fn exceeded(&self, service: ServiceId, rule: Limited, over: Over, count: u64) {
        self.metrics.exceeded(rule, over, count);
        let mut counts = self.excesses.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((service, rule, over)).or_default() += count;
    }

    /// Counts what a commit tells of.
    pub(crate) fn count_exceeded(&self, changes: &Changes) {
        for ((service, rule, over), count) in &changes.exceeded {
            self.exceeded(*service, *rule, *over, *count);
        }
    }

    /// Writes down what was counted.
    ///
    /// # Errors
    /// `unavailable` without the store: then these counts are lost.
    pub(crate) async fn write_excesses(&self) -> Result<(), Refusal> {
        let counts = std::mem::take(&mut *self.excesses.counts.lock().unwrap_or_else(PoisonError::into_inner));
        if counts.is_empty() {
            return Ok(());
        }
        let day = day_of(self.now());
        let excess = |((service, rule, over), count): ((ServiceId, Limited, Over), u64)| Excess {
            day,
            service,
            rule,
            over,
            count: i64::try_from(count).unwrap_or(i64::MAX),
        };
        let excesses: Vec<Excess> = counts.into_iter().map(excess).collect();
        Ok(self.store.write(move |tx| excess::add(tx, &excesses)).await?)
    }
}

/// When the day of a moment began (UTC).
pub fn day_of(at: Time) -> Time {
    at.rounded_down(days(1))
}
