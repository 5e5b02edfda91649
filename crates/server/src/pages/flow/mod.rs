//! `/f/{flow}`: number, code, done, and every refusal on the way. Forms are posted, answered by a redirect, and read
//! again, so that a reload sends nothing twice.

mod events;
mod guide;
mod message;
mod posted;
mod refused;
mod shown;
mod slip;
mod verified;
pub(super) mod visit;

use axum::{
    Router,
    extract::RawQuery,
    http::{HeaderMap, header},
    response::Response,
    routing::{get, post},
};
use domain::{
    channel::Channel,
    refusal::Refusal,
    verification::{Status, Verification},
};
use posted::{Fields, Posted};
use shown::Typed;
use slip::Slip;
use visit::Visit;

use super::view::{
    code::{CodeNotice, CodeSlip},
    number::NumberSlip,
};
use crate::{
    app::{
        resend::Another,
        source::Source,
        verification::{Context, Request},
    },
    web::{Web, problem::No},
};

/// A flow's addresses.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/", get(show))
        .route("/number", post(number).get(back))
        .route("/code", post(code).get(back))
        .route("/resend", post(resend).get(back))
        .route("/continue", post(leave).get(back))
        .route("/cancel", post(cancel).get(back))
        .route("/message", get(message::form).post(message::leave))
        .route("/help", get(guide::show))
        .route("/help/answer", post(guide::answer).get(guide::again))
        .route("/help/outcome", post(guide::outcome).get(guide::again))
        .route("/help/back", post(guide::back).get(guide::again))
        .route("/events", get(events::follow))
}

/// The page where the flow stands.
async fn show(mut visit: Visit, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response, No> {
    let query = query.unwrap_or_default();
    let slip = asks(&query, "slip").then(|| visit.slip(&headers)).flatten();
    let is_said = slip.is_some();
    let response = stands(&mut visit, &query, slip).await?;
    Ok(if is_said { visit.without_slip(response) } else { response })
}

fn asks(query: &str, name: &str) -> bool {
    query.split('&').any(|part| part == name)
}

async fn stands(visit: &mut Visit, query: &str, slip: Option<Slip>) -> Result<Response, Refusal> {
    if !visit.opened.flow.belongs_to(&visit.browser.digest()) {
        return Ok(visit.refused(&Refusal::OtherBrowser));
    }
    if let Some(refusal) = visit.ended() {
        return Ok(visit.refused(&refusal));
    }
    let Some(verification) = visit.verification().await? else { return Ok(start(visit, String::new(), slip)) };
    if verification.status(visit.web.app.now()) == Status::Approved {
        let app = visit.web.app.clone();
        if visit.opened.flow.outcome().is_none() {
            app.approve_flow(&mut visit.opened, verification.id).await?;
        }
        let restore = guide::restore(visit, &verification).await;
        return Ok(visit.done_page(&verification, restore));
    }
    let over = visit.over(&verification).await?;
    if asks(query, "number") && (visit.may_correct() || over.is_some()) {
        // What was typed in this browser is put right digit by digit; of another number it learns no more than before.
        let typed = if visit.opened.flow.typed { visit.number(&verification) } else { String::new() };
        return Ok(start(visit, typed, slip));
    }
    if let Some(refusal) = over {
        return Ok(visit.refused_of(&verification, &refusal));
    }
    let slip = slip.and_then(Slip::of_code);
    visit.code_page(&verification, notice(query, &verification), slip).await
}

/// The first page: with what was typed before, or what has to be put right.
fn start(visit: &Visit, typed: String, slip: Option<Slip>) -> Response {
    if let Some(number) = visit.web.app.prefilled(&visit.opened.flow) {
        return visit.send_page(&number);
    }
    let slipped = slip.and_then(Slip::of_number);
    visit.number_page(slipped.unwrap_or(Typed { number: typed, ..Typed::default() }))
}

/// What the redirect after a form says has happened.
fn notice(query: &str, verification: &Verification) -> Option<CodeNotice> {
    let told = query.split('&').find_map(|part| part.strip_prefix("notice="))?;
    let sent_at_ms = verification.newest().sent_at.ms();
    match told {
        "resent" => Some(CodeNotice::Resent(sent_at_ms)),
        "called" => Some(CodeNotice::Called(sent_at_ms)),
        "corrected" => Some(CodeNotice::Corrected(sent_at_ms)),
        "too-early" => Some(CodeNotice::ResendTooEarly),
        "under-way" => Some(CodeNotice::UnderWay),
        _ => None,
    }
}

/// The number was typed: the code goes out, or to the corrected number.
async fn number(posted: Posted) -> Result<Response, No> {
    let Posted { mut visit, fields, headers } = posted;
    let earlier = visit.verification().await?;
    let status = earlier.as_ref().map(|verification| verification.status(visit.web.app.now()));
    if visit.opened.flow.outcome().is_some() || status == Some(Status::Approved) {
        // Another tab went on, and this one was left behind: nothing is sent, and the page says where the flow stands.
        return Ok(visit.back(""));
    }
    let sent = match earlier {
        Some(verification) if status == Some(Status::Pending) => correct(&mut visit, &verification, &fields).await,
        _ => send(&mut visit, &fields, &headers).await,
    };
    Ok(match sent {
        Ok(notice) => visit.back(notice),
        Err(refusal) => not_sent(&visit, &refusal, &fields),
    })
}

/// What the person can put right stands beside the field; the rest is a page.
fn not_sent(visit: &Visit, refusal: &Refusal, fields: &Fields) -> Response {
    let slip = match refusal {
        // Without a field there is nothing to stand beside.
        _ if !visit.may_correct() => return visit.refused(refusal),
        Refusal::Number(problem) => NumberSlip::Number(*problem),
        Refusal::CountryNotAllowed { .. } => NumberSlip::CountryNotAllowed,
        Refusal::CallNotOffered => NumberSlip::NotCalled,
        other => return visit.refused(other),
    };
    visit.slipped(&Slip::number(slip, fields.country(), fields.number.as_deref().unwrap_or_default()))
}

async fn send(visit: &mut Visit, fields: &Fields, headers: &HeaderMap) -> Result<&'static str, Refusal> {
    let app = visit.web.app.clone();
    let flow = &visit.opened.flow;
    let prefilled = app.prefilled(flow);
    let typed = prefilled.is_none();
    let mut request = Request {
        to: prefilled.unwrap_or_else(|| fields.number.clone().unwrap_or_default()),
        country: fields.country(),
        channel: None,
        purpose: flow.purpose,
        priority: None,
        locale: visit.lang,
        binding: flow.binding.clone(),
        context: Context::Flow(flow.id.to_string()),
        known: flow.known,
        host: flow.host.clone(),
        source: source(visit),
        birth: None,
    };
    let number = app.number_key(&visit.known, &request.to, request.country)?;
    request.known |= verified::knows(headers, &app.keys.load(), visit.known.service.id, &number, app.now());
    let created = app.create_verification(&visit.known, &request).await;
    let created = created.map_err(|refusal| visit.opened.flow.unsent(refusal))?;
    let sent = &created.verification;
    app.change_flow(&mut visit.opened, |flow| flow.sent(sent.id, typed)).await?;
    Ok(if created.is_new { "" } else { "under-way" })
}

async fn correct(visit: &mut Visit, under_way: &Verification, fields: &Fields) -> Result<&'static str, Refusal> {
    if !visit.may_correct() {
        return Err(Refusal::NotFound);
    }
    let app = visit.web.app.clone();
    let to = fields.number.as_deref().unwrap_or("");
    let wanted = Another { to: Some((to, fields.country())), locale: Some(visit.lang), ..Another::default() };
    let resent = app.resend(&visit.known, under_way.id, wanted, &source(visit)).await;
    let after = match resent {
        // The same number again, too early: the code page says when.
        Err(Refusal::ResendTooEarly { .. }) => return Ok("too-early"),
        other => other.map_err(|refusal| visit.opened.flow.unsent(refusal))?,
    };
    app.change_flow(&mut visit.opened, |flow| flow.sent(after.id, true)).await?;
    app.guide_corrected(&visit.opened).await?;
    Ok(match after.newest().channel {
        Channel::Call => "called",
        Channel::Sms if after.number == under_way.number => "resent",
        Channel::Sms => "corrected",
    })
}

/// Where a hosted page's request came from (rule M1).
fn source(visit: &Visit) -> Source {
    Source { ip: Some(visit.seen.ip), account: visit.opened.flow.account.clone(), key: None }
}

/// A code was typed.
async fn code(posted: Posted) -> Result<Response, No> {
    let Posted { mut visit, fields, headers } = posted;
    let Some(verification) = visit.verification().await? else { return Ok(visit.back("")) };
    let typed = fields.code.unwrap_or_default();
    let slipped = |slip| Ok(visit.slipped(&Slip::code(slip, &typed)));
    if typed.trim().is_empty() {
        return slipped(CodeSlip::Empty);
    }
    let app = visit.web.app.clone();
    match app.check(&visit.known, verification.id, typed.clone(), &source(&visit)).await {
        Ok(approved) => {
            app.approve_flow(&mut visit.opened, approved.verification.id).await?;
            Ok(remembered(&visit, &approved.verification, &headers))
        }
        Err(Refusal::BadRequest { .. }) => slipped(CodeSlip::Format),
        Err(Refusal::IncorrectCode { checks_left: 1.. }) => slipped(CodeSlip::Incorrect),
        Err(Refusal::SupersededCode { .. }) => slipped(CodeSlip::Superseded),
        // The last try, or a second press of the button: the page says where it stands now.
        Err(Refusal::IncorrectCode { .. } | Refusal::ExpiredCode | Refusal::AlreadyUsed) => Ok(visit.back("")),
        Err(Refusal::TooManyChecks { .. }) if verification.status(app.now()) == Status::Locked => Ok(visit.back("")),
        Err(refusal) => Ok(visit.refused_of(&verification, &refusal)),
    }
}

/// Back to the page, and this browser knows the number from now on.
fn remembered(visit: &Visit, verification: &Verification, headers: &HeaderMap) -> Response {
    let app = &visit.web.app;
    let https = app.config.is_https();
    let mut response = visit.back("");
    let (service, number) = (verification.service, &verification.number);
    if let Some(cookie) = verified::remember(headers, &app.keys.load(), service, number, app.now(), https) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Another message to the same number, or a call.
async fn resend(Posted { visit, fields, .. }: Posted) -> Result<Response, No> {
    let Some(verification) = visit.verification().await? else { return Ok(visit.back("")) };
    let wanted = Another { channel: fields.channel(), locale: Some(visit.lang), to: None };
    Ok(match visit.web.app.resend(&visit.known, verification.id, wanted, &source(&visit)).await {
        Ok(after) if after.newest().channel == Channel::Call => visit.back("called"),
        Ok(_) => visit.back("resent"),
        Err(Refusal::ResendTooEarly { .. }) => visit.back("too-early"),
        Err(refusal) => visit.refused(&refusal),
    })
}

/// Back to the application, with the result.
async fn leave(Posted { mut visit, .. }: Posted) -> Result<Response, No> {
    let app = visit.web.app.clone();
    let url = match app.finish_flow(&mut visit.opened).await {
        Err(Refusal::NotFound) => return Ok(visit.back("")),
        other => other?,
    };
    Ok(visit.leave(&url))
}

/// Back to the application, without.
async fn cancel(Posted { mut visit, .. }: Posted) -> Result<Response, No> {
    let (app, known) = (visit.web.app.clone(), visit.known.clone());
    let url = match app.cancel_flow(&known, &mut visit.opened).await {
        Err(Refusal::AlreadyUsed) => return Ok(visit.back("")),
        other => other?,
    };
    Ok(visit.leave(&url))
}

/// A form's address opened by itself: the flow's own page.
async fn back(visit: Visit) -> Result<Response, No> {
    Ok(visit.back(""))
}
