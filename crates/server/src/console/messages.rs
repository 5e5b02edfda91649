//! What people wrote: the list, and one message beside the time line of what happened.

use axum::{
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    channel::Channel,
    delivery::State,
    id::{ServiceId, VerificationId},
    reference,
    refusal::Refusal,
    time::Time,
    verification::Verification,
};
use serde::Deserialize;
use store::audit;

use super::{operator::Operator, words::Words};
use crate::{
    app::support::{About, Message},
    pages::view::console::messages::{Mark, MessageLine, MessageListPage, MessagePage, Moment},
    text::Speak,
    web::{body::Form, problem::No},
};

/// Messages on one page.
const PAGE_MAX: i64 = 50;

/// Which part of the list.
#[derive(Deserialize)]
pub struct Part {
    before: Option<i64>,
}

/// A reference that was typed.
#[derive(Deserialize)]
pub struct Wanted {
    form_token: Option<String>,
    reference: Option<String>,
}

/// `GET /console/messages`
///
/// # Errors
/// `unavailable` without the store.
pub async fn list(operator: Operator, Query(part): Query<Part>) -> Result<Response, No> {
    let before = Time::from_ms(part.before.unwrap_or(i64::MAX));
    listed(&operator, StatusCode::OK, before, None).await
}

/// `POST /console/messages`: finds one by what a person reads out.
///
/// # Errors
/// `foreign-form`, `unavailable` without the store.
pub async fn find(operator: Operator, headers: HeaderMap, Form(wanted): Form<Wanted>) -> Result<Response, No> {
    operator.check(wanted.form_token.as_deref(), &headers)?;
    let typed = wanted.reference.unwrap_or_default();
    if let Some(reference) = reference::read(&typed) {
        match operator.web.app.message(&reference).await {
            Ok(_) => return Ok(Redirect::to(&format!("/console/messages/{reference}")).into_response()),
            Err(Refusal::NotFound) => {}
            Err(refusal) => return Err(No(refusal)),
        }
    }
    let typed: String = typed.chars().take(40).collect();
    listed(&operator, StatusCode::UNPROCESSABLE_ENTITY, Time::from_ms(i64::MAX), Some(typed)).await
}

async fn listed(operator: &Operator, status: StatusCode, before: Time, missed: Option<String>) -> Result<Response, No> {
    let messages = lines(operator, before, PAGE_MAX).await?;
    let whole = usize::try_from(PAGE_MAX).is_ok_and(|max| messages.len() == max);
    let older = messages.last().filter(|_| whole).map(|last| format!("/console/messages?before={}", last.at_ms));
    let page = MessageListPage { frame: operator.frame("/console/messages"), messages, older, missed };
    Ok(operator.page(status, &page))
}

/// Up to `max` messages as lines of a list, the newest first.
///
/// # Errors
/// `unavailable` without the store.
pub async fn lines(operator: &Operator, before: Time, max: i64) -> Result<Vec<MessageLine>, Refusal> {
    let mut lines = Vec::new();
    for message in operator.web.app.messages(before, max).await? {
        let service = brand(operator, message.service).await;
        lines.push(MessageLine {
            reference: message.reference,
            at_ms: message.created_at.ms(),
            service,
            text: message.written.as_ref().map(|written| match &written.call {
                Some(_) => format!("{}: {}", operator.lang().text("console-call"), written.text),
                None => written.text.clone(),
            }),
            answerable: message.written.is_some_and(|written| written.reply.is_some()),
            guide: message.about.guide.map(|walk| walk.guide),
        });
    }
    Ok(lines)
}

/// A service's name; nothing if the service is gone.
async fn brand(operator: &Operator, id: ServiceId) -> String {
    let known = operator.web.app.service(id).await;
    known.map_or(String::new(), |known| known.service.brand_in(operator.lang()).to_owned())
}

/// `GET /console/messages/{reference}`
///
/// # Errors
/// `not-found`, `unavailable` without the store.
pub async fn show(operator: Operator, Path(typed): Path<String>) -> Result<Response, No> {
    let app = &operator.web.app;
    let reference = reference::read(&typed).ok_or(No(Refusal::NotFound))?;
    let message = app.message(&reference).await?;
    let verification = verification(&operator, message.service, message.about.verification).await?;
    let mut moments = moments(&operator, &message, verification.as_ref()).await?;
    let number = verification.as_ref().and_then(|v| app.number_of(v)).map(|number| number.masked());
    let Message { service, created_at, erase_at, locale, written, about, .. } = message;
    let About { verification, flow, guide, told, observed } = about;
    let words = Words::of(&operator, guide.as_ref());
    moments.extend(guide.iter().flat_map(|walk| walk.steps.iter()).map(|passed| words.moment(passed)));
    moments.sort_by_key(|moment| moment.at_ms);
    let page = MessagePage {
        frame: operator.frame(&format!("/console/messages/{reference}")),
        service: brand(&operator, service).await,
        at_ms: created_at.ms(),
        erase_ms: erase_at.ms(),
        written_in: locale,
        written,
        number,
        verification: verification.map(|id| id.to_string()),
        flow: flow.map(|id| id.to_string()),
        told: told.into_iter().map(|(fact, value)| words.answer(&fact, &value)).collect(),
        guide,
        observed: observed.into_iter().collect(),
        moments,
        reference,
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// The verification, unless its retention is over.
async fn verification(
    operator: &Operator,
    service: ServiceId,
    id: Option<VerificationId>,
) -> Result<Option<Verification>, Refusal> {
    let Some(id) = id else { return Ok(None) };
    let app = &operator.web.app;
    let known = match app.service(service).await {
        Err(Refusal::NotFound) => return Ok(None),
        known => known?,
    };
    match app.verification(&known, id).await {
        Err(Refusal::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

/// What happened, in no order: the audit's lines, where each message stands, and the writing of this one.
async fn moments(
    operator: &Operator,
    message: &Message,
    verification: Option<&Verification>,
) -> Result<Vec<Moment>, Refusal> {
    let mut moments = vec![Moment::new(message.created_at, Mark::Person, "wrote")];
    if let Some(id) = message.about.verification {
        let lines = operator.web.app.store.read(move |tx| audit::fetch(tx, id)).await?;
        // What a report was about stands with the messages themselves.
        let lines = lines.into_iter().filter(|line| line.service == message.service && line.what != "reported");
        moments.extend(lines.map(|line| Moment::new(line.at, mark(&line.what), &line.what)));
    }
    let generations = verification.map(|v| v.generations.as_slice()).unwrap_or_default();
    for (nth, generation) in generations.iter().enumerate() {
        let progress = generation.progress;
        let (mark, of_sms, of_call) = match progress.state {
            State::Queued => (Mark::Plain, "queued", "call-queued"),
            State::Submitted => (Mark::Plain, "submitted", "call-submitted"),
            State::Delivered => (Mark::Good, "delivered", "call-delivered"),
            State::Undelivered => (Mark::Bad, "undelivered", "call-undelivered"),
            State::Expired => (Mark::Bad, "expired", "expired"),
        };
        let what = if generation.channel == Channel::Call { of_call } else { of_sms };
        let moment = Moment::new(progress.updated_at, mark, what);
        moments.push(Moment { nth: Some(nth + 1), reason: progress.reason, ..moment });
    }
    Ok(moments)
}

fn mark(what: &str) -> Mark {
    match what {
        "approved" | "redeemed" => Mark::Good,
        "incorrect" | "superseded" | "locked" | "canceled" => Mark::Bad,
        _ => Mark::Plain,
    }
}
