//! Where a message is: a few states and reasons made from many carriers' receipts.
//!
//! A receipt is evidence, the right code coming back is proof: "delivered" is not "read", and some carriers give
//! no reason for "not delivered".

use serde::{Deserialize, Serialize};

use crate::time::{Millis, Time, seconds};

/// A message's place on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits here for its turn or for the carrier's link.
    Queued,
    /// Handed to the carrier, which has not said more.
    Submitted,
    /// The carrier says that the phone has it.
    Delivered,
    /// The carrier says that the phone will not get it.
    Undelivered,
    /// It was not sent in time; nothing goes out after its code has expired.
    Expired,
}

/// Why a message is where it is, as far as anybody told. For the application and known contexts only (rule V5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The carrier's answer was lost: it may or may not have the message.
    Unconfirmed,
    /// The phone was off, out of reach, or full until the message's time was over.
    Unreachable,
    /// The number has no SMS: nobody's, or without the service.
    NoSuchSubscriber,
    /// A filter or barring refused it.
    Refused,
    /// The carrier refused our request itself: an operator's concern.
    RejectedByCarrier,
    /// Somebody deleted it on the way.
    Deleted,
    /// None of our own routes is for such numbers: an operator's concern. It was not sent.
    NoRoute,
    /// The carrier gave no reason.
    Unknown,
}

/// What is known of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Where it is.
    pub state: State,
    /// Why, if anybody told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Since when.
    pub updated_at: Time,
}

impl State {
    /// Whether the message is over: it arrived, or it will not.
    pub fn is_final(self) -> bool {
        match self {
            State::Queued | State::Submitted => false,
            State::Delivered | State::Undelivered | State::Expired => true,
        }
    }
}

impl Progress {
    /// A message that has just been written down.
    pub fn queued(now: Time) -> Progress {
        Progress { state: State::Queued, reason: None, updated_at: now }
    }

    /// After a report. Final states stand, except that a late "delivered" corrects "not delivered" (rule D1);
    /// a report that tells nothing new changes nothing.
    #[must_use]
    pub fn after(self, state: State, reason: Option<Reason>, now: Time) -> Progress {
        let rank = |state: State| match state {
            State::Queued => 0,
            State::Submitted => 1,
            State::Undelivered | State::Expired => 2,
            State::Delivered => 3,
        };
        let confirms =
            state == State::Submitted && self.state == State::Submitted && self.reason.is_some() && reason.is_none();
        if rank(state) > rank(self.state) || confirms { Progress { state, reason, updated_at: now } } else { self }
    }

    /// Whether the message went out.
    pub fn has_left(self) -> bool {
        match self.state {
            State::Queued | State::Expired => false,
            State::Submitted | State::Delivered => true,
            State::Undelivered => self.reason != Some(Reason::NoRoute),
        }
    }

    /// What somebody who has proved nothing may see of a message asked for at `sent_at`: no reason, and whether it
    /// arrived only in steps of 30 seconds, so that a page tells nobody when a phone was switched on (rule V5). That we
    /// have no route tells nothing of the phone.
    #[must_use]
    pub fn for_stranger(self, sent_at: Time, now: Time) -> Progress {
        let bare = Progress { reason: None, ..self };
        match self.state {
            State::Undelivered if !self.has_left() => self,
            State::Queued | State::Submitted | State::Expired => bare,
            State::Delivered | State::Undelivered => {
                let steps = self.updated_at.since(sent_at).div_euclid(STEP_MS) + 1;
                let shown_at = sent_at.plus(steps * STEP_MS);
                if now >= shown_at {
                    Progress { updated_at: shown_at, ..bare }
                } else {
                    Progress { state: State::Submitted, reason: None, updated_at: sent_at }
                }
            }
        }
    }
}

const STEP_MS: Millis = seconds(30);

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::State::{Delivered, Expired, Queued, Submitted, Undelivered};
    use super::*;

    #[rstest]
    #[case(Queued, Submitted, Submitted)]
    #[case(Queued, Expired, Expired)]
    #[case(Queued, Delivered, Delivered)]
    #[case(Submitted, Delivered, Delivered)]
    #[case(Submitted, Undelivered, Undelivered)]
    #[case(Submitted, Queued, Submitted)]
    #[case(Undelivered, Delivered, Delivered)]
    #[case(Undelivered, Submitted, Undelivered)]
    #[case(Delivered, Undelivered, Delivered)]
    #[case(Delivered, Submitted, Delivered)]
    #[case(Expired, Undelivered, Expired)]
    fn d1_final_states_stand(#[case] before: State, #[case] report: State, #[case] after: State) {
        let progress = Progress { state: before, reason: None, updated_at: Time::from_ms(1) };
        assert_eq!(progress.after(report, None, Time::from_ms(2)).state, after);
    }

    #[test]
    fn a_receipt_confirms_a_lost_answer() {
        let lost = Progress::queued(Time::from_ms(1)).after(Submitted, Some(Reason::Unconfirmed), Time::from_ms(2));
        assert_eq!(lost.reason, Some(Reason::Unconfirmed));
        assert_eq!(lost.after(Submitted, None, Time::from_ms(3)).reason, None);
    }

    #[test]
    fn v5_strangers_learn_no_reason_and_no_moment() {
        let (sent, arrived) = (Time::from_ms(5_000), Time::from_ms(6_000));
        let refused = Progress { state: Undelivered, reason: Some(Reason::Refused), updated_at: arrived };
        let handed_over = Progress { state: Submitted, reason: None, updated_at: sent };
        assert_eq!(refused.for_stranger(sent, arrived), handed_over);
        assert_eq!(refused.for_stranger(sent, Time::from_ms(34_999)), handed_over);
        let shown = Progress { state: Undelivered, reason: None, updated_at: Time::from_ms(35_000) };
        assert_eq!(refused.for_stranger(sent, Time::from_ms(35_000)), shown);
        let unsent = Progress { reason: Some(Reason::NoRoute), ..refused };
        assert_eq!(unsent.for_stranger(sent, arrived), unsent, "it is no fact of the phone");
        assert_eq!((unsent.has_left(), refused.has_left()), (false, true));
    }
}
