//! What happens without a request: messages go out, receipts come in, webhooks are called, what is over is swept away.
//!
//! Each worker is idempotent, takes no input but the store's rows, and runs on a signal and on a timer.

/// A warning about what the store did not do; not while the database is away, which the store tells once.
macro_rules! warn_of_store {
    ($app:expr, $($told:tt)*) => {
        if !$app.store.is_away() {
            tracing::warn!($($told)*);
        }
    };
}

pub mod arrival;
pub mod budget;
pub mod dispatch;
pub mod excess;
mod hands;
pub mod keys;
pub mod receipts;
pub mod reseal;
pub mod sweep;
pub mod traces;
pub mod webhooks;

use domain::{
    id::VerificationId,
    refusal::Refusal,
    verification::{Event, Operation, Report},
};
use tracing::warn;

use crate::app::App;

/// How often a report is tried before it is given up; the store is waited for half a minute.
const REPORT_TRIES: u32 = 60;

/// Records what became known about a message. What has been sent must be written down: while the store is away this
/// is tried again. Whether nothing is left to be done: not if the store stayed away.
async fn report(app: &App, verification: VerificationId, report: Report) -> bool {
    let operation = Operation {
        id: app.operation_id(),
        service: None,
        verification: Some(verification),
        policy: std::sync::Arc::default(),
        sources: Vec::new(),
        event: Event::Report(report),
    };
    for _ in 0..REPORT_TRIES {
        match app.store.apply(operation.clone()).await {
            Err(Refusal::Unavailable) => tokio::time::sleep(std::time::Duration::from_millis(500)).await,
            Ok(_) | Err(Refusal::NotFound) => return true,
            Err(refusal) => {
                warn!(code = refusal.code(), "a report about a message was refused");
                return true;
            }
        }
    }
    warn_of_store!(app, "a report about a message could not be stored");
    false
}
