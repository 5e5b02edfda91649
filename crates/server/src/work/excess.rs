//! Counts the rules that were gone over, as commits tell of them, and writes the counts down.

use std::{sync::Arc, time::Duration};

use tokio::sync::{broadcast::error::RecvError, watch};
use tracing::warn;

use crate::app::App;

/// How often counts are written.
const WRITE_EVERY: Duration = Duration::from_secs(2);

/// Works until `stop`, and writes the last counts then.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut committed = app.store.committed();
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
            warn!(code = refusal.code(), "how often rules were gone over could not be written down");
        }
    }
}
