//! Writes down what was noted of messages, and looks how the routes do.

use std::{sync::Arc, time::Duration};

use domain::time::{Millis, Time, seconds};
use tokio::sync::watch;

use crate::app::App;

/// How often notes are written.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How often the routes are looked at.
const JUDGE_EVERY_MS: Millis = seconds(15);
/// How often ranges of numbers are.
const RANGES_EVERY_MS: Millis = seconds(60);

/// Works until `stop`, and writes the last notes then.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let (mut judged_at, mut ranges_at) = (Time::from_ms(0), Time::from_ms(0));
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(WRITE_EVERY) => {}
        }
        if let Err(refusal) = app.write_notes().await {
            warn_of_store!(app, code = refusal.code(), "what became of messages could not be counted");
        }
        // An operator's word is obeyed within seconds, on every node.
        if let Err(refusal) = app.read_routes().await {
            warn_of_store!(app, code = refusal.code(), "what is known of the routes could not be read");
        }
        if app.now().since(judged_at) >= JUDGE_EVERY_MS {
            judged_at = app.now();
            if let Err(refusal) = app.judge_routes().await {
                warn_of_store!(app, code = refusal.code(), "the routes could not be looked at");
            }
        }
        if app.now().since(ranges_at) >= RANGES_EVERY_MS {
            ranges_at = app.now();
            if let Err(refusal) = app.judge_ranges().await {
                warn_of_store!(app, code = refusal.code(), "ranges of numbers could not be looked at");
            }
        }
    }
}
