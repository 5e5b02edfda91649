//! The world's state, and what each change makes of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::call::{Report, ReportKey};
use super::carrier::{self, CarrierName, Carriers};
use super::cast;
use super::change::{Change, Handset, Pending};
use super::fate::{Ending, Reason};
use super::meter::Meter;
use super::number::Number;
use super::phone::{Incoming, Mailbox, Phone};
use super::receipt::Receipt;
use super::{PHONES_MAX, RECEIPTS_MAX};

/// The messages that wait for one phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// How many.
    pub count: usize,
    newest: u64,
    /// What the newest waits for.
    pub reason: Reason,
}

/// Where a message on its way is.
pub(super) struct Journey {
    pub(super) pending: Pending,
    pub(super) due_ms: i64,
    pub(super) waits_for: Option<Reason>,
}

/// Everything the simulator knows.
pub struct World {
    pub(super) seed: u64,
    pub(super) carriers: Carriers,
    pub(super) meter: Meter,
    pub(super) handsets: HashMap<Number, Handset>,
    /// Phones that people described, oldest first.
    described: Vec<Number>,
    /// Phones that came to be by a message or a call, oldest first.
    strangers: VecDeque<Number>,
    pub(super) journeys: HashMap<u64, Journey>,
    pub(super) due: BTreeSet<(i64, u64)>,
    /// By the moment they set out, then by message.
    pub(super) receipts: BTreeMap<(i64, u64), Receipt>,
    /// What is still to be told of calls.
    pub(super) reports: BTreeMap<ReportKey, Report>,
    pub(super) next_id: u64,
}

impl World {
    /// A new world: the cast of phones, well-behaved carriers.
    pub fn new(seed: u64) -> World {
        let mut world = World {
            seed,
            carriers: carrier::at_first(),
            meter: Meter::default(),
            handsets: HashMap::new(),
            described: Vec::new(),
            strangers: VecDeque::new(),
            journeys: HashMap::new(),
            due: BTreeSet::new(),
            receipts: BTreeMap::new(),
            reports: BTreeMap::new(),
            next_id: 1,
        };
        for phone in cast::cast() {
            world.apply(Change::Phone(Box::new(phone)));
        }
        world
    }

    /// All carriers.
    pub fn carriers(&self) -> &Carriers {
        &self.carriers
    }

    /// Whether the message centre itself is down: it drops and refuses connections.
    pub fn is_centre_down(&self) -> bool {
        self.carriers.get(&CarrierName::Smsc).is_some_and(|centre| centre.outage)
    }

    /// The phone of a number, if it is one already.
    pub fn handset(&self, number: Number) -> Option<&Handset> {
        self.handsets.get(&number)
    }

    /// Up to `limit` phones: those that people described, then the others, newest first.
    pub fn handsets(&self, limit: usize) -> Vec<&Handset> {
        let numbers = self.described.iter().chain(self.strangers.iter().rev());
        numbers.filter_map(|number| self.handsets.get(number)).take(limit).collect()
    }

    /// How many messages wait for each phone, and for what the newest of them waits.
    pub fn waiting(&self) -> HashMap<Number, Waiting> {
        let mut waiting: HashMap<Number, Waiting> = HashMap::new();
        for (id, journey) in &self.journeys {
            let Some(reason) = journey.waits_for else {
                continue;
            };
            let here = waiting.entry(journey.pending.number).or_insert(Waiting { count: 0, newest: *id, reason });
            here.count += 1;
            if *id > here.newest {
                (here.newest, here.reason) = (*id, reason);
            }
        }
        waiting
    }

    /// How many messages the centre has taken since the world began.
    pub fn taken(&self) -> u64 {
        self.next_id - 1
    }

    /// How many messages and receipts are on their way.
    pub fn under_way(&self) -> (usize, usize) {
        (self.journeys.len(), self.receipts.len())
    }

    /// Whether there is room for one more described phone.
    pub fn has_room(&self, number: Number) -> bool {
        self.described.len() < PHONES_MAX / 2 || self.handsets.get(&number).is_some_and(|handset| handset.kept)
    }

    /// Makes a change so. Returns the phone that it was about.
    pub fn apply(&mut self, change: Change) -> Option<Number> {
        match change {
            Change::Phone(phone) => return Some(self.describe(*phone)),
            Change::Cleared { number } => {
                self.handsets.get_mut(&number)?.mailbox.clear();
                return Some(number);
            }
            Change::Carrier { name, carrier } => {
                self.carriers.insert(name, carrier);
                self.release(|_| true);
            }
            Change::Accepted(pending) => return Some(self.set_out(*pending)),
            Change::Ended { id, at_ms, ending, receipt } => return self.end(id, at_ms, ending, receipt),
            Change::Receipted { id, due_ms } => {
                self.receipts.remove(&(due_ms, id));
            }
            Change::Called(called) => return Some(self.ring(*called)),
            Change::Reported { rang_ms, number, nth } => {
                self.reports.remove(&(rang_ms, number, nth));
            }
            Change::Handset(handset) => self.put(*handset),
            Change::Receipt(receipt) => self.remember(*receipt),
            Change::Report(report) => self.owe(*report),
            Change::Next { id } => self.next_id = self.next_id.max(id),
        }
        None
    }

    /// The changes that make this world out of a new one of the same seed.
    pub fn snapshot(&self) -> Vec<Change> {
        let carriers = self.carriers.iter();
        let carriers = carriers.map(|(name, carrier)| Change::Carrier { name: *name, carrier: carrier.clone() });
        let numbers = self.described.iter().chain(self.strangers.iter());
        let handsets = numbers.filter_map(|number| self.handsets.get(number));
        let handsets = handsets.map(|handset| Change::Handset(Box::new(handset.clone())));
        let journeys = self.journeys.values().map(|journey| Change::Accepted(Box::new(journey.pending.clone())));
        let receipts = self.receipts.values().map(|receipt| Change::Receipt(Box::new(receipt.clone())));
        let reports = self.reports.values().map(|report| Change::Report(Box::new(report.clone())));
        let next = std::iter::once(Change::Next { id: self.next_id });
        next.chain(carriers).chain(handsets).chain(journeys).chain(receipts).chain(reports).collect()
    }

    fn describe(&mut self, phone: Phone) -> Number {
        let number = phone.number;
        let mailbox = self.handsets.remove(&number).map(|handset| (handset.kept, handset.mailbox));
        let (kept, mailbox) = mailbox.unwrap_or_default();
        if !kept {
            self.strangers.retain(|stranger| *stranger != number);
            self.described.push(number);
        }
        self.handsets.insert(number, Handset { phone, mailbox, kept: true });
        self.release(|pending| pending.number == number);
        number
    }

    fn put(&mut self, handset: Handset) {
        let number = handset.phone.number;
        match (self.handsets.insert(number, handset.clone()), handset.kept) {
            (Some(_), _) => {}
            (None, true) => self.described.push(number),
            (None, false) => self.strangers.push_back(number),
        }
    }

    fn set_out(&mut self, pending: Pending) -> Number {
        let number = pending.number;
        if let Some(handset) = self.meet(number) {
            handset.mailbox.count = handset.mailbox.count.max(pending.nth + 1);
        }
        self.next_id = self.next_id.max(pending.id + 1);
        self.due.insert((pending.arrives_ms, pending.id));
        let due_ms = pending.arrives_ms;
        self.journeys.insert(pending.id, Journey { pending, due_ms, waits_for: None });
        number
    }

    /// The phone of a number, which is one from now on.
    pub(super) fn meet(&mut self, number: Number) -> Option<&mut Handset> {
        if !self.handsets.contains_key(&number) {
            self.make_room();
            self.put(Handset { phone: Phone::at_first(number), mailbox: Mailbox::default(), kept: false });
        }
        self.handsets.get_mut(&number)
    }

    /// Forgets the oldest stranger when there are too many phones, with all that is on its way to it.
    fn make_room(&mut self) {
        let surplus = (self.handsets.len() + 1).saturating_sub(PHONES_MAX);
        for _ in 0..surplus {
            let Some(number) = self.strangers.pop_front() else {
                return;
            };
            self.handsets.remove(&number);
            let journeys = self.journeys.values().filter(|journey| journey.pending.number == number);
            for id in journeys.map(|journey| journey.pending.id).collect::<Vec<_>>() {
                self.drop_journey(id);
            }
        }
    }

    fn end(&mut self, id: u64, at_ms: i64, ending: Ending, receipt: Option<Box<Receipt>>) -> Option<Number> {
        let pending = self.drop_journey(id)?;
        if let Some(handset) = self.handsets.get_mut(&pending.number) {
            let incoming = Incoming { id, from: &pending.from, text: &pending.text, part: pending.part, at_ms };
            handset.mailbox.take(incoming, ending);
        }
        if let Some(receipt) = receipt {
            self.remember(*receipt);
        }
        Some(pending.number)
    }

    fn drop_journey(&mut self, id: u64) -> Option<Pending> {
        let journey = self.journeys.remove(&id)?;
        self.due.remove(&(journey.due_ms, id));
        Some(journey.pending)
    }

    fn remember(&mut self, receipt: Receipt) {
        self.receipts.insert((receipt.due_ms, receipt.id), receipt);
        if self.receipts.len() > RECEIPTS_MAX {
            self.receipts.pop_first();
        }
    }

    /// Tries waiting messages again: something they may wait for has changed.
    fn release(&mut self, touched: impl Fn(&Pending) -> bool) {
        for (id, journey) in &mut self.journeys {
            if journey.waits_for.is_some() && touched(&journey.pending) {
                self.due.remove(&(journey.due_ms, *id));
                journey.due_ms = journey.pending.arrives_ms;
                self.due.insert((journey.due_ms, *id));
            }
        }
    }
}
