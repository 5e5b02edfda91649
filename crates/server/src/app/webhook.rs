//! Webhooks of a service: its endpoints, what became of events on their way there, and sending one again.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    id::{EventId, ServiceId, WebhookId, v7},
    refusal::Refusal,
    webhook::{ENDPOINTS_MAX, Kind, url_problem},
};
use store::{
    delivery::{self, Delivery, State},
    seal,
    webhook::{self, Webhook},
};

use super::{App, idempotency::Birth};
use crate::{clock, signature::Signer};

/// How many deliveries of an endpoint are listed.
pub const LISTED_MAX: i64 = 100;

/// How many events one endpoint may ask for: there are no more.
const EVENTS_MAX: usize = 5;

impl App {
    /// Adds an endpoint; gives it with its secret, which is shown this once and kept sealed.
    ///
    /// # Errors
    /// `bad-request` for an address that cannot be one, for no events, and for an endpoint too many.
    pub async fn create_webhook(
        &self,
        service: ServiceId,
        url: String,
        mut events: Vec<Kind>,
        birth: Birth,
    ) -> Result<(Webhook, String), Refusal> {
        let refuse = |field: &str, must: String| Refusal::BadRequest { field: field.into(), must };
        if let Some(must) = url_problem(&url, &self.config.webhooks.own_origins) {
            return Err(refuse("url", must.into()));
        }
        if !(1..=EVENTS_MAX).contains(&events.len()) {
            return Err(refuse("events", format!("name 1 to {EVENTS_MAX}")));
        }
        events.sort_unstable();
        events.dedup();
        let id = WebhookId(v7(birth.at, 0, birth.random));
        if birth.again
            && let Some(webhook) = self.store.read(move |tx| webhook::fetch(tx, service, id)).await?
        {
            let secret =
                seal::open(&self.keys.load(), &id.bytes(), &webhook.secret).map_err(|_| Refusal::Unavailable)?;
            return Ok((webhook, String::from_utf8(secret).map_err(|_| Refusal::Internal)?));
        }
        let secret = format!("whsec_{}", STANDARD.encode(clock::random::<32>()));
        let sealed = seal::seal(self.keys.load().current(), &id.bytes(), clock::random(), secret.as_bytes());
        let created_at = self.now();
        let webhook = Webhook { id, service, url, events, secret: sealed, created_at, disabled_at: None };
        let written = webhook.clone();
        if self.store.write(move |tx| webhook::insert(tx, &written)).await? {
            return Ok((webhook, secret));
        }
        Err(refuse("url", format!("be one of at most {ENDPOINTS_MAX} of a service: delete another first")))
    }

    /// A service's endpoints, oldest first.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn webhooks(&self, service: ServiceId) -> Result<Vec<Webhook>, Refusal> {
        Ok(self.store.read(move |tx| webhook::list(tx, service)).await?)
    }

    /// Takes an endpoint away.
    ///
    /// # Errors
    /// `not-found` if the service has none of this id.
    pub async fn remove_webhook(&self, service: ServiceId, id: WebhookId) -> Result<(), Refusal> {
        let removed = self.store.write(move |tx| webhook::remove(tx, service, id)).await?;
        removed.then_some(()).ok_or(Refusal::NotFound)
    }

    /// What became of the newest events on their way to an endpoint.
    ///
    /// # Errors
    /// `not-found` if the service has no such endpoint.
    pub async fn deliveries(&self, service: ServiceId, id: WebhookId) -> Result<Vec<Delivery>, Refusal> {
        let found = self.store.read(move |tx| {
            let webhook = webhook::fetch(tx, service, id)?.ok_or(Refusal::NotFound)?;
            Ok((webhook, delivery::list(tx, id, LISTED_MAX)?))
        });
        let (webhook, mut deliveries) = found.await?;
        // Nothing waits for an endpoint that is gone.
        for delivery in deliveries.iter_mut().filter(|one| webhook.disabled_at.is_some() && one.state == State::Waiting)
        {
            delivery.state = State::Failed;
        }
        Ok(deliveries)
    }

    /// Sends an event to an endpoint again, from the first try on.
    ///
    /// # Errors
    /// `not-found` if the service has no such endpoint, or it was not told of the event; `bad-request` if it is disabled.
    pub async fn replay_event(&self, service: ServiceId, id: WebhookId, event: EventId) -> Result<(), Refusal> {
        let now = self.now();
        let again = self.store.write(move |tx| {
            let webhook = webhook::fetch(tx, service, id)?.ok_or(Refusal::NotFound)?;
            if webhook.disabled_at.is_some() {
                let must = "be of an endpoint that is not disabled: make it anew".into();
                return Err(Refusal::BadRequest { field: "id".into(), must }.into());
            }
            delivery::again(tx, id, event, now)
        });
        again.await?.then_some(()).ok_or(Refusal::NotFound)
    }

    /// What an endpoint's calls are signed with; `None` if the key file has lost the key that sealed it.
    pub fn webhook_signer(&self, webhook: &Webhook) -> Option<Signer> {
        let opened = seal::open(&self.keys.load(), &webhook.id.bytes(), &webhook.secret).ok()?;
        Signer::read(std::str::from_utf8(&opened).ok()?)
    }
}
