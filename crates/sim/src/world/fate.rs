//! What becomes of a message at its phone: the one place where settings have their effect.

use serde::{Deserialize, Serialize};

use super::carrier::Way;
use super::luck::Luck;
use super::phone::{Phone, System};
use super::setting::Switch;

/// What becomes of a message when it is brought to its phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is over.
    Ends(Ending),
    /// The centre keeps it and tries again when something changes, until it is no longer valid.
    Waits(Reason),
}

/// How a message ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The phone shows it.
    Shown,
    /// The phone has it, but not where people look.
    Hidden(Folder),
    /// The phone took it and threw it away; the carrier believes that it arrived.
    Blocked,
    /// The carrier refused it.
    Refused(Reason),
    /// It waited until it was no longer valid.
    Expired(Reason),
    /// It vanished; no receipt will tell.
    Lost,
}

/// Where a phone puts messages that it does not show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    /// Senders who are not in the contacts.
    UnknownSenders,
    /// Spam, and on Android also blocked senders.
    Spam,
    /// Another app of the phone.
    OtherApp,
    /// The other phone, which has this number's SIM.
    OtherDevice,
}

impl Folder {
    /// All folders, in the order in which they are shown.
    pub const ALL: [Folder; 4] = [Folder::UnknownSenders, Folder::Spam, Folder::OtherApp, Folder::OtherDevice];

    /// The name in the API's bodies.
    pub fn key(self) -> &'static str {
        match self {
            Folder::UnknownSenders => "unknown_senders",
            Folder::Spam => "spam",
            Folder::OtherApp => "other_app",
            Folder::OtherDevice => "other_device",
        }
    }
}

/// Why a message does not get through.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A carrier on the way is down.
    Outage,
    /// The phone is off, off the air, or its line is switched off.
    Absent,
    /// The phone has no room for another message.
    MemoryFull,
    /// The contract, or the kind of number, has no SMS.
    NoSms,
    /// The contract holder has barred this kind of message.
    Barred,
    /// The carrier's filter took it for phishing.
    Filtered,
}

impl Reason {
    /// The error code in a receipt: mobile networks' own numbers (3GPP TS 29.002 §17.6.6 and SMPP vendors' custom).
    pub fn error(self) -> u16 {
        match self {
            Reason::Outage => 34,
            Reason::Absent => 27,
            Reason::MemoryFull => 32,
            Reason::NoSms => 11,
            Reason::Barred => 13,
            Reason::Filtered => 21,
        }
    }
}

/// What keeps a phone from being reached, by messages and by calls.
pub(super) const OFF_THE_AIR: [Switch; 5] =
    [Switch::PowerOff, Switch::AirplaneMode, Switch::LineOff, Switch::NoSignal, Switch::RoamingOff];

/// What becomes of a message from `sender`. The order is the order on the way: chance, the carrier, the air, the phone.
pub fn fate(way: &Way, luck: Luck, phone: &Phone, sender: &str) -> Fate {
    let on = |switch| phone.settings.is_on(switch);
    if way.loses(luck) {
        return Fate::Ends(Ending::Lost);
    }
    if way.outage {
        return Fate::Waits(Reason::Outage);
    }
    if !on(Switch::SmsContract) {
        return Fate::Ends(Ending::Refused(Reason::NoSms));
    }
    if on(Switch::AllSmsRejection) || on(Switch::OverseasRejection) && is_overseas(sender) {
        return Fate::Ends(Ending::Refused(Reason::Barred));
    }
    if on(Switch::CarrierFilter) {
        return Fate::Ends(Ending::Refused(Reason::Filtered));
    }
    if on(Switch::NotActivated) {
        return Fate::Waits(Reason::Absent);
    }
    if on(Switch::OtherDevice) {
        return Fate::Ends(Ending::Hidden(Folder::OtherDevice));
    }
    if OFF_THE_AIR.into_iter().any(on) {
        return Fate::Waits(Reason::Absent);
    }
    if on(Switch::StorageFull) {
        return Fate::Waits(Reason::MemoryFull);
    }
    Fate::Ends(at_the_phone(phone, sender))
}

fn at_the_phone(phone: &Phone, sender: &str) -> Ending {
    if phone.settings.is_on(Switch::OtherApp) {
        return Ending::Hidden(Folder::OtherApp);
    }
    if phone.settings.blocks(sender) {
        return match phone.system {
            System::Android => Ending::Hidden(Folder::Spam),
            System::Ios | System::FeaturePhone | System::Other => Ending::Blocked,
        };
    }
    if phone.settings.is_on(Switch::SpamFilter) {
        return Ending::Hidden(Folder::Spam);
    }
    if phone.settings.is_on(Switch::UnknownSenderFilter) {
        return Ending::Hidden(Folder::UnknownSenders);
    }
    Ending::Shown
}

/// Whether a route counts as overseas: only a Japanese number (`+81…`, or a national or short number) is domestic.
/// Sender names come over international routes.
pub fn is_overseas(sender: &str) -> bool {
    match sender.strip_prefix('+') {
        Some(international) => !international.starts_with("81"),
        None => sender.is_empty() || !sender.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
