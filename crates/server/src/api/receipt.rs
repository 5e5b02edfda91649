//! Receipts of HTTP routes: a signed call-back to an address that only the gateway was told (rule D1).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use domain::{
    delivery::{Reason, State as MessageState},
    id::MessageId,
    refusal::Refusal,
};
use serde::Deserialize;
use tokio::sync::oneshot;

use crate::{
    config::route::Route,
    receipt::{Acknowledge, Incoming},
    signature::{Signed, Signer, is_receipt_token},
    web::{Web, json, problem::No},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Receipt {
    state: Told,
    #[serde(default)]
    reason: Option<Reason>,
}

/// What a gateway can tell.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    Submitted,
    Delivered,
    Undelivered,
}

/// Writes a receipt down, then answers 204.
///
/// # Errors
/// `not-found` for another address or signature, `unavailable` when it could not be written: then it is to be repeated.
pub async fn take(
    State(web): State<Web>,
    Path((route, message, token)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, No> {
    let signer = signer(&web, &route).ok_or(No(Refusal::NotFound))?;
    let id: MessageId = message.parse().map_err(|_| No(Refusal::NotFound))?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let call = Signed { id: text("webhook-id"), timestamp: text("webhook-timestamp"), body: &body };
    let signed = signer.accepts(call, text("webhook-signature"), web.app.now());
    if !signed || !is_receipt_token(web.app.keys.index(), &route, id, &token) {
        return Err(No(Refusal::NotFound));
    }
    let receipt: Receipt = json::read(&body)?;
    let state = match receipt.state {
        Told::Submitted => MessageState::Submitted,
        Told::Delivered => MessageState::Delivered,
        Told::Undelivered => MessageState::Undelivered,
    };
    let (written, done) = oneshot::channel();
    let ack = Acknowledge::Call(written);
    let incoming = Incoming { route, carrier_id: message, recipient: None, state, reason: receipt.reason, ack };
    web.receipts.send(incoming).await.map_err(|_| No(Refusal::Unavailable))?;
    done.await.map(|()| StatusCode::NO_CONTENT).map_err(|_| No(Refusal::Unavailable))
}

fn signer(web: &Web, name: &str) -> Option<Signer> {
    let routes = &web.app.config.routes;
    routes.iter().find_map(|route| match route {
        Route::Http(route) if route.name == name => Signer::read(&route.secret.0),
        Route::Http(_) | Route::Smpp(_) => None,
    })
}
