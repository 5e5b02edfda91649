//! `/v1/guides`: the same guides as the pages', as data, for applications that draw their own screens.

mod view;

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    guide::{Known, Outcome},
    id::{GuideSessionId, VerificationId},
    refusal::Refusal,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

use self::view::GuideSessionView;
use super::{caller::Authorized, idempotent, verification::locale};
use crate::{
    app::{
        caller::{Caller, Scope},
        guide::{Begin, Opened},
        service,
        source::Source,
    },
    web::{
        Web, device,
        json::{Body, text},
        layers::Seen,
        problem::No,
    },
};

/// A session that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGuideSession {
    /// The verification whose SMS does not arrive; without it the guide works on what the person says.
    verification: Option<String>,
    /// The language of its texts (BCP 47: Japanese or English); `ja` by default.
    #[schema(pattern = "^([Jj][Aa]|[Ee][Nn])([-_].*)?$")]
    locale: Option<String>,
    /// The person's browser, as its `User-Agent` header says: tells the phone where it is one.
    user_agent: Option<String>,
    /// What you know of the person's phone already, by the guide's facts: `{"carrier": "docomo"}`.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    told: Known,
}

/// An answer, what came of a remedy, or a step back: one of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerGuideSession {
    /// The fact that was asked; with `value`.
    fact: Option<String>,
    /// The answer's name.
    value: Option<String>,
    /// The cause whose remedy was shown; with `outcome`.
    cause: Option<String>,
    /// What came of it.
    outcome: Option<Came>,
    /// Takes the last answer or outcome back.
    #[serde(default)]
    back: bool,
}

/// What came of a remedy.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// The message is there.
    Worked,
    /// It was done; a new code goes out where a verification is under way.
    Done,
    /// It did not help.
    NotHelped,
    /// It cannot be done.
    CannotDo,
    /// It was not done: it is not the cause.
    PassedOver,
}

/// Begin a guide.
#[utoipa::path(post, operation_id = "create_guide_session", path = "/v1/guides/{guide}/sessions", tag = "Guides",
    params(("guide" = String, Path, description = "`sms-not-arriving`"), ("Idempotency-Key" = Option<String>, Header)),
    request_body = CreateGuideSession,
    responses((status = 201, description = "Its first step.", body = GuideSessionView)))]
pub async fn create(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(guide): Path<String>,
    key: idempotent::Key,
    body: Body<CreateGuideSession>,
) -> Result<Response, No> {
    let known = service(&web, &caller).await?;
    let path = format!("/v1/guides/{guide}/sessions");
    let (page, asking) = (web.clone(), caller.clone());
    // As of a flow: the link is a secret that only the answer holds.
    let act = move |_| async move {
        let (web, caller) = (page, asking);
        let asked = body.value;
        let told = asked.told.clone();
        let begin = asked.read(&web, &known, guide).await?;
        let source = Source { ip: None, account: None, key: Some(caller.key) };
        let (mut opened, token) = web.app.begin_guide(known.service.id, &source, begin).await?;
        for (fact, value) in told.iter().take(domain::guide::facts::FACTS_MAX) {
            web.app.guide_told(&mut opened, fact, value).await?;
        }
        let origin = web.app.config.origin(known.service.host.as_deref());
        let url = format!("{origin}/g/{}/{token}", opened.kept.guide);
        let first = view(&web, &known, &mut opened).await?;
        Ok((StatusCode::CREATED, first.at(url)))
    };
    idempotent::once(&web.app, &caller, &path, key, &body.bytes, act).await
}

impl CreateGuideSession {
    async fn read(self, web: &Web, known: &service::Known, guide: String) -> Result<Begin, No> {
        text("user_agent", self.user_agent.as_deref().unwrap_or(""), 500)?;
        let verification = match self.verification {
            Some(id) => {
                let id: VerificationId = id.parse().map_err(|_| No(Refusal::NotFound))?;
                Some(web.app.verification(known, id).await?)
            }
            None => None,
        };
        Ok(Begin {
            guide,
            known: verification.as_ref().is_some_and(|verification| verification.known),
            // By the verification's own resend, with the number that is right.
            correctable: verification.is_some(),
            verification: verification.map(|verification| verification.id),
            flow: None,
            locale: locale(self.locale.as_deref())?,
            derived: device::of(self.user_agent.as_deref().unwrap_or("")),
        })
    }
}

/// Where a guide stands.
#[utoipa::path(get, operation_id = "fetch_guide_session", path = "/v1/guides/{guide}/sessions/{id}", tag = "Guides",
    params(("guide" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "Its next step; what is observed may have moved it.", body = GuideSessionView)))]
pub async fn fetch(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path((guide, session)): Path<(String, String)>,
) -> Result<Json<GuideSessionView>, No> {
    let known = service(&web, &caller).await?;
    let mut opened = open(&web, &seen, &caller, &guide, &session).await?;
    Ok(Json(view(&web, &known, &mut opened).await?))
}

/// Answer a question, say what came of a remedy, or go back.
#[utoipa::path(post, operation_id = "answer_guide_session", path = "/v1/guides/{guide}/sessions/{id}/answers", tag = "Guides",
    params(("guide" = String, Path), ("id" = String, Path)), request_body = AnswerGuideSession,
    responses((status = 200, description = "The next step.", body = GuideSessionView)))]
pub async fn answer(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path((guide, session)): Path<(String, String)>,
    body: Body<AnswerGuideSession>,
) -> Result<Json<GuideSessionView>, No> {
    let known = service(&web, &caller).await?;
    let mut opened = open(&web, &seen, &caller, &guide, &session).await?;
    match body.value.read()? {
        Answer::Told(fact, value) => web.app.guide_told(&mut opened, &fact, &value).await?,
        Answer::Tried(cause, Came::Worked) => {
            if opened.guide().cause_at(&cause).is_none() {
                return Err(wrong("cause", "be the cause of a step of this guide"));
            }
            web.app.guide_solved(&mut opened).await?;
        }
        Answer::Tried(cause, Came::NotHelped) => {
            web.app.guide_tried(&mut opened, &cause, Outcome::NotHelped).await?;
        }
        Answer::Tried(cause, Came::CannotDo) => {
            web.app.guide_tried(&mut opened, &cause, Outcome::CannotDo).await?;
        }
        Answer::Tried(cause, Came::PassedOver) => {
            web.app.guide_tried(&mut opened, &cause, Outcome::PassedOver).await?;
        }
        Answer::Tried(cause, Came::Done) => {
            let source = Source { ip: None, account: None, key: Some(caller.key) };
            web.app.guide_done(&known, &mut opened, &cause, None, &source).await?;
        }
        Answer::Back => web.app.guide_back(&mut opened).await?,
    }
    Ok(Json(view(&web, &known, &mut opened).await?))
}

enum Answer {
    Told(String, String),
    Tried(String, Came),
    Back,
}

impl AnswerGuideSession {
    fn read(self) -> Result<Answer, No> {
        match self {
            Self { fact: Some(fact), value: Some(value), cause: None, outcome: None, back: false } => {
                Ok(Answer::Told(fact, value))
            }
            Self { fact: None, value: None, cause: Some(cause), outcome: Some(outcome), back: false } => {
                Ok(Answer::Tried(cause, outcome))
            }
            Self { fact: None, value: None, cause: None, outcome: None, back: true } => Ok(Answer::Back),
            _ => Err(wrong("", "hold fact and value, or cause and outcome, or back: true")),
        }
    }
}

fn wrong(field: &str, must: &str) -> No {
    No(Refusal::BadRequest { field: field.into(), must: must.into() })
}

async fn service(web: &Web, caller: &Caller) -> Result<Arc<service::Known>, No> {
    caller.may(Scope::Verify)?;
    Ok(web.app.service(caller.service).await?)
}

async fn open(web: &Web, seen: &Seen, caller: &Caller, guide: &str, session: &str) -> Result<Opened, No> {
    let id: GuideSessionId = session.parse().map_err(|_| No(Refusal::NotFound))?;
    let opened = web.app.guide_session(caller.service, id).await?;
    // A flow's session is its browser's.
    let own = opened.kept.guide == guide && opened.kept.flow.is_none();
    if !own {
        return Err(No(Refusal::NotFound));
    }
    seen.answers.in_language(opened.kept.locale);
    Ok(opened)
}

async fn view(web: &Web, known: &service::Known, opened: &mut Opened) -> Result<GuideSessionView, Refusal> {
    let standing = web.app.guide_stands(known, opened).await?;
    Ok(GuideSessionView::of(&web.app, known, opened, &standing))
}
