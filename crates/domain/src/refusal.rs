//! Everything Tegata says no with, as one enum: a stable code, a status, and when to try again.
//!
//! The same value is shown as a problem document (RFC 9457) or as a page, in the reader's language; its texts are
//! found by its code.

use crate::{address::NumberProblem, country::Country, time::Time};

/// A no, with what the caller needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request cannot be read, or a field is wrong.
    BadRequest {
        /// Which field, as a JSON pointer or a name; empty for the whole.
        field: String,
        /// What it must be, in English, for the developer.
        must: String,
    },
    /// No API key, or one that is not known.
    Unauthorized,
    /// The key may not do this.
    Forbidden,
    /// No such thing: unknown, erased, or another service's, all alike (rule D5).
    NotFound,
    /// The address knows other methods only.
    MethodNotAllowed,
    /// The body did not come whole in its time (RFC 9110 §15.5.9).
    RequestTimeout,
    /// The body is larger than the bound.
    PayloadTooLarge,
    /// The body is not of the wanted type.
    UnsupportedMediaType,
    /// SMS cannot go to this number.
    Number(NumberProblem),
    /// The service takes no numbers of this country.
    CountryNotAllowed {
        /// The number's country, if it is known.
        country: Option<Country>,
    },
    /// The code cannot be given by phone call: the service does not offer that, no route calls this number, or it was
    /// called for this verification as often as it may be.
    CallNotOffered,
    /// The code is wrong.
    IncorrectCode {
        /// How many more may be tried.
        checks_left: u8,
    },
    /// The code was right once: a newer one has been sent. Costs no try.
    SupersededCode {
        /// How many more may be tried.
        checks_left: u8,
    },
    /// The code's time is over.
    ExpiredCode,
    /// It was approved before.
    AlreadyUsed,
    /// It was cancelled.
    Canceled,
    /// Too many wrong codes.
    TooManyChecks {
        /// When it can be tried again; `None` if this verification is over and another can begin now.
        retry_at: Option<Time>,
    },
    /// Too many messages.
    TooManySends {
        /// When another can be sent.
        retry_at: Time,
    },
    /// The next message may not go yet.
    ResendTooEarly {
        /// When it may.
        retry_at: Time,
    },
    /// More was asked for than can be taken now.
    Busy {
        /// When it can be tried again.
        retry_at: Time,
    },
    /// The Idempotency-Key came with another body before (rule D4).
    IdempotencyMismatch,
    /// The first request with this Idempotency-Key is still under way.
    IdempotencyInProgress,
    /// The flow belongs to another browser (rule V8).
    OtherBrowser,
    /// The console is open only to whoever came by a sign-in link; whatever is asked for, there or not, gets this.
    SignInNeeded,
    /// The flow's time is over.
    FlowExpired,
    /// The time of a flow's result is over; the flow may give another.
    ExpiredResult,
    /// A form came from another site, or without its token.
    ForeignForm,
    /// The store cannot be reached or takes no more now.
    Unavailable,
    /// A fault on our side.
    Internal,
}

impl Refusal {
    /// One of each code, for tests and documents that list them all.
    pub fn samples() -> Vec<Refusal> {
        use NumberProblem as N;
        let at = Time::from_ms(1_800_000_000_000);
        let numbers = [
            N::Empty,
            N::Unreadable,
            N::TooShort,
            N::TooLong,
            N::Unassigned,
            N::Voip,
            N::FixedLine,
            N::TollFree,
            N::SharedCost,
            N::PremiumRate,
            N::Pager,
        ];
        let mut all = vec![
            Refusal::BadRequest { field: "to".into(), must: "be a text".into() },
            Refusal::Unauthorized,
            Refusal::Forbidden,
            Refusal::NotFound,
            Refusal::MethodNotAllowed,
            Refusal::RequestTimeout,
            Refusal::PayloadTooLarge,
            Refusal::UnsupportedMediaType,
            Refusal::CountryNotAllowed { country: Some(Country::JP) },
            Refusal::CallNotOffered,
            Refusal::IncorrectCode { checks_left: 4 },
            Refusal::SupersededCode { checks_left: 5 },
            Refusal::ExpiredCode,
            Refusal::AlreadyUsed,
            Refusal::Canceled,
            Refusal::TooManyChecks { retry_at: Some(at) },
            Refusal::TooManySends { retry_at: at },
            Refusal::ResendTooEarly { retry_at: at },
            Refusal::Busy { retry_at: at },
            Refusal::IdempotencyMismatch,
            Refusal::IdempotencyInProgress,
            Refusal::OtherBrowser,
            Refusal::SignInNeeded,
            Refusal::FlowExpired,
            Refusal::ExpiredResult,
            Refusal::ForeignForm,
            Refusal::Unavailable,
            Refusal::Internal,
        ];
        all.extend(numbers.map(Refusal::Number));
        all
    }

    /// The stable code: the last part of the problem's `type`, and the name of its texts and page.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::BadRequest { .. } => "bad-request",
            Refusal::Unauthorized => "unauthorized",
            Refusal::Forbidden => "forbidden",
            Refusal::NotFound => "not-found",
            Refusal::MethodNotAllowed => "method-not-allowed",
            Refusal::RequestTimeout => "request-timeout",
            Refusal::PayloadTooLarge => "payload-too-large",
            Refusal::UnsupportedMediaType => "unsupported-media-type",
            Refusal::Number(problem) => number_code(*problem),
            Refusal::CountryNotAllowed { .. } => "country-not-allowed",
            Refusal::CallNotOffered => "call-not-offered",
            Refusal::IncorrectCode { .. } => "incorrect-code",
            Refusal::SupersededCode { .. } => "superseded-code",
            Refusal::ExpiredCode => "expired-code",
            Refusal::AlreadyUsed => "already-used",
            Refusal::Canceled => "canceled",
            Refusal::TooManyChecks { .. } => "too-many-checks",
            Refusal::TooManySends { .. } => "too-many-sends",
            Refusal::ResendTooEarly { .. } => "resend-too-early",
            Refusal::Busy { .. } => "busy",
            Refusal::IdempotencyMismatch => "idempotency-mismatch",
            Refusal::IdempotencyInProgress => "idempotency-in-progress",
            Refusal::OtherBrowser => "other-browser",
            Refusal::SignInNeeded => "sign-in-needed",
            Refusal::FlowExpired => "flow-expired",
            Refusal::ExpiredResult => "expired-result",
            Refusal::ForeignForm => "foreign-form",
            Refusal::Unavailable => "unavailable",
            Refusal::Internal => "internal",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::BadRequest { .. } => 400,
            Refusal::Unauthorized => 401,
            Refusal::Forbidden
            | Refusal::CountryNotAllowed { .. }
            | Refusal::OtherBrowser
            | Refusal::SignInNeeded
            | Refusal::ForeignForm => 403,
            Refusal::NotFound => 404,
            Refusal::MethodNotAllowed => 405,
            Refusal::RequestTimeout => 408,
            Refusal::AlreadyUsed | Refusal::Canceled | Refusal::IdempotencyInProgress => 409,
            Refusal::ExpiredCode | Refusal::FlowExpired | Refusal::ExpiredResult => 410,
            Refusal::PayloadTooLarge => 413,
            Refusal::UnsupportedMediaType => 415,
            Refusal::Number(_)
            | Refusal::CallNotOffered
            | Refusal::IncorrectCode { .. }
            | Refusal::SupersededCode { .. }
            | Refusal::IdempotencyMismatch => 422,
            Refusal::TooManyChecks { .. }
            | Refusal::TooManySends { .. }
            | Refusal::ResendTooEarly { .. }
            | Refusal::Busy { .. } => 429,
            Refusal::Internal => 500,
            Refusal::Unavailable => 503,
        }
    }

    /// When it is worth trying again, if that is known.
    pub fn retry_at(&self) -> Option<Time> {
        match self {
            Refusal::TooManyChecks { retry_at } => *retry_at,
            Refusal::TooManySends { retry_at } | Refusal::ResendTooEarly { retry_at } | Refusal::Busy { retry_at } => {
                Some(*retry_at)
            }
            Refusal::BadRequest { .. }
            | Refusal::Unauthorized
            | Refusal::Forbidden
            | Refusal::NotFound
            | Refusal::MethodNotAllowed
            | Refusal::RequestTimeout
            | Refusal::PayloadTooLarge
            | Refusal::UnsupportedMediaType
            | Refusal::Number(_)
            | Refusal::CountryNotAllowed { .. }
            | Refusal::CallNotOffered
            | Refusal::IncorrectCode { .. }
            | Refusal::SupersededCode { .. }
            | Refusal::ExpiredCode
            | Refusal::AlreadyUsed
            | Refusal::Canceled
            | Refusal::IdempotencyMismatch
            | Refusal::IdempotencyInProgress
            | Refusal::OtherBrowser
            | Refusal::SignInNeeded
            | Refusal::FlowExpired
            | Refusal::ExpiredResult
            | Refusal::ForeignForm
            | Refusal::Unavailable
            | Refusal::Internal => None,
        }
    }

    /// How many codes may still be tried, where that is told.
    pub fn checks_left(&self) -> Option<u8> {
        match self {
            Refusal::IncorrectCode { checks_left } | Refusal::SupersededCode { checks_left } => Some(*checks_left),
            Refusal::TooManyChecks { .. } => Some(0),
            Refusal::BadRequest { .. }
            | Refusal::Unauthorized
            | Refusal::Forbidden
            | Refusal::NotFound
            | Refusal::MethodNotAllowed
            | Refusal::RequestTimeout
            | Refusal::PayloadTooLarge
            | Refusal::UnsupportedMediaType
            | Refusal::Number(_)
            | Refusal::CountryNotAllowed { .. }
            | Refusal::CallNotOffered
            | Refusal::ExpiredCode
            | Refusal::AlreadyUsed
            | Refusal::Canceled
            | Refusal::TooManySends { .. }
            | Refusal::ResendTooEarly { .. }
            | Refusal::Busy { .. }
            | Refusal::IdempotencyMismatch
            | Refusal::IdempotencyInProgress
            | Refusal::OtherBrowser
            | Refusal::SignInNeeded
            | Refusal::FlowExpired
            | Refusal::ExpiredResult
            | Refusal::ForeignForm
            | Refusal::Unavailable
            | Refusal::Internal => None,
        }
    }
}

fn number_code(problem: NumberProblem) -> &'static str {
    match problem {
        NumberProblem::Empty
        | NumberProblem::Unreadable
        | NumberProblem::TooShort
        | NumberProblem::TooLong
        | NumberProblem::Unassigned => "number-invalid",
        NumberProblem::Voip => "number-voip",
        NumberProblem::FixedLine => "number-fixed-line",
        NumberProblem::TollFree => "number-toll-free",
        NumberProblem::SharedCost => "number-shared-cost",
        NumberProblem::PremiumRate => "number-premium-rate",
        NumberProblem::Pager => "number-pager",
    }
}
