//! Where a message or a call stands, in one honest sentence: the same for the page and for its event stream.

use super::clock::Clock;
use crate::text::Speak;
use domain::locale::Locale;

/// Where the newest code stands, as far as this reader may know (SECURITY.md V5, V6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// Waiting to be sent.
    Queued {
        /// How many of the service's own messages go first.
        ahead: Ahead,
        /// Estimate in seconds, rounded up to 10; `None` if there is none.
        eta_seconds: Option<u32>,
    },
    /// Handed to the carrier, which has not confirmed it.
    Submitted {
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// The carrier says that it reached the phone.
    Delivered,
    /// The carrier says that it did not.
    Undelivered,
    /// None of our routes is for it: it was not sent.
    NoRoute,
    /// The carrier cannot be reached; the message waits.
    LinkDown {
        /// When its code ends, in Unix milliseconds.
        valid_until_ms: i64,
    },
    /// Its code has ended.
    Expired {
        /// When, in Unix milliseconds.
        at_ms: i64,
    },
    /// It is no SMS, but a phone call.
    Call(CallState),
}

/// Where a call stands that reads the code out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// It is about to be made.
    Soon,
    /// The phone should be ringing.
    Ringing {
        /// Since when, in Unix milliseconds.
        at_ms: i64,
    },
    /// Somebody answered and heard it.
    Heard,
    /// Nobody did.
    Missed,
    /// We cannot call now, and go on trying.
    Held {
        /// When the code ends, in Unix milliseconds.
        valid_until_ms: i64,
    },
}

/// How many messages go first, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// It is the next.
    None,
    /// Fewer than 10.
    Under10,
    /// Fewer than 50.
    Under50,
    /// Fewer than 100.
    Under100,
    /// A hundred or more.
    Hundreds,
}

impl MessageState {
    /// The name that the page's mark and its event stream use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued { .. } | Self::Call(CallState::Soon) => "queued",
            Self::Submitted { .. } | Self::Call(CallState::Ringing { .. }) => "submitted",
            Self::Delivered | Self::Call(CallState::Heard) => "delivered",
            Self::Undelivered | Self::Call(CallState::Missed) => "undelivered",
            Self::NoRoute => "no-route",
            Self::LinkDown { .. } | Self::Call(CallState::Held { .. }) => "link-down",
            Self::Expired { .. } => "expired",
        }
    }

    /// The sentence without what to do: for a guide's page, where the step says that.
    #[must_use]
    pub fn brief(self, lang: Locale, clock: Clock) -> String {
        match self {
            Self::Delivered => lang.text("message-delivered-brief"),
            Self::Undelivered => lang.text("message-undelivered-brief"),
            Self::Call(CallState::Heard) => lang.text("message-call-heard-brief"),
            Self::Call(CallState::Missed) => lang.text("message-call-missed-brief"),
            Self::Queued { .. }
            | Self::Submitted { .. }
            | Self::NoRoute
            | Self::LinkDown { .. }
            | Self::Expired { .. }
            | Self::Call(CallState::Soon | CallState::Ringing { .. } | CallState::Held { .. }) => {
                self.sentence(lang, clock)
            }
        }
    }

    /// The sentence.
    #[must_use]
    pub fn sentence(self, lang: Locale, clock: Clock) -> String {
        let timed = |key, at_ms| lang.text_with(key, &[("time", clock.minute(lang, at_ms).into())]);
        match self {
            Self::Queued { ahead, eta_seconds } => queued(lang, ahead, eta_seconds),
            Self::Submitted { at_ms } => timed("message-submitted", at_ms),
            Self::Delivered => lang.text("message-delivered"),
            Self::Undelivered => lang.text("message-undelivered"),
            Self::NoRoute => lang.text("message-no-route"),
            Self::LinkDown { valid_until_ms } => timed("message-link-down", valid_until_ms),
            Self::Expired { at_ms } => timed("message-expired", at_ms),
            Self::Call(CallState::Soon) => lang.text("message-call-soon"),
            Self::Call(CallState::Ringing { at_ms }) => timed("message-call-ringing", at_ms),
            Self::Call(CallState::Heard) => lang.text("message-call-heard"),
            Self::Call(CallState::Missed) => lang.text("message-call-missed"),
            Self::Call(CallState::Held { valid_until_ms }) => timed("message-call-held", valid_until_ms),
        }
    }
}

/// From this many seconds on, an estimate is said in minutes.
const MINUTES_FROM_SECONDS: u32 = 100;

fn queued(lang: Locale, ahead: Ahead, eta_seconds: Option<u32>) -> String {
    let place = match ahead {
        Ahead::None => lang.text("message-queued-next"),
        Ahead::Under10 => lang.text_with("message-queued-under", &[("n", 10.into())]),
        Ahead::Under50 => lang.text_with("message-queued-under", &[("n", 50.into())]),
        Ahead::Under100 => lang.text_with("message-queued-under", &[("n", 100.into())]),
        Ahead::Hundreds => lang.text("message-queued-hundreds"),
    };
    let eta = match eta_seconds {
        None => lang.text("message-eta-unknown"),
        Some(n) if n < MINUTES_FROM_SECONDS => lang.text_with("message-eta-seconds", &[("n", n.into())]),
        Some(n) => lang.text_with("message-eta-minutes", &[("n", n.div_ceil(60).into())]),
    };
    lang.text_with("message-queued", &[("place", place.into()), ("eta", eta.into())])
}
