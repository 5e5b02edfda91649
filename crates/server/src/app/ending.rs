//! Ends all that is under way at once: when a secret may have leaked (rule V3), or an older backup was restored (rule D11).

use domain::{
    id::{OperationId, v7},
    refusal::Refusal,
    time::Time,
    verification::{Event, Operation, Status, Verification},
};
use futures::future::join_all;
use store::{Store, console, flow, guide_session, verification};

use crate::clock;

/// Verifications looked at, and ended, at once.
const PAGE: i64 = 500;

/// What was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Verifications that waited for a code.
    pub verifications: usize,
    /// Hosted pages' flows, with their links and results.
    pub flows: u64,
}

/// Ends codes, links and the console's sessions: what an older backup knows of them, others have used or ended since.
///
/// # Errors
/// `unavailable` if the database is; then some may have ended, and it can be called again.
pub async fn everything(store: &Store, now: Time) -> Result<Ended, Refusal> {
    let verifications = verifications(store, now).await?;
    store.write(console::end_all).await?;
    store.write(guide_session::remove_all).await?;
    Ok(Ended { verifications, flows: store.write(flow::remove_all).await? })
}

/// Ends every verification that waits for a code, as if its application had cancelled it; how many.
///
/// # Errors
/// As [`everything`].
pub async fn verifications(store: &Store, now: Time) -> Result<usize, Refusal> {
    let (mut ended, mut after) = (0, None);
    loop {
        let page = store.read(move |tx| verification::pending(tx, after, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(ended) };
        after = Some(last.id);
        let waiting = page.iter().filter(|verification| verification.status(now) == Status::Pending);
        let canceled = join_all(waiting.map(|verification| store.apply(cancel(verification, now)))).await;
        for answer in canceled {
            match answer {
                Ok(_) => ended += 1,
                // Its code came back, or it was erased, at this very moment.
                Err(Refusal::AlreadyUsed | Refusal::NotFound) => {}
                Err(refusal) => return Err(refusal),
            }
        }
    }
}

fn cancel(verification: &Verification, now: Time) -> Operation {
    Operation {
        id: OperationId(v7(now, 0, clock::random())),
        service: None,
        verification: Some(verification.id),
        policy: std::sync::Arc::default(),
        sources: Vec::new(),
        event: Event::Cancel,
    }
}
