//! Calls: asked for by who has the secret, and told by phone.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use domain::locale::Locale;
use serde::Serialize;

use super::problem::Problem;
use super::wait::{Wait, news};
use super::{Body, Doors};
use crate::edit;
use crate::times::rfc3339;
use crate::voice::NotTaken;
use crate::world::{Number, World};

/// Takes a call, as docs/http-provider.md has it. The same id again is the same call.
pub(super) async fn make(State(doors): State<Doors>, headers: HeaderMap, body: Body) -> Result<StatusCode, Problem> {
    let voice = doors.voice.as_ref().ok_or_else(|| Problem::not_found("This simulator makes no calls."))?;
    let dial = voice.asked(&headers, &body?, doors.exchange.clock().now_ms())?;
    doors.exchange.call(dial).map_err(|error| Problem::unsaved("journal", &error))?;
    Ok(StatusCode::ACCEPTED)
}

impl From<NotTaken> for Problem {
    fn from(why: NotTaken) -> Problem {
        match why {
            NotTaken::Unsigned => Problem::unsigned(),
            NotTaken::Malformed(must) => Problem::malformed(must),
            // The contract's answer where nobody has a number.
            NotTaken::NoSuchNumber => edit::no_number().into(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct CallJson {
    id: u64,
    from: String,
    /// What was read out; null, unless it was heard.
    text: Option<String>,
    language: Locale,
    rang_at: String,
    heard: bool,
}

pub(super) async fn of_phone(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    wait: Result<Query<Wait>, QueryRejection>,
) -> Result<Json<Vec<CallJson>>, Problem> {
    let (number, Query(wait)) = (edit::number(&number)?, wait?);
    news(&doors, number, &wait, |world| calls_of(world, number, wait.after)).await.map(Json)
}

fn calls_of(world: &World, number: Number, after: Option<u64>) -> Vec<CallJson> {
    let Some(handset) = world.handset(number) else { return Vec::new() };
    let calls = handset.mailbox.calls.list.iter().take_while(|call| Some(call.nth) != after);
    let json = calls.map(|call| CallJson {
        id: call.nth,
        from: call.from.clone(),
        text: call.text.clone(),
        language: call.language,
        rang_at: rfc3339(call.rang_ms),
        heard: call.ending.is_heard(),
    });
    json.collect()
}
