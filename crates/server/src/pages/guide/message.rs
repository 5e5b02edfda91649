//! `/g/{guide}/{session}/message`: writing to a human from a guide, with everything known filled in.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{reference, refusal::Refusal};
use serde::Deserialize;

use super::{Fields, Visit, framed};
use crate::{
    app::{
        source::Source,
        support::{About, KEPT_MS, Message},
    },
    pages::{
        rendered,
        service::{self, Typed},
        view::{
            frame::Frame,
            support::{SupportDonePage, SupportPage, SupportSlip},
        },
    },
    web::{
        body::Form,
        problem::{self, No},
    },
};

/// The reference of the message that was just left: it names, and never opens (rule V7).
#[derive(Deserialize)]
pub(super) struct Sent {
    sent: Option<String>,
    call: Option<String>,
}

/// The form, or what came of it.
pub(super) async fn form(mut visit: Visit, Query(sent): Query<Sent>) -> Result<Response, No> {
    let call = sent.call.clone();
    match left(&visit, sent).await? {
        Some(message) => Ok(done(&visit, message)),
        None => page(&mut visit, StatusCode::OK, Typed { call, ..Typed::default() }, None).await,
    }
}

/// The message that an address names, if it was left in this session: anybody can write an address.
async fn left(visit: &Visit, sent: Sent) -> Result<Option<Message>, Refusal> {
    let Some(reference) = sent.sent.and_then(|sent| reference::read(&sent)) else { return Ok(None) };
    let own = visit.opened.kept.id.to_string();
    match visit.web.app.message(&reference).await {
        Ok(message) => {
            Ok(Some(message).filter(|message| message.about.guide.as_ref().is_some_and(|walk| walk.session == own)))
        }
        Err(Refusal::NotFound) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// A message was written.
pub(super) async fn leave(mut visit: Visit, Form(fields): Form<Fields>) -> Result<Response, No> {
    visit.admit(&fields)?;
    if !service::takes_messages(&visit.known) {
        return Err(No(Refusal::NotFound));
    }
    let typed = Typed { text: fields.text, reply: fields.reply, call: fields.call, time: fields.time };
    let written = match typed.read() {
        Ok(written) => written,
        Err(slip) => {
            let slip = Some(SupportSlip::Unwritten(slip));
            return page(&mut visit, StatusCode::UNPROCESSABLE_ENTITY, typed, slip).await;
        }
    };
    let kept = &visit.opened.kept;
    let about = About {
        verification: kept.verification,
        told: kept.told(),
        observed: kept.seen.clone(),
        guide: Some(kept.walk()),
        ..About::default()
    };
    let source = Source { ip: Some(visit.seen.ip), account: None, key: None };
    let app = visit.web.app.clone();
    match app.leave_message(visit.known.service.id, &source, visit.lang, &written, &about).await {
        Ok(reference) => Ok(Redirect::to(&format!("{}&sent={reference}", visit.at("/message"))).into_response()),
        // What was typed stays, so that it can be sent again.
        Err(refusal) => {
            let slip = refusal.retry_at().map_or(SupportSlip::Unavailable, |at| SupportSlip::Busy(at.ms()));
            let response = page(&mut visit, problem::status(&refusal), typed, Some(slip)).await?;
            Ok(problem::retry_after(&refusal, app.now(), response))
        }
    }
}

async fn page(visit: &mut Visit, status: StatusCode, typed: Typed, slip: Option<SupportSlip>) -> Result<Response, No> {
    if !service::takes_messages(&visit.known) {
        return Err(No(Refusal::NotFound));
    }
    let standing = visit.stands().await?;
    let (told, tried) = service::lines(visit.reader(&standing).walked());
    let page = SupportPage {
        frame: visit.frame(if typed.call.is_some() { "/message?call" } else { "/message" }),
        call: typed.time_shown(),
        seen: Vec::new(),
        told,
        tried,
        text: typed.text.unwrap_or_default(),
        reply: typed.reply.unwrap_or_default(),
        slip,
        kept_until_ms: visit.web.app.now().plus(KEPT_MS).ms(),
        contacts: service::contacts(&visit.web.app, &visit.known, visit.lang, None),
        action: visit.at("/message"),
        back: visit.at(""),
    };
    Ok(framed(&visit.seen, &visit.known, rendered(status, &page)))
}

fn done(visit: &Visit, message: Message) -> Response {
    let page = SupportDonePage {
        frame: Frame { reference: message.reference, ..visit.frame("/message") },
        calls: message.written.is_some_and(|written| written.call.is_some()),
        kept_until_ms: message.erase_at.ms(),
        contacts: service::contacts(&visit.web.app, &visit.known, visit.lang, None),
        back: visit.at(""),
    };
    framed(&visit.seen, &visit.known, rendered(StatusCode::OK, &page))
}
