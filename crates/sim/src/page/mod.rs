//! The page of virtual phones: shows their SMS as they arrive and lets a person change everything, without JavaScript
//! too.

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
use view::{CardPage, Mistake, Page};
use words::Lang;

const SCRIPT: &str = include_str!("../../assets/sim.js");
const STYLE: &str = include_str!("../../assets/sim.css");

/// Nothing but the page's own script and style, named by their hashes, may run: stricter than a nonce, and it needs no
/// randomness.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE),
    )
});

pub(crate) fn router() -> Router<Doors> {
    Router::new()
        .route("/", get(page))
        .route("/events", get(events::events))
        .route("/phones", post(forms::add_phone))
        .route("/phones/{number}", post(forms::set_phone))
        .route("/phones/{number}/card", get(card))
        .route("/phones/{number}/clear", post(forms::clear_phone))
        .route("/carriers/{name}", post(forms::set_carrier))
        .route("/clock", post(forms::advance_clock))
}

/// What every address of the page takes.
#[derive(Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
}

async fn page(State(doors): State<Doors>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let lang = Lang::choose(asked.lang.as_deref(), &headers);
    show(&doors, lang, StatusCode::OK, None)
}

async fn card(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = Lang::choose(asked.lang.as_deref(), &headers);
    let number = edit::number(&number)?;
    let card = doors.exchange.read(|world| view::card(world, number, lang));
    let card = card.ok_or_else(|| Problem::not_found("No message was ever sent to this number."))?;
    Ok(render(&CardPage { card, w: lang.words(), lang: lang.tag() }))
}

/// The whole page, with what went wrong with the form before it.
fn show(doors: &Doors, lang: Lang, status: StatusCode, mistake: Option<Mistake>) -> Response {
    let now_ms = doors.exchange.clock().now_ms();
    let page: Page = doors.exchange.read(|world| view::page(world, now_ms, lang, mistake));
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_SECURITY_POLICY, POLICY.as_str()), (header::VARY, "Accept-Language")];
    (status, headers, render(&page)).into_response()
}

fn render(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the simulator's page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
