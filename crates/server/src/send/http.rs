//! The HTTP provider: one documented, signed JSON call for any gateway (docs/http-provider.md).
//!
//! The signature is that of Standard Webhooks 1.0.0, so that a gateway can check it with a published library.

use std::{sync::Arc, time::Duration};

use domain::{
    channel::Channel,
    delivery::Reason,
    id::MessageId,
    time::{Millis, seconds},
};
use serde::Serialize;

use super::{
    Outcome, Outgoing,
    refusals::Refusals,
    standing::{Standing, problem},
};
use crate::{
    clock::Clock,
    config::{ConfigError, route::HttpRoute},
    link::LinkState,
    signature::{LiveRing, Signed, Signer, receipt_path},
};

/// How long a gateway that cannot take a message is left alone, if it says nothing of that.
pub(super) const AGAIN_MS: Millis = seconds(1);

/// A gateway that takes messages by HTTP.
pub struct Gateway {
    route: HttpRoute,
    signer: Signer,
    client: reqwest::Client,
    clock: Arc<Clock>,
    keys: LiveRing,
    public_url: String,
    state: LinkState,
    standing: Standing,
    refusals: Refusals,
}

#[derive(Serialize)]
struct Call<'a> {
    id: MessageId,
    to: &'a str,
    channel: Channel,
    language: &'static str,
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
        public_url: &str,
        keys: impl Into<LiveRing>,
        clock: Arc<Clock>,
    ) -> Result<Gateway, ConfigError> {
        let wrong = |what: String| ConfigError(format!("routes: {}: {what}", route.name));
        let signer = Signer::read(&route.secret.0).ok_or_else(|| wrong("secret must be whsec_ and base64".into()))?;
        let client = client(route.timeout_ms).map_err(|error| wrong(error.to_string()))?;
        let state = LinkState::default();
        state.set(true);
        Ok(Gateway {
            route,
            signer,
            client,
            clock,
            keys: keys.into(),
            public_url: public_url.to_owned(),
            state,
            standing: Standing::default(),
            refusals: Refusals::default(),
        })
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

    pub(super) async fn send(&self, message: Outgoing) -> Outcome {
        let (outcome, problem) = self.post(&message).await;
        self.state.set(!matches!(outcome, Outcome::Later { .. }));
        self.standing.note(self.name(), problem.as_deref(), self.clock.now());
        outcome
    }

    /// What became of it, and why if the gateway itself is in trouble.
    async fn post(&self, message: &Outgoing) -> (Outcome, Option<String>) {
        let call = Call {
            id: message.id,
            to: message.to.e164(),
            channel: message.channel,
            language: message.locale.tag(),
            from: &message.sender,
            text: &message.text.0,
            valid_seconds: message.valid_ms / 1_000,
            receipt_url: self.receipt_url(message.id),
        };
        let Ok(body) = serde_json::to_vec(&call) else { return (Outcome::Refused(Reason::RejectedByCarrier), None) };
        let id = message.id.to_string();
        let timestamp = (self.clock.now().ms() / 1_000).to_string();
        let signature = self.signer.sign(Signed { id: &id, timestamp: &timestamp, body: &body });
        let request = self.client.post(&self.route.url).header("content-type", "application/json");
        let request = request.header("webhook-id", &id).header("webhook-timestamp", timestamp);
        match request.header("webhook-signature", signature).body(body).send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                let outcome = self.answered(status, retry_after_ms(&response), id);
                let fails = matches!(outcome, Outcome::Later { .. });
                (outcome, fails.then(|| format!("it answers {status}")))
            }
            Err(error) => {
                let outcome = if error.is_connect() {
                    Outcome::Later { after_ms: AGAIN_MS }
                } else {
                    Outcome::Unconfirmed { carrier_id: Some(id) }
                };
                (outcome, Some(problem(error, self.route.timeout_ms)))
            }
        }
    }

    /// Whether the gateway answers at all, by a request that asks for nothing; the status.
    pub(super) async fn knock(&self) -> Result<u16, String> {
        let answer = self.client.head(&self.route.url).send().await;
        answer.map(|answer| answer.status().as_u16()).map_err(|error| problem(error, self.route.timeout_ms))
    }

    fn receipt_url(&self, message: MessageId) -> String {
        let path = receipt_path(self.keys.load().index(), &self.route.name, message, &message.to_string());
        format!("{}{path}", self.public_url)
    }

    fn answered(&self, status: u16, retry_after_ms: Option<Millis>, carrier_id: String) -> Outcome {
        match (status, retry_after_ms) {
            (429, after_ms) => Outcome::Slower { after_ms: after_ms.unwrap_or(AGAIN_MS) },
            (503, Some(after_ms)) => Outcome::Slower { after_ms },
            (status, _) => self.told(status, carrier_id),
        }
    }

    fn told(&self, status: u16, carrier_id: String) -> Outcome {
        match status {
            200..=299 => Outcome::Accepted { carrier_id },
            408 | 425 | 502..=504 => Outcome::Later { after_ms: 2 * AGAIN_MS },
            // Not 404: a wrong path would tell every person that their number does not exist.
            422 => Outcome::Refused(Reason::NoSuchSubscriber),
            _ => {
                self.refusals.note(self.name(), status.to_string(), self.clock.now());
                Outcome::Refused(Reason::RejectedByCarrier)
            }
        }
    }
}

/// A client for an operator's provider, whose answers may take so many milliseconds.
pub(super) fn client(timeout_ms: Millis) -> Result<reqwest::Client, reqwest::Error> {
    let timeout = Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(10_000));
    reqwest::Client::builder().timeout(timeout).redirect(reqwest::redirect::Policy::none()).no_proxy().build()
}

/// How long the gateway asks to be left alone; `None` where it says nothing, or names a date.
pub(super) fn retry_after_ms(response: &reqwest::Response) -> Option<Millis> {
    let said = response.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?;
    said.trim().parse::<u32>().ok().map(|after_seconds| seconds(after_seconds.into()))
}
