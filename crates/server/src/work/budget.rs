//! Says what this node spent of what it leased of budgets, so that operators see it, and gives back what it does not use,
//! so that nobody is refused for it.

use std::sync::Arc;

use domain::time::{Millis, seconds};
use tokio::sync::watch;
use tracing::warn;

use crate::app::App;

/// How often it is looked.
const EVERY_MS: Millis = seconds(2);

/// Works until `stop`.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            () = app.clock.sleep_until(app.now().plus(EVERY_MS)) => {}
        }
        if let Err(refusal) = app.settle_budgets().await {
            warn!(code = refusal.code(), "what was spent and not used of budgets could not be written down");
        }
    }
}
