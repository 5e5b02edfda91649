//! What is known of routes over all nodes: read from their rows every second, learnt from what arrives, and said by
//! operators.

use std::collections::BTreeMap;

use domain::{
    channel::Channel,
    digest::Fixed,
    id::{EventId, v7},
    refusal::Refusal,
    route::{Candidate, Change, Choice, Health, Known, Order, Standing, next},
    time::{Millis, Time, days},
    webhook::Kind,
};
use store::{
    Store,
    arrival::{Line, Sums},
    delivery,
    route::{self, Happened},
};
use tracing::{info, warn};

use super::Routes;
use crate::{
    app::{App, arrival::RouteState},
    clock,
};

/// Whose messages went by a route within so long is told how it does: for so long samples are there.
const CARRIED_MS: Millis = days(1);
/// What happened to routes is kept for so long.
const KEPT_MS: Millis = days(90);

/// How a route is, for those who look after it.
#[derive(Clone, Debug)]
pub struct RouteView {
    /// Its name.
    pub name: String,
    /// How it does on this node.
    pub condition: Condition,
    /// What is known of it.
    pub known: Known,
}

/// How a route does on one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// As it should.
    Up,
    /// The other side asked for less.
    Slowed,
    /// It takes messages and answers none.
    Silent,
    /// It is down.
    Down,
}

/// An operator's word on a route, as a row that every node obeys within seconds; `None` leaves it to itself.
///
/// # Errors
/// As the store's.
pub async fn order(
    store: &Store,
    name: &str,
    order: Option<Order>,
    author: &'static str,
    now: Time,
) -> Result<Option<Happened>, store::Error> {
    let (id, name) = (Fixed(clock::random()), name.to_owned());
    let said = move |known: Known| (known.order != order).then(|| known.ordered(order, now));
    store.write(move |tx| route::change(tx, (id, author), &name, now, said)).await
}

impl Routes {
    /// How each route is.
    pub fn views(&self, now: Time) -> Vec<RouteView> {
        let mut live = self.live();
        let view = |(route, live): (&super::Route, &mut super::Live)| {
            let condition = match live.health(route, now) {
                Health::Down => Condition::Down,
                Health::Silent => Condition::Silent,
                Health::Sound | Health::Probed | Health::Troubled if live.answers.is_silent(now) => Condition::Silent,
                Health::Sound | Health::Probed | Health::Troubled if live.pace.is_slowed(now) => Condition::Slowed,
                Health::Sound | Health::Probed | Health::Troubled => Condition::Up,
            };
            RouteView { name: route.name.clone(), condition, known: live.known }
        };
        self.list.iter().zip(live.iter_mut()).map(view).collect()
    }

    /// What is known of a route.
    fn known(&self, name: &str) -> Option<Known> {
        let place = self.list.iter().position(|route| route.name == name)?;
        Some(self.live()[place].known)
    }

    /// The route that an SMS would go by which any covers and nothing is known of.
    fn taking(&self, now: Time) -> Option<&super::Route> {
        let candidates: Vec<Candidate> = {
            let mut live = self.live();
            let routes = self.list.iter().zip(live.iter_mut());
            let one = |(route, live): (&super::Route, &mut super::Live)| Candidate {
                covers: route.cover.takes(Channel::Sms),
                order: live.known.order,
                health: live.health(route, now),
                ..Candidate::default()
            };
            routes.map(one).collect()
        };
        match next(&candidates) {
            Choice::Take(place, _) | Choice::Wait(place, _) => self.list.get(place),
            Choice::Closed | Choice::Refused | Choice::Uncovered => None,
        }
    }

    fn learn(&self, all: &[(String, Known)]) {
        let mut live = self.live();
        for (route, live) in self.list.iter().zip(live.iter_mut()) {
            let known = all.iter().find(|(name, _)| *name == route.name);
            live.known = known.map_or_else(Known::default, |(_, known)| *known);
        }
    }
}

impl App {
    /// How a route does.
    pub fn route_state(&self, name: &str) -> RouteState {
        let up = self.routes.iter().any(|route| route.name == name && route.link.is_up());
        match (up, self.routes.known(name).map(|known| known.standing)) {
            (false, _) => RouteState::Down,
            (true, Some(Standing::Troubled)) => RouteState::Trouble,
            (true, Some(Standing::Sound | Standing::Probing(_)) | None) => RouteState::Ok,
        }
    }

    /// How the route does that messages take now.
    pub fn sending(&self) -> RouteState {
        self.routes.taking(self.now()).map_or(RouteState::Down, |route| self.route_state(&route.name))
    }

    /// An operator's word on a route, from the console.
    ///
    /// # Errors
    /// `not-found` for a route that is not configured, `unavailable` without the store.
    pub async fn order_route(&self, name: &str, said: Option<Order>) -> Result<(), Refusal> {
        if self.routes.known(name).is_none() {
            return Err(Refusal::NotFound);
        }
        if let Some(happened) = order(&self.store, name, said, "console", self.now()).await? {
            info!(route = name, change = ?happened.change, "an operator spoke");
        }
        self.read_routes().await
    }

    /// Reads what is known of the routes.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(crate) async fn read_routes(&self) -> Result<(), Refusal> {
        let all = self.store.read(route::all).await?;
        self.routes.learn(&all);
        Ok(())
    }

    /// Looks how each route does, by the samples that are summed up, and writes down what follows.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(crate) async fn judge_routes(&self) -> Result<(), Refusal> {
        self.sum_up().await?;
        let (now, day) = (self.now(), self.day().await?);
        let day = by_route(&day);
        let hour = self.lately().await?;
        for view in self.routes.views(now) {
            let known = view.known;
            let from = known.judged_from(hour.from);
            let since = if from > hour.from { Some(self.between(from, hour.to).await?) } else { None };
            let lately =
                by_route(since.as_ref().unwrap_or(&hour.lines)).get(view.name.as_str()).copied().unwrap_or_default();
            // What is judged is no measure of itself.
            let usual = day.get(view.name.as_str()).copied().unwrap_or_default().without(lately);
            if known.judged(lately, usual, now).is_none() {
                continue;
            }
            let (id, name) = (Fixed(clock::random()), view.name.clone());
            // Another node may have judged the same.
            let judged = move |found: Known| found.judged(lately, usual, now).filter(|_| found == known);
            let event = EventId(v7(now, 0, clock::random()));
            let write = move |tx: &mut store::Tx| {
                let happened = route::change(tx, (id, "server"), &name, now, judged)?;
                let news = happened.as_ref().and_then(|happened| Kind::of_route(known.standing, happened.change));
                if let Some(kind) = news {
                    delivery::tell_of_route(tx, event, kind, &name, [now.plus(-CARRIED_MS), now])?;
                }
                Ok(happened)
            };
            if let Some(happened) = self.store.write(write).await? {
                tell(&happened);
            }
        }
        self.read_routes().await
    }
}

fn tell(happened: &Happened) {
    let route = &happened.route;
    match happened.change {
        Change::Troubled => warn!(route, "less arrives by a route than usual: others are used where they can be"),
        Change::Probing => info!(route, per_mille = happened.known.share(), "a route is tried again"),
        Change::Sound => info!(route, "a route is well again"),
        Change::Pinned | Change::Banned | Change::Released => info!(route, "an operator spoke"),
    }
}

/// Drops what happened long ago.
///
/// # Errors
/// As the store's.
pub(crate) fn sweep(tx: &mut store::Tx, now: Time) -> Result<u64, store::Error> {
    route::sweep(tx, now.plus(-KEPT_MS))
}

/// Sums by route.
fn by_route(lines: &[Line]) -> BTreeMap<&str, Sums> {
    let mut routes: BTreeMap<&str, Sums> = BTreeMap::new();
    for Line { route, sums, .. } in lines {
        let all = routes.entry(route).or_default();
        *all = all.and(*sums);
    }
    routes
}
