//! What applications are told of: every event that is due is delivered, or shown as given up; under one id, and only of
//! what is so.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    delivery::State as Message,
    time::Time,
    verification::{Status, Verification},
    webhook::{About, Kind},
};
use store::delivery::{Delivery, State};

use super::receiver::Heard;

/// After so many tries an event is given up.
const TRIES_MAX: i64 = 10;

/// One endpoint, when all is over.
pub struct Endpoint<'a> {
    pub heard: &'a Heard,
    /// What the store holds of its events.
    pub deliveries: &'a [Delivery],
    pub rows: &'a [Verification],
    pub now: Time,
}

impl Endpoint<'_> {
    /// What is broken, in words.
    pub fn broken(&self) -> Vec<String> {
        let mut broken = self.heard.broken.clone();
        self.all_are_told(&mut broken);
        self.what_is_told_is_so(&mut broken);
        self.ids_are_stable(&mut broken);
        broken
    }

    /// Each event that is due is there, and is delivered or given up.
    fn all_are_told(&self, broken: &mut Vec<String>) {
        for row in self.rows.iter().filter(|_| !self.heard.gone) {
            let about = About::Verification(row.id);
            let of = |kind: Kind| self.deliveries.iter().filter(|one| one.about == about && one.kind == kind).count();
            let newest = row.newest().progress.state;
            let (kind, least, most) = match row.status(self.now) {
                Status::Approved => (Kind::Approved, 1, 1),
                Status::Locked => (Kind::Locked, 1, 1),
                Status::Pending | Status::Expired if matches!(newest, Message::Undelivered | Message::Expired) => {
                    (Kind::Undelivered, 1, usize::MAX)
                }
                Status::Pending | Status::Expired | Status::Canceled => continue,
            };
            let count = of(kind);
            if count < least || count > most {
                broken.push(format!("{}: {count} events tell that it is {kind:?}", row.id));
            }
        }
        for Delivery { event, state, tries, .. } in self.deliveries {
            let taken = self.heard.taken.contains(&event.to_string());
            let sound = match state {
                State::Delivered => taken,
                State::Failed => self.heard.gone || *tries >= TRIES_MAX,
                State::Waiting => self.heard.gone,
            };
            if !sound {
                broken.push(format!("{event} is {state:?} after {tries} tries; taken: {taken}"));
            }
        }
    }

    /// Nothing is told that is not written down, or not so.
    fn what_is_told_is_so(&self, broken: &mut Vec<String>) {
        let written: BTreeSet<String> = self.deliveries.iter().map(|one| one.event.to_string()).collect();
        let lost = self.heard.told.iter().filter(|(id, ..)| !written.contains(id));
        broken.extend(lost.map(|(id, kind, of)| format!("{id} told {kind} of {of}, and is not written down")));
        for Delivery { kind, about, .. } in self.deliveries {
            let About::Verification(verification) = about else { continue };
            let Some(row) = self.rows.iter().find(|row| row.id == *verification) else { continue };
            let status = row.status(self.now);
            let so = match kind {
                Kind::Approved => status == Status::Approved,
                // A locked one can be cancelled.
                Kind::Locked => matches!(status, Status::Locked | Status::Canceled),
                Kind::Undelivered => true,
                Kind::RouteTroubled | Kind::RouteRecovered => false,
            };
            if !so {
                broken.push(format!("{verification} is {status:?}, and {kind:?} was told"));
            }
        }
    }

    /// An id names one event, and an event has one id.
    fn ids_are_stable(&self, broken: &mut Vec<String>) {
        let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
        self.heard.told.iter().for_each(|(id, ..)| *by_id.entry(id).or_default() += 1);
        let several = by_id.iter().filter(|(_, count)| **count > 1);
        broken.extend(several.map(|(id, count)| format!("{id} told {count} things")));
        let mut by_event: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let once = self.heard.told.iter().filter(|(_, kind, _)| kind != "verification.undelivered");
        once.for_each(|(_, kind, of)| *by_event.entry((kind, of)).or_default() += 1);
        let several = by_event.iter().filter(|(_, count)| **count > 1);
        broken.extend(several.map(|((kind, of), count)| format!("{kind} of {of} was told under {count} ids")));
    }
}
