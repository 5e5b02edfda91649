//! Delivery receipts: what the centre tells the sender about a message that has ended.

use serde::{Deserialize, Serialize};

use super::carrier::{RECEIPT_LATE_MS, Receipts, Way};
use super::change::Pending;
use super::fate::{Ending, Reason};
use super::number::Number;

/// Which receipts a sender asked for (`registered_delivery`, SMPP 3.4 §5.2.17).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// None.
    Never,
    /// For every ending.
    Always,
    /// Only when the message failed.
    OnFailure,
    /// Only when the message arrived.
    OnSuccess,
}

/// The states that a receipt can tell (SMPP 3.4 §5.2.28).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// `DELIVRD`
    Delivered,
    /// `EXPIRED`
    Expired,
    /// `UNDELIV`
    Undeliverable,
    /// `REJECTD`
    Rejected,
}

/// The sender of a message as it gave itself; a receipt goes back to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sender {
    /// Type of number (SMPP 3.4 §5.2.5).
    pub ton: u8,
    /// Numbering plan (SMPP 3.4 §5.2.6).
    pub npi: u8,
    /// Digits or letters, as sent.
    pub address: String,
}

/// One receipt on its way to the sender.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The message it is about.
    pub id: u64,
    /// Who sent the message; any of its sessions may take the receipt.
    pub system_id: String,
    /// The message's sender.
    pub sender: Sender,
    /// The message's recipient.
    pub number: Number,
    /// What it says.
    pub state: State,
    /// Its error code, 0 when there is none or the carrier gives no reasons.
    pub error: u16,
    /// When the message was accepted, Unix milliseconds.
    pub submitted_ms: i64,
    /// When the message ended, Unix milliseconds.
    pub done_ms: i64,
    /// When the receipt sets out, Unix milliseconds.
    pub due_ms: i64,
}

/// The receipt for a message that ended at `done_ms`, if one comes.
pub fn receipt(pending: &Pending, ending: Ending, way: &Way, done_ms: i64) -> Option<Receipt> {
    let told = what_is_told(ending)?;
    let (state, error) = match way.receipts {
        Receipts::None => return None,
        Receipts::Normal | Receipts::Late => told,
        Receipts::Wrong => contrary(told),
    };
    let wanted = match pending.wanted {
        Wanted::Never => false,
        Wanted::Always => true,
        Wanted::OnFailure => state != State::Delivered,
        Wanted::OnSuccess => state == State::Delivered,
    };
    let late_ms = if way.receipts == Receipts::Late { RECEIPT_LATE_MS } else { 0 };
    let (state, error) = if way.reasons { (state, error) } else { (without_reason(state), 0) };
    wanted.then(|| Receipt {
        id: pending.id,
        system_id: pending.system_id.clone(),
        sender: pending.sender.clone(),
        number: pending.number,
        state,
        error,
        submitted_ms: pending.accepted_ms,
        done_ms,
        due_ms: done_ms + late_ms,
    })
}

/// A phone that hides or throws away has taken the message: to the carrier it was delivered.
fn what_is_told(ending: Ending) -> Option<(State, u16)> {
    match ending {
        Ending::Shown | Ending::Hidden(_) | Ending::Blocked => Some((State::Delivered, 0)),
        Ending::Refused(reason) => Some((refusal(reason), reason.error())),
        Ending::Expired(reason) => Some((State::Expired, reason.error())),
        Ending::Lost => None,
    }
}

fn refusal(reason: Reason) -> State {
    match reason {
        Reason::Barred | Reason::Filtered => State::Rejected,
        Reason::NoSms | Reason::Outage | Reason::Absent | Reason::MemoryFull => State::Undeliverable,
    }
}

fn contrary((state, _): (State, u16)) -> (State, u16) {
    match state {
        State::Delivered => (State::Undeliverable, Reason::Absent.error()),
        State::Expired | State::Undeliverable | State::Rejected => (State::Delivered, 0),
    }
}

/// Many Japanese routes only tell that a message did not arrive.
fn without_reason(state: State) -> State {
    match state {
        State::Delivered => State::Delivered,
        State::Expired | State::Undeliverable | State::Rejected => State::Undeliverable,
    }
}
