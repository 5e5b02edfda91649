//! After a rotation: what an older secret sealed is sealed with the newest one, in the background, so that the older one can
//! leave the key file (rule D11). A page at a time, with a pause after each, so that no request waits long behind it.

use std::{sync::Arc, time::Duration};

use store::{
    seal::{self, Unsealable},
    sealed::{self, Sealed, Table},
};
use tokio::sync::watch;
use tracing::{info, warn};

use crate::{app::App, clock};

/// Rows of a page: all of them are read, and those of older keys written, in one commit.
const ROWS_MAX: i64 = 200;
/// What lies between two pages, and between two tries while the store is away.
const PAUSE: Duration = Duration::from_millis(100);
const AWAY: Duration = Duration::from_secs(10);

/// How often it is looked whether another key came into use.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Goes through every table once some while after the start, or after a key came into use: until then nodes may run that
/// have not read it. Ends early with `stop`; the next start begins anew.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut sealed_with = app.keys.load().all()[0].id;
    loop {
        let current = app.keys.load().current().id;
        let next = async {
            if current > sealed_with {
                app.clock.sleep_until(app.now().plus(app.config.reseal_after_ms)).await;
                every_table(&app).await;
            } else {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            _ = stop.changed() => return,
            () = next => sealed_with = sealed_with.max(current),
        }
    }
}

async fn every_table(app: &App) {
    for table in Table::ALL {
        let mut after = Some(Vec::new());
        while let Some(place) = after {
            after = match page(app, table, place.clone()).await {
                Ok(next) => next,
                Err(problem) => {
                    warn_of_store!(app, %problem, "sealed rows could not be read or written");
                    tokio::time::sleep(AWAY).await;
                    Some(place)
                }
            };
            tokio::time::sleep(PAUSE).await;
        }
    }
    let newest = app.keys.load().current().id.0;
    info!(values = app.metrics.resealed.get(), "all that is kept for long is sealed with key {newest} now");
}

/// One page; the key of its last row, if there may be more.
async fn page(app: &App, table: Table, after: Vec<u8>) -> Result<Option<Vec<u8>>, store::Error> {
    let rows = app.store.read(move |tx| sealed::page(tx, table, &after, ROWS_MAX)).await?;
    let next = rows.last().map(|last| last.row.clone()).filter(|_| rows.len() as i64 == ROWS_MAX);
    let anew: Vec<(Sealed, Vec<u8>)> = rows.into_iter().filter_map(|row| again(app, row)).collect();
    if !anew.is_empty() {
        let written = app.store.write(move |tx| sealed::replace(tx, table, &anew)).await?;
        app.metrics.resealed.inc_by(written);
    }
    Ok(next)
}

fn again(app: &App, row: Sealed) -> Option<(Sealed, Vec<u8>)> {
    // An empty one was erased, or never there.
    let value = row.value.as_deref().filter(|value| !value.is_empty())?;
    match seal::again(&app.keys.load(), &row.row, clock::random(), value) {
        Ok(sealed) => sealed.map(|sealed| (row, sealed)),
        Err(Unsealable::KeyGone(_) | Unsealable::Altered) => {
            warn!("a sealed value cannot be read; it stays as it is");
            None
        }
    }
}
