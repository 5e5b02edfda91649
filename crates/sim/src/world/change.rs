//! Everything that can happen to the world, as data: a journal line each, applied the same way when it happens and
//! when it is read back.

use serde::{Deserialize, Serialize};

use super::call::{Called, Report};
use super::carrier::{Carrier, CarrierName};
use super::fate::Ending;
use super::number::Number;
use super::parts::Part;
use super::phone::{Mailbox, Phone};
use super::receipt::{Receipt, Sender, Wanted};

/// A message that the centre has accepted and that has not ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// Its number in this world; its message id is made of it.
    pub id: u64,
    /// Who sent it.
    pub system_id: String,
    /// Its sender as given.
    pub sender: Sender,
    /// Its sender as the phone shows it.
    pub from: String,
    /// Whom it is for.
    pub number: Number,
    /// How many messages that number had before it.
    pub nth: u64,
    /// Its text.
    pub text: String,
    /// Which part of a long message it is.
    pub part: Option<Part>,
    /// Which receipts are wanted.
    pub wanted: Wanted,
    /// When it was accepted, Unix milliseconds.
    pub accepted_ms: i64,
    /// When it reaches its phone, Unix milliseconds.
    pub arrives_ms: i64,
    /// Until when it is kept for a phone that cannot be reached, Unix milliseconds.
    pub valid_until_ms: i64,
}

/// A phone with all that came to it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Handset {
    /// The phone.
    pub phone: Phone,
    /// What came to it.
    pub mailbox: Mailbox,
    /// Whether a person has described it: such phones are never forgotten.
    pub kept: bool,
}

/// One thing that happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A person described a phone.
    Phone(Box<Phone>),
    /// A person emptied a phone.
    Cleared {
        /// Whose phone.
        number: Number,
    },
    /// A person set a carrier.
    Carrier {
        /// Which one.
        name: CarrierName,
        /// How it is now.
        carrier: Carrier,
    },
    /// The centre accepted a message.
    Accepted(Box<Pending>),
    /// A message ended.
    Ended {
        /// Which one.
        id: u64,
        /// When, Unix milliseconds.
        at_ms: i64,
        /// How.
        ending: Ending,
        /// The receipt that follows.
        receipt: Option<Box<Receipt>>,
    },
    /// A receipt was taken by its sender, or given up.
    Receipted {
        /// The message it was about.
        id: u64,
        /// When it set out, Unix milliseconds.
        due_ms: i64,
    },
    /// A call was made.
    Called(Box<Called>),
    /// A call's report was taken by who asked for the call, or given up.
    Reported {
        /// When the call came, Unix milliseconds.
        rang_ms: i64,
        /// Who was called.
        number: Number,
        /// Which of that number's calls it was.
        nth: u64,
    },
    /// A phone as it stands; only in a compacted journal.
    Handset(Box<Handset>),
    /// A receipt still to be taken; only in a compacted journal.
    Receipt(Box<Receipt>),
    /// A report still to be taken; only in a compacted journal.
    Report(Box<Report>),
    /// The next message's number; only in a compacted journal.
    Next {
        /// That number.
        id: u64,
    },
}
