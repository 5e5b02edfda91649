//! Receipts of HTTP routes and of Twilio: a signed call-back to an address that only the provider was told (rule D1).

use axum::{
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

use super::twilio;
use crate::{
    config::{
        route::{HttpRoute, Route},
        twilio::TwilioRoute,
    },
    receipt::{Acknowledge, Incoming},
    signature::{Signed, Signer, is_receipt_token},
    web::{Web, body::Whole, json, problem::No},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Receipt {
    state: Told,
    #[serde(default)]
    reason: Option<Why>,
}

/// What a gateway can tell.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    Submitted,
    Delivered,
    Undelivered,
}

/// Why a message did not arrive, as far as a gateway can know: docs/http-provider.md.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Unreachable,
    NoSuchSubscriber,
    Refused,
    RejectedByCarrier,
    Deleted,
    Unknown,
}

/// Where a call-back came to.
struct Address<'a> {
    /// The route of its path.
    route: &'a str,
    /// The message of its path, as it is written there.
    name: &'a str,
    /// The token of its path.
    token: &'a str,
}

/// What a receipt says.
type Says = (MessageState, Option<Reason>);

/// Writes a receipt down, then answers 204.
///
/// # Errors
/// `not-found` for another address or signature, `unavailable` when it could not be written: then it is to be repeated.
pub async fn take(
    State(web): State<Web>,
    Path((route, name, token)): Path<(String, String, String)>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<StatusCode, No> {
    let address = Address { route: &route, name: &name, token: &token };
    let configured = web.app.config.routes.iter().find(|one| one.name() == route);
    let (message, says) = match configured {
        Some(Route::Http(configured)) => by_gateway(&web, configured, &address, &headers, &body)?,
        Some(Route::Twilio(configured)) => by_twilio(&web, configured, &address, &headers, &body)?,
        Some(Route::Smpp(_)) | None => return Err(No(Refusal::NotFound)),
    };
    let Some((state, reason)) = says else { return Ok(StatusCode::NO_CONTENT) };
    let (written, done) = oneshot::channel();
    let (carrier_id, ack) = (message.to_string(), Acknowledge::Call(written));
    let incoming = Incoming { route, carrier_id, recipient: None, state, reason, ack };
    web.receipts.send(incoming).await.map_err(|_| No(Refusal::Unavailable))?;
    done.await.map(|()| StatusCode::NO_CONTENT).map_err(|_| No(Refusal::Unavailable))
}

/// Reads what a gateway says.
fn by_gateway(
    web: &Web,
    route: &HttpRoute,
    address: &Address<'_>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(MessageId, Option<Says>), No> {
    let unknown = || No(Refusal::NotFound);
    let signer = Signer::read(&route.secret.0).ok_or_else(unknown)?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let call = Signed { id: text("webhook-id"), timestamp: text("webhook-timestamp"), body };
    let signed = signer.accepts(call, text("webhook-signature"), web.app.now());
    let message = named(web, address, address.name).filter(|_| signed).ok_or_else(unknown)?;
    Ok((message, Some(says(json::read(body)?)?)))
}

/// What a gateway's receipt says: a reason is one for not having arrived.
fn says(Receipt { state, reason }: Receipt) -> Result<Says, No> {
    let state = match state {
        Told::Undelivered => return Ok((MessageState::Undelivered, reason.map(Reason::from))),
        Told::Submitted => MessageState::Submitted,
        Told::Delivered => MessageState::Delivered,
    };
    match reason {
        None => Ok((state, None)),
        Some(_) => {
            let (field, must) = ("reason".to_owned(), "be left out unless the state is undelivered".to_owned());
            Err(No(Refusal::BadRequest { field, must }))
        }
    }
}

impl From<Why> for Reason {
    fn from(why: Why) -> Reason {
        match why {
            Why::Unreachable => Reason::Unreachable,
            Why::NoSuchSubscriber => Reason::NoSuchSubscriber,
            Why::Refused => Reason::Refused,
            Why::RejectedByCarrier => Reason::RejectedByCarrier,
            Why::Deleted => Reason::Deleted,
            Why::Unknown => Reason::Unknown,
        }
    }
}

/// Reads what Twilio says, which is not always worth writing down.
fn by_twilio(
    web: &Web,
    route: &TwilioRoute,
    address: &Address<'_>,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(MessageId, Option<Says>), No> {
    let Address { route: of, name, token } = address;
    let path = format!("/receipts/{of}/{name}/{token}");
    let form = twilio::read(route, &web.app.config.public_url, &path, headers, body);
    let message = named(web, address, &format!("msg_{name}"));
    let (form, message) = form.zip(message).ok_or(No(Refusal::NotFound))?;
    Ok((message, twilio::told(&form)))
}

/// The message that an address is of, if its token is that message's.
fn named(web: &Web, address: &Address<'_>, id: &str) -> Option<MessageId> {
    let message: MessageId = id.parse().ok()?;
    is_receipt_token(web.app.keys.load().index(), address.route, message, address.token).then_some(message)
}
