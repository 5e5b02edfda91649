//! How a code reaches its phone.

use serde::{Deserialize, Serialize};

/// Calls for one verification: the second is for whoever missed the first.
pub const CALLS_MAX: usize = 2;

/// How a code is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By SMS.
    #[default]
    Sms,
    /// By a phone call, in which it is read out: another way for whoever gets no SMS, and the only one to a fixed line.
    Call,
}
