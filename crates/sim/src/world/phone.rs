//! A phone: what a person can set on it, and what has come to it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::call::Calls;
use super::carrier::CarrierName;
use super::fate::{Ending, Folder};
use super::number::Number;
use super::parts::{Part, Parts};
use super::setting::{Settings, Switch};

/// The most messages that a phone keeps; the oldest go.
pub const MESSAGES_MAX: usize = 100;
/// The most notes about messages that did not arrive.
const STOPPED_MAX: usize = 10;

/// What a phone runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// An iPhone.
    Ios,
    /// An Android phone.
    Android,
    /// A feature phone.
    FeaturePhone,
    /// Anything else that has a number.
    Other,
}

impl System {
    /// All systems, in the order in which they are shown.
    pub const ALL: [System; 4] = [System::Ios, System::Android, System::FeaturePhone, System::Other];

    /// The name in the API's bodies.
    pub fn key(self) -> &'static str {
        match self {
            System::Ios => "ios",
            System::Android => "android",
            System::FeaturePhone => "feature_phone",
            System::Other => "other",
        }
    }

    /// The system of that name, if there is one.
    pub fn from_key(key: &str) -> Option<System> {
        System::ALL.into_iter().find(|system| system.key() == key)
    }
}

/// A phone as a person sets it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Phone {
    /// Its number.
    pub number: Number,
    /// Whose it is, for the person who looks at the page; may be empty.
    pub owner: String,
    /// Whose customer it is.
    pub carrier: CarrierName,
    /// What it runs.
    pub system: System,
    /// What is set on it.
    pub settings: Settings,
}

impl Phone {
    /// The phone that a number becomes when nobody has described it.
    pub fn at_first(number: Number) -> Phone {
        let carrier = number.first_carrier();
        let system = match (carrier.carries_sms(), number.digits() / 11 % 2) {
            (false, _) => System::Other,
            (true, 0) => System::Ios,
            (true, _) => System::Android,
        };
        let settings = Settings::at_first().with(Switch::SmsContract, carrier.carries_sms());
        Phone { number, owner: String::new(), carrier, system, settings }
    }
}

/// A message on a phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its number in this world; newer messages have not always the greater one.
    pub id: u64,
    /// The sender as the phone shows it.
    pub from: String,
    /// Its whole text.
    pub text: String,
    /// When it came, Unix milliseconds.
    pub received_ms: i64,
    /// The folder that hides it, if it is hidden.
    pub folder: Option<Folder>,
}

/// A message that ended elsewhere than on the phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stopped {
    /// Its sender.
    pub from: String,
    /// When it ended, Unix milliseconds.
    pub at_ms: i64,
    /// How it ended.
    pub ending: Ending,
}

/// What has come to a phone.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Mailbox {
    /// How many messages the centre ever accepted for this number.
    pub count: u64,
    /// Newest first.
    pub messages: VecDeque<Message>,
    /// Messages that did not arrive, newest first.
    pub stopped: VecDeque<Stopped>,
    /// Long messages of which parts are missing.
    #[serde(default)]
    pub parts: Parts,
    /// Calls.
    #[serde(default)]
    pub calls: Calls,
}

/// One message, or one part of a long one, that a phone takes in.
pub struct Incoming<'a> {
    /// Its number in this world.
    pub id: u64,
    /// Its sender.
    pub from: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Which part of a long message it is.
    pub part: Option<Part>,
    /// When it comes, Unix milliseconds.
    pub at_ms: i64,
}

impl Mailbox {
    /// Takes in what has ended this way.
    pub fn take(&mut self, incoming: Incoming<'_>, ending: Ending) {
        let folder = match ending {
            Ending::Shown => None,
            Ending::Hidden(folder) => Some(folder),
            Ending::Blocked | Ending::Refused(_) | Ending::Expired(_) | Ending::Lost => {
                self.stopped.push_front(Stopped { from: incoming.from.into(), at_ms: incoming.at_ms, ending });
                self.stopped.truncate(STOPPED_MAX);
                return;
            }
        };
        let Some(text) = self.parts.join(incoming.from, incoming.text, incoming.part) else {
            return;
        };
        let message =
            Message { id: incoming.id, from: incoming.from.into(), text, received_ms: incoming.at_ms, folder };
        self.messages.push_front(message);
        self.messages.truncate(MESSAGES_MAX);
    }

    /// Forgets everything but the counts, on which the luck of what comes later depends.
    pub fn clear(&mut self) {
        let mut calls = std::mem::take(&mut self.calls);
        calls.clear();
        *self = Mailbox { count: self.count, calls, ..Mailbox::default() };
    }
}
