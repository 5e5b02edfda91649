//! `/v1/webhooks`: where an application is told of events, and what became of them.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    refusal::Refusal,
    webhook::{About, Kind, NoAnswer, Tried},
};
use serde::{Deserialize, Serialize};
use store::{
    delivery::{Delivery, State as Place},
    webhook::Webhook,
};
use utoipa::ToSchema;

use super::{caller::Authorized, idempotent, schema};
use crate::{
    app::caller::Scope,
    web::{
        Web,
        json::{Body, text},
        problem::No,
    },
};

/// An endpoint that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Where events are posted: https, at a public address.
    #[schema(max_length = 500, pattern = "^https?://", example = "https://shop.example/tegata")]
    url: String,
    /// Which events.
    #[schema(value_type = Vec<schema::EventKind>, min_items = 1, max_items = 5)]
    events: Vec<Kind>,
}

/// An endpoint.
#[derive(Serialize, ToSchema)]
pub struct WebhookView {
    /// Its id.
    #[schema(pattern = "^whk_[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    id: String,
    /// Where events are posted.
    url: String,
    /// Which events.
    #[schema(value_type = Vec<schema::EventKind>)]
    events: Vec<Kind>,
    /// What calls are signed with; only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^whsec_[A-Za-z0-9+/]{43}=$")]
    secret: Option<String>,
    /// Since when it is there (RFC 3339, UTC).
    #[schema(format = DateTime)]
    created_at: String,
    /// Since when nothing is sent there: it answered 410.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
}

/// A service's endpoints.
#[derive(Serialize, ToSchema)]
pub struct WebhookList {
    /// Oldest first.
    webhooks: Vec<WebhookView>,
}

/// An event on its way to an endpoint.
#[derive(Serialize, ToSchema)]
pub struct DeliveryView {
    /// The event's id: `webhook-id` of its calls.
    #[schema(pattern = "^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    event: String,
    /// What it tells of.
    #[schema(value_type = schema::EventKind)]
    r#type: Kind,
    /// The verification that it is about; null if it is about a route.
    #[schema(pattern = "^ver_[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    verification: Option<String>,
    /// The route that it is about, by its name; null if it is about a verification.
    #[schema(max_length = 32)]
    route: Option<String>,
    /// When it happened (RFC 3339, UTC).
    #[schema(format = DateTime)]
    at: String,
    /// Where it is.
    #[schema(value_type = schema::DeliveryState)]
    state: Place,
    /// How often it was tried.
    #[schema(minimum = 0, maximum = 10)]
    tries: i64,
    /// When it is tried next, while it waits.
    #[schema(format = DateTime)]
    next_at: Option<String>,
    /// The status of the last try's answer; null if there was none.
    #[schema(minimum = 100, maximum = 999)]
    status: Option<u16>,
    /// Why the last try had no answer, if so.
    #[schema(value_type = Option<schema::NoAnswer>)]
    no_answer: Option<NoAnswer>,
}

/// An endpoint's deliveries.
#[derive(Serialize, ToSchema)]
pub struct DeliveryList {
    /// The newest hundred, newest first.
    #[schema(max_items = 100)]
    deliveries: Vec<DeliveryView>,
}

impl WebhookView {
    fn of(webhook: Webhook, secret: Option<String>) -> WebhookView {
        WebhookView {
            id: webhook.id.to_string(),
            url: webhook.url,
            events: webhook.events,
            secret,
            created_at: webhook.created_at.rfc3339(),
            disabled_at: webhook.disabled_at.map(|at| at.rfc3339()),
        }
    }
}

impl DeliveryView {
    fn of(delivery: Delivery) -> DeliveryView {
        let (verification, route) = match delivery.about {
            About::Verification(id) => (Some(id.to_string()), None),
            About::Route(name) => (None, Some(name)),
        };
        let (status, no_answer) = match delivery.last {
            Some(Tried::Status(status)) => (Some(status), None),
            Some(Tried::Nothing(why)) => (None, Some(why)),
            None => (None, None),
        };
        DeliveryView {
            event: delivery.event.to_string(),
            r#type: delivery.kind,
            verification,
            route,
            at: delivery.at.rfc3339(),
            state: delivery.state,
            tries: delivery.tries,
            next_at: (delivery.state == Place::Waiting).then(|| delivery.due_at.rfc3339()),
            status,
            no_answer,
        }
    }
}

/// An id in a path; another service's and nonsense are as unknown as what never was.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, No> {
    text.parse().map_err(|_| No(Refusal::NotFound))
}

/// Be told of events.
#[utoipa::path(post, operation_id = "create_webhook", path = "/v1/webhooks", tag = "Webhooks", request_body = CreateWebhook,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "It is there. The secret is not shown again.", body = WebhookView)))]
pub async fn create(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    key: idempotent::Key,
    body: Body<CreateWebhook>,
) -> Result<Response, No> {
    caller.may(Scope::Verify)?;
    let CreateWebhook { url, events } = body.value;
    text("url", &url, domain::webhook::URL_MAX)?;
    let (app, service) = (web.app.clone(), caller.service);
    let act = move |birth| async move {
        let (webhook, secret) = app.create_webhook(service, url, events, birth).await?;
        Ok((StatusCode::CREATED, WebhookView::of(webhook, Some(secret))))
    };
    idempotent::once(&web.app, &caller, "/v1/webhooks", key, &body.bytes, act).await
}

/// A service's endpoints.
#[utoipa::path(get, operation_id = "list_webhooks", path = "/v1/webhooks", tag = "Webhooks",
    responses((status = 200, description = "All of them.", body = WebhookList)))]
pub async fn list(State(web): State<Web>, Authorized(caller): Authorized) -> Result<Json<WebhookList>, No> {
    caller.may(Scope::Verify)?;
    let webhooks = web.app.webhooks(caller.service).await?;
    Ok(Json(WebhookList { webhooks: webhooks.into_iter().map(|one| WebhookView::of(one, None)).collect() }))
}

/// Be told no more.
#[utoipa::path(delete, operation_id = "delete_webhook", path = "/v1/webhooks/{id}", tag = "Webhooks", params(("id" = String, Path)),
    responses((status = 204, description = "It is gone, with all that was on its way there.")))]
pub async fn remove(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<StatusCode, No> {
    caller.may(Scope::Verify)?;
    web.app.remove_webhook(caller.service, id(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What became of the newest events. They are kept for seven days.
#[utoipa::path(get, operation_id = "list_deliveries", path = "/v1/webhooks/{id}/deliveries", tag = "Webhooks",
    params(("id" = String, Path)), responses((status = 200, description = "The newest hundred.", body = DeliveryList)))]
pub async fn deliveries(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Json<DeliveryList>, No> {
    caller.may(Scope::Verify)?;
    let deliveries = web.app.deliveries(caller.service, id(&name)?).await?;
    Ok(Json(DeliveryList { deliveries: deliveries.into_iter().map(DeliveryView::of).collect() }))
}

/// Send an event again, under the same id, from the first try on.
#[utoipa::path(post, operation_id = "replay_delivery", path = "/v1/webhooks/{id}/deliveries/{event}/replay", tag = "Webhooks",
    params(("id" = String, Path), ("event" = String, Path)),
    responses((status = 202, description = "It goes out within seconds.")))]
pub async fn replay(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path((name, event)): Path<(String, String)>,
) -> Result<StatusCode, No> {
    caller.may(Scope::Verify)?;
    web.app.replay_event(caller.service, id(&name)?, id(&event)?).await?;
    Ok(StatusCode::ACCEPTED)
}
