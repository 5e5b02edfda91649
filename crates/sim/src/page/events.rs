//! Server-sent events: the number of each phone that changes, for the page's script.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::StreamExt;
use tokio_stream::wrappers::BroadcastStream;

use crate::api::Doors;
use crate::api::problem::Problem;

/// How often a comment keeps a silent stream alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) async fn events(
    State(doors): State<Doors>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let permit = doors.waiting.clone().try_acquire_owned().map_err(|_| Problem::full("Too many pages are open."))?;
    let changes = BroadcastStream::new(doors.exchange.events()).map(move |change| {
        let _held_as_long_as_the_stream = &permit;
        Ok(match change {
            Ok(number) => Event::default().data(number.to_string()),
            // The page is too far behind to be told one by one.
            Err(_) => Event::default().event("reload").data("all"),
        })
    });
    let changes = changes.take_until(doors.exchange.stopped());
    Ok(Sse::new(changes).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
