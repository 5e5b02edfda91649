//! The budgets of messages and money, leased from the store in slices (rule M2).
//!
//! Rows that every create would touch would make all of them wait for each other; so a node leases a slice of all
//! that a message counts for, and counts it down by itself. Never over; after a crash under by at most the slices.

mod slices;
pub mod standing;
#[cfg(test)]
mod tests;
mod used_up;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{
    address::PhoneNumber,
    budget::{Caps, Line, Place, Price},
    channel::Channel,
    country::Country,
    id::ServiceId,
    limit::{Limited, Over},
    refusal::Refusal,
    service::Policy,
    time::{Time, days},
};
use store::budget::{self, Lease, Settlement};

use super::{App, service::Known};
use crate::config;
pub(crate) use slices::{Budgets, Spent};
use slices::{Key, Part, Terms};
use used_up::Out;

impl App {
    /// Takes one message to a number out of its service's and the installation's budgets; out of the reserve when nothing
    /// else is left and the service has one.
    ///
    /// # Errors
    /// `busy` until the next day or month (UTC) when one is used up; of the installation's nobody is told until when
    /// (rule D5).
    pub(crate) async fn spend(
        &self,
        known: &Known,
        number: &PhoneNumber,
        country: Option<Country>,
        channel: Channel,
    ) -> Result<Spent, Refusal> {
        let now = self.now();
        let places = self.places(known, number, country);
        let price = self.config.budget.price_of(number, country, channel);
        let out = match self.take(known, &places, price, Part::Common, now).await? {
            Ok(spent) => return Ok(spent),
            Err(out) => out,
        };
        let service = known.service.id;
        if self.is_tried_out(known)
            && let Ok(spent) = self.take(known, &places, price, Part::Beyond, now).await?
        {
            self.exceeded(service, Limited::Budget, Over::Shadow, 1);
            return Ok(spent);
        }
        if known.policy.remember_verified_ms.is_some()
            && let Ok(mut spent) = self.take(known, &places, price, Part::Reserve, now).await?
        {
            spent.reserved = Some(out.retry_at);
            return Ok(spent);
        }
        self.metrics.budget_refused(out.whose);
        self.exceeded(service, Limited::Budget, Over::Refused, 1);
        Err(Refusal::Busy { retry_at: out.retry_at })
    }

    /// Whether a budget is only tried out: the service's own, or that of all.
    fn is_tried_out(&self, known: &Known) -> bool {
        known.policy.shadows(Limited::Budget) || self.config.budget.shadow
    }

    async fn take(
        &self,
        known: &Known,
        places: &[String],
        price: Price,
        part: Part,
        now: Time,
    ) -> Result<Result<Spent, Out>, Refusal> {
        let day = day(now);
        let key = Key { service: known.service.id, places: places.join(" "), part, price };
        if let Some(spent) = self.budgets.take(&key, &known.policy, day, now) {
            return Ok(Ok(spent));
        }
        let lines = lines(key.service, &known.policy, &self.config.budget, places, now).into_iter();
        let lines = lines.map(|line| self.bounded(line, known, part)).collect();
        let terms = Arc::new(Terms { day, policy: known.policy.clone(), lines, price });
        if let Some(out) = self.budgets.used_up(&terms, now) {
            return Ok(Err(out));
        }
        let _leasing = self.budgets.leasing.lock().await;
        // Whoever held it may have leased for all who wait, or seen that nothing is left.
        if let Some(spent) = self.budgets.take(&key, &known.policy, day, now) {
            return Ok(Ok(spent));
        }
        if let Some(out) = self.budgets.used_up(&terms, now) {
            return Ok(Err(out));
        }
        match self.lease(&terms, now).await? {
            Ok(granted) => self.budgets.put(&key, terms, granted, now).map(Ok).ok_or(Refusal::Unavailable),
            Err(out) => Ok(Err(out)),
        }
    }

    /// Leases a slice. Nobody is refused for what this node itself has leased and not used.
    async fn lease(&self, terms: &Arc<Terms>, now: Time) -> Result<Result<i64, Out>, Refusal> {
        loop {
            let asked = terms.clone();
            let lease = self.store.write(move |tx| budget::lease(tx, &asked.lines, asked.price)).await?;
            let used_up = match lease {
                Lease::Granted(granted) => return Ok(Ok(granted)),
                Lease::UsedUp(lines) => lines,
            };
            let settled = self.budgets.take_of(&used_up);
            if settled.is_empty() {
                return self.budgets.note(used_up, terms, now).map(Err).ok_or(Refusal::Unavailable);
            }
            self.settle(settled).await?;
        }
    }

    /// A line as it is for a part.
    fn bounded(&self, line: Line, known: &Known, part: Part) -> Line {
        let is_shadow =
            if line.owner.is_some() { known.policy.shadows(Limited::Budget) } else { self.config.budget.shadow };
        match part {
            Part::Common if known.policy.remember_verified_ms.is_some() => line.without_reserve(),
            Part::Beyond if is_shadow => Line { sms_max: None, cost_max: None, ..line },
            Part::Common | Part::Reserve | Part::Beyond => line,
        }
    }

    /// Puts back what was not sent.
    pub(crate) fn unspend(&self, spent: &Spent) {
        self.budgets.unspend(spent);
    }

    /// Says what was spent of what was leased, and gives back what was not for some seconds, or on a day that is over.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(crate) async fn settle_budgets(&self) -> Result<(), Refusal> {
        let now = self.now();
        self.settle(self.budgets.take_settled(day(now), now)).await
    }

    /// Gives back all that was leased and not used, when this node stops.
    ///
    /// # Errors
    /// `unavailable` without the store: then day and month have so much less.
    pub(crate) async fn give_budgets_back(&self) -> Result<(), Refusal> {
        self.settle(self.budgets.take_all()).await
    }

    /// What may have been said and was not acknowledged is not said again: rather less is free than more.
    async fn settle(&self, settled: Vec<Settlement>) -> Result<(), Refusal> {
        if settled.is_empty() {
            return Ok(());
        }
        let (settled, is_tried) = (Arc::new(settled), Arc::new(AtomicBool::new(false)));
        let (said, tried) = (settled.clone(), is_tried.clone());
        let settle = move |tx: &mut store::Tx| {
            tried.store(true, Ordering::Relaxed);
            budget::settle(tx, &said)
        };
        let written = self.store.write(settle).await;
        if written.is_err() && !is_tried.load(Ordering::Relaxed) {
            self.budgets.keep(settled.iter().cloned());
        }
        Ok(written?)
    }

    /// Where a number is, as budgets name it: its country, and the prefixes that somebody set a budget for.
    fn places(&self, known: &Known, number: &PhoneNumber, country: Option<Country>) -> Vec<String> {
        let own = known.policy.budgets.iter().map(|budget| &budget.place);
        let all = own.chain(self.config.budget.places.iter().map(|budget| &budget.place));
        let there = all.filter(|place| place.holds(number, country)).map(ToString::to_string);
        let mut places: Vec<String> = there.chain(country.map(|country| country.to_string())).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// The day in UTC, counted from 1970.
fn day(now: Time) -> i64 {
    now.ms().div_euclid(days(1))
}

/// All that a message of a service to these places counts for: the service's lines, then the installation's.
fn lines(
    service: ServiceId,
    policy: &Policy,
    installation: &config::Budget,
    places: &[String],
    now: Time,
) -> Vec<Line> {
    let own = policy.budgets.iter().map(|budget| (&budget.place, budget.caps())).collect();
    let all = installation.places.iter().map(|budget| (&budget.place, budget.caps())).collect();
    let mut lines = of_owner(Some(service), policy.caps(), own, places, now);
    lines.extend(of_owner(None, installation.caps(), all, places, now));
    lines
}

/// The lines of one owner: everywhere, and each place whether it has a budget there or only counts.
fn of_owner(
    owner: Option<ServiceId>,
    everywhere: Caps,
    budgets: Vec<(&Place, Caps)>,
    places: &[String],
    now: Time,
) -> Vec<Line> {
    let budgets: HashMap<String, Caps> = budgets.into_iter().map(|(place, caps)| (place.to_string(), caps)).collect();
    let caps = |place: &String| budgets.get(place).copied().unwrap_or_default();
    let there = places.iter().flat_map(|place| Line::both(owner, place, caps(place), now));
    Line::both(owner, "", everywhere, now).into_iter().chain(there).collect()
}
