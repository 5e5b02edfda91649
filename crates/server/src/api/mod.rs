//! The JSON API. Each handler reads a request, asks `app`, and writes the answer; the OpenAPI document is made from
//! the same handlers.

pub mod caller;
pub mod document;
pub mod flow;
pub mod guide;
pub mod idempotent;
pub mod logo;
pub mod receipt;
pub mod schema;
pub mod service;
mod twilio;
pub mod verification;
pub mod webhook;

use std::sync::LazyLock;

use axum::Router;
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::web::Web;

/// The OpenAPI document, made when somebody first asks for it: it is larger than all else that a server has in memory.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(router().1).unwrap_or_default());

/// Every call, and the document that describes them.
pub fn router() -> (Router<Web>, utoipa::openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(document::head())
        .routes(routes!(verification::create))
        .routes(routes!(verification::fetch))
        .routes(routes!(verification::resend))
        .routes(routes!(verification::check))
        .routes(routes!(verification::redeem))
        .routes(routes!(verification::cancel))
        .routes(routes!(verification::events))
        .routes(routes!(flow::create))
        .routes(routes!(flow::fetch))
        .routes(routes!(flow::redeem))
        .routes(routes!(guide::create))
        .routes(routes!(guide::fetch))
        .routes(routes!(guide::answer))
        .routes(routes!(service::create))
        .routes(routes!(service::fetch, service::change))
        .routes(routes!(logo::set, logo::remove))
        .routes(routes!(webhook::create, webhook::list))
        .routes(routes!(webhook::remove))
        .routes(routes!(webhook::deliveries))
        .routes(routes!(webhook::replay))
        .split_for_parts();
    document::complete(&mut document);
    let router = router.route("/receipts/{route}/{message}/{token}", axum::routing::post(receipt::take));
    (router, document)
}
