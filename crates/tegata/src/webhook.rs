//! Webhooks at a terminal: which endpoints there are, ending one, and sending again what they missed.

use std::str::FromStr;

use clap::{ArgGroup, Args, Subcommand};
use domain::{
    id::{EventId, ServiceId, WebhookId},
    time::{Time, hours},
};
use server::clock::Clock;
use store::{
    Store, delivery,
    webhook::{self, Webhook},
};

use crate::{
    Settings,
    database::{no_service, with_store},
    output::{self, Failure},
};

/// Endpoints that are read: more than there are.
const ENDPOINTS_MAX: i64 = 10_000;
/// What is said where one is not.
const NO_SUCH: &str = "there is no such endpoint; `tegata webhook list` shows them";
/// What is said where there are none.
const NONE: &str = "there are no endpoints; applications make them by POST /v1/webhooks";
/// Events that one command sends again.
const REPLAYED_MAX: i64 = 1_000;

#[derive(Subcommand)]
pub enum Webhooks {
    /// List the endpoints: whose each is, where, and how many events wait for it or were given up.
    List {
        #[command(flatten)]
        settings: Settings,
    },
    /// Send events again, from the first try on: one by its id, whatever became of it, or all of the last hours that did not
    /// get through. At most 1,000 at once.
    Replay(Replay),
    /// Take an endpoint away, whoever made it: nothing is sent there any more, what waits for it neither. An endpoint outlives
    /// the API key that made it.
    Delete {
        #[command(flatten)]
        settings: Settings,
        /// The endpoint's id, `whk_…`.
        #[arg(value_parser = id::<WebhookId>)]
        id: WebhookId,
    },
}

/// What is sent again, and to whom.
#[derive(Args)]
#[command(group = ArgGroup::new("which").required(true))]
pub struct Replay {
    #[command(flatten)]
    settings: Settings,
    /// The event of this id.
    #[arg(long, group = "which", value_parser = id::<EventId>)]
    event: Option<EventId>,
    /// What happened in so many hours and did not get through.
    #[arg(long, group = "which", value_parser = clap::value_parser!(i64).range(1..=168))]
    hours: Option<i64>,
    /// To this endpoint only.
    #[arg(long, value_parser = id::<WebhookId>)]
    webhook: Option<WebhookId>,
    /// To this service's endpoints only.
    #[arg(long, value_parser = id::<ServiceId>)]
    service: Option<ServiceId>,
}

fn id<T: FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "it is no id of this kind")
}

pub fn run(command: Webhooks) -> Result<(), Failure> {
    match command {
        Webhooks::List { settings } => with_store(&settings.config, async |_, store| list(store).await),
        Webhooks::Delete { settings, id } => with_store(&settings.config, async |_, store| delete(store, id).await),
        Webhooks::Replay(replay) => with_store(&replay.settings.config, async |_, store| again(store, &replay).await),
    }
}

async fn list(store: &Store) -> Result<(), Failure> {
    let all = store.read(|tx| webhook::all(tx, ENDPOINTS_MAX)).await?;
    if all.is_empty() {
        output::line(NONE);
    }
    for webhook in all {
        let id = webhook.id;
        let mut unheard = store.read(move |tx| delivery::unheard(tx, id)).await?;
        if webhook.disabled_at.is_some() {
            // As the API tells it: nothing waits for an endpoint that is gone.
            unheard = [0, unheard.iter().sum()];
        }
        let [waiting, failed] = unheard;
        let state = webhook.disabled_at.map_or_else(String::new, |at| format!("  disabled since {}", at.rfc3339()));
        let Webhook { id, service, url, .. } = webhook;
        output::line(&format!("{id}  {service}  {waiting} waiting, {failed} given up{state}  {url}"));
    }
    Ok(())
}

async fn delete(store: &Store, id: WebhookId) -> Result<(), Failure> {
    let deleted = store.write(move |tx| {
        let Some(found) = webhook::all(tx, ENDPOINTS_MAX)?.into_iter().find(|one| one.id == id) else {
            return Ok(None);
        };
        let [waiting, _] = delivery::unheard(tx, id)?;
        Ok(webhook::remove(tx, found.service, id)?.then_some((found, waiting)))
    });
    let (Webhook { service, url, .. }, waiting) = deleted.await?.ok_or_else(|| Failure(NO_SUCH.into()))?;
    output::line(&format!("{id}  {service}  deleted, {waiting} not sent any more  {url}"));
    Ok(())
}

async fn again(store: &Store, replay: &Replay) -> Result<(), Failure> {
    let now = Clock::default().now();
    let wanted = |one: &Webhook| {
        replay.webhook.is_none_or(|id| id == one.id) && replay.service.is_none_or(|service| service == one.service)
    };
    if let Some(service) = replay.service
        && store.read(move |tx| store::service::fetch(tx, service)).await?.is_none()
    {
        return Err(no_service(service));
    }
    let all = store.read(|tx| webhook::all(tx, ENDPOINTS_MAX)).await?;
    if all.is_empty() {
        return Err(Failure(NONE.into()));
    }
    let (disabled, open): (Vec<_>, Vec<_>) = all.into_iter().filter(wanted).partition(|one| one.disabled_at.is_some());
    if open.is_empty() && disabled.is_empty() {
        return Err(Failure(NO_SUCH.into()));
    }
    let mut sent = 0;
    for endpoint in &open {
        sent += replayed(store, endpoint.id, replay, now, REPLAYED_MAX - sent).await?;
    }
    let left_out = format!("left out, since they answered 410: {}", disabled.len());
    if let (Some(event), 0) = (replay.event, sent) {
        let left_out = if disabled.is_empty() { String::new() } else { format!("; {left_out}") };
        let says = format!("none of the endpoints was to be told of {event}, or it was erased since{left_out}");
        return Err(Failure(says));
    }
    if !disabled.is_empty() {
        output::line(&left_out);
    }
    output::line(&match sent {
        0 => "nothing to send again".to_owned(),
        REPLAYED_MAX.. => format!("sent again: {sent}, and there may be more; run it once more when these are through"),
        _ => format!("sent again: {sent}"),
    });
    Ok(())
}

/// How many are sent to an endpoint again.
async fn replayed(store: &Store, to: WebhookId, replay: &Replay, now: Time, max: i64) -> Result<i64, Failure> {
    let (event, since) = (replay.event, replay.hours.map(|count| now.plus(-hours(count))));
    let replayed = store.write(move |tx| match (event, since) {
        (Some(event), _) => delivery::again(tx, to, event, now).map(u64::from),
        (None, Some(since)) => delivery::again_since(tx, to, [since, now], max),
        (None, None) => Ok(0),
    });
    Ok(i64::try_from(replayed.await?).unwrap_or(i64::MAX))
}
