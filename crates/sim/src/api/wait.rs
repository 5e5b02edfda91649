//! Long polls: what is there, or what comes within the time that the caller waits.

use std::time::Duration;

use serde::Deserialize;

use super::Doors;
use super::problem::Problem;
use crate::world::{Number, World};

/// The longest that a request waits for news, in milliseconds.
const WAIT_MAX_MS: u64 = 30_000;

/// How long to wait, and for what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wait {
    /// Wait so many milliseconds, at most [`WAIT_MAX_MS`], until there is something to tell.
    #[serde(default)]
    wait_ms: u64,
    /// Only what came after the one of this id.
    #[serde(default)]
    pub(super) after: Option<u64>,
}

/// What `look` finds at a phone, once that is something or the wait is over.
pub(super) async fn news<T>(
    doors: &Doors,
    number: Number,
    wait: &Wait,
    look: impl Fn(&World) -> Vec<T>,
) -> Result<Vec<T>, Problem> {
    let mut bell = doors.exchange.bell(number);
    let look = || doors.exchange.read(&look);
    let found = look();
    if !found.is_empty() || wait.wait_ms == 0 {
        return Ok(found);
    }
    let _permit = doors.waiting.try_acquire().map_err(|_| Problem::full("Too many requests wait for news."))?;
    let news = async {
        while bell.changed().await.is_ok() {
            let found = look();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    };
    // Real time, not the simulated one: the caller's patience does not end because the clock was moved.
    let patience = Duration::from_millis(wait.wait_ms.min(WAIT_MAX_MS));
    Ok(tokio::select! {
        found = news => found,
        () = tokio::time::sleep(patience) => Vec::new(),
        () = doors.exchange.stopped() => Vec::new(),
    })
}
