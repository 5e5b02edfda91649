//! Turns: which route a message goes by now, and when.

use domain::{
    route::{Candidate, Choice, Health, Target, Why, next},
    time::{Millis, Time, seconds},
};
use tokio::sync::{Notify, watch};

use super::{Live, Route, Routes};
use crate::link::Seen;

/// Turns are taken so far ahead: a route whose next turn is later has no room.
pub(super) const AHEAD_MS: Millis = seconds(1);
/// When a full window is looked at again, if nobody tells earlier.
pub(super) const FULL_MS: Millis = 100;
/// How long a message stays away when no route is open.
pub(super) const CLOSED_MS: Millis = seconds(1);

/// A message that wants to go.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Where to.
    pub target: Target,
    /// The routes that refused it, or failed just now, by their places.
    pub refused: &'a [usize],
    /// The routes of the verification's earlier messages to the same number.
    pub used: &'a [&'a str],
}

/// What a message that wants to go gets.
pub enum Booking<'a> {
    /// A turn.
    Turn(Turn<'a>),
    /// None within the next moment: it should come again in so many milliseconds.
    PutOff(Millis),
    /// All that cover it refused it.
    Refused,
    /// No route covers it.
    Uncovered,
}

/// A message's turn with a route, given back when dropped.
pub struct Turn<'a> {
    routes: &'a Routes,
    /// The route's place.
    pub place: usize,
    /// When it comes.
    pub at: Time,
    /// Why this route.
    pub why: Why,
}

/// Tells when a route may have room again.
pub struct Turns<'a> {
    freed: &'a Notify,
    links: Vec<watch::Receiver<Seen>>,
}

impl Routes {
    /// The route by which a message goes now, and when its turn comes.
    pub fn book(&self, wanted: &Wanted, now: Time) -> Booking<'_> {
        if self.list.is_empty() {
            return Booking::PutOff(CLOSED_MS);
        }
        let mut live = self.live();
        let routes = self.list.iter().zip(live.iter_mut()).enumerate();
        let candidates: Vec<Candidate> =
            routes.map(|(place, (route, live))| candidate(place, route, live, wanted, now)).collect();
        match next(&candidates) {
            Choice::Take(place, why) => {
                live[place].held += 1;
                if why == Why::Probe {
                    (live[place].credit, live[place].tried_at) = (0, now);
                }
                let at = now.plus(live[place].pace.take(now));
                Booking::Turn(Turn { routes: self, place, at, why })
            }
            Choice::Wait(_, ms) => Booking::PutOff(ms),
            Choice::Closed => Booking::PutOff(CLOSED_MS),
            Choice::Refused => Booking::Refused,
            Choice::Uncovered => Booking::Uncovered,
        }
    }

    /// How long until time alone makes room, in milliseconds.
    pub fn room_in_ms(&self, now: Time) -> Millis {
        let live = self.live();
        let until = |live: &Live| (live.pace.wait_ms(now) - AHEAD_MS).max(live.closed_until.since(now)).max(FULL_MS);
        live.iter().map(until).min().unwrap_or(CLOSED_MS)
    }

    /// Tells when there may be room, from now on.
    pub fn turns(&self) -> Turns<'_> {
        Turns { freed: &self.freed, links: self.list.iter().map(|route| route.link.watch()).collect() }
    }
}

fn candidate(place: usize, route: &Route, live: &mut Live, wanted: &Wanted, now: Time) -> Candidate {
    let covers = route.cover.covers(&wanted.target);
    let as_it_is = live.candidate(route, now);
    let health = match as_it_is.health {
        Health::Troubled if covers && wanted.used.is_empty() && live.tries(now) => Health::Probed,
        health @ (Health::Sound | Health::Probed | Health::Troubled | Health::Silent | Health::Down) => health,
    };
    let uses = wanted.used.iter().filter(|name| **name == route.name).count();
    Candidate { covers, health, refused: wanted.refused.contains(&place), uses, ..as_it_is }
}

impl Live {
    /// How it does, for a message of which nothing is known.
    pub(super) fn candidate(&mut self, route: &Route, now: Time) -> Candidate {
        let full = if self.held >= self.held_max(route) { FULL_MS } else { 0 };
        let (health, order) = (self.health(route, now), self.known.order);
        let wait_ms = (self.pace.wait_ms(now) - AHEAD_MS).max(full);
        Candidate { order, health, wait_ms, ..Candidate::default() }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut live = self.routes.live();
        live[self.place].held = live[self.place].held.saturating_sub(1);
        self.routes.freed.notify_one();
    }
}

impl Turns<'_> {
    /// Waits until a message was answered or a link turned.
    pub async fn changed(&mut self) {
        if self.links.is_empty() {
            return self.freed.notified().await;
        }
        // A link's end means that nobody keeps it any more: then nothing changes by it.
        let links = self.links.iter_mut().map(|link| {
            Box::pin(async {
                if link.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
        });
        tokio::select! {
            () = self.freed.notified() => {}
            _ = futures::future::select_all(links) => {}
        }
    }
}
