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
    limit,
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
    /// Held while a slice is leased: whoever finds none waits for it instead of leasing, or being refused, too.
    leasing: tokio::sync::Mutex<()>,
}

/// Messages of one service to one set of places count for the same lines.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    service: ServiceId,
    places: String,
}

struct Slice {
    day: i64,
    left: i64,
    lines: Vec<Line>,
    price: Price,
    /// Nothing was left then: what was said, and until when it is said again.
    used_up: Option<(Refusal, UsedUp, Time)>,
}

/// A message's place in the budgets; put back by [`App::unspend`] when nothing was sent.
pub(crate) struct Spent {
    key: Key,
    day: i64,
}

impl App {
    /// Takes one message to a number out of its service's and the installation's budgets.
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
        let day = now.ms().div_euclid(days(1));
        let places = self.places(known, number, country);
        let key = Key { service: known.service.id, places: places.join(" ") };
        if let Some(answer) = self.taken(&key, day, now) {
            return answer;
        }
        let _leasing = self.budgets.leasing.lock().await;
        if let Some(answer) = self.taken(&key, day, now) {
            return answer;
        }
        let lines = lines(key.service, &known.policy, &self.config.budget, &places, now);
        let price = self.config.budget.price_of(number, country);
        let asked = lines.clone();
        let lease = self.store.write(move |tx| budget::lease(tx, &asked, price)).await?;
        let mut slices = self.budgets.slices();
        let slice = slices.entry(key.clone()).or_insert_with(|| Slice::new(day, lines.clone(), price));
        if slice.day != day {
            *slice = Slice::new(day, lines, price);
        }
        match lease {
            Lease::Granted(granted) => slice.left += granted,
            Lease::UsedUp(line) => {
                let (refusal, whose) = refusal(&slice.lines[line], now);
                slice.used_up = Some((refusal, whose, now.plus(USED_UP_MS)));
            }
        }
        drop(slices);
        self.taken(&key, day, now).unwrap_or(Err(Refusal::Unavailable))
    }

    /// Puts back what was not sent.
    pub(crate) fn unspend(&self, spent: &Spent) {
        let mut slices = self.budgets.slices();
        if let Some(slice) = slices.get_mut(&spent.key).filter(|slice| slice.day == spent.day) {
            slice.left += 1;
        }
    }

    /// Gives back what was leased and is not needed any more: this node stops.
    pub(crate) async fn give_budgets_back(&self) -> Result<(), Refusal> {
        let slices: Vec<Slice> = self.budgets.slices().drain().map(|(_, slice)| slice).collect();
        let back = move |tx: &mut store::Tx| {
            let unused = slices.iter().filter(|slice| slice.left > 0);
            unused.map(|slice| budget::give_back(tx, &slice.lines, slice.left, slice.price)).collect()
        };
        Ok(self.store.write(back).await?)
    }

    fn taken(&self, key: &Key, day: i64, now: Time) -> Option<Result<Spent, Refusal>> {
        let mut slices = self.budgets.slices();
        let slice = slices.get_mut(key).filter(|slice| slice.day == day)?;
        if slice.left > 0 {
            slice.left -= 1;
            return Some(Ok(Spent { key: key.clone(), day }));
        }
        let (refusal, whose, _) = slice.used_up.as_ref().filter(|(.., until)| *until > now)?;
        self.metrics.budget_refused(*whose);
        Some(Err(refusal.clone()))
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
}

impl Slice {
    fn new(day: i64, lines: Vec<Line>, price: Price) -> Slice {
        Slice { day, left: 0, lines, price, used_up: None }
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

/// What is said when a line is used up: of the service's own until when; of the installation's, which others use up too,
/// the words of a busy route (rule D5).
fn refusal(line: &Line, now: Time) -> (Refusal, UsedUp) {
    match line.owner {
        Some(_) => (Refusal::Busy { retry_at: line.ends() }, UsedUp::Service),
        None => (Refusal::Busy { retry_at: limit::busy_until(now) }, UsedUp::Installation),
    }
}
