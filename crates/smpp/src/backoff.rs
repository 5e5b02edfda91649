//! How long to wait before connecting again. Pure: the caller, who opens the sockets, brings the randomness.

/// Why the last attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The network or the peer went away: come back soon.
    Lost,
    /// The peer refused the bind: nothing changes until a person acts, and insisting may lock the account.
    Refused,
}

/// The wait in milliseconds before attempt number `attempt` (the first retry is 0): doubling, between half and all of
/// the step by `random`, at most 30 seconds after a loss and 15 minutes after a refusal.
pub fn backoff_ms(after: After, attempt: u32, random: u32) -> i64 {
    let (first_ms, most_ms) = match after {
        After::Lost => (500_i64, 30_000_i64),
        After::Refused => (60_000, 900_000),
    };
    let step_ms = (first_ms << attempt.min(16)).min(most_ms);
    let half_ms = step_ms / 2;
    half_ms + ((half_ms * i64::from(random)) >> 32)
}
