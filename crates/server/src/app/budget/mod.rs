//! The budgets of messages and money, leased from the store in slices (rule M2).
//!
//! Rows that every create would touch would make all of them wait for each other; so a node leases a slice of all
//! that a message counts for, and counts it down by itself. Never over; after a crash under by at most the slices.

pub mod standing;

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{
    address::PhoneNumber,
    budget::{Caps, Line, Place, Price},
    country::Country,
    id::ServiceId,
    limit::{self, Over, Tuned},
    refusal::Refusal,
    service::Policy,
    time::{Millis, Time, days, seconds},
};
use store::budget::{self, Lease};

use super::{App, service::Known};
use crate::{config, telemetry::UsedUp};

/// For so long nobody asks again for what was used up: as long as a change of a service may take to be seen.
const USED_UP_MS: Millis = seconds(5);

#[derive(Default)]
pub(crate) struct Budgets {
    slices: Mutex<HashMap<Key, Slice>>,
    /// What was left of slices when their day was over.
    unused: Mutex<Vec<Slice>>,
    /// Held while a slice is leased: whoever finds none waits for it instead of leasing, or being refused, too.
    leasing: tokio::sync::Mutex<()>,
}

/// Messages of one service to one set of places count for the same lines.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    service: ServiceId,
    places: String,
    part: Part,
}

/// What they come out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    /// What is for everybody.
    Common,
    /// All, with what is kept for numbers that were verified before.
    Reserve,
    /// What goes beyond, while a budget is only tried out.
    Beyond,
}

#[derive(Clone)]
struct Slice {
    day: i64,
    left: i64,
    lines: Vec<Line>,
    price: Price,
    /// Nothing was left: what is said, and until when nobody looks again.
    used_up: Option<(Out, Time)>,
}

/// No budget has room.
#[derive(Clone, Copy)]
struct Out {
    whose: UsedUp,
    retry_at: Time,
}

/// A message's place in the budgets; put back by [`App::unspend`] when nothing was sent.
pub(crate) struct Spent {
    key: Key,
    day: i64,
    /// Until when there is nothing but the reserve, if it comes out of that: it is for a number that was verified before.
    pub reserved: Option<Time>,
}

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
    ) -> Result<Spent, Refusal> {
        let now = self.now();
        let places = self.places(known, number, country);
        let price = self.config.budget.price_of(number, country);
        let out = match self.take(known, &places, price, Part::Common, now).await? {
            Ok(spent) => return Ok(spent),
            Err(out) => out,
        };
        let service = known.service.id;
        if self.is_tried_out(known)
            && let Ok(spent) = self.take(known, &places, price, Part::Beyond, now).await?
        {
            self.exceeded(service, Tuned::Budget, Over::Shadow, 1);
            return Ok(spent);
        }
        if known.policy.remember_verified_ms.is_some()
            && let Ok(spent) = self.take(known, &places, price, Part::Reserve, now).await?
        {
            return Ok(Spent { reserved: Some(out.retry_at), ..spent });
        }
        self.metrics.budget_refused(out.whose);
        self.exceeded(service, Tuned::Budget, Over::Refused, 1);
        Err(Refusal::Busy { retry_at: out.retry_at })
    }

    /// Whether a budget is only tried out: the service's own, or that of all.
    fn is_tried_out(&self, known: &Known) -> bool {
        known.policy.shadows(Tuned::Budget) || self.config.budget.shadow
    }

    async fn take(
        &self,
        known: &Known,
        places: &[String],
        price: Price,
        part: Part,
        now: Time,
    ) -> Result<Result<Spent, Out>, Refusal> {
        let day = now.ms().div_euclid(days(1));
        let key = Key { service: known.service.id, places: places.join(" "), part };
        if let Some(answer) = self.budgets.take(&key, day, now) {
            return Ok(answer);
        }
        let _leasing = self.budgets.leasing.lock().await;
        if let Some(answer) = self.budgets.take(&key, day, now) {
            return Ok(answer);
        }
        let lines = lines(key.service, &known.policy, &self.config.budget, places, now).into_iter();
        let lines: Vec<Line> = lines.map(|line| self.bounded(line, known, part)).collect();
        let asked = lines.clone();
        let lease = self.store.write(move |tx| budget::lease(tx, &asked, price)).await?;
        self.budgets.put(&key, Slice { day, left: 0, lines, price, used_up: None }, lease, now);
        self.budgets.take(&key, day, now).ok_or(Refusal::Unavailable)
    }

    /// A line as it is for a part.
    fn bounded(&self, line: Line, known: &Known, part: Part) -> Line {
        let is_shadow =
            if line.owner.is_some() { known.policy.shadows(Tuned::Budget) } else { self.config.budget.shadow };
        match part {
            Part::Common if known.policy.remember_verified_ms.is_some() => line.without_reserve(),
            Part::Beyond if is_shadow => Line { sms_max: None, cost_max: None, ..line },
            Part::Common | Part::Reserve | Part::Beyond => line,
        }
    }

    /// Puts back what was not sent.
    pub(crate) fn unspend(&self, spent: &Spent) {
        let mut slices = self.budgets.slices();
        if let Some(slice) = slices.get_mut(&spent.key).filter(|slice| slice.day == spent.day) {
            slice.left += 1;
        }
    }

    /// Gives back what was leased and not used, since it counts for the month: of days that are over, or of all when this
    /// node stops.
    ///
    /// # Errors
    /// `unavailable` without the store: then the month has so much less.
    pub(crate) async fn give_budgets_back(&self, is_end: bool) -> Result<(), Refusal> {
        let today = self.now().ms().div_euclid(days(1));
        let unused = self.budgets.unused(if is_end { i64::MAX } else { today });
        if unused.is_empty() {
            return Ok(());
        }
        let back = move |tx: &mut store::Tx| {
            unused.iter().try_for_each(|slice| budget::give_back(tx, &slice.lines, slice.left, slice.price))
        };
        Ok(self.store.write(back).await?)
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

impl Budgets {
    fn slices(&self) -> MutexGuard<'_, HashMap<Key, Slice>> {
        self.slices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` if the store must be asked.
    fn take(&self, key: &Key, day: i64, now: Time) -> Option<Result<Spent, Out>> {
        let mut slices = self.slices();
        let slice = slices.get_mut(key).filter(|slice| slice.day == day)?;
        if slice.left > 0 {
            slice.left -= 1;
            return Some(Ok(Spent { key: key.clone(), day, reserved: None }));
        }
        slice.used_up.filter(|(_, until)| *until > now).map(|(out, _)| Err(out))
    }

    /// Takes out what is left of the slices of days before this one, and forgets them.
    fn unused(&self, before: i64) -> Vec<Slice> {
        let mut unused = std::mem::take(&mut *self.unused.lock().unwrap_or_else(PoisonError::into_inner));
        self.slices().retain(|_, slice| {
            let is_over = slice.day < before;
            if is_over && slice.left > 0 {
                unused.push(slice.clone());
            }
            !is_over
        });
        unused
    }

    /// Keeps what the store gave.
    fn put(&self, key: &Key, fresh: Slice, lease: Lease, now: Time) {
        let mut slices = self.slices();
        let slice = slices.entry(key.clone()).or_insert_with(|| Slice { day: 0, ..fresh.clone() });
        let left = if slice.day == fresh.day { slice.left } else { 0 };
        if left < slice.left {
            self.unused.lock().unwrap_or_else(PoisonError::into_inner).push(slice.clone());
        }
        *slice = match lease {
            Lease::Granted(granted) => Slice { left: left + granted, ..fresh },
            Lease::UsedUp(line) => {
                let out = Out::of(&fresh.lines[line], now);
                Slice { left, used_up: Some((out, now.plus(USED_UP_MS))), ..fresh }
            }
        };
    }
}

impl Out {
    /// Of the service's own line is told until when it is used up; of the installation's, which others use up too, the words
    /// of a busy route (rule D5).
    fn of(line: &Line, now: Time) -> Out {
        match line.owner {
            Some(_) => Out { whose: UsedUp::Service, retry_at: line.ends() },
            None => Out { whose: UsedUp::Installation, retry_at: limit::busy_until(now) },
        }
    }
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
