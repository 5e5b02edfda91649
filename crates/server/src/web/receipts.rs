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
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

use super::{Web, json, problem::No};
use crate::send::{Acknowledge, Incoming, http::ReceiptAddress};

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
    let gateway = web.gateways.get(&route).ok_or(No(Refusal::NotFound))?;
    let id: MessageId = message.parse().map_err(|_| No(Refusal::NotFound))?;
    let address = ReceiptAddress { public_url: String::new(), key: web.app.keys.index().cookie.clone() };
    let right: bool = address.token(&route, id).as_bytes().ct_eq(token.as_bytes()).into();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let signed = gateway.is_signed(text("webhook-id"), text("webhook-timestamp"), &body, text("webhook-signature"));
    if !right || !signed {
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
