//! The simulator's own small HTTP: JSON for programs here, the page for people in [`crate::page`].

mod calls;
mod carriers;
mod clock;
pub(crate) mod guard;
mod phones;
pub(crate) mod problem;
mod wait;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use crate::exchange::Exchange;
use crate::voice::Voice;
use crate::world::{Change, World};
use problem::Problem;

pub(crate) use carriers::{known as known_carrier, set as carrier_set};
pub(crate) use clock::forward;
pub(crate) use phones::described;

/// Where the binary mounts [`router`]; the page's links begin with it.
pub const MOUNT: &str = "/sim";
/// Where calls are asked for, below [`MOUNT`].
pub const CALLS: &str = "/v1/calls";
/// The largest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 16 << 10;
/// The most requests that wait for news at one time: long polls and event streams.
const WAITING_MAX: usize = 1024;

/// A body of bounded size, or why there is none.
type Body = Result<Bytes, BytesRejection>;

/// What every handler works with.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) waiting: Arc<Semaphore>,
    hosts: Arc<[String]>,
    pub(crate) centre: Arc<Centre>,
    voice: Option<Arc<Voice>>,
}

/// Where SMPP clients connect, and where people find the name and password for it: for the page.
pub(crate) struct Centre {
    pub(crate) address: String,
    pub(crate) account_is_in: String,
}

impl FromRef<Doors> for Arc<Exchange> {
    fn from_ref(doors: &Doors) -> Arc<Exchange> {
        Arc::clone(&doors.exchange)
    }
}

/// The API and the page, to be nested at [`MOUNT`].
pub(crate) fn router(
    exchange: Arc<Exchange>,
    allowed_hosts: Vec<String>,
    centre: Centre,
    voice: Option<Voice>,
) -> Router {
    let (waiting, voice) = (Arc::new(Semaphore::new(WAITING_MAX)), voice.map(Arc::new));
    let doors = Doors { exchange, waiting, hosts: allowed_hosts.into(), centre: Arc::new(centre), voice };
    let api = Router::new()
        .route("/v1/phones", get(phones::list))
        .route("/v1/phones/{number}", get(phones::show).put(phones::put))
        .route("/v1/phones/{number}/messages", get(phones::messages).delete(phones::clear))
        .route("/v1/phones/{number}/calls", get(calls::of_phone))
        .route(CALLS, post(calls::make))
        .route("/v1/carriers", get(carriers::list))
        .route("/v1/carriers/{name}", get(carriers::show).put(carriers::put))
        .route("/v1/clock", get(clock::show).post(clock::advance))
        .layer(axum::middleware::from_fn(guard::json_only));
    api.merge(crate::page::router())
        .fallback(|| async { Problem::not_found("There is nothing here.") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn_with_state(doors.clone(), guard::same_site_only))
        .with_state(doors)
}

/// Makes the change that `decide` finds, and turns both kinds of failure into a problem.
pub(crate) fn change<E: Into<Problem>>(
    exchange: &Exchange,
    decide: impl FnOnce(&World) -> Result<Change, E>,
) -> Result<(), Problem> {
    exchange.change(decide).map_err(|error: io::Error| Problem::unsaved("journal", &error))?.map_err(Into::into)
}
