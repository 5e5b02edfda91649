//! `/f/{flow}/message`: writing to a human from within a flow, with everything known filled in.

use axum::{
    extract::RawQuery,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{refusal::Refusal, verification::Verification};

use super::{guide, posted::Posted, source, visit::Visit};
use crate::{
    app::support::{About, KEPT_MS},
    pages::{
        service::{self, Typed},
        view::{
            frame::Frame,
            support::{Line, SupportDonePage, SupportPage, SupportSlip},
        },
    },
    web::problem::{self, No},
};

/// The form, or what came of it.
pub async fn form(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, No> {
    if !visit.opened.flow.belongs_to(&visit.browser.digest()) {
        return Ok(visit.refused(&Refusal::OtherBrowser));
    }
    let query = query.unwrap_or_default();
    let sent = query.split('&').any(|part| part == "sent");
    let calls = service::asks_for_call(&query);
    if let Some(reference) = visit.opened.flow.message.clone().filter(|_| sent) {
        return Ok(done(&visit, reference, calls));
    }
    let mut typed = Typed { call: calls.then(String::new), ..Typed::default() };
    if calls && visit.opened.flow.typed {
        typed.reply = visit.verification().await?.map(|verification| visit.number(&verification));
    }
    page(&visit, StatusCode::OK, typed, None).await
}

/// A message was written.
pub async fn leave(Posted { mut visit, fields, .. }: Posted) -> Result<Response, No> {
    let typed = fields.message();
    let written = match typed.read() {
        Ok(written) => written,
        Err(slip) => {
            let slip = Some(SupportSlip::Unwritten(slip));
            return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, slip).await;
        }
    };
    let app = visit.web.app.clone();
    let verification = visit.verification().await?;
    let about = about(&visit, verification.as_ref()).await?;
    match app.leave_message(visit.known.service.id, &source(&visit), visit.lang(), &written, &about).await {
        Ok(reference) => {
            app.change_flow(&mut visit.opened, |flow| flow.message = Some(reference.clone())).await?;
            let call = if written.call.is_some() { "&call" } else { "" };
            Ok(visit.dressed(Redirect::to(&format!("{}/message?sent{call}", visit.base())).into_response()))
        }
        // What was typed stays, so that it can be sent again.
        Err(refusal) => {
            let slip = refusal.retry_at().map_or(SupportSlip::Unavailable, |at| SupportSlip::Busy(at.ms()));
            let response = page(&visit, problem::status(&refusal), typed, Some(slip)).await?;
            Ok(problem::retry_after(&refusal, app.now(), response))
        }
    }
}

async fn page(visit: &Visit, status: StatusCode, typed: Typed, slip: Option<SupportSlip>) -> Result<Response, No> {
    let frame = visit.frame(if typed.call.is_some() { "/message?call" } else { "/message" });
    let verification = visit.verification().await?;
    let seen = match &verification {
        Some(verification) => seen(visit, &frame, verification).await?,
        None => Vec::new(),
    };
    let walked = match &verification {
        Some(verification) => guide::walked(visit, verification).await?,
        None => None,
    };
    let (told, tried) = service::lines(walked.unwrap_or_default());
    let page = SupportPage {
        seen,
        told,
        tried,
        call: typed.time_shown(),
        text: typed.text.unwrap_or_default(),
        reply: typed.reply.unwrap_or_default(),
        slip,
        kept_until_ms: visit.web.app.now().plus(KEPT_MS).ms(),
        contacts: visit.contacts(),
        action: format!("{}/message", visit.base()),
        back: visit.base(),
        frame,
    };
    Ok(visit.page(status, &page))
}

fn done(visit: &Visit, reference: String, calls: bool) -> Response {
    let frame = Frame { reference, ..visit.frame("/message?sent") };
    let kept_until_ms = visit.web.app.now().plus(KEPT_MS).ms();
    let page = SupportDonePage { frame, calls, kept_until_ms, contacts: visit.contacts(), back: visit.base() };
    visit.page(StatusCode::OK, &page)
}

/// What goes along, as this reader may know it (rule V5).
async fn seen(visit: &Visit, frame: &Frame, verification: &Verification) -> Result<Vec<Line>, Refusal> {
    let message = visit.message_state(verification).await?;
    let sent_at = frame.clock.minute(frame.lang, verification.newest().sent_at.ms());
    let times = |n: u8| frame.with("support-times", &[("n", n.into())]);
    let line = |key: &str, value: String| Line { name: frame.t(key), value };
    let mut lines = vec![
        line("support-seen-number", visit.number(verification)),
        line("support-seen-message", visit.sentence(message, true)),
        line("support-seen-sent", sent_at),
        line("support-seen-sends", times(verification.sends())),
    ];
    if verification.checks_used > 0 {
        lines.push(line("support-seen-checks", times(verification.checks_used)));
    }
    Ok(lines)
}

/// The same for support: ids, and what this person was shown. The number stands with the verification only.
async fn about(visit: &Visit, verification: Option<&Verification>) -> Result<About, Refusal> {
    let mut about = About { flow: Some(visit.opened.flow.id), ..About::default() };
    let Some(verification) = verification else { return Ok(about) };
    let message = visit.message_state(verification).await?;
    about.verification = Some(verification.id);
    if let Some((opened, _)) = visit.guide_if_any(verification).await? {
        about.told = opened.kept.told();
        about.guide = Some(opened.kept.walk());
    }
    about.observed = [
        ("message", message.name().to_owned()),
        ("sends", verification.sends().to_string()),
        ("wrong_codes", verification.checks_used.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    Ok(about)
}
