//! How many more messages there is room for, and of which: what is claimed beyond that comes back, and costs writes.
//!
//! Messages that find no room wait in lanes (`store::message`), named after the routes that are for them and have not refused
//! them. Where all routes are for the same messages, those that nobody refused stay in the first lane.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    route::{Candidate, Health, Target, taking},
    time::Time,
};
use tokio::sync::Notify;

use super::{Live, Route, Routes, turn::AHEAD_MS};

/// Of so many places one is for messages that are less urgent than payments.
const KEPT_ONE_IN: i64 = 4;
/// Of so many messages that are claimed at once one is of the first lane: a payment must not wait there to be sorted.
const FIRST_ONE_IN: usize = 4;
/// What stands between the names of routes in a lane's.
const AND: &str = ",";

/// Messages that were claimed and have not asked for their turn yet, by their lanes.
pub(super) type Counts = Arc<Mutex<HashMap<String, usize>>>;

/// A message that was claimed and has not asked for its turn yet: until then a place is kept for it. Else more would be claimed
/// than there are turns for.
pub struct Unbooked {
    lane: String,
    counts: Counts,
    freed: Arc<Notify>,
}

/// What the routes have turns for at one moment; what a lane is given is not given to the next one.
#[derive(Clone, Debug)]
pub struct Room {
    routes: Vec<Open>,
    alike: bool,
    unbooked: HashMap<String, usize>,
}

/// One route at that moment.
#[derive(Clone, Debug)]
struct Open {
    name: String,
    candidate: Candidate,
    turns: usize,
}

impl Routes {
    /// The lane in which a message waits for a turn that these routes refused, by their places.
    pub fn lane(&self, target: &Target, refused: &[usize]) -> String {
        let routes = self.list.iter().enumerate();
        let names = routes.filter(|(place, route)| route.cover.covers(target) && !refused.contains(place));
        let names: Vec<&str> = names.map(|(_, route)| route.name.as_str()).collect();
        if self.are_alike() && names.len() == self.list.len() { String::new() } else { names.join(AND) }
    }

    /// What there is room for now, up to `max` of a route.
    pub fn room(&self, now: Time, max: usize) -> Room {
        let unbooked = self.unbooked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let many = max + unbooked.values().sum::<usize>();
        let mut live = self.live();
        let open = |(route, live): (&Route, &mut Live)| {
            let (turns, candidate) = (live.turns(route, now, many), live.candidate(route, now));
            Open { name: route.name.clone(), candidate, turns }
        };
        let routes = self.list.iter().zip(live.iter_mut()).map(open).collect();
        Room { routes, alike: self.are_alike(), unbooked }
    }

    /// A message of a lane was claimed; given back once it has asked for its turn.
    pub fn claimed(&self, lane: &str) -> Unbooked {
        let mut counts = self.unbooked.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(lane.to_owned()).or_default() += 1;
        Unbooked { lane: lane.to_owned(), counts: self.unbooked.clone(), freed: self.freed.clone() }
    }

    /// Whether all routes are for the same messages.
    fn are_alike(&self) -> bool {
        self.list.windows(2).all(|two| two[0].cover == two[1].cover)
    }
}

impl Room {
    /// Whether there is any.
    pub fn is_any(&self) -> bool {
        let turns: usize = self.places("").iter().map(|place| self.routes[*place].turns).sum();
        turns > self.unbooked.values().sum()
    }

    /// How many messages of a lane to claim, of `left`. While messages wait in other lanes, those of the first one are sorted
    /// whatever there is room for: they may be for other routes, or more urgent than what waits.
    pub fn share(&mut self, lane: &str, left: usize, others_wait: bool) -> usize {
        let is_first = lane.is_empty();
        if is_first && others_wait && !self.alike {
            return left;
        }
        let left = if is_first { left } else { left - left / FIRST_ONE_IN };
        let mut unbooked = self.unbooked.get(lane).copied().unwrap_or(0);
        let mut given = 0;
        for place in self.places(lane) {
            let turns = &mut self.routes[place].turns;
            let free = turns.saturating_sub(unbooked).min(left - given);
            unbooked = unbooked.saturating_sub(*turns);
            *turns -= free;
            given += free;
        }
        given
    }

    /// The routes by which messages of a lane go now. A lane of routes that are not known here is looked at as the first one.
    fn places(&self, lane: &str) -> Vec<usize> {
        let is_named = |open: &Open| lane.split(AND).any(|name| name == open.name);
        let is_known = self.routes.iter().any(is_named);
        if !is_known && !self.alike {
            return (0..self.routes.len()).collect();
        }
        let candidate = |open: &Open| Candidate { covers: !is_known || is_named(open), ..open.candidate };
        taking(&self.routes.iter().map(candidate).collect::<Vec<_>>()).collect()
    }
}

/// Of so many places, how many are for messages that are less urgent than payments: one in four, of however many there are at
/// once. `before` were given so far.
pub fn kept(before: i64, places: i64) -> i64 {
    (before + places) / KEPT_ONE_IN - before / KEPT_ONE_IN
}

impl Live {
    fn turns(&mut self, route: &Route, now: Time, max: usize) -> usize {
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

impl Drop for Unbooked {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.lane) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.lane);
            }
        }
        // It may have taken no turn.
        self.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What there is room for, by routes with so many turns each.
    fn room(alike: bool, turns: &[(&str, usize)]) -> Room {
        let open = |(name, turns): &(&str, usize)| Open {
            name: (*name).to_owned(),
            candidate: Candidate { wait_ms: if *turns > 0 { 0 } else { 500 }, ..Candidate::default() },
            turns: *turns,
        };
        Room { routes: turns.iter().map(open).collect(), alike, unbooked: HashMap::new() }
    }

    #[test]
    fn a_lane_is_given_what_its_own_routes_have_and_no_lane_before_it_was_given() {
        let mut room = room(false, &[("a", 3), ("b", 5), ("c", 0)]);
        let shares = ["a", "c", "a,b", "b"].map(|lane| room.share(lane, 100, true));
        assert_eq!(shares, [3, 0, 5, 0]);
        assert_eq!(room.share("", 100, true), 100, "and all that is not sorted, to be sorted");
    }

    #[test]
    fn where_all_routes_are_alike_no_more_is_claimed_than_there_are_turns_for() {
        let mut two = room(true, &[("a", 3), ("b", 5)]);
        two.unbooked.insert(String::new(), 4);
        assert_eq!((two.is_any(), two.clone().share("", 100, false), two.clone().share("", 3, true)), (true, 4, 3));
        assert_eq!(
            [two.share("b", 100, true), two.share("", 100, true)],
            [5, 0],
            "what a route refused waits for others"
        );
        two.unbooked.insert(String::new(), 8);
        assert!(!two.is_any());
    }

    #[test]
    fn the_first_lane_has_its_part_and_a_lane_of_unknown_routes_is_like_it() {
        let mut many = room(false, &[("a", 900), ("b", 0)]);
        assert_eq!([many.share("a", 100, true), many.share("gone", 100, true)], [75, 75]);
        assert_eq!(room(false, &[("a", 7), ("b", 0)]).share("", 100, false), 7);
    }

    #[test]
    fn one_place_in_four_is_kept() {
        let kept: Vec<i64> = (0..8).map(|before| kept(before, 1)).collect();
        assert_eq!((kept, super::kept(3, 8)), (vec![0, 0, 0, 1, 0, 0, 0, 1], 2));
    }
}
