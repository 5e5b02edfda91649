//! What can go wrong on the way, each with a page that says what to do.

use axum::http::StatusCode;

/// Why somebody does not get on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// The way back was not begun in this browser: somebody may have slipped in their own.
    ForeignState,
    /// The form came from another site.
    ForeignForm,
    /// The shop was asked for under a name that is not its own.
    UnknownHost,
    /// There is no such page.
    NotFound,
    /// The page is not asked for in this way.
    WrongMethod,
    /// The API does not answer.
    Unreachable,
    /// The API is too busy.
    Busy,
    /// The API does not accept the shop's key or its request.
    Misconfigured,
    /// The API's answer makes no sense.
    Unreadable,
    /// The result is not known.
    NotConfirmed,
    /// The result was redeemed before.
    AlreadyUsed,
    /// The result was good for 60 seconds.
    Expired,
}

impl Trouble {
    /// What a problem document of the API means here, by its status and the code in its `type`.
    pub(super) fn of_problem(status: u16, code: &str) -> Trouble {
        match (status, code) {
            (_, "already-used") => Trouble::AlreadyUsed,
            (_, "expired-result") => Trouble::Expired,
            (404, _) => Trouble::NotConfirmed,
            (429 | 503, _) => Trouble::Busy,
            (400..=499, _) => Trouble::Misconfigured,
            (_, _) => Trouble::Unreadable,
        }
    }

    /// Whether the same request may succeed in a moment.
    pub(super) fn may_pass(self) -> bool {
        matches!(self, Trouble::Unreachable | Trouble::Busy)
    }

    pub(super) fn status(self) -> StatusCode {
        match self {
            Trouble::ForeignState | Trouble::ForeignForm => StatusCode::FORBIDDEN,
            Trouble::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Trouble::NotFound => StatusCode::NOT_FOUND,
            Trouble::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Trouble::Unreachable | Trouble::Misconfigured | Trouble::Unreadable => StatusCode::BAD_GATEWAY,
            Trouble::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Trouble::NotConfirmed => StatusCode::UNPROCESSABLE_ENTITY,
            Trouble::AlreadyUsed => StatusCode::CONFLICT,
            Trouble::Expired => StatusCode::GONE,
        }
    }
}
