//! Counts the rules that were gone over, as commits tell of them, and codes that were wrong; writes the counts down, and
//! looks whether somebody guesses.

use std::{sync::Arc, time::Duration};

use domain::time::{Millis, Time, seconds};
use tokio::sync::{broadcast::error::RecvError, watch};

use crate::app::App;

/// How often counts are written.
const WRITE_EVERY: Duration = Duration::from_secs(2);
/// How often it is looked whether somebody guesses.
const JUDGE_EVERY_MS: Millis = seconds(60);

/// Works until `stop`, and writes the last counts then.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut committed = app.store.committed();
    let mut judged_at = Time::from_ms(0);
    let mut write = tokio::time::interval(WRITE_EVERY);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => {}
            told = committed.recv() => match told {
                Ok(changes) => {
                    app.count_exceeded(&changes);
                    continue;
                }
                // What was missed is not counted; it was decided all the same.
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            },
            _ = write.tick() => {}
        }
        if let Err(refusal) = app.write_excesses().await {
            warn_of_store!(app, code = refusal.code(), "how often rules were gone over could not be written down");
        }
        if let Err(refusal) = app.write_guesses().await {
            warn_of_store!(app, code = refusal.code(), "how many codes were wrong could not be written down");
        }
        if app.now().since(judged_at) >= JUDGE_EVERY_MS {
            judged_at = app.now();
            if let Err(refusal) = app.judge_guesses().await {
                warn_of_store!(app, code = refusal.code(), "it could not be looked whether codes are guessed");
            }
        }
    }
}
