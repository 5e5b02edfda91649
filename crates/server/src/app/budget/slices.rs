//! The slices of budgets that this node has leased and counts down by itself.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    budget::{Budget, Caps, Line, Price},
    id::ServiceId,
    limit::Limited,
    service::Policy,
    time::{Millis, Time, seconds},
};
use store::budget::Settlement;

use super::used_up::{Out, UsedUpLines};

/// A slice that nobody took of for so long is given back: others may be refused for it.
const IDLE_MS: Millis = seconds(5);

#[derive(Default)]
pub(crate) struct Budgets {
    slices: Mutex<Slices>,
    /// Held while a slice is leased: whoever finds none waits for it instead of leasing, or being refused, too.
    pub(super) leasing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Slices {
    in_use: HashMap<Key, Slice>,
    /// What is to be said of others.
    over: Vec<Settlement>,
    used_up: UsedUpLines,
}

/// Messages of one service to one set of places count for the same lines.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub service: ServiceId,
    pub places: String,
    pub part: Part,
    /// Calls may cost something else than messages.
    pub price: Price,
}

/// What they come out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// What is for everybody.
    Common,
    /// All, with what is kept for numbers that were verified before.
    Reserve,
    /// What goes beyond, while a budget is only tried out.
    Beyond,
}

/// What a slice was leased under; it is of no use under others.
pub(super) struct Terms {
    /// The day in UTC, counted from 1970.
    pub day: i64,
    pub policy: Arc<Policy>,
    pub lines: Vec<Line>,
    pub price: Price,
}

struct Slice {
    terms: Arc<Terms>,
    left: i64,
    /// What the store takes for leased: what is left, and what was spent since it was told.
    leased: i64,
    /// When somebody last asked for it.
    asked_at: Time,
}

/// A message's place in the budgets; put back by [`super::App::unspend`] when nothing was sent.
pub(crate) struct Spent {
    key: Key,
    terms: Arc<Terms>,
    /// Until when there is nothing but the reserve, if it comes out of that: it is for a number that was verified before.
    pub reserved: Option<Time>,
}

impl Terms {
    /// Whether these are those of a day and of a service's rules as they are now.
    fn hold(&self, day: i64, policy: &Arc<Policy>) -> bool {
        self.day == day && (Arc::ptr_eq(&self.policy, policy) || bounds(&self.policy) == bounds(policy))
    }

    fn settlement(&self, leased: i64, unused: i64) -> Settlement {
        Settlement { lines: self.lines.clone(), price: self.price, leased, unused }
    }
}

/// All of a service's rules that its lines follow from.
fn bounds(policy: &Policy) -> (Caps, &[Budget], bool, bool) {
    (policy.caps(), &*policy.budgets, policy.remember_verified_ms.is_some(), policy.shadows(Limited::Budget))
}

impl Slice {
    fn take(&mut self, key: &Key, now: Time) -> Option<Spent> {
        self.asked_at = now;
        if self.left <= 0 {
            return None;
        }
        self.left -= 1;
        Some(Spent { key: key.clone(), terms: self.terms.clone(), reserved: None })
    }

    fn is_over(&self, day: i64, now: Time) -> bool {
        self.terms.day != day || now.since(self.asked_at) >= IDLE_MS
    }

    /// What was spent since the store was told.
    fn take_spent(&mut self) -> Option<Settlement> {
        let spent = self.leased - self.left;
        self.leased = self.leased.min(self.left);
        (spent > 0).then(|| self.terms.settlement(spent, 0))
    }

    /// All of it, for when it is of no use any more.
    fn over(&self) -> Option<Settlement> {
        (self.leased > 0 || self.left > 0).then(|| self.terms.settlement(self.leased, self.left))
    }

    fn holds_of(&self, line: &Line) -> bool {
        self.left > 0 && self.terms.lines.iter().any(|own| own.is_same(line))
    }
}

impl Budgets {
    fn slices(&self) -> MutexGuard<'_, Slices> {
        self.slices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes of a slice that was leased; not where the service's rules are others by now.
    pub(super) fn take(&self, key: &Key, policy: &Arc<Policy>, day: i64, now: Time) -> Option<Spent> {
        let mut slices = self.slices();
        slices.in_use.get_mut(key).filter(|slice| slice.terms.hold(day, policy))?.take(key, now)
    }

    /// What is said where a line is known to be used up.
    pub(super) fn used_up(&self, terms: &Terms, now: Time) -> Option<Out> {
        self.slices().used_up.find(&terms.lines, terms.price, now)
    }

    /// Notes what the store says is used up, and what is said of that.
    pub(super) fn note(&self, used_up: Vec<(Line, (i64, i64))>, terms: &Terms, now: Time) -> Option<Out> {
        self.slices().used_up.put(used_up, now);
        self.used_up(terms, now)
    }

    /// Keeps what the store gave, in the place of what was there, and takes of it.
    pub(super) fn put(&self, key: &Key, terms: Arc<Terms>, granted: i64, now: Time) -> Option<Spent> {
        let mut fresh = Slice { terms, left: granted, leased: granted, asked_at: now };
        let taken = fresh.take(key, now);
        let slices = &mut *self.slices();
        let before = slices.in_use.insert(key.clone(), fresh);
        slices.over.extend(before.and_then(|before| before.over()));
        taken
    }

    /// Puts back what was not sent.
    pub(super) fn unspend(&self, spent: &Spent) {
        let slices = &mut *self.slices();
        match slices.in_use.get_mut(&spent.key).filter(|slice| Arc::ptr_eq(&slice.terms, &spent.terms)) {
            Some(slice) => slice.left += 1,
            None => slices.over.push(spent.terms.settlement(0, 1)),
        }
    }

    /// Takes out what is to be said of all slices: what was spent of them, and all of those of other days, and of those
    /// that nobody asked for lately.
    pub(super) fn take_settled(&self, day: i64, now: Time) -> Vec<Settlement> {
        let mut settled = self.take_out(|slice| slice.is_over(day, now));
        let slices = &mut *self.slices();
        settled.extend(slices.in_use.values_mut().filter_map(Slice::take_spent));
        slices.used_up.sweep(now);
        settled
    }

    /// Takes out all slices with something left that were leased of that one of these lines which has room again last;
    /// nothing if there are none.
    pub(super) fn take_of(&self, used_up: &[(Line, (i64, i64))]) -> Vec<Settlement> {
        let Some((line, _)) = used_up.iter().max_by_key(|(line, _)| line.ends()) else { return Vec::new() };
        let settled = self.take_out(|slice| slice.holds_of(line));
        if settled.iter().any(|slice| slice.unused > 0) {
            return settled;
        }
        self.keep(settled);
        Vec::new()
    }

    /// Takes out all slices.
    pub(super) fn take_all(&self) -> Vec<Settlement> {
        self.take_out(|_| true)
    }

    fn take_out(&self, is_wanted: impl Fn(&Slice) -> bool) -> Vec<Settlement> {
        let slices = &mut *self.slices();
        let out = slices.in_use.extract_if(|_, slice| is_wanted(slice));
        let mut settled = mem::take(&mut slices.over);
        settled.extend(out.filter_map(|(_, slice)| slice.over()));
        settled
    }

    /// Keeps what could not be said, for the next time.
    pub(super) fn keep(&self, settled: impl IntoIterator<Item = Settlement>) {
        self.slices().over.extend(settled);
    }
}
