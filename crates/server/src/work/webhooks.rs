//! Webhooks: claims endpoints for which something is due, calls them, and writes down what they said.
//!
//! An endpoint is served by one node at a time, and takes one place however much waits for it: whoever is slow waits
//! for itself (rule D9). What a dead process had sent but not written down is sent again, under the same id.

use std::{sync::Arc, time::Duration};

use domain::{
    digest::Fixed,
    id::WebhookId,
    time::{Millis, seconds},
    webhook::{About, NoAnswer, Then, Tried, after},
};
use serde::Serialize;
use store::{
    delivery::{self, Claimed, Delivery, State},
    webhook::{self, Webhook},
};
use tokio::{sync::watch, task::JoinSet};
use tracing::info;

use super::hands::{Hands, InHand};
use crate::{
    app::App,
    clock,
    send::webhook::{Call, Caller},
    signature::Signer,
    telemetry::trace::{Kind, Value},
};

/// How long a claim holds: longer than one round's calls, which end in ten seconds.
const LEASE_MS: Millis = seconds(30);
/// How often what is due is looked for.
const POLL_EVERY: Duration = Duration::from_millis(250);
/// How long after a stop a call may still be answered; then it is dropped, and made again by whoever claims it next.
const ENDS_WITHIN: Duration = Duration::from_secs(1);
/// Endpoints that are served at once, …
const ENDPOINTS_MAX: usize = 32;
/// … and calls to each.
const CALLS_MAX: i64 = 8;

/// What an endpoint is told, besides the event's id in a header.
#[derive(Serialize)]
struct Told {
    r#type: domain::webhook::Kind,
    timestamp: String,
    data: Subject,
}

#[derive(Serialize)]
struct Subject {
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<String>,
    service: String,
}

/// Delivers until `stop`; then waits a moment for the calls under way.
pub async fn run(app: Arc<App>, caller: Caller, mut stop: watch::Receiver<bool>) {
    let (caller, owner) = (Arc::new(caller), Fixed(clock::random()));
    let mut serving: JoinSet<()> = JoinSet::new();
    let calling = Hands::default();
    while !*stop.borrow() {
        while serving.try_join_next().is_some() {}
        let room = ENDPOINTS_MAX - serving.len();
        for claimed in claim(&app, owner, room).await {
            // Else the clock jumped over its lease while it is still in our hands.
            if let Some(in_hand) = calling.take(claimed.webhook.id) {
                let (app, caller, stop) = (app.clone(), caller.clone(), stop.clone());
                serving.spawn(async move { serve(&app, &caller, owner, claimed, in_hand, stop).await });
            }
        }
        tokio::select! {
            _ = stop.changed() => {}
            Some(_) = serving.join_next() => {}
            () = tokio::time::sleep(POLL_EVERY) => {}
        }
    }
    while serving.join_next().await.is_some() {}
}

async fn claim(app: &App, owner: Fixed<16>, room: usize) -> Vec<Claimed> {
    let (now, room) = (app.now(), i64::try_from(room).unwrap_or(0));
    let is_due = app.store.read(move |tx| delivery::is_due(tx, now)).await;
    if room == 0 || !matches!(is_due, Ok(true)) {
        return Vec::new();
    }
    let lease_until = now.plus(LEASE_MS);
    let claimed = app.store.write(move |tx| delivery::claim(tx, owner, now, lease_until, [room, CALLS_MAX])).await;
    claimed.unwrap_or_else(|problem| {
        warn_of_store!(app, %problem, "webhooks could not be claimed");
        Vec::new()
    })
}

/// Calls one endpoint with all that is due, and gives it back. What a stop cut off waits as before.
async fn serve(
    app: &App,
    caller: &Caller,
    owner: Fixed<16>,
    claimed: Claimed,
    in_hand: InHand<WebhookId>,
    stop: watch::Receiver<bool>,
) {
    let Claimed { webhook, due } = claimed;
    let (webhook, stop) = (&webhook, &stop);
    let calls = due.into_iter().map(async |delivery| {
        tokio::select! {
            tried = attempt(app, caller, webhook, delivery) => Some(tried),
            () = cut_off(stop.clone()) => None,
        }
    });
    let tried: Vec<(Delivery, Then)> = futures::future::join_all(calls).await.into_iter().flatten().collect();
    // Before its lease is given back: whoever claims it then has to be free to call it.
    drop(in_hand);
    let gone = tried.iter().any(|(_, then)| *then == Then::Gone);
    let (id, service, now) = (webhook.id, webhook.service, app.now());
    let tried: Vec<Delivery> = tried.into_iter().map(|(delivery, _)| delivery).collect();
    let recorded = app.store.write(move |tx| {
        delivery::record(tx, owner, id, &tried, now)?;
        if gone { webhook::disable(tx, service, id, now) } else { Ok(()) }
    });
    match recorded.await {
        Ok(()) if gone => info!(webhook = %id, "an endpoint said that it is gone: nothing is sent there any more"),
        Ok(()) => {}
        Err(problem) => {
            warn_of_store!(app, %problem, "what webhooks answered could not be written down; they are called again")
        }
    }
}

/// Ends a moment after `stop`.
async fn cut_off(mut stop: watch::Receiver<bool>) {
    // Whoever could stop us is gone: so are we, soon.
    let _ = stop.wait_for(|stopped| *stopped).await;
    tokio::time::sleep(ENDS_WITHIN).await;
}

async fn attempt(app: &App, caller: &Caller, webhook: &Webhook, delivery: Delivery) -> (Delivery, Then) {
    let verification = match &delivery.about {
        About::Verification(id) => Some(*id),
        About::Route(_) => None,
    };
    let span = app.traces.of(verification, Kind::Client);
    let tried = match app.webhook_signer(webhook) {
        Some(signer) => caller.call(call(webhook, &delivery, &delivery.event.to_string(), &signer)).await,
        // Its key is not in the file: it is tried again when that is back.
        None => Tried::Nothing(NoAnswer::NoSecret),
    };
    let tries = delivery.tries + 1;
    let then = after(usize::try_from(tries).unwrap_or(usize::MAX), tried);
    let now = app.now();
    let (state, due_at, outcome) = match then {
        Then::Delivered => (State::Delivered, now, "delivered"),
        Then::Again(after_ms) => (State::Waiting, now.plus(after_ms), "again"),
        Then::Failed => (State::Failed, now, "failed"),
        Then::Gone => (State::Failed, now, "gone"),
    };
    app.metrics.webhook_called(outcome);
    if let Some(span) = span {
        let status = match tried {
            Tried::Status(status) => Some(("http.response.status_code", Value::Number(i64::from(status)))),
            Tried::Nothing(_) => None,
        };
        let outcome = ("tegata.outcome", Value::Name(outcome.to_owned()));
        span.end("webhook".to_owned(), std::iter::once(outcome).chain(status).collect(), then != Then::Delivered);
    }
    (Delivery { state, tries, due_at, last: Some(tried), ..delivery }, then)
}

fn call<'a>(webhook: &'a Webhook, delivery: &Delivery, id: &'a str, signer: &'a Signer) -> Call<'a> {
    let (verification, route) = match &delivery.about {
        About::Verification(id) => (Some(id.to_string()), None),
        About::Route(name) => (None, Some(name.clone())),
    };
    let data = Subject { verification, route, service: webhook.service.to_string() };
    let told = Told { r#type: delivery.kind, timestamp: delivery.at.rfc3339(), data };
    let body = serde_json::to_vec(&told).expect("texts are written");
    Call { url: &webhook.url, id, body, signer }
}
