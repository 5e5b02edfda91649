//! Phones and their messages.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::problem::Problem;
use super::wait::{Wait, news};
use super::{Body, Doors, change};
use crate::edit;
use crate::exchange::Exchange;
use crate::times::rfc3339;
use crate::world::{Change, Handset, Number, Phone, Switch, Waiting, World};

/// The most phones in one list: those that people described, then the newest others.
const LIST_MAX: usize = 1000;

pub(super) async fn list(State(exchange): State<Arc<Exchange>>) -> Json<Vec<Value>> {
    Json(exchange.read(|world| {
        let waiting = world.waiting();
        let handsets = world.handsets(LIST_MAX).into_iter();
        handsets.map(|handset| phone_json(handset, waiting.get(&handset.phone.number))).collect()
    }))
}

pub(super) async fn show(
    State(exchange): State<Arc<Exchange>>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let number = edit::number(&number)?;
    exchange.read(|world| shown(world, number)).map(Json)
}

pub(super) async fn put(
    State(exchange): State<Arc<Exchange>>,
    Path(number): Path<String>,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let number = edit::number(&number)?;
    let fields = object(body)?;
    change(&exchange, |world| described(world, number, &fields))?;
    exchange.read(|world| shown(world, number)).map(Json)
}

pub(super) async fn clear(
    State(exchange): State<Arc<Exchange>>,
    Path(number): Path<String>,
) -> Result<StatusCode, Problem> {
    let number = edit::number(&number)?;
    change(&exchange, |_| Ok::<_, Problem>(Change::Cleared { number }))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(super) struct MessageJson {
    id: u64,
    from: String,
    text: String,
    received_at: String,
    shown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<&'static str>,
}

pub(super) async fn messages(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    wait: Result<Query<Wait>, QueryRejection>,
) -> Result<Json<Vec<MessageJson>>, Problem> {
    let (number, Query(wait)) = (edit::number(&number)?, wait?);
    news(&doors, number, &wait, |world| messages_of(world, number, wait.after)).await.map(Json)
}

fn messages_of(world: &World, number: Number, after: Option<u64>) -> Vec<MessageJson> {
    let Some(handset) = world.handset(number) else { return Vec::new() };
    let messages = handset.mailbox.messages.iter().take_while(|message| Some(message.id) != after);
    let json = messages.map(|message| MessageJson {
        id: message.id,
        from: message.from.clone(),
        text: message.text.clone(),
        received_at: rfc3339(message.received_ms),
        shown: message.folder.is_none(),
        folder: message.folder.map(|folder| folder.key()),
    });
    json.collect()
}

/// The change that makes a phone what `fields` say, whether or not it was one before.
pub(crate) fn described(world: &World, number: Number, fields: &Map<String, Value>) -> Result<Change, Problem> {
    if !world.has_room(number) {
        return Err(Problem::full("There are too many phones."));
    }
    let before = world.handset(number).map_or_else(|| Phone::at_first(number), |handset| handset.phone.clone());
    Ok(Change::Phone(Box::new(edit::phone(&before, fields)?)))
}

/// A body that must be a JSON object.
pub(super) fn object(body: Body) -> Result<Map<String, Value>, Problem> {
    serde_json::from_slice(&body?)
        .map_err(|error| Problem::malformed(format!("The body must be a JSON object: {error}.")))
}

fn shown(world: &World, number: Number) -> Result<Value, Problem> {
    let handset = world.handset(number).ok_or_else(|| Problem::not_found("Nothing was ever sent to this number."))?;
    Ok(phone_json(handset, world.waiting().get(&number)))
}

fn phone_json(handset: &Handset, waiting: Option<&Waiting>) -> Value {
    let Handset { phone, mailbox, .. } = handset;
    let hidden = mailbox.messages.iter().filter(|message| message.folder.is_some()).count();
    let heard = mailbox.calls.list.iter().filter(|call| call.ending.is_heard()).count();
    let mut json = json!({
        "number": phone.number,
        "owner": phone.owner,
        "carrier": phone.carrier.key(),
        "system": phone.system.key(),
        "blocked_senders": phone.settings.blocked_senders,
        "messages": { "shown": mailbox.messages.len() - hidden, "hidden": hidden, "waiting": waiting.map_or(0, |w| w.count) },
        "calls": { "heard": heard, "missed": mailbox.calls.list.len() - heard },
    });
    for switch in Switch::ALL {
        json[switch.key()] = phone.settings.is_on(switch).into();
    }
    json
}
