//! Turns: which route a message goes by now and when, and how many more messages there is room for.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use domain::{
    route::{Candidate, Choice, Health, Target, Why, next},
    time::{Millis, Time, seconds},
};
use tokio::sync::{Notify, watch};

use super::{Live, Route, Routes};
use crate::link::Seen;

/// Turns are taken so far ahead: a route whose next turn is later has no room.
const AHEAD_MS: Millis = seconds(1);
/// When a full window is looked at again, if nobody tells earlier.
const FULL_MS: Millis = 100;
/// How long a message stays away when no route is open.
const CLOSED_MS: Millis = seconds(1);

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

/// A message that was claimed and has not asked for its turn yet: until then a place is kept for it. Else more would be claimed
/// than there are turns for, and those put off again lose their places in the queue.
pub struct Unbooked {
    count: Arc<AtomicUsize>,
    freed: Arc<Notify>,
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
            Choice::Wait(place, ms) => Booking::PutOff(live[place].pace.put_off(now, AHEAD_MS).max(ms)),
            Choice::Closed => Booking::PutOff(CLOSED_MS),
            Choice::Refused => Booking::Refused,
            Choice::Uncovered => Booking::Uncovered,
        }
    }

    /// A message was claimed; given back once it has asked for its turn.
    pub fn claimed(&self) -> Unbooked {
        self.unbooked.fetch_add(1, Ordering::Relaxed);
        Unbooked { count: self.unbooked.clone(), freed: self.freed.clone() }
    }

    /// How many more messages would get a turn now, if the routes cover them.
    pub fn room(&self, now: Time, max: usize) -> usize {
        let unbooked = self.unbooked.load(Ordering::Relaxed);
        let mut live = self.live();
        let routes = self.list.iter().zip(live.iter_mut());
        let room: usize = routes.map(|(route, live)| live.room(route, now, max + unbooked)).sum();
        room.saturating_sub(unbooked).min(max)
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
    let full = if live.held >= live.held_max(route) { FULL_MS } else { 0 };
    let covers = route.cover.covers(&wanted.target);
    let health = match live.health(route, now) {
        Health::Troubled if covers && wanted.used.is_empty() && live.tries(now) => Health::Probed,
        as_it_is @ (Health::Sound | Health::Probed | Health::Troubled | Health::Silent | Health::Down) => as_it_is,
    };
    Candidate {
        covers,
        order: live.known.order,
        health,
        wait_ms: (live.pace.wait_ms(now) - AHEAD_MS).max(full),
        refused: wanted.refused.contains(&place),
        uses: wanted.used.iter().filter(|name| **name == route.name).count(),
    }
}

impl Live {
    fn room(&mut self, route: &Route, now: Time, max: usize) -> usize {
        if self.is_banned() {
            return 0;
        }
        let free = match self.health(route, now) {
            Health::Sound | Health::Troubled => self.held_max(route).saturating_sub(self.held),
            Health::Probed | Health::Silent => usize::from(self.held == 0),
            Health::Down => 0,
        };
        self.pace.room(now, AHEAD_MS, free.min(max))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut live = self.routes.live();
        live[self.place].held = live[self.place].held.saturating_sub(1);
        self.routes.freed.notify_one();
    }
}

impl Drop for Unbooked {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        // It may have taken no turn.
        self.freed.notify_one();
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
