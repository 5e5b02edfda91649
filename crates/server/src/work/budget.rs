//! Says what this node spent of what it leased of budgets, so that operators see it, and gives back what it does not use,
//! so that nobody is refused for it. Looks how full the budgets are.

use std::sync::Arc;

use domain::time::{Millis, Time, seconds};
use tokio::sync::watch;

use crate::app::App;

/// How often it is looked.
const EVERY_MS: Millis = seconds(2);
/// How often it is looked how full they are.
const JUDGE_EVERY_MS: Millis = seconds(30);

/// Works until `stop`.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut judged_at = Time::from_ms(0);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            () = app.clock.sleep_until(app.now().plus(EVERY_MS)) => {}
        }
        if let Err(refusal) = app.settle_budgets().await {
            warn_of_store!(
                app,
                code = refusal.code(),
                "what was spent and not used of budgets could not be written down"
            );
        }
        if app.now().since(judged_at).abs() >= JUDGE_EVERY_MS {
            judged_at = app.now();
            if let Err(refusal) = app.judge_budgets().await {
                warn_of_store!(app, code = refusal.code(), "how full the budgets are could not be read");
            }
        }
    }
}
