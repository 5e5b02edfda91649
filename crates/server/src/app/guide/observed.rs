//! What the system sees, in the words of the guides: never asked, and no more than the reader may know (rule V5).

use domain::{
    address::{NumberProblem, NumberType},
    channel::Channel,
    contact::Kind,
    delivery::{Reason, State},
    guide::Known,
    time::{Millis, hours, minutes},
    verification::{Generation, Status, Verification},
};

use super::{App, Kept};
use crate::app::service;

/// How long after it was asked for a call may still come or be in the middle of its digits.
const CALL_RINGS_MS: Millis = minutes(2);

impl App {
    /// What is observed for a session.
    pub(super) fn observed(&self, known: &service::Known, kept: &Kept, verification: Option<&Verification>) -> Known {
        let mut facts = vec![("route", self.sending().name())];
        if let Some(verification) = verification {
            facts.extend(self.of_message(kept, verification));
            facts.push(("resend", self.resending(known, verification)));
            facts.push(("number", if kept.correctable { "correctable" } else { "fixed" }));
            facts.push(("another_number", if kept.correctable { "yes" } else { "no" }));
        }
        let calls_back = known.service.contacts.iter().any(|contact| contact.kind == Kind::Message);
        facts.push(("call_back", if calls_back { "yes" } else { "no" }));
        let by_call = match verification {
            Some(verification) => self.offers_call(known, verification),
            None => known.policy.channel_to(Some(NumberType::FixedLine)).is_ok(),
        };
        facts.push(("call", if by_call { "yes" } else { "no" }));
        let by_email = known.service.email_code_url.is_some();
        facts.push(("email_code", if by_email { "yes" } else { "no" }));
        named(facts)
    }

    /// What can be concluded without asking: what the page's device tells, and what a verification needed to begin.
    pub(super) fn derived(&self, kept: &Kept, verification: Option<&Verification>) -> Known {
        let mut known = kept.derived.clone();
        if let Some(verification) = verification {
            let number = self.number_of(verification);
            let without_sms = number.as_ref().and_then(|number| number.plan().without_sms());
            known.insert("number_kind".into(), kind(without_sms).into());
            if let Some(number) = number {
                let country = if number.e164().starts_with("+81") { "japan" } else { "elsewhere" };
                known.insert("country".into(), country.into());
            }
        }
        known
    }

    /// What became of the newest SMS: a call says nothing of it, and is told of only while it is under way. A number that no SMS
    /// reaches had none.
    fn of_message(&self, kept: &Kept, verification: &Verification) -> [(&'static str, &'static str); 3] {
        let now = self.now();
        let told = |code: &Generation| {
            if kept.known { code.progress } else { code.progress.for_stranger(code.sent_at, now) }
        };
        let newest = verification.newest();
        // Nobody has to wait beside the phone for one that is held.
        let is_calling = newest.channel == Channel::Call
            && matches!(told(newest).state, State::Queued | State::Submitted)
            && now.since(newest.sent_at) < CALL_RINGS_MS
            && !self.holds_call(verification);
        let was_called = newest.channel == Channel::Call;
        let Some(newest) = newest_sms(verification) else {
            let message = match verification.status(now) {
                Status::Approved => "approved",
                Status::Pending if is_calling => "calling",
                Status::Pending | Status::Canceled | Status::Expired | Status::Locked => "none",
            };
            return [("message", message), ("reason", "none"), ("elapsed", "none")];
        };
        let told = told(newest);
        let message = match (verification.status(now), told.state) {
            (Status::Approved, _) => "approved",
            (Status::Pending, _) if is_calling => "calling",
            (Status::Expired, State::Queued | State::Submitted | State::Expired) => "expired",
            // The call's code has replaced it: nobody looks for it, or waits for it, any more.
            (_, State::Queued | State::Submitted | State::Delivered) if was_called => "expired",
            (_, State::Queued) => "waiting",
            (_, State::Submitted) => "handed_over",
            (_, State::Delivered) => "delivered",
            (_, State::Undelivered) => "undelivered",
            (_, State::Expired) => "expired",
        };
        let reason = match told.reason {
            Some(Reason::Unreachable) => "unreachable",
            Some(Reason::NoSuchSubscriber) => "no_sms",
            Some(Reason::Refused) => "refused",
            Some(Reason::Unconfirmed | Reason::RejectedByCarrier | Reason::NoRoute) => "none",
            Some(Reason::Deleted | Reason::Unknown) | None => "none",
        };
        let elapsed = match now.since(newest.sent_at) {
            waited if waited < minutes(1) => "under_1m",
            waited if waited < minutes(5) => "under_5m",
            waited if waited < hours(1) => "under_1h",
            _ => "over_1h",
        };
        [("message", message), ("reason", reason), ("elapsed", elapsed)]
    }

    /// Whether another SMS can be asked for now.
    fn resending(&self, known: &service::Known, verification: &Verification) -> &'static str {
        let now = self.now();
        let is_used_up = verification.status(now) != Status::Pending
            || verification.sends() >= known.policy.sends_max
            || newest_sms(verification).is_none();
        if is_used_up {
            return "used_up";
        }
        if now < verification.resend_at { "wait" } else { "possible" }
    }
}

/// The newest SMS to the number; none, where it has been called only.
fn newest_sms(verification: &Verification) -> Option<&Generation> {
    let is_to_it = |code: &&Generation| verification.number_of(code) == verification.number;
    verification.generations.iter().filter(is_to_it).rfind(|code| code.channel == Channel::Sms)
}

/// What kind of number it is, by why no SMS goes there.
fn kind(without_sms: Option<NumberProblem>) -> &'static str {
    match without_sms {
        Some(NumberProblem::Voip) => "ip_phone",
        Some(NumberProblem::FixedLine) => "fixed_line",
        // Only numbers that codes go to have a verification.
        Some(_) | None => "mobile",
    }
}

fn named(facts: Vec<(&'static str, &'static str)>) -> Known {
    facts.into_iter().map(|(fact, value)| (fact.into(), value.into())).collect()
}
