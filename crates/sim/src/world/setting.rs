//! What can be switched on a phone or at its carrier, and what each switch does to a message or a call.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One switch. Its name in the API is its key in snake case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// The phone is off the air: messages wait.
    AirplaneMode,
    /// The phone is switched off: messages wait.
    PowerOff,
    /// The line is switched off on a phone with two: messages wait.
    LineOff,
    /// There is no signal where the phone is: messages wait.
    NoSignal,
    /// The phone is abroad and may not use a foreign network: messages wait.
    RoamingOff,
    /// The SIM is new, and its line is not in service yet: messages wait.
    NotActivated,
    /// No room for another message: messages wait.
    StorageFull,
    /// Messages from senders who are not in the contacts go to a list of their own.
    UnknownSenderFilter,
    /// The phone takes codes for spam and puts them into its spam folder.
    SpamFilter,
    /// Messages come to another app of the phone than the one that its owner opens.
    OtherApp,
    /// The number's SIM is in another phone, which has the messages.
    OtherDevice,
    /// The carrier refuses messages that come over an overseas route.
    OverseasRejection,
    /// The carrier's filter takes codes for phishing and refuses them.
    CarrierFilter,
    /// The carrier refuses every SMS, as the contract holder asked.
    AllSmsRejection,
    /// The contract includes SMS; without it the carrier has nowhere to bring them.
    SmsContract,
    /// Calls from numbers that are not in the contacts do not ring: the voicemail answers.
    SilencesUnknownCallers,
    /// The phone uses Wi-Fi for data; SMS come all the same.
    Wifi,
}

/// Where a switch is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// On the phone.
    Phone,
    /// At the carrier.
    Carrier,
}

impl Switch {
    /// All switches, in the order in which they are shown.
    pub const ALL: [Switch; 17] = [
        Switch::AirplaneMode,
        Switch::PowerOff,
        Switch::LineOff,
        Switch::NoSignal,
        Switch::RoamingOff,
        Switch::StorageFull,
        Switch::UnknownSenderFilter,
        Switch::SpamFilter,
        Switch::OtherApp,
        Switch::OtherDevice,
        Switch::SilencesUnknownCallers,
        Switch::Wifi,
        Switch::OverseasRejection,
        Switch::CarrierFilter,
        Switch::AllSmsRejection,
        Switch::SmsContract,
        Switch::NotActivated,
    ];

    /// The name in the API's bodies.
    pub fn key(self) -> &'static str {
        match self {
            Switch::AirplaneMode => "airplane_mode",
            Switch::PowerOff => "power_off",
            Switch::LineOff => "line_off",
            Switch::NoSignal => "no_signal",
            Switch::RoamingOff => "roaming_off",
            Switch::NotActivated => "not_activated",
            Switch::StorageFull => "storage_full",
            Switch::UnknownSenderFilter => "unknown_sender_filter",
            Switch::SpamFilter => "spam_filter",
            Switch::OtherApp => "other_app",
            Switch::OtherDevice => "other_device",
            Switch::SilencesUnknownCallers => "silences_unknown_callers",
            Switch::OverseasRejection => "overseas_rejection",
            Switch::CarrierFilter => "carrier_filter",
            Switch::AllSmsRejection => "all_sms_rejection",
            Switch::SmsContract => "sms_contract",
            Switch::Wifi => "wifi",
        }
    }

    /// The switch of that name, if there is one.
    pub fn from_key(key: &str) -> Option<Switch> {
        Switch::ALL.into_iter().find(|switch| switch.key() == key)
    }

    /// Where a person finds it.
    pub fn place(self) -> Place {
        match self {
            Switch::AirplaneMode
            | Switch::PowerOff
            | Switch::LineOff
            | Switch::NoSignal
            | Switch::RoamingOff
            | Switch::StorageFull
            | Switch::UnknownSenderFilter
            | Switch::SpamFilter
            | Switch::OtherApp
            | Switch::OtherDevice
            | Switch::SilencesUnknownCallers
            | Switch::Wifi => Place::Phone,
            Switch::OverseasRejection
            | Switch::CarrierFilter
            | Switch::AllSmsRejection
            | Switch::SmsContract
            | Switch::NotActivated => Place::Carrier,
        }
    }
}

/// The most senders on one phone's block list.
pub const BLOCKED_SENDERS_MAX: usize = 20;

/// All that is set on a phone and its line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    on: BTreeSet<Switch>,
    /// Sender names and numbers on the block list, as messages show them.
    pub blocked_senders: Vec<String>,
}

impl Settings {
    /// A phone as it is sold: nothing in the way of a message.
    pub fn at_first() -> Settings {
        Settings { on: BTreeSet::from([Switch::SmsContract]), blocked_senders: Vec::new() }
    }

    /// Whether a switch is on.
    pub fn is_on(&self, switch: Switch) -> bool {
        self.on.contains(&switch)
    }

    /// Turns a switch on or off.
    pub fn turn(&mut self, switch: Switch, on: bool) {
        if on {
            self.on.insert(switch);
        } else {
            self.on.remove(&switch);
        }
    }

    /// These settings with one switch turned; for tables of phones.
    pub fn with(mut self, switch: Switch, on: bool) -> Settings {
        self.turn(switch, on);
        self
    }

    /// Whether the block list names this sender, letter case aside.
    pub fn blocks(&self, sender: &str) -> bool {
        self.blocked_senders.iter().any(|blocked| blocked.eq_ignore_ascii_case(sender))
    }
}
