//! The pages of virtual phones: all phones with their newest SMS or call, a page for each phone, and the carriers. They show
//! messages as they arrive and let a person change everything, without JavaScript too.

mod events;
mod forms;
mod labels;
mod view;
mod words;

use std::sync::LazyLock;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::api::Doors;
use crate::api::problem::Problem;
use crate::edit;
use crate::world::Number;
use view::Mistake;
use words::Lang;

const SCRIPT: &str = include_str!("../../assets/sim.js");
const STYLE: &str = include_str!("../../assets/sim.css");

/// Nothing but the pages' own script and style, named by their hashes, may run: stricter than a nonce, and it needs no
/// randomness.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE),
    )
});

pub(crate) fn router() -> Router<Doors> {
    Router::new()
        .route("/", get(index))
        .route("/events", get(events::events))
        .route("/phones", post(forms::add_phone))
        .route("/phones/{number}", get(phone).post(forms::set_phone))
        .route("/phones/{number}/clear", post(forms::clear_phone))
        .route("/carriers", get(carriers))
        .route("/carriers/{name}", post(forms::set_carrier))
        .route("/clock", post(forms::advance_clock))
}

/// What every address of the pages takes.
#[derive(Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
}

async fn index(State(doors): State<Doors>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    show_index(&doors, Lang::choose(asked.lang.as_deref(), &headers), None)
}

async fn phone(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = Lang::choose(asked.lang.as_deref(), &headers);
    let number = edit::number(&number)?;
    show_phone(&doors, number, lang, None).ok_or_else(|| Problem::not_found("Nothing was ever sent to this number."))
}

async fn carriers(State(doors): State<Doors>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    show_carriers(&doors, Lang::choose(asked.lang.as_deref(), &headers), None)
}

/// All phones, with what went wrong with a form.
fn show_index(doors: &Doors, lang: Lang, mistake: Option<Mistake>) -> Response {
    let (status, now_ms) = (status(&mistake), doors.exchange.clock().now_ms());
    shown(status, &doors.exchange.read(|world| view::index(world, &doors.centre, now_ms, lang, mistake)))
}

/// A phone, if there is one with this number.
fn show_phone(doors: &Doors, number: Number, lang: Lang, mistake: Option<Mistake>) -> Option<Response> {
    let status = status(&mistake);
    let page = doors.exchange.read(|world| view::phone(world, number, lang, mistake));
    page.map(|page| shown(status, &page))
}

fn show_carriers(doors: &Doors, lang: Lang, mistake: Option<Mistake>) -> Response {
    shown(status(&mistake), &doors.exchange.read(|world| view::carriers(world, lang, mistake)))
}

fn status(mistake: &Option<Mistake>) -> StatusCode {
    if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

fn shown(status: StatusCode, page: &impl Template) -> Response {
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_SECURITY_POLICY, POLICY.as_str()), (header::VARY, "Accept-Language")];
    match page.render() {
        Ok(html) => (status, headers, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the simulator cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
