//! What a person came for.

use serde_json::{Value, json};

use super::record::Step;

/// The number of the simulator's first phone, as the shop has it on file.
pub(super) const ON_FILE: &str = "+819012345678";

/// One of the two ways to begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Errand {
    /// To register a number, which the hosted page asks for.
    Register,
    /// To confirm a payment by the number on file, which the hosted page shows masked.
    Pay,
}

impl Errand {
    /// What the flow is asked with, besides what every flow has.
    pub(super) fn fields(self) -> Value {
        match self {
            Errand::Register => json!({"purpose": "sign_up"}),
            // Bound to what is paid: a code for one payment confirms no other.
            Errand::Pay => {
                json!({"purpose": "payment", "to": ON_FILE, "known": true, "binding": "order-1042;JPY;1200"})
            }
        }
    }

    /// Whether a verified number is good for this. The API verifies the number that it was given; believe it, and compare.
    pub(super) fn takes(self, number: &str) -> bool {
        match self {
            Errand::Register => true,
            Errand::Pay => number == ON_FILE,
        }
    }

    /// The step that asks for its page.
    pub(super) fn step(self) -> Step {
        match self {
            Errand::Register => Step::Ask,
            Errand::Pay => Step::AskOnFile,
        }
    }

    /// The address of its form, below the mount.
    pub(super) fn path(self) -> &'static str {
        match self {
            Errand::Register => "/begin",
            Errand::Pay => "/pay",
        }
    }
}
