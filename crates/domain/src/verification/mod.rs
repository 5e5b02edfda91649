//! A verification: is this phone number yours?
//!
//! [`decide`] is the one door: whatever happens to a verification is an [`Event`], and the answer, the next rows and
//! the effects come from here. The rules V1 to V5 of the security rules are named where they apply.

mod check;
mod create;
mod decide;
mod needs;
mod purpose;
mod report;
mod resend;

use std::sync::Arc;

pub use decide::decide;
pub use needs::Needs;
use purpose::priority;
pub use purpose::{PRIORITIES, Priority, Purpose};
pub use report::Report;
use serde::{Deserialize, Serialize};

use crate::{
    channel::{CALLS_MAX, Channel},
    code::{Binding, Code, Salt},
    delivery::Progress,
    digest::Digest,
    effect::Effect,
    id::{MessageId, OperationId, ServiceId, VerificationId},
    key::{KeyId, KeyRing, NumberKey},
    limit::{Limit, LimitKey, Limited, Over, Rule},
    locale::Locale,
    number::Number,
    refusal::Refusal,
    service::Policy,
    time::{Millis, Time, minutes},
};

/// How long the proof of an approval is good (rule V1).
pub const PROOF_LIFETIME_MS: Millis = minutes(10);
/// How often an earlier code may be given without costing a try.
pub const SUPERSEDED_MAX: u8 = 10;
/// How many operations a row remembers: more than one batch can change it by (ten wrong codes, ten superseded, and
/// what else can happen in a moment), since all of a batch comes again when its answer was lost.
const OPERATIONS_MAX: usize = 24;

/// Where a verification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A code may come back.
    Pending,
    /// The right code came back.
    Approved,
    /// The caller cancelled it.
    Canceled,
    /// The newest code's time is over.
    Expired,
    /// Too many codes were wrong.
    Locked,
}

/// Whether a field holds what it begins with: rows leave it out.
pub(crate) fn is_default<T: Default + PartialEq>(field: &T) -> bool {
    *field == T::default()
}

/// One number being verified: the row that decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Its id, kept in a column of its own.
    #[serde(skip)]
    pub id: VerificationId,
    /// The service that asks, kept in a column of its own.
    #[serde(skip)]
    pub service: ServiceId,
    /// The blind index of the number that the newest code went to.
    pub number: NumberKey,
    /// The limit row of the same phone over all services.
    pub phone: LimitKey,
    /// The sealed number, kept in a column of its own and erased when its retention ends.
    #[serde(skip)]
    pub address: Vec<u8>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub purpose: Purpose,
    /// How urgent its messages are, if the application said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// What else it is bound to; zeros if nothing.
    #[serde(default, skip_serializing_if = "Digest::is_zero")]
    pub binding: Digest,
    /// The caller's session of one end user; zeros if not told.
    #[serde(default, skip_serializing_if = "Digest::is_zero")]
    pub context: Digest,
    /// Whether the number is on file for this person, or was verified in this browser before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub known: bool,
    /// The language of its messages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub locale: Locale,
    /// The host of the page that asks, where it is the service's own (rule D5): messages end in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    status: Status,
    /// Its codes, oldest first; at most `sends_max`.
    pub generations: Vec<Generation>,
    /// Wrong codes so far.
    #[serde(default, skip_serializing_if = "is_default")]
    pub checks_used: u8,
    /// Wrong codes until it is locked.
    pub checks_max: u8,
    #[serde(default, skip_serializing_if = "is_default")]
    superseded: u8,
    /// When it began.
    pub created_at: Time,
    /// When it last changed; time never runs back for it (rule D11).
    pub changed_at: Time,
    /// When the next message may go.
    pub resend_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
    /// What people and services changed lately, oldest first; at most [`OPERATIONS_MAX`].
    lately: Vec<(OperationId, Outcome)>,
}

/// One code of a verification, and the message that carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// Which code it is; a resend of the same code has the same one.
    pub code: u8,
    /// Its random bits.
    pub salt: Salt,
    /// The key it is derived with.
    pub key: KeyId,
    /// The number that it was sent to, if the verification leads to another by now; see [`Verification::number_of`]. Rows
    /// of before name it always.
    #[serde(default, alias = "number", skip_serializing_if = "Option::is_none")]
    pub earlier_number: Option<NumberKey>,
    /// Digits of the code.
    pub digits: u8,
    /// When its message was asked for.
    pub sent_at: Time,
    /// From when on it is no longer good.
    pub expires_at: Time,
    /// Its message.
    pub message: MessageId,
    /// The phone that it went to, if the verification leads to another by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_phone: Option<LimitKey>,
    /// Until when that is held back, if its source is over what slows (rule M1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Time>,
    /// Where the message is.
    pub progress: Progress,
    /// The route that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// How it is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub channel: Channel,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Proof {
    digest: Digest,
    expires_at: Time,
    #[serde(default, skip_serializing_if = "is_default")]
    redeemed: bool,
}

/// What an operation did, kept so that its replay after a commit in doubt answers the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Created,
    Resent,
    Approved,
    /// With how many codes could still be tried then.
    Incorrect(u8),
    /// With how many codes could still be tried then.
    Superseded(u8),
    Canceled,
    Redeemed,
    /// Of rows written when reports were remembered, too.
    Reported,
}

/// Something that happens to a verification, with all that was read, sealed and hashed beforehand.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Random; names the operation in a replay and in the audit.
    pub id: OperationId,
    /// The service whose key or flow asks; `None` for what the dispatcher reports.
    pub service: Option<ServiceId>,
    /// The verification, unless it is about to be created.
    pub verification: Option<VerificationId>,
    /// The service's rules.
    pub policy: Arc<Policy>,
    /// What one source may ask for: rows that are charged even when the answer is no.
    pub sources: Vec<(LimitKey, Vec<Rule>)>,
    /// What happens.
    pub event: Event,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Event {
    /// A new verification is asked for.
    Create(Create),
    /// Another message is asked for.
    Resend(Resend),
    /// A code comes back.
    Check {
        /// As it was typed.
        typed: String,
        /// The SHA-256 of the proof that is given out if it is right.
        proof: Digest,
    },
    /// The caller wants no more of it.
    Cancel,
    /// The proof of the approval is presented.
    Redeem {
        /// Its SHA-256.
        proof: Digest,
    },
    /// Something became known about a message.
    Report(Report),
}

/// A new verification.
#[derive(Clone, Debug)]
pub struct Create {
    /// Its id.
    pub id: VerificationId,
    /// The service.
    pub service: ServiceId,
    /// The number.
    pub to: Recipient,
    /// What it is for.
    pub purpose: Purpose,
    /// How urgent its messages are, if the application says.
    pub priority: Option<Priority>,
    /// What else it is bound to.
    pub binding: Digest,
    /// The caller's session of one end user.
    pub context: Digest,
    /// Whether the number is known to be this person's.
    pub known: bool,
    /// The language of its messages.
    pub locale: Locale,
    /// The host of the page that asks, where it is the service's own.
    pub host: Option<String>,
    /// The code's random bits.
    pub salt: Salt,
    /// Its message's id.
    pub message: MessageId,
    /// Until when only the reserve is left, if so: the message is for a number that was verified before (rule M2).
    pub reserved: Option<Time>,
}

/// A number, as far as the store may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its blind index within the service.
    pub number: NumberKey,
    /// Its blind index over all services.
    pub phone: LimitKey,
    /// Sealed.
    pub address: Vec<u8>,
    /// How the first code goes there: by call where no SMS does.
    pub channel: Channel,
}

/// Another message.
#[derive(Clone, Debug)]
pub struct Resend {
    /// How it is sent. A call goes to the same number, or to another that no SMS reaches.
    pub channel: Channel,
    /// The corrected number, or `None` for the same.
    pub to: Option<Recipient>,
    /// The new code's random bits.
    pub salt: Salt,
    /// Its message's id.
    pub message: MessageId,
    /// As [`Create::reserved`].
    pub reserved: Option<Time>,
    /// The language of this message and of those after it, where the person has picked one since.
    pub locale: Option<Locale>,
}

/// What is stored about all that an operation touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The verification, if there is one of this id.
    pub verification: Option<Verification>,
    /// The number that it belongs to.
    pub number: Option<Number>,
    /// The number that it is corrected to.
    pub corrected: Option<Number>,
    /// The sources, in the operation's order.
    pub sources: Vec<Limit>,
    /// The phone over all services.
    pub phone: Option<Limit>,
    /// The numbers that the context asked for, unless it is known.
    pub context: Option<Limit>,
}

/// What [`decide`] reads besides rows and event.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Now.
    pub now: Time,
    /// The keys that codes are derived with.
    pub keys: &'a KeyRing,
}

/// What [`decide`] says.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The rows from now on; those that differ from before are saved, also when the answer is no.
    pub rows: Rows,
    /// What else is written in the same commit.
    pub effects: Vec<Effect>,
    /// The sources' rules that were gone over, and what became of it.
    pub exceeded: Vec<(Limited, Over)>,
    /// The answer, once that is committed.
    pub answer: Result<Answer, Refusal>,
}

/// A yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It began, changed, or was approved; this is how it stands.
    Verification(Box<Verification>),
    /// One is under way already: nothing was sent.
    UnderWay(VerificationId),
    /// Written down.
    Noted,
}

impl Verification {
    /// Where it stands at `now`: a code that nobody gave in time expires by itself.
    pub fn status(&self, now: Time) -> Status {
        match self.status {
            Status::Pending if self.expires_at() <= now => Status::Expired,
            kept @ (Status::Pending | Status::Approved | Status::Canceled | Status::Expired | Status::Locked) => kept,
        }
    }

    /// The newest code: the only one that is good.
    pub fn newest(&self) -> &Generation {
        self.generations.last().expect("a verification begins with a code")
    }

    /// When its newest code expires.
    pub fn expires_at(&self) -> Time {
        self.newest().expires_at
    }

    /// How many messages were asked for.
    pub fn sends(&self) -> u8 {
        u8::try_from(self.generations.len()).unwrap_or(u8::MAX)
    }

    /// Whether another code may still be read out in a call: a call is not repeated at will (rule V4).
    pub fn may_be_called(&self) -> bool {
        self.generations.iter().filter(|generation| generation.channel == Channel::Call).count() < CALLS_MAX
    }

    /// The number that a generation's code was sent to.
    pub fn number_of(&self, generation: &Generation) -> NumberKey {
        generation.earlier_number.unwrap_or(self.number)
    }

    /// The code of one generation; `None` when its key is gone.
    pub fn code(&self, generation: &Generation, keys: &KeyRing) -> Option<Code> {
        let to = Binding {
            salt: &generation.salt,
            service: self.service,
            verification: self.id,
            generation: generation.code,
            number: &self.number_of(generation),
            binding: &self.binding,
        };
        keys.get(generation.key).map(|keys| Code::derive(&keys.code, to, generation.digits))
    }

    /// Whether a message still has a reason to go: it carries the newest code of a verification that waits for it.
    pub fn wants(&self, message: MessageId, context: Context<'_>) -> bool {
        let waits = self.status(context.now) == Status::Pending && !context.keys.is_revoked(self.newest().key);
        waits && self.newest().message == message
    }
}
