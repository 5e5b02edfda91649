//! The daily budget of messages of each service, leased from the store in slices (rule M2).
//!
//! A row that every create would touch would make all of them wait for each other; so a node leases a slice and
//! counts it down by itself. Never over; after a crash under by at most the slice.

use std::{collections::HashMap, sync::Mutex};

use domain::{
    id::ServiceId,
    refusal::Refusal,
    service::Policy,
    time::{Time, days},
};
use store::budget;

use super::App;

/// Messages a slice: a hundredth of the day's, within these bounds.
const SLICE_MIN: i64 = 50;
const SLICE_MAX: i64 = 1_000;

#[derive(Default)]
pub(crate) struct Budgets {
    slices: Mutex<HashMap<ServiceId, Slice>>,
    /// Held while a slice is leased: whoever finds none waits for it instead of leasing, or being refused, too.
    leasing: tokio::sync::Mutex<()>,
}

struct Slice {
    day: i64,
    left: i64,
}

/// A message's place in the budget; put back by [`App::unspend`] when nothing was sent.
pub(crate) struct Spent {
    service: ServiceId,
    day: i64,
}

impl App {
    /// Takes one message out of today's budget.
    ///
    /// # Errors
    /// `busy` until the next day (UTC) when it is used up.
    pub(crate) async fn spend(&self, service: ServiceId, policy: &Policy, now: Time) -> Result<Spent, Refusal> {
        let day = now.ms().div_euclid(days(1));
        if self.budgets.take(service, day) {
            return Ok(Spent { service, day });
        }
        let _leasing = self.budgets.leasing.lock().await;
        if self.budgets.take(service, day) {
            return Ok(Spent { service, day });
        }
        let max = i64::from(policy.sms_per_day);
        let slice = (max / 100).clamp(SLICE_MIN, SLICE_MAX);
        match self.store.write(move |tx| budget::lease(tx, service, day, max, slice)).await? {
            0 => {
                self.metrics.budget_refused.inc();
                Err(Refusal::Busy { retry_at: Time::from_ms((day + 1) * days(1)) })
            }
            granted => {
                self.budgets.add(service, day, granted - 1);
                Ok(Spent { service, day })
            }
        }
    }

    /// Puts back what was not sent.
    pub(crate) fn unspend(&self, spent: &Spent) {
        self.budgets.add(spent.service, spent.day, 1);
    }
}

impl Budgets {
    fn take(&self, service: ServiceId, day: i64) -> bool {
        let mut slices = self.slices.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let slice = slices.get_mut(&service).filter(|slice| slice.day == day && slice.left > 0);
        slice.map(|slice| slice.left -= 1).is_some()
    }

    fn add(&self, service: ServiceId, day: i64, left: i64) {
        let mut slices = self.slices.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let slice = slices.entry(service).or_insert(Slice { day, left: 0 });
        if slice.day == day {
            slice.left += left;
        } else if slice.day < day {
            *slice = Slice { day, left };
        }
    }
}
