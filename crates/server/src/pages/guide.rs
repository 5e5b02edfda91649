//! `/g/{guide}`: a guide outside of a flow. Linked from a help page it works on what the person says; begun by the
//! application for a verification it knows as much as a flow's.
//!
//! Whoever has a session's address has the session: it holds no number and no name, needs no cookie, and so can stand
//! in a frame of the pages that the service lists.

mod events;
mod message;

use axum::{
    Router,
    extract::{Extension, FromRequestParts, Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{guide::Outcome, id::ServiceId, locale::Locale, refusal::Refusal};
use serde::Deserialize;
use std::sync::Arc;

use super::{
    frame, rendered, service,
    view::{
        code::Resend,
        frame::{Frame, Role},
        guide::{About, GuideLinks, GuideNotice, GuidePage, GuideStart},
        refusal::{RefusalPage, Way, WayTo},
    },
};
use crate::{
    app::{
        guide::{Begin, Opened, Standing},
        service::Known,
        source::Source,
    },
    guide::{
        Arguments,
        step::{Reader, StepView},
    },
    web::{
        Web,
        body::Form,
        browser, device,
        host::Host,
        language,
        layers::{Framing, Seen},
        problem::{self, No},
    },
};

/// A guide's addresses.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/", get(start).post(begin))
        .route("/{session}", get(show))
        .route("/{session}/answer", post(answer).get(again))
        .route("/{session}/outcome", post(outcome).get(again))
        .route("/{session}/back", post(back).get(again))
        .route("/{session}/events", get(events::follow))
        .route("/{session}/message", get(message::form).post(message::leave))
}

/// Who asks, in the address of a plain link.
#[derive(Deserialize)]
struct Asked {
    service: Option<String>,
}

/// The first page: nothing is written down for whoever only looks.
async fn start(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Extension(host): Extension<Host>,
    Path(guide): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, No> {
    let known = who(&web, &host, &asked).await?;
    let loaded = web.app.guides.get(&guide).ok_or(Refusal::NotFound)?;
    let facts = domain::guide::facts::Facts::unknown(&loaded.guide.facts);
    let arguments = Arguments::new(&loaded.guide, &facts).brand(known.service.brand_in(seen.lang));
    let action = format!("/g/{guide}?service={}&lang={}", known.service.id, seen.lang.tag());
    let page = GuideStart {
        frame: named(&web, &seen, &known, seen.lang, &format!("/g/{guide}?service={}", known.service.id)),
        title: loaded.text(seen.lang, "title", &arguments).plain(),
        intro: loaded.text(seen.lang, "intro", &arguments),
        contacts: service::contacts(&web.app, &known, seen.lang, None),
        action,
    };
    Ok(framed(&seen, &known, rendered(StatusCode::OK, &page)))
}

/// Begins a session.
async fn begin(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Extension(host): Extension<Host>,
    Path(guide): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, No> {
    let known = who(&web, &host, &asked).await?;
    if !is_ours(&web, &known, &headers) {
        return Err(No(Refusal::ForeignForm));
    }
    web.app.may_begin_guide(seen.ip)?;
    let source = Source { ip: Some(seen.ip), account: None, key: None };
    let begin =
        Begin { guide: guide.clone(), locale: Some(seen.lang), derived: device::facts(&headers), ..Begin::default() };
    let (_, token) = web.app.begin_guide(known.service.id, &source, begin).await?;
    Ok(Redirect::to(&format!("/g/{guide}/{token}?lang={}", seen.lang.tag())).into_response())
}

async fn who(web: &Web, host: &Host, asked: &Asked) -> Result<Arc<Known>, Refusal> {
    let id: ServiceId = asked.service.as_deref().unwrap_or("").parse().map_err(|_| Refusal::NotFound)?;
    if host.shows(id) { web.app.service(id).await } else { Err(Refusal::NotFound) }
}

/// Whether a form stood on a guide's page: it opens at its service's host and at `public_url`'s (rule D5). In a frame too
/// the page that posts is ours, whoever's page is around it.
fn is_ours(web: &Web, known: &Known, headers: &HeaderMap) -> bool {
    let origins = [None, known.service.host.as_deref()].map(|host| web.app.config.origin(host));
    origins.iter().any(|own| browser::is_same_origin(headers, own))
}

/// One request to one session.
struct Visit {
    web: Web,
    seen: Seen,
    known: Arc<Known>,
    opened: Opened,
    token: String,
    lang: Locale,
    /// Whether the browser says that the request comes from a page of ours, or nothing about it.
    is_ours: bool,
}

impl FromRequestParts<Web> for Visit {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, No> {
        let path = Path::<(String, String)>::from_request_parts(parts, web).await;
        let Path((guide, token)) = path.map_err(|_| No(Refusal::NotFound))?;
        let seen = parts.extensions.get::<Seen>().cloned().ok_or(No(Refusal::Internal))?;
        let host = parts.extensions.get::<Host>().cloned().ok_or(No(Refusal::Internal))?;
        let opened = web.app.open_guide(&token).await?;
        let here = host.shows(opened.kept.service);
        if !here || opened.kept.guide != guide || opened.kept.flow.is_some() {
            return Err(No(Refusal::NotFound));
        }
        let known = web.app.service(opened.kept.service).await?;
        let lang = language::picked(&parts.uri).or(opened.kept.locale).unwrap_or(seen.lang);
        let is_ours = is_ours(web, &known, &parts.headers);
        Ok(Visit { web: web.clone(), seen, known, opened, token, lang, is_ours })
    }
}

/// What a form carries.
#[derive(Default, Deserialize)]
struct Fields {
    form_token: Option<String>,
    fact: Option<String>,
    value: Option<String>,
    cause: Option<String>,
    outcome: Option<String>,
    text: Option<String>,
    reply: Option<String>,
    call: Option<String>,
    time: Option<String>,
}

/// Which question is to be shown, or what has just happened.
#[derive(Default, Deserialize)]
struct Looked {
    ask: Option<String>,
    early: Option<String>,
}

async fn show(mut visit: Visit, Query(looked): Query<Looked>) -> Result<Response, No> {
    let standing = visit.stands().await?;
    Ok(visit.page(StatusCode::OK, &standing, looked, None).await?)
}

async fn answer(mut visit: Visit, Form(fields): Form<Fields>) -> Result<Response, No> {
    visit.admit(&fields)?;
    let (fact, value) = (fields.fact.unwrap_or_default(), fields.value.unwrap_or_default());
    if value.is_empty() {
        let standing = visit.stands().await?;
        return Ok(visit.page(StatusCode::UNPROCESSABLE_ENTITY, &standing, Looked::default(), Some(&fact)).await?);
    }
    match visit.web.app.clone().guide_told(&mut visit.opened, &fact, &value).await {
        Ok(()) | Err(Refusal::BadRequest { .. }) => Ok(visit.to_step("")),
        Err(refusal) => Ok(visit.refused(refusal)),
    }
}

async fn outcome(mut visit: Visit, Form(fields): Form<Fields>) -> Result<Response, No> {
    visit.admit(&fields)?;
    let app = visit.web.app.clone();
    let cause = fields.cause.unwrap_or_default();
    let source = Source { ip: Some(visit.seen.ip), account: None, key: None };
    let done = match fields.outcome.as_deref() {
        Some("worked") => app.guide_solved(&mut visit.opened).await,
        Some("not_helped") => app.guide_tried(&mut visit.opened, &cause, Outcome::NotHelped).await,
        Some("cannot_do") => app.guide_tried(&mut visit.opened, &cause, Outcome::CannotDo).await,
        Some("passed_over") => app.guide_tried(&mut visit.opened, &cause, Outcome::PassedOver).await,
        Some("done") => {
            app.guide_done(&visit.known, &mut visit.opened, &cause, Some(visit.lang), &source).await.map(|_| ())
        }
        _ => Ok(()),
    };
    match done {
        Ok(()) | Err(Refusal::BadRequest { .. }) => Ok(visit.to_step("")),
        Err(Refusal::ResendTooEarly { .. }) => Ok(visit.to_step(&format!("&early={cause}"))),
        Err(refusal) => Ok(visit.refused(refusal)),
    }
}

async fn back(mut visit: Visit, Form(fields): Form<Fields>) -> Result<Response, No> {
    visit.admit(&fields)?;
    visit.web.app.clone().guide_back(&mut visit.opened).await?;
    Ok(visit.to_step(""))
}

/// A form's address opened by itself.
async fn again(visit: Visit) -> Response {
    visit.to_step("")
}

impl Visit {
    async fn stands(&mut self) -> Result<Standing, Refusal> {
        self.web.app.clone().guide_stands(&self.known, &mut self.opened).await
    }

    /// Forms are taken from our own pages only: whoever cannot read the page cannot make its token.
    fn admit(&self, fields: &Fields) -> Result<(), Refusal> {
        let right = self.form_token();
        let same: bool =
            subtle::ConstantTimeEq::ct_eq(right.as_bytes(), fields.form_token.as_deref().unwrap_or("").as_bytes())
                .into();
        if same && self.is_ours { Ok(()) } else { Err(Refusal::ForeignForm) }
    }

    fn form_token(&self) -> String {
        self.web.app.keys.load().index().cookie.hmac(&[b"guide form", self.token.as_bytes()]).hex()
    }

    fn frame(&self, path: &str) -> Frame {
        let frame = named(&self.web, &self.seen, &self.known, self.lang, &format!("{}{path}", self.base()));
        Frame { form_token: self.form_token(), ..frame }
    }

    fn base(&self) -> String {
        format!("/g/{}/{}", self.opened.kept.guide, self.token)
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}?lang={}", self.base(), self.lang.tag())
    }

    fn to_step(&self, more: &str) -> Response {
        Redirect::to(&format!("{}{more}", self.at(""))).into_response()
    }

    async fn page(
        &self,
        status: StatusCode,
        standing: &Standing,
        looked: Looked,
        unanswered: Option<&str>,
    ) -> Result<Response, Refusal> {
        let about = self.about(standing).await?;
        let reader = self.reader(standing);
        let asked = looked.ask.as_deref().or(unanswered).and_then(|fact| reader.askable(fact));
        let asked = asked.map(|at| StepView::Ask(reader.question(at)));
        let kept = looked.early.as_deref().and_then(|cause| reader.kept(cause));
        let mut step = asked.or(kept).unwrap_or_else(|| reader.step(standing.decision.step));
        if let StepView::Ask(question) = &mut step {
            question.is_empty = unanswered.is_some();
        }
        let resent = standing.verification.as_ref().filter(|_| looked.early.is_some());
        let notice = resent.and_then(|found| GuideNotice::too_early(found, self.web.app.now()));
        let page = GuidePage {
            frame: self.frame(""),
            about,
            known: reader.known(),
            step,
            notice,
            contacts: service::contacts(&self.web.app, &self.known, self.lang, Some(&self.at("/message"))),
            links: self.links(),
        };
        Ok(framed(&self.seen, &self.known, rendered(status, &page)))
    }

    /// A no, with the way back to the guide: it knows of other steps.
    fn refused(&self, refusal: Refusal) -> Response {
        let (status, refused) = (problem::status(&refusal), refusal.clone());
        let page = RefusalPage {
            frame: self.frame(""),
            refusal,
            unsent: None,
            number: None,
            way: Some(Way { to: WayTo::Guide, href: self.at(""), posts: false }),
            besides: None,
            contacts: service::contacts(&self.web.app, &self.known, self.lang, Some(&self.at("/message"))),
        };
        let response = problem::retry_after(&refused, self.web.app.now(), rendered(status, &page));
        framed(&self.seen, &self.known, response)
    }

    fn reader<'a>(&'a self, standing: &'a Standing) -> Reader<'a> {
        let sender = self.web.app.sender(&self.known);
        let arguments = Arguments::new(self.opened.guide(), &standing.facts)
            .sender(&sender)
            .number(&self.number(standing))
            .brand(self.known.service.brand_in(self.lang));
        Reader {
            loaded: &self.opened.loaded,
            facts: &standing.facts,
            session: &self.opened.kept.session,
            sends: standing.verification.is_some(),
            correctable: false,
            lang: self.lang,
            arguments,
        }
    }

    /// A number that was not typed here shows its last two digits (rule V5).
    fn number(&self, standing: &Standing) -> String {
        let number = standing.verification.as_ref().and_then(|found| self.web.app.number_of(found));
        number.map_or(String::new(), |number| number.masked())
    }

    async fn about(&self, standing: &Standing) -> Result<Option<About>, Refusal> {
        let Some(verification) = &standing.verification else { return Ok(None) };
        Ok(Some(About {
            number: self.number(standing),
            message: service::message_state(&self.web.app, verification, self.opened.kept.known).await?,
            resend: Resend {
                from_ms: verification.resend_at.ms(),
                sends: verification.sends(),
                sends_max: self.known.policy.sends_max,
                replaces: !self.known.policy.same_code_on_resend,
            },
            field: None,
        }))
    }

    fn links(&self) -> GuideLinks {
        GuideLinks {
            page: self.at(""),
            code: None,
            answer: self.at("/answer"),
            outcome: self.at("/outcome"),
            back: (!self.opened.kept.session.is_fresh()).then(|| self.at("/back")),
            correct: self.at(""),
            other_number: None,
            email_code: self.known.service.email_code_url.clone(),
            cancel: None,
            message: service::takes_messages(&self.known).then(|| self.at("/message")),
            call: service::takes_messages(&self.known).then(|| self.at("/message") + "&call"),
            events: self.opened.kept.verification.map(|_| self.at("/events")),
        }
    }
}

fn named(web: &Web, seen: &Seen, known: &Known, lang: Locale, path: &str) -> Frame {
    frame(&web.app, seen, lang, Role::Verification, service::brand(known, lang), path)
}

/// Lets the pages that the service lists show this one in a frame.
fn framed(seen: &Seen, known: &Known, mut response: Response) -> Response {
    let framing = Framing { leads_to: None, ancestors: &known.service.embed_origins };
    if let Ok(policy) = HeaderValue::from_str(&framing.policy(seen.nonce())) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
