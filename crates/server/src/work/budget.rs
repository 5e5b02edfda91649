//! Gives back what this node leased of budgets and does not use, so that nobody is refused for it.

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
        if let Err(refusal) = app.give_idle_budgets_back().await {
            warn!(code = refusal.code(), "what was not used of budgets could not be given back");
        }
    }
}
