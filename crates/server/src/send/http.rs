//! The HTTP provider: one documented, signed JSON call for any gateway (docs/http-provider.md).
//!
//! The signature is that of Standard Webhooks 1.0.0, so that a gateway can check it with a published library.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{delivery::Reason, id::MessageId, key::Secret};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tracing::warn;

use super::{LinkState, Outcome, Outgoing};
use crate::{
    clock::Clock,
    config::{ConfigError, route::HttpRoute},
};

/// How far a signed call-back's clock may be off (Standard Webhooks: five minutes).
const TOLERANCE_SECONDS: i64 = 300;

/// A gateway that takes messages by HTTP.
pub struct Gateway {
    route: HttpRoute,
    key: Vec<u8>,
    client: reqwest::Client,
    clock: std::sync::Arc<Clock>,
    receipts: ReceiptAddress,
    state: LinkState,
}

/// Makes and checks the address that a message's receipt is posted to: only who was told it can call it (rule D1).
#[derive(Clone)]
pub struct ReceiptAddress {
    /// Where the server is reached.
    pub public_url: String,
    /// Signs the token.
    pub key: Secret,
}

impl ReceiptAddress {
    /// The token of one message on one route.
    pub fn token(&self, route: &str, message: MessageId) -> String {
        self.key.hmac(&[b"receipt", &message.bytes(), route.as_bytes()]).hex()
    }

    fn url(&self, route: &str, message: MessageId) -> String {
        format!("{}/receipts/{route}/{message}/{}", self.public_url, self.token(route, message))
    }
}

#[derive(Serialize)]
struct Call<'a> {
    id: MessageId,
    to: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    from: &'a str,
    text: &'a str,
    valid_seconds: i64,
    receipt_url: String,
}

impl Gateway {
    /// A gateway of a route.
    ///
    /// # Errors
    /// When the route's secret or the system's certificates cannot be used.
    pub fn new(
        route: HttpRoute,
        receipts: ReceiptAddress,
        clock: std::sync::Arc<Clock>,
    ) -> Result<Gateway, ConfigError> {
        let wrong = |what: String| ConfigError(format!("routes: {}: {what}", route.name));
        let key = read_secret(&route.secret.0).ok_or_else(|| wrong("secret must be whsec_ and base64".into()))?;
        let timeout = Duration::from_millis(u64::try_from(route.timeout_ms).unwrap_or(10_000));
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let state = LinkState::default();
        state.set(true);
        Ok(Gateway { route, key, client, clock, receipts, state })
    }

    pub(super) fn name(&self) -> &str {
        &self.route.name
    }

    pub(super) fn sender(&self) -> &str {
        &self.route.sender
    }

    pub(super) fn window(&self) -> usize {
        self.route.window
    }

    pub(super) fn state(&self) -> &LinkState {
        &self.state
    }

    /// Whether a call-back was signed with this route's secret, lately.
    pub fn is_signed(&self, id: &str, timestamp: &str, body: &[u8], signatures: &str) -> bool {
        let now = self.clock.now().ms() / 1_000;
        let lately = timestamp.parse::<i64>().is_ok_and(|at| (now - at).abs() <= TOLERANCE_SECONDS);
        let right = sign(&self.key, id, timestamp, body);
        let given = signatures.split(' ').filter_map(|part| part.strip_prefix("v1,"));
        lately && given.fold(false, |found, one| found | bool::from(one.as_bytes().ct_eq(right.as_bytes())))
    }

    pub(super) async fn send(&self, message: Outgoing) -> Outcome {
        let outcome = self.post(&message).await;
        self.state.set(!matches!(outcome, Outcome::Later { .. }));
        outcome
    }

    async fn post(&self, message: &Outgoing) -> Outcome {
        let call = Call {
            id: message.id,
            to: message.to.e164(),
            from: &message.sender,
            text: &message.text.0,
            valid_seconds: message.valid_ms / 1_000,
            receipt_url: self.receipts.url(&self.route.name, message.id),
        };
        let Ok(body) = serde_json::to_vec(&call) else { return Outcome::Refused(Reason::RejectedByCarrier) };
        let id = message.id.to_string();
        let timestamp = (self.clock.now().ms() / 1_000).to_string();
        let signature = format!("v1,{}", sign(&self.key, &id, &timestamp, &body));
        let request = self.client.post(&self.route.url).header("content-type", "application/json");
        let request = request.header("webhook-id", &id).header("webhook-timestamp", timestamp);
        match request.header("webhook-signature", signature).body(body).send().await {
            Ok(response) => self.answered(response.status().as_u16(), id),
            Err(error) if error.is_connect() => Outcome::Later { after_ms: 1_000 },
            Err(_) => Outcome::Unconfirmed,
        }
    }

    fn answered(&self, status: u16, carrier_id: String) -> Outcome {
        match status {
            200..=299 => Outcome::Accepted { carrier_id },
            408 | 425 | 429 | 502..=504 => Outcome::Later { after_ms: 2_000 },
            404 | 422 => Outcome::Refused(Reason::NoSuchSubscriber),
            _ => {
                warn!(route = self.name(), status, "the gateway refused a message");
                Outcome::Refused(Reason::RejectedByCarrier)
            }
        }
    }
}

fn read_secret(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix("whsec_")?).ok().filter(|key| key.len() >= 24)
}

fn sign(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_as_the_standard_says() {
        // The published example of Standard Webhooks 1.0.0.
        let key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signature, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
