//! The simulated world, pure: phones, carriers, messages on their way. Time comes in as an argument and chance from the
//! seed; what happens comes out as [`Change`]s, and only [`World::apply`] makes them so.

mod carrier;
mod cast;
mod change;
mod fate;
mod luck;
mod meter;
mod number;
mod parts;
mod phone;
mod receipt;
mod setting;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

pub use carrier::{Carrier, CarrierName, Carriers, DELAY_MAX_MS, RECEIPT_LATE_MS, Receipts, Way};
pub use change::{Change, Handset, Pending};
pub use fate::{Ending, Fate, Folder, Reason, fate, is_overseas};
pub use luck::{Luck, luck};
pub use number::{NotANumber, Number};
pub use parts::{Part, Parts};
pub use phone::{Incoming, MESSAGES_MAX, Mailbox, Message, Phone, Stopped, System};
pub use receipt::{Receipt, Sender, State, Wanted};
pub use setting::{BLOCKED_SENDERS_MAX, Place, Settings, Switch};

use meter::Meter;

/// The most phones; beyond it the oldest that nobody described is forgotten, or no new one is taken.
pub const PHONES_MAX: usize = 100_000;
/// The most messages on their way; beyond it the centre answers that its queue is full.
pub const PENDING_MAX: usize = 100_000;
/// The most receipts that wait for their sender; beyond it the oldest are given up.
pub const RECEIPTS_MAX: usize = 100_000;
/// How long a message is kept when its sender does not say: 72 hours, as docomo's centre does.
pub const VALID_MS: i64 = 72 * 3_600_000;

/// A message that a sender hands to the centre.
#[derive(Clone, PartialEq, Debug)]
pub struct Submission {
    /// Who sends it.
    pub system_id: String,
    /// Its sender as given.
    pub sender: Sender,
    /// Its sender as a phone shows it.
    pub from: String,
    /// Whom it is for.
    pub number: Number,
    /// Its text.
    pub text: String,
    /// Which part of a long message it is.
    pub part: Option<Part>,
    /// Which receipts are wanted.
    pub wanted: Wanted,
    /// Until when it is worth keeping, Unix milliseconds; the centre's own [`VALID_MS`] if not said.
    pub valid_until_ms: Option<i64>,
}

/// Why the centre does not take a message now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Busy {
    /// More messages a second than a station on the way takes.
    Throttled,
    /// Too much is on its way already.
    Full,
}

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
struct Journey {
    pending: Pending,
    due_ms: i64,
    waits_for: Option<Reason>,
}

/// Everything the simulator knows.
pub struct World {
    seed: u64,
    carriers: Carriers,
    meter: Meter,
    handsets: HashMap<Number, Handset>,
    /// Phones that people described, oldest first.
    described: Vec<Number>,
    /// Phones that came to be by a message, oldest first.
    strangers: VecDeque<Number>,
    journeys: HashMap<u64, Journey>,
    due: BTreeSet<(i64, u64)>,
    /// By the moment they set out, then by message.
    receipts: BTreeMap<(i64, u64), Receipt>,
    next_id: u64,
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

    /// How many messages and receipts are on their way.
    pub fn under_way(&self) -> (usize, usize) {
        (self.journeys.len(), self.receipts.len())
    }

    /// Whether there is room for one more described phone.
    pub fn has_room(&self, number: Number) -> bool {
        self.described.len() < PHONES_MAX / 2 || self.handsets.get(&number).is_some_and(|handset| handset.kept)
    }

    /// Takes a message, or says why not now. The world has changed once the answer is applied.
    pub fn accept(&mut self, submission: Submission, now_ms: i64) -> Result<Pending, Busy> {
        if self.journeys.len() >= PENDING_MAX {
            return Err(Busy::Full);
        }
        let number = submission.number;
        let (carrier, nth) = match self.handsets.get(&number) {
            Some(handset) => (handset.phone.carrier, handset.mailbox.count),
            None => (number.first_carrier(), 0),
        };
        if !self.meter.pass(&self.carriers, carrier, now_ms) {
            return Err(Busy::Throttled);
        }
        let delay_ms = Way::to(&self.carriers, carrier).delay_ms(luck(self.seed, number, nth));
        Ok(Pending {
            id: self.next_id,
            system_id: submission.system_id,
            sender: submission.sender,
            from: submission.from,
            number,
            nth,
            text: submission.text,
            part: submission.part,
            wanted: submission.wanted,
            accepted_ms: now_ms,
            arrives_ms: now_ms + delay_ms,
            valid_until_ms: submission.valid_until_ms.unwrap_or(now_ms + VALID_MS),
        })
    }

    /// When the next message is due, Unix milliseconds.
    pub fn next_due_ms(&self) -> Option<i64> {
        self.due.first().map(|(due_ms, _)| *due_ms)
    }

    /// Brings up to `limit` messages that are due at `now_ms` to their phones. Those that have to wait are put back;
    /// those that end come out as changes, to be applied.
    pub fn bring(&mut self, now_ms: i64, limit: usize) -> Vec<Change> {
        let due: Vec<u64> = self.due.range(..=(now_ms, u64::MAX)).take(limit).map(|(_, id)| *id).collect();
        due.into_iter().filter_map(|id| self.attempt(id, now_ms)).collect()
    }

    fn attempt(&mut self, id: u64, now_ms: i64) -> Option<Change> {
        let journey = self.journeys.get_mut(&id)?;
        let pending = &journey.pending;
        let handset = self.handsets.get(&pending.number)?;
        let way = Way::to(&self.carriers, handset.phone.carrier);
        let luck = luck(self.seed, pending.number, pending.nth);
        let over = now_ms >= pending.valid_until_ms;
        let ending = match (fate(&way, luck, &handset.phone, &pending.from), journey.waits_for) {
            (Fate::Ends(_), Some(reason)) | (Fate::Waits(reason), _) if over => Ending::Expired(reason),
            (Fate::Ends(ending), _) => ending,
            (Fate::Waits(reason), _) => {
                self.due.remove(&(journey.due_ms, id));
                journey.due_ms = pending.valid_until_ms;
                journey.waits_for = Some(reason);
                self.due.insert((journey.due_ms, id));
                return None;
            }
        };
        let receipt = receipt::receipt(pending, ending, &way, now_ms).map(Box::new);
        Some(Change::Ended { id, at_ms: now_ms, ending, receipt })
    }

    /// Up to `limit` receipts that have set out at `now_ms`, oldest first, and that `wanted` takes.
    pub fn receipts_due(&self, now_ms: i64, limit: usize, wanted: impl Fn(&Receipt) -> bool) -> Vec<Receipt> {
        let due = self.receipts.range(..=(now_ms, u64::MAX)).map(|(_, receipt)| receipt);
        due.filter(|receipt| wanted(receipt)).take(limit).cloned().collect()
    }

    /// When the next receipt after `now_ms` sets out, Unix milliseconds.
    pub fn next_receipt_ms(&self, now_ms: i64) -> Option<i64> {
        self.receipts.range((now_ms, u64::MAX)..).map(|((due_ms, _), _)| *due_ms).next()
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
            Change::Handset(handset) => self.put(*handset),
            Change::Receipt(receipt) => self.remember(*receipt),
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
        let next = std::iter::once(Change::Next { id: self.next_id });
        next.chain(carriers).chain(handsets).chain(journeys).chain(receipts).collect()
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
        if !self.handsets.contains_key(&number) {
            self.make_room();
            self.put(Handset { phone: Phone::at_first(number), mailbox: Mailbox::default(), kept: false });
        }
        if let Some(handset) = self.handsets.get_mut(&number) {
            handset.mailbox.count = handset.mailbox.count.max(pending.nth + 1);
        }
        self.next_id = self.next_id.max(pending.id + 1);
        self.due.insert((pending.arrives_ms, pending.id));
        let due_ms = pending.arrives_ms;
        self.journeys.insert(pending.id, Journey { pending, due_ms, waits_for: None });
        number
    }

    /// Forgets the oldest stranger when there are too many phones; one that still waits for a message comes last.
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
