//! What a verification is for, and how urgent its messages are.

use serde::{Deserialize, Serialize};

/// What a number is verified for; people are told, and codes for one purpose are never good for another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To know that the number is theirs.
    #[default]
    VerifyPhone,
    /// To open an account.
    SignUp,
    /// To sign in.
    SignIn,
    /// To pay.
    Payment,
    /// To get an account back.
    Recovery,
}

/// Every priority of messages, the most urgent first; services take turns within each. The first is for payments alone:
/// whoever pays stands at a till.
pub const PRIORITIES: [u8; 3] = [5, 10, 15];

/// What an application says of how urgent a verification's messages are. Lower than the purpose has it only: nobody says
/// of themselves that all others should wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// As urgent as most are.
    Normal,
    /// It can wait for all others: a campaign's, say.
    Low,
}

/// How urgent messages are, by what they are for and what the application said; lower goes first.
pub(super) fn priority(purpose: Purpose, said: Option<Priority>) -> u8 {
    match (said, purpose) {
        (Some(Priority::Low), _) => PRIORITIES[2],
        (None, Purpose::Payment) => PRIORITIES[0],
        (Some(Priority::Normal), _)
        | (None, Purpose::VerifyPhone | Purpose::SignUp | Purpose::SignIn | Purpose::Recovery) => PRIORITIES[1],
    }
}
