//! The service as one person meets it: sends codes through the simulator's world, hears receipts, keeps its limits, and
//! tells a guide what it may.

use std::collections::BTreeSet;

use domain::channel::CALLS_MAX;
use domain::guide::Known;

use super::person::{Person, mistyped, other, own};
use crate::world::{
    Carrier, Change, Folder, Number, Phone, Reason, Receipt, Sender, State, Submission, Switch, Wanted, World,
};

/// How long a code can be used, in milliseconds; its message is worth keeping as long.
const CODE_MS: i64 = 600_000;
/// How long after each message the next may be asked for, in milliseconds.
const WAITS_MS: [i64; 4] = [30_000, 60_000, 120_000, 240_000];
/// The steps in which strangers learn where a message is, in milliseconds (rule V5).
const STRANGER_STEP_MS: i64 = 30_000;

/// What keeps a call away: the line is off the air, or its SIM is in another phone than the one at hand.
const SILENT: [Switch; 7] = [
    Switch::AirplaneMode,
    Switch::PowerOff,
    Switch::LineOff,
    Switch::NoSignal,
    Switch::RoamingOff,
    Switch::NotActivated,
    Switch::OtherDevice,
];

/// Who asks, as the service knows it (rule V5): what may be told depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody has proved anything: coarse states in steps of half a minute, never a reason.
    Stranger,
    /// The application says that the number is on file for this person.
    Known,
}

impl Mode {
    /// Both.
    pub const ALL: [Mode; 2] = [Mode::Stranger, Mode::Known];

    /// The name in reports and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Mode::Stranger => "stranger",
            Mode::Known => "known",
        }
    }
}

/// Whether a new code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Sent,
    /// Not before this moment, in milliseconds.
    Wait(i64),
    UsedUp,
}

/// What becomes of a code that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Right,
    /// It was the newest, and its time is over.
    Expired,
    /// A newer one was sent.
    Old,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    /// Its message; `None` for a call.
    id: Option<u64>,
    at_ms: i64,
}

pub(super) struct Service<'a> {
    person: &'a Person,
    sender: String,
    mode: Mode,
    world: World,
    /// Where codes go.
    to: Number,
    sent: Vec<Sent>,
    approved: bool,
    now_ms: i64,
}

impl<'a> Service<'a> {
    /// The person asks for a code, and it is sent unless the kind of number forbids it.
    pub(super) fn begin(person: &'a Person, sender: &str, mode: Mode) -> Service<'a> {
        let mut world = World::new(person.seed ^ u64::from(person.id));
        let nobody = person.phone.clone();
        let nobody = Phone { number: mistyped(), settings: nobody.settings.with(Switch::SmsContract, false), ..nobody };
        let second = Phone { carrier: person.phone.carrier, ..Phone::at_first(other()) };
        let known = [Some(person.phone.clone()), Some(second), person.unused.then_some(nobody)];
        for phone in known.into_iter().flatten() {
            world.apply(Change::Phone(Box::new(phone)));
        }
        let (sender, now_ms) = (sender.to_owned(), person.asks_ms);
        let (sent, approved) = (Vec::new(), false);
        let mut service = Service { person, sender, mode, world, to: person.given(), sent, approved, now_ms };
        if person.begins() {
            let loss = if person.trouble.lost { 1.0 } else { person.carrier.loss };
            service.set_carrier(Carrier { loss, ..person.carrier.clone() });
            service.send();
        } else {
            service.set_carrier(person.carrier.clone());
        }
        service
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Lets everything happen until then.
    pub(super) fn pass_until(&mut self, at_ms: i64) {
        loop {
            let repaired = self.repaired_ms().filter(|_| self.carrier_is_down());
            let next_ms = self.world.next_due_ms().into_iter().chain(repaired).min().filter(|next| *next <= at_ms);
            let Some(next_ms) = next_ms else { break };
            self.now_ms = self.now_ms.max(next_ms);
            if repaired.is_some_and(|repaired| repaired <= self.now_ms) {
                self.set_carrier(Carrier { outage: false, ..self.person.carrier.clone() });
            }
            for change in self.world.bring(self.now_ms, usize::MAX) {
                self.world.apply(change);
            }
        }
        self.now_ms = self.now_ms.max(at_ms);
    }

    fn repaired_ms(&self) -> Option<i64> {
        self.person.outage_ms.map(|outage_ms| self.person.asks_ms + outage_ms)
    }

    fn carrier_is_down(&self) -> bool {
        self.world.carriers().get(&self.person.phone.carrier).is_some_and(|carrier| carrier.outage)
    }

    fn set_carrier(&mut self, carrier: Carrier) {
        self.world.apply(Change::Carrier { name: self.person.phone.carrier, carrier });
    }

    fn send(&mut self) {
        let submission = Submission {
            system_id: "service".into(),
            sender: Sender { ton: 5, npi: 0, address: self.sender.clone() },
            from: self.sender.clone(),
            number: self.to,
            text: "123456".into(),
            part: None,
            wanted: Wanted::Always,
            valid_until_ms: Some(self.now_ms + CODE_MS),
        };
        let pending = self.world.accept(submission, self.now_ms).expect("an empty world takes a handful of messages");
        self.sent.push(Sent { id: Some(pending.id), at_ms: self.now_ms });
        self.world.apply(Change::Accepted(Box::new(pending)));
    }

    /// Whether a new code can be asked for by then.
    pub(super) fn can_ask_within(&self, span_ms: i64) -> bool {
        self.next_ms().is_some_and(|next_ms| next_ms <= self.now_ms + span_ms)
    }

    /// Whether a message is on its way, or waits for the phone.
    pub(super) fn is_under_way(&self) -> bool {
        self.world.under_way().0 > 0
    }

    /// Until when the newest code can be used.
    pub(super) fn code_ends_ms(&self) -> Option<i64> {
        self.sent.last().map(|last| last.at_ms + CODE_MS)
    }

    /// Whether a code is over before its message can be there.
    pub(super) fn is_too_slow(&self) -> bool {
        i64::from(self.person.carrier.delay_ms) >= CODE_MS
    }

    /// A new code is asked for.
    pub(super) fn ask_again(&mut self) -> Asked {
        match self.next_ms() {
            None => return Asked::UsedUp,
            Some(next_ms) if self.now_ms < next_ms => return Asked::Wait(next_ms),
            Some(_) => {}
        }
        if self.person.trouble.lost && !self.carrier_is_down() {
            self.set_carrier(self.person.carrier.clone());
        }
        self.send();
        Asked::Sent
    }

    /// A call with a new code is asked for: one of the messages, with the same waits.
    pub(super) fn ask_for_call(&mut self) -> Asked {
        match self.next_ms().filter(|_| self.offers_call()) {
            None => Asked::UsedUp,
            Some(next_ms) if self.now_ms < next_ms => Asked::Wait(next_ms),
            Some(_) => {
                self.sent.push(Sent { id: None, at_ms: self.now_ms });
                Asked::Sent
            }
        }
    }

    /// When the next message may be asked for; `None` if no more can be.
    fn next_ms(&self) -> Option<i64> {
        let wait_ms = WAITS_MS.get(self.sent.len().checked_sub(1)?)?;
        Some(self.sent.last()?.at_ms + wait_ms)
    }

    /// Whether the code can be read out by a call: not without a number, and not as often as anybody likes.
    fn offers_call(&self) -> bool {
        let calls = self.sent.iter().filter(|sent| sent.id.is_none()).count();
        self.person.may.call && self.next_ms().is_some() && calls < CALLS_MAX
    }

    /// Whether a call rings at the person's. What keeps SMS away does not keep calls away; what keeps the line off the air does, and a
    /// line for data takes none.
    pub(super) fn is_within_call(&self) -> bool {
        let settings = self.phone().settings;
        let off_the_air = SILENT.into_iter().any(|switch| settings.is_on(switch));
        self.to == own() && settings.is_on(Switch::SmsContract) && !off_the_air && !self.carrier_is_down()
    }

    /// Codes go to this number from now on. A number that gets no SMS by its kind is left behind so.
    pub(super) fn correct(&mut self, to: Number) {
        self.to = to;
        if self.sent.is_empty() {
            self.send();
        }
    }

    /// Whether codes go to a number that is not the person's.
    pub(super) fn is_wrong_number(&self) -> bool {
        self.to == mistyped()
    }

    pub(super) fn number_is_used(&self) -> bool {
        !self.sent.is_empty()
    }

    /// The messages before the person's eyes, newest last, if they look into these folders too.
    pub(super) fn in_sight(&self, folders: &BTreeSet<Folder>) -> Vec<u64> {
        let handsets = [own(), other()].into_iter().filter_map(|number| self.world.handset(number));
        let messages = handsets.flat_map(|handset| &handset.mailbox.messages);
        let seen = messages.filter(|message| message.folder.is_none_or(|folder| folders.contains(&folder)));
        let mut seen: Vec<u64> = seen.map(|message| message.id).collect();
        seen.sort_unstable();
        seen
    }

    /// The code of a message is typed.
    pub(super) fn type_code(&mut self, id: u64) -> Typed {
        match self.sent.last() {
            // A call was in vain: by this message the person knows that others come.
            Some(Sent { id: None, .. }) => Typed::Expired,
            Some(last) if last.id != Some(id) => Typed::Old,
            Some(last) if self.now_ms >= last.at_ms + CODE_MS => Typed::Expired,
            Some(_) | None => {
                self.approved = true;
                Typed::Right
            }
        }
    }

    /// The phone as it is set now.
    pub(super) fn phone(&self) -> Phone {
        self.world.handset(own()).map_or_else(|| self.person.phone.clone(), |handset| handset.phone.clone())
    }

    /// The person has set the phone, or what their carrier does for it.
    pub(super) fn set_phone(&mut self, phone: Phone) {
        self.world.apply(Change::Phone(Box::new(phone)));
        self.pass_until(self.now_ms);
    }

    /// What the service sees, as it may be told.
    pub(super) fn observed(&self) -> Known {
        let yes = |may: bool| if may { "yes" } else { "no" };
        let may = self.person.may;
        let all = [
            ("message", self.message()),
            ("reason", self.reason()),
            ("elapsed", self.since_sent()),
            ("route", self.route()),
            ("resend", self.resend()),
            ("number", self.number()),
            ("another_number", yes(self.number() == "correctable")),
            ("call_back", yes(may.call_back)),
            ("email_code", yes(may.email_code)),
            ("call", yes(self.offers_call())),
        ];
        all.into_iter().map(|(fact, value)| (fact.to_owned(), value.to_owned())).collect()
    }

    /// The newest message's receipt, as far as it may be known by now.
    fn receipt(&self) -> Option<Receipt> {
        let last = self.last_message()?;
        let known_ms = match self.mode {
            Mode::Known => self.now_ms,
            Mode::Stranger => self.now_ms - (self.now_ms - last.at_ms) % STRANGER_STEP_MS,
        };
        self.world.receipts_due(known_ms, 1, |receipt| last.id == Some(receipt.id)).pop()
    }

    /// The newest SMS: what became of a call says nothing of it.
    fn last_message(&self) -> Option<Sent> {
        self.sent.iter().rev().find(|sent| sent.id.is_some()).copied()
    }

    fn message(&self) -> &'static str {
        if self.approved {
            return "approved";
        }
        let Some(last) = self.last_message() else { return "none" };
        match self.receipt().map(|receipt| receipt.state) {
            None if self.now_ms >= last.at_ms + CODE_MS => "expired",
            // Nobody waits for a code that a call's has replaced.
            None if self.sent.last().is_some_and(|newest| newest.id.is_none()) => "none",
            None => "handed_over",
            Some(State::Delivered) => "delivered",
            Some(State::Expired | State::Undeliverable | State::Rejected) => "undelivered",
        }
    }

    fn reason(&self) -> &'static str {
        const UNREACHABLE: [Reason; 3] = [Reason::Absent, Reason::MemoryFull, Reason::Outage];
        const REFUSED: [Reason; 2] = [Reason::Barred, Reason::Filtered];
        let error = self.receipt().filter(|_| self.mode == Mode::Known).map_or(0, |receipt| receipt.error);
        let is = |reason: Reason| reason.error() == error;
        if UNREACHABLE.into_iter().any(is) {
            "unreachable"
        } else if is(Reason::NoSms) {
            "no_sms"
        } else if REFUSED.into_iter().any(is) {
            "refused"
        } else {
            "none"
        }
    }

    fn since_sent(&self) -> &'static str {
        match self.last_message().map(|last| (self.now_ms - last.at_ms) / 1000) {
            None => "none",
            Some(..60) => "under_1m",
            Some(..300) => "under_5m",
            Some(..3600) => "under_1h",
            Some(_) => "over_1h",
        }
    }

    fn route(&self) -> &'static str {
        if !self.person.noticed {
            "ok"
        } else if self.carrier_is_down() {
            "down"
        } else if self.person.trouble.delay_s.is_some() {
            "trouble"
        } else {
            "ok"
        }
    }

    fn resend(&self) -> &'static str {
        match self.next_ms() {
            _ if self.sent.is_empty() => "none",
            None => "used_up",
            Some(next_ms) if self.now_ms < next_ms => "wait",
            Some(_) => "possible",
        }
    }

    fn number(&self) -> &'static str {
        match (self.sent.is_empty(), self.person.typed) {
            (true, _) => "none",
            (false, true) => "correctable",
            (false, false) => "fixed",
        }
    }
}
