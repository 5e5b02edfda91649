//! Twilio Programmable Messaging, by its REST API of 2010-04-01 as published: docs/twilio.md names the pages, and what
//! nobody could try. It knows no id of ours by which a message could be sent twice and arrive once: what may have been
//! taken is not sent again.

use std::sync::Arc;

use domain::{
    delivery::Reason,
    id::MessageId,
    time::{Millis, seconds},
};
use form_urlencoded::Serializer;
use reqwest::{Client, Response};
use serde::Deserialize;

use super::{
    Outcome, Outgoing,
    http::{AGAIN_MS, client, retry_after_ms},
    refusals::Refusals,
    standing::{Standing, problem},
};
use crate::{
    clock::Clock,
    config::{
        ConfigError,
        twilio::{TwilioRoute, is_sid},
    },
    link::LinkState,
    signature::{LiveRing, receipt_path},
};

/// How long an account is left alone that does not know its credentials: somebody must act.
const REFUSED_MS: Millis = seconds(10);
/// The error's code where more waits for a sender than can go out in ten hours.
const QUEUE_FULL: u32 = 21_611;
/// Asks for the messages of a day that had none.
const NO_MESSAGES: &str = "?DateSent=2000-01-01&PageSize=1";
/// How long Twilio may keep a message that waits for its turn, in seconds.
const VALIDITY_SECONDS: std::ops::RangeInclusive<i64> = 1..=36_000;
/// What is read of an answer that says no, in bytes: those are a few hundred long.
const SAID_MAX: usize = 16 * 1_024;

/// An account that takes messages.
pub struct Account {
    route: TwilioRoute,
    client: Client,
    clock: Arc<Clock>,
    keys: LiveRing,
    public_url: String,
    state: LinkState,
    standing: Standing,
    refusals: Refusals,
}

/// What an answer that says no is about.
#[derive(Deserialize)]
struct Said {
    code: u32,
}

impl Account {
    /// An account of a route.
    ///
    /// # Errors
    /// When the system's certificates cannot be used.
    pub fn new(
        route: TwilioRoute,
        public_url: &str,
        keys: impl Into<LiveRing>,
        clock: Arc<Clock>,
    ) -> Result<Account, ConfigError> {
        let wrong = |error: reqwest::Error| ConfigError(format!("routes: {}: {error}", route.name));
        let client = client(route.timeout_ms).map_err(wrong)?;
        let state = LinkState::default();
        state.set(true);
        Ok(Account {
            route,
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

    /// What became of it, and why if the provider itself is in trouble.
    async fn post(&self, message: &Outgoing) -> (Outcome, Option<String>) {
        let (name, secret) = self.route.credentials();
        let request = self.client.post(self.route.messages_url("")).basic_auth(name, Some(secret));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        match request.body(self.form(message)).send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                let outcome = self.answered(response, message.id).await;
                let fails = matches!(outcome, Outcome::Later { .. } | Outcome::Unconfirmed { .. });
                let advice = if status == 401 { ": it does not know our credentials" } else { "" };
                (outcome, fails.then(|| format!("it answers {status}{advice}")))
            }
            Err(error) => {
                let outcome =
                    if error.is_connect() { Outcome::Later { after_ms: AGAIN_MS } } else { unconfirmed(message.id) };
                (outcome, Some(problem(error, self.route.timeout_ms)))
            }
        }
    }

    fn form(&self, message: &Outgoing) -> String {
        let from = if is_sid("MG", &message.sender) { "MessagingServiceSid" } else { "From" };
        let valid_seconds = (message.valid_ms / 1_000).clamp(*VALIDITY_SECONDS.start(), *VALIDITY_SECONDS.end());
        let mut form = Serializer::new(String::new());
        form.append_pair("To", message.to.e164()).append_pair(from, &message.sender);
        form.append_pair("Body", &message.text.0).append_pair("ValidityPeriod", &valid_seconds.to_string());
        form.append_pair("StatusCallback", &self.receipt_url(message.id)).finish()
    }

    /// Without the id's prefix: Twilio takes no underscores.
    fn receipt_url(&self, message: MessageId) -> String {
        let id = message.to_string();
        let bare = id.rsplit('_').next().unwrap_or(&id);
        format!("{}{}", self.public_url, receipt_path(self.keys.load().index(), &self.route.name, message, bare))
    }

    async fn answered(&self, response: Response, message: MessageId) -> Outcome {
        let (status, asked_ms) = (response.status().as_u16(), retry_after_ms(&response));
        match (status, asked_ms) {
            (200..=299, _) => Outcome::Accepted { carrier_id: message.to_string() },
            (429, after_ms) => Outcome::Slower { after_ms: after_ms.unwrap_or(AGAIN_MS) },
            (503, Some(after_ms)) => Outcome::Slower { after_ms },
            (503, None) => Outcome::Later { after_ms: 2 * AGAIN_MS },
            // By its own word, a message may have been taken all the same.
            (500..=599, _) => unconfirmed(message),
            (401, _) => Outcome::Later { after_ms: REFUSED_MS },
            (_, _) => match code(response).await {
                Some(QUEUE_FULL) => Outcome::Slower { after_ms: AGAIN_MS },
                code => self.refused(status, code),
            },
        }
    }

    fn refused(&self, status: u16, code: Option<u32>) -> Outcome {
        let reason = reason(code);
        if reason == Reason::RejectedByCarrier {
            let code = code.map_or(String::new(), |code| format!(", error {code}"));
            self.refusals.note(self.name(), format!("{status}{code}"), self.clock.now());
        }
        Outcome::Refused(reason)
    }

    /// Whether it answers, and knows our credentials; the status.
    pub(super) async fn knock(&self) -> Result<u16, String> {
        let (name, secret) = self.route.credentials();
        let answer = self.client.get(self.route.messages_url(NO_MESSAGES)).basic_auth(name, Some(secret)).send().await;
        answer.map(|answer| answer.status().as_u16()).map_err(|error| problem(error, self.route.timeout_ms))
    }
}

/// A call-back names the message, and may yet tell what became of it.
fn unconfirmed(message: MessageId) -> Outcome {
    Outcome::Unconfirmed { carrier_id: Some(message.to_string()) }
}

/// Why a message was refused, by the error's code. Nothing but the word that is shown follows from it, as Twilio advises:
/// new codes come without notice.
fn reason(code: Option<u32>) -> Reason {
    match code {
        // No such number; not a mobile's; a landline.
        Some(21_211 | 21_614 | 21_635) => Reason::NoSuchSubscriber,
        // Its owner wants nothing from this sender.
        Some(21_610) => Reason::Refused,
        Some(_) | None => Reason::RejectedByCarrier,
    }
}

/// The code in an answer that says no, of which no more than so much is read.
async fn code(mut response: Response) -> Option<u32> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > SAID_MAX {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice::<Said>(&body).ok().map(|said| said.code)
}
