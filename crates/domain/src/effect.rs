//! What a decision wants done, as data: it becomes rows in the same commit, and happens afterwards.

use serde::{Deserialize, Serialize};

use crate::{
    delivery::State,
    id::{MessageId, OperationId, ServiceId, VerificationId},
    time::Time,
    webhook,
};

/// One thing to be written down with a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A message is to be sent: a new row of the outbox.
    Send(Message),
    /// A message's row of the outbox is done with, or waits for its receipt.
    Settle(Settlement),
    /// A line of the audit.
    Audit(Entry),
    /// An event for the webhooks of its service, if there are any.
    Tell(webhook::Event),
}

/// A row of the outbox. It holds no text, no code and no address: they are made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Whose code it carries.
    pub verification: VerificationId,
    /// The service that pays for it.
    pub service: ServiceId,
    /// Lower goes first.
    pub priority: u8,
    /// When it was asked for.
    pub created_at: Time,
    /// From when it may go.
    pub due_at: Time,
    /// It never goes at or after this: its code has expired.
    pub deadline_at: Time,
}

/// How a message's row ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The message.
    pub message: MessageId,
    /// Where it is now.
    pub state: State,
    /// The route that took it.
    pub route: Option<String>,
    /// The carrier's id for it, by which its receipt will be found.
    pub carrier_id: Option<String>,
}

/// A line of the audit: what happened to a verification, without code, number or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The operation that did it; one line each.
    pub id: OperationId,
    /// When.
    pub at: Time,
    /// The verification.
    pub verification: VerificationId,
    /// Its service.
    pub service: ServiceId,
    /// What happened.
    pub what: What,
}

/// What happened to a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It began, and a first message was asked for.
    Created,
    /// Another message to the same number was asked for.
    Resent,
    /// Another message, to a corrected number, was asked for.
    Corrected,
    /// A code was wrong.
    Incorrect,
    /// A code of an earlier message was given.
    Superseded,
    /// The last try was wrong.
    Locked,
    /// The right code came back.
    Approved,
    /// It was cancelled.
    Canceled,
    /// The proof was redeemed.
    Redeemed,
    /// A message's state changed.
    Reported,
}

impl What {
    /// As it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            What::Created => "created",
            What::Resent => "resent",
            What::Corrected => "corrected",
            What::Incorrect => "incorrect",
            What::Superseded => "superseded",
            What::Locked => "locked",
            What::Approved => "approved",
            What::Canceled => "canceled",
            What::Redeemed => "redeemed",
            What::Reported => "reported",
        }
    }
}
