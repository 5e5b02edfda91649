//! "The SMS does not arrive": the guide, in the pages of a flow.

use axum::{
    extract::RawQuery,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    channel::Channel,
    guide::Outcome,
    refusal::Refusal,
    verification::{Status, Verification},
};

use super::{posted::Posted, shown::Typed, source, visit::Visit};
use crate::{
    app::guide::{Opened, Standing},
    guide::{
        Arguments, Text,
        step::{Reader, StepView, Walked, Way},
    },
    pages::view::guide::{About, GuideLinks, GuideNotice, GuidePage},
    web::problem::No,
};

/// The guide's page, where it stands.
pub async fn show(mut visit: Visit, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<Response, No> {
    if !visit.opened.flow.belongs_to(&visit.browser.digest()) {
        return Ok(visit.refused(&Refusal::OtherBrowser));
    }
    let Some(verification) = pending(&visit).await? else { return Ok(visit.back("")) };
    let query = query.unwrap_or_default();
    let of = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name));
    let (asked, early) = (of("ask="), of("early="));
    let mut guide = visit.guide(&headers).await?;
    let standing = stands(&visit, &mut guide, &verification).await?;
    let about = about(&visit, &verification).await?;
    let reader = reader(&visit, &verification, &guide, &standing);
    let asked = asked.and_then(|fact| reader.askable(fact)).map(|at| StepView::Ask(reader.question(at)));
    let kept = early.and_then(|cause| reader.kept(cause));
    let notice = early.and_then(|_| GuideNotice::too_early(&verification, visit.web.app.now()));
    let step = asked.or(kept).unwrap_or_else(|| reader.step(standing.decision.step));
    Ok(visit.page(StatusCode::OK, &view(&visit, about, &reader, step, notice)))
}

/// A verification whose code may still come back.
async fn pending(visit: &Visit) -> Result<Option<Verification>, Refusal> {
    Ok(visit.verification().await?.filter(|found| found.status(visit.web.app.now()) == Status::Pending))
}

/// Where the guide stands with the verification that was read.
async fn stands(visit: &Visit, guide: &mut Opened, verification: &Verification) -> Result<Standing, Refusal> {
    visit.web.app.guide_stands_with(&visit.known, guide, Some(verification.clone())).await
}

/// An answer.
pub async fn answer(Posted { mut visit, fields, headers }: Posted) -> Result<Response, No> {
    let Some(verification) = pending(&visit).await? else { return Ok(visit.back("")) };
    let mut guide = visit.guide(&headers).await?;
    let (fact, value) = (fields.fact.unwrap_or_default(), fields.value.unwrap_or_default());
    if value.is_empty() {
        let standing = stands(&visit, &mut guide, &verification).await?;
        return Ok(unanswered(&visit, &verification, (&guide, &standing), &fact).await?);
    }
    match visit.web.app.guide_told(&mut guide, &fact, &value).await {
        Ok(()) | Err(Refusal::BadRequest { .. }) => Ok(visit.to_help("")),
        Err(refusal) => Err(No(refusal)),
    }
}

/// What came of a remedy.
pub async fn outcome(Posted { mut visit, fields, headers }: Posted) -> Result<Response, No> {
    if pending(&visit).await?.is_none() {
        return Ok(visit.back(""));
    }
    let app = visit.web.app.clone();
    let mut guide = visit.guide(&headers).await?;
    let cause = fields.cause.unwrap_or_default();
    let done = match fields.outcome.as_deref() {
        Some("worked") => app.guide_solved(&mut guide).await,
        Some("not_helped") => app.guide_tried(&mut guide, &cause, Outcome::NotHelped).await,
        Some("cannot_do") => app.guide_tried(&mut guide, &cause, Outcome::CannotDo).await,
        Some("passed_over") => app.guide_tried(&mut guide, &cause, Outcome::PassedOver).await,
        Some("done") => {
            match app.guide_done(&visit.known, &mut guide, &cause, Some(visit.lang), &source(&visit)).await {
                Ok(Some(Channel::Call)) => return Ok(visit.back("called")),
                Ok(Some(Channel::Sms) | None) => return Ok(visit.back("resent")),
                Err(refusal) => Err(refusal),
            }
        }
        _ => Ok(()),
    };
    match done {
        Ok(()) | Err(Refusal::BadRequest { .. }) => Ok(visit.to_help("")),
        Err(Refusal::ResendTooEarly { .. }) => Ok(visit.to_help(&format!("?early={cause}"))),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// One step back.
pub async fn back(Posted { mut visit, headers, .. }: Posted) -> Result<Response, No> {
    let mut guide = visit.guide(&headers).await?;
    visit.web.app.guide_back(&mut guide).await?;
    Ok(visit.to_help(""))
}

/// A form's address opened by itself: the guide's own page.
pub async fn again(visit: Visit) -> Result<Response, No> {
    Ok(visit.to_help(""))
}

/// The question once more, with what is missing.
async fn unanswered(
    visit: &Visit,
    verification: &Verification,
    (guide, standing): (&Opened, &Standing),
    fact: &str,
) -> Result<Response, Refusal> {
    let about = about(visit, verification).await?;
    let reader = reader(visit, verification, guide, standing);
    let Some(at) = reader.askable(fact) else { return Ok(visit.to_help("")) };
    let mut question = reader.question(at);
    question.is_empty = true;
    let view = view(visit, about, &reader, StepView::Ask(question), None);
    Ok(visit.page(StatusCode::UNPROCESSABLE_ENTITY, &view))
}

fn reader<'a>(visit: &Visit, verification: &Verification, opened: &'a Opened, standing: &'a Standing) -> Reader<'a> {
    let arguments = Arguments::new(opened.guide(), &standing.facts)
        .sender(&visit.sender())
        .number(&visit.number(verification))
        .brand(visit.known.service.brand_in(visit.lang));
    Reader {
        loaded: &opened.loaded,
        facts: &standing.facts,
        session: &opened.kept.session,
        sends: standing.verification.is_some(),
        correctable: opened.kept.correctable,
        lang: visit.lang,
        arguments,
    }
}

async fn about(visit: &Visit, verification: &Verification) -> Result<About, Refusal> {
    let shown = if visit.opened.flow.typed { visit.number(verification) } else { String::new() };
    Ok(About {
        number: visit.number(verification),
        message: visit.message_state(verification).await?,
        resend: visit.resend(verification),
        field: visit.may_correct().then(|| visit.field(Typed { number: shown, ..Typed::default() })),
    })
}

fn view(
    visit: &Visit,
    mut about: About,
    reader: &Reader<'_>,
    step: StepView,
    notice: Option<GuideNotice>,
) -> GuidePage {
    let base = visit.base();
    let help = format!("{base}/help");
    let links = GuideLinks {
        page: help.clone(),
        code: Some(base.clone()),
        answer: format!("{help}/answer"),
        outcome: format!("{help}/outcome"),
        back: (!reader.session.is_fresh()).then(|| format!("{help}/back")),
        correct: format!("{base}/number"),
        other_number: visit.may_correct().then(|| format!("{base}?number")),
        email_code: visit.known.service.email_code_url.clone(),
        cancel: Some(format!("{base}/cancel")),
        message: visit.takes_messages().then(|| format!("{base}/message")),
        call: visit.takes_messages().then(|| format!("{base}/message?call")),
        events: Some(format!("{base}/events?help")),
    };
    if let (StepView::Act(remedy), Some(field)) = (&step, &mut about.field)
        && remedy.way == Way::OtherNumber
    {
        field.typed.clear();
    }
    GuidePage {
        frame: visit.frame("/help"),
        about: Some(about),
        known: reader.known(),
        step,
        notice,
        contacts: visit.contacts(),
        links,
    }
}

/// All that the person said and tried; `None` if no guide was opened.
pub async fn walked(visit: &Visit, verification: &Verification) -> Result<Option<Walked>, Refusal> {
    let Some((opened, standing)) = visit.guide_if_any(verification).await? else { return Ok(None) };
    Ok(Some(reader(visit, verification, &opened, &standing).walked()))
}

/// Protections to switch on again, for the page after the last step.
pub async fn restore(visit: &Visit, verification: &Verification) -> Vec<Text> {
    let Ok(Some((opened, standing))) = visit.guide_if_any(verification).await else { return Vec::new() };
    reader(visit, verification, &opened, &standing).restore()
}
