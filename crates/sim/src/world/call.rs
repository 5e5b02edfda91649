//! Calls: a machine calls a phone and reads a text to whoever presses a key. A call waits for nothing: it is over at once,
//! heard or not, and who asked for it is told.

use std::collections::VecDeque;

use domain::locale::Locale;
use serde::{Deserialize, Serialize};

use super::REPORTS_MAX;
use super::carrier::Way;
use super::change::Change;
use super::fate::{OFF_THE_AIR, Reason};
use super::luck::{Luck, call_luck};
use super::number::Number;
use super::phone::Phone;
use super::setting::Switch;
use super::state::World;

/// The most calls that a phone remembers; the oldest go.
pub const CALLS_MAX: usize = 100;

/// A call that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dial {
    /// What who asks calls it; the same again is the same call.
    pub reference: String,
    /// Who calls, as the phone shows it; empty, if that is withheld.
    pub from: String,
    /// Who is called.
    pub number: Number,
    /// What is to be read out.
    pub text: String,
    /// In which language.
    pub language: Locale,
    /// Where to tell how it ended.
    pub receipt_url: String,
}

/// How a call ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallEnding {
    /// Somebody answered, pressed a key and was read the text.
    Heard,
    /// The phone did not ring; the voicemail answered, which presses no key and is read nothing.
    Voicemail,
    /// The other phone rang, which has this number's SIM; nobody was there.
    OtherDevice,
    /// The phone was out of reach.
    Unreached(Reason),
    /// It came to nothing on the way.
    Lost,
}

impl CallEnding {
    /// Whether the text was read out.
    pub fn is_heard(self) -> bool {
        self == CallEnding::Heard
    }
}

/// How a call ends. Nothing that filters or refuses messages matters to it: not the contract, not the room on the phone.
pub fn call_ending(way: &Way, luck: Luck, phone: &Phone) -> CallEnding {
    let on = |switch| phone.settings.is_on(switch);
    if way.loses(luck) {
        return CallEnding::Lost;
    }
    if way.outage {
        return CallEnding::Unreached(Reason::Outage);
    }
    if on(Switch::NotActivated) {
        return CallEnding::Unreached(Reason::Absent);
    }
    if on(Switch::OtherDevice) {
        return CallEnding::OtherDevice;
    }
    if OFF_THE_AIR.into_iter().any(on) {
        return CallEnding::Unreached(Reason::Absent);
    }
    if on(Switch::SilencesUnknownCallers) {
        return CallEnding::Voicemail;
    }
    CallEnding::Heard
}

/// A call that came, or would have come, to a phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// How many calls its number had before it.
    pub nth: u64,
    /// What who asked for it calls it.
    pub reference: String,
    /// Who called, as the phone shows it; empty, if that is withheld.
    pub from: String,
    /// What was read out; nothing, unless it was heard.
    pub text: Option<String>,
    /// In which language.
    pub language: Locale,
    /// When it came, Unix milliseconds.
    pub rang_ms: i64,
    /// How it ended.
    pub ending: CallEnding,
}

/// A call that was made, with whom to tell.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Called {
    /// Who was called.
    pub number: Number,
    /// The call.
    pub call: Call,
    /// Where to tell how it ended.
    pub receipt_url: String,
}

/// What is still to be told of a call to who asked for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// When the call came, Unix milliseconds.
    pub rang_ms: i64,
    /// Who was called.
    pub number: Number,
    /// Which of that number's calls it was.
    pub nth: u64,
    /// What who asked for it calls it.
    pub reference: String,
    /// Where to tell it.
    pub receipt_url: String,
    /// Whether the text was read out.
    pub heard: bool,
}

/// Names a report: when its call came, to whom, and which of that number's it was.
pub type ReportKey = (i64, Number, u64);

impl Report {
    /// Its name.
    pub fn key(&self) -> ReportKey {
        (self.rang_ms, self.number, self.nth)
    }
}

/// The calls that a phone remembers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Calls {
    /// How many there ever were for this number.
    pub count: u64,
    /// Newest first.
    pub list: VecDeque<Call>,
}

impl Calls {
    fn take(&mut self, call: Call) {
        self.count = self.count.max(call.nth + 1);
        self.list.push_front(call);
        self.list.truncate(CALLS_MAX);
    }

    /// Forgets everything but the count, on which later calls' luck depends.
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }
}

impl World {
    /// The change that a call makes; none, if it was made already.
    pub fn call(&self, dial: Dial, now_ms: i64) -> Option<Change> {
        let Dial { reference, from, number, text, language, receipt_url } = dial;
        let known = self.handset(number);
        let calls = known.map(|handset| &handset.mailbox.calls);
        if calls.is_some_and(|calls| calls.list.iter().any(|call| call.reference == reference)) {
            return None;
        }
        let nth = calls.map_or(0, |calls| calls.count);
        let phone = known.map_or_else(|| Phone::at_first(number), |handset| handset.phone.clone());
        let way = Way::of_calls_to(&self.carriers, phone.carrier);
        let ending = call_ending(&way, call_luck(self.seed, number, nth), &phone);
        let text = ending.is_heard().then_some(text);
        let call = Call { nth, reference, from, text, language, rang_ms: now_ms, ending };
        Some(Change::Called(Box::new(Called { number, call, receipt_url })))
    }

    /// Up to `limit` reports that `wanted` takes, oldest first.
    pub fn reports(&self, limit: usize, wanted: impl Fn(&Report) -> bool) -> Vec<Report> {
        self.reports.values().filter(|report| wanted(report)).take(limit).cloned().collect()
    }

    pub(super) fn ring(&mut self, called: Called) -> Number {
        let Called { number, call, receipt_url } = called;
        self.owe(Report {
            rang_ms: call.rang_ms,
            number,
            nth: call.nth,
            reference: call.reference.clone(),
            receipt_url,
            heard: call.ending.is_heard(),
        });
        if let Some(handset) = self.meet(number) {
            handset.mailbox.calls.take(call);
        }
        number
    }

    pub(super) fn owe(&mut self, report: Report) {
        self.reports.insert(report.key(), report);
        if self.reports.len() > REPORTS_MAX {
            self.reports.pop_first();
        }
    }
}
