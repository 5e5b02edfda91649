//! `/v1/verifications`.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::{
    channel::Channel,
    country::Country,
    id::VerificationId,
    locale::Locale,
    refusal::Refusal,
    verification::{Priority, Purpose, Verification},
};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{caller::Authorized, idempotent, schema};
use crate::{
    api::document::{Checked, VerificationView},
    app::{
        App,
        caller::{Caller, Scope},
        resend::Another,
        service::Known,
        source::Source,
        verification::{Context, Request},
        watch::Watcher,
    },
    web::{
        Web,
        json::{Body, text},
        layers::Seen,
        problem::No,
    },
};

/// How often a followed verification is looked at when nothing is told: time passes by itself.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(5);

/// A verification that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateVerification {
    /// The number: E.164, or as written at home with `country`.
    #[schema(max_length = 64, example = "+819012345678")]
    to: String,
    /// Where a number without `+` belongs (ISO 3166-1 alpha-2).
    #[schema(value_type = Option<schema::Country>)]
    country: Option<Country>,
    /// How the first code has to go. Without it, by SMS, and by call to numbers that no SMS reaches, where the service takes them
    /// (`policy.calls_first`). `sms` refuses those; `call` takes no others.
    #[schema(value_type = Option<schema::Channel>)]
    channel: Option<Channel>,
    /// What the number is verified for.
    #[schema(value_type = Option<schema::Purpose>)]
    purpose: Option<Purpose>,
    /// `payment` goes before all else, which is `normal`. It can be lowered only: to `low` for what can wait, a campaign's
    /// say, which goes when nothing else waits.
    #[schema(value_type = Option<schema::Priority>)]
    priority: Option<Priority>,
    /// The language of its messages (BCP 47: Japanese or English); `ja` by default.
    #[schema(pattern = "^([Jj][Aa]|[Ee][Nn])([-_].*)?$", example = "ja")]
    locale: Option<String>,
    /// What else the code is bound to: a payment's id and amount, say.
    #[schema(max_length = 200)]
    binding: Option<String>,
    /// Your id of this end user's session, opaque to us. Two sessions never share a code, and one has codes sent to at most
    /// 3 numbers a day, unless you know them.
    #[schema(max_length = 200)]
    context: Option<String>,
    /// Whether you have this number on file for this person.
    #[serde(default)]
    known: bool,
    /// Whom you are asking for.
    #[schema(value_type = Option<EndUser>)]
    end_user: Option<EndUser>,
}

/// Whom the application is asking for: what limits count by.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndUser {
    /// Their address.
    #[schema(value_type = Option<String>, example = "203.0.113.7")]
    ip: Option<IpAddr>,
    /// Your name for their account.
    #[schema(max_length = 200)]
    account: Option<String>,
}

/// Another message.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendVerification {
    /// The corrected number; without it the code goes to the same one.
    #[schema(max_length = 64)]
    to: Option<String>,
    /// Where a number without `+` belongs.
    #[schema(value_type = Option<schema::Country>)]
    country: Option<Country>,
    /// How the code is sent; `sms` by default. `call` reads it out on the phone, where the service offers that, twice at most, and not as
    /// the correction to a mobile number. A number that no SMS reaches is called in any case.
    #[serde(default)]
    #[schema(value_type = schema::Channel)]
    channel: Channel,
}

/// A code that came back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckVerification {
    /// As it was typed: full-width digits, spaces and hyphens are accepted.
    #[schema(example = "123456")]
    code: String,
    /// Whom you are asking for: so that guessing from one network is seen.
    #[schema(value_type = Option<EndUser>)]
    end_user: Option<EndUser>,
}

/// The proof of an approval.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemProof {
    /// As the check gave it.
    #[schema(example = "prf_00000000000000000000000000000000")]
    proof: String,
}

/// What the caller's service is and what its key may do.
async fn service(app: &App, caller: &Caller) -> Result<std::sync::Arc<Known>, No> {
    caller.may(Scope::Verify)?;
    Ok(app.service(caller.service).await?)
}

/// A verification that a call is about.
struct About {
    web: Web,
    known: std::sync::Arc<Known>,
    id: VerificationId,
}

impl About {
    async fn read(web: Web, caller: &Caller, name: &str) -> Result<About, No> {
        let known = service(&web.app, caller).await?;
        Ok(About { web, known, id: id(name)? })
    }

    /// An answer about it. Its language is that of a refusal, where the caller asks for none.
    async fn answered<T>(&self, seen: &Seen, answer: Result<T, Refusal>) -> Result<T, No> {
        if answer.is_err() && seen.answers.are_open() {
            // One that cannot be read has no language to tell.
            let verification = self.web.app.verification(&self.known, self.id).await.ok();
            seen.answers.in_language(verification.map(|verification| verification.locale));
        }
        answer.map_err(No)
    }

    fn view(&self, verification: &Verification) -> VerificationView {
        VerificationView::of(&self.web.app, verification, None)
    }
}

fn id(text: &str) -> Result<VerificationId, No> {
    text.parse().map_err(|_| No(Refusal::NotFound))
}

/// Begin a verification: a code goes to the number, by SMS or by call.
#[utoipa::path(post, operation_id = "create_verification", path = "/v1/verifications", tag = "Verifications", request_body = CreateVerification,
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats give the first answer and send nothing.")),
    responses((status = 201, description = "It began; a message is on its way.", body = VerificationView),
        (status = 200, description = "One is under way for the same number, purpose, binding and context: nothing was sent.", body = VerificationView)))]
pub async fn create(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    key: idempotent::Key,
    body: Body<CreateVerification>,
) -> Result<Response, No> {
    let known = service(&web.app, &caller).await?;
    let request = Request { host: known.service.host.clone(), ..body.value.read(&caller)? };
    let app = web.app.clone();
    let act = move |birth| async move {
        let request = Request { birth: Some(birth), ..request };
        let created = app.create_verification(&known, &request).await?;
        let status = if created.is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, VerificationView::of(&app, &created.verification, None)))
    };
    idempotent::once(&web.app, &caller, "/v1/verifications", key, &body.bytes, act).await
}

impl CreateVerification {
    fn read(self, caller: &Caller) -> Result<Request, No> {
        text("to", &self.to, 64)?;
        for (field, value) in [("binding", &self.binding), ("context", &self.context)] {
            text(field, value.as_deref().unwrap_or(""), 200)?;
        }
        let end_user = self.end_user.unwrap_or(EndUser { ip: None, account: None });
        text("end_user.account", end_user.account.as_deref().unwrap_or(""), 200)?;
        Ok(Request {
            to: self.to,
            country: self.country,
            channel: self.channel,
            purpose: self.purpose.unwrap_or_default(),
            priority: self.priority,
            locale: locale(self.locale.as_deref())?.unwrap_or_default(),
            binding: self.binding,
            context: self.context.map_or(Context::None, Context::Application),
            known: self.known,
            host: None,
            source: Source { ip: end_user.ip, account: end_user.account, key: Some(caller.key) },
            birth: None,
        })
    }
}

/// The language of a tag.
pub(super) fn locale(tag: Option<&str>) -> Result<Option<Locale>, No> {
    let read = |tag| {
        let must = "be a language that there are texts in: ja or en".to_owned();
        Locale::from_tag(tag).ok_or(No(Refusal::BadRequest { field: "locale".into(), must }))
    };
    tag.map(read).transpose()
}

/// How a verification stands.
#[utoipa::path(get, operation_id = "fetch_verification", path = "/v1/verifications/{id}", tag = "Verifications", params(("id" = String, Path)),
    responses((status = 200, description = "How it stands. No proof of anything: only the answer to the right check is.", body = VerificationView)))]
pub async fn fetch(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Json<VerificationView>, No> {
    let known = service(&web.app, &caller).await?;
    let verification = web.app.verification(&known, id(&name)?).await?;
    Ok(Json(VerificationView::with_place(&web.app, &verification).await?))
}

/// Send a new code, to the same or a corrected number.
#[utoipa::path(post, operation_id = "resend_verification", path = "/v1/verifications/{id}/resend", tag = "Verifications", params(("id" = String, Path)),
    request_body = ResendVerification,
    responses((status = 200, description = "Another message is on its way.", body = VerificationView)))]
pub async fn resend(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    body: Body<ResendVerification>,
) -> Result<Json<VerificationView>, No> {
    let about = About::read(web, &caller, &name).await?;
    text("to", body.value.to.as_deref().unwrap_or(""), 64)?;
    let to = body.value.to.as_deref().map(|to| (to, body.value.country));
    let source = Source { key: Some(caller.key), ..Source::default() };
    let wanted = Another { channel: body.value.channel, to, locale: None };
    let answer = about.web.app.resend(&about.known, about.id, wanted, &source).await;
    Ok(Json(about.view(&about.answered(&seen, answer).await?)))
}

/// Check a code that came back.
#[utoipa::path(post, operation_id = "check_verification", path = "/v1/verifications/{id}/check", tag = "Verifications", params(("id" = String, Path)),
    request_body = CheckVerification,
    responses((status = 200, description = "Approved. The proof is good once, for ten minutes.", body = Checked)))]
pub async fn check(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    body: Body<CheckVerification>,
) -> Result<Json<Checked>, No> {
    let about = About::read(web, &caller, &name).await?;
    let answer = {
        let CheckVerification { code, end_user } = body.value;
        let EndUser { ip, account } = end_user.unwrap_or(EndUser { ip: None, account: None });
        text("end_user.account", account.as_deref().unwrap_or(""), 200)?;
        let source = Source { ip, account, key: Some(caller.key) };
        about.web.app.check(&about.known, about.id, code, &source).await
    };
    let approved = about.answered(&seen, answer).await?;
    Ok(Json(Checked { verification: about.view(&approved.verification), proof: approved.proof }))
}

/// Redeem the proof of an approval, once.
#[utoipa::path(post, operation_id = "redeem_verification", path = "/v1/verifications/{id}/redeem", tag = "Verifications", params(("id" = String, Path)),
    request_body = RedeemProof,
    responses((status = 200, description = "The number was verified, as stated.", body = VerificationView)))]
pub async fn redeem(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    body: Body<RedeemProof>,
) -> Result<Json<VerificationView>, No> {
    let about = About::read(web, &caller, &name).await?;
    let answer = about.web.app.redeem_proof(&about.known, about.id, &body.value.proof, caller.key).await;
    Ok(Json(about.view(&about.answered(&seen, answer).await?)))
}

/// End a verification that nobody wants any more.
#[utoipa::path(post, operation_id = "cancel_verification", path = "/v1/verifications/{id}/cancel", tag = "Verifications", params(("id" = String, Path)),
    responses((status = 200, description = "Cancelled; its codes are no longer good.", body = VerificationView)))]
pub async fn cancel(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Json<VerificationView>, No> {
    let about = About::read(web, &caller, &name).await?;
    let answer = about.web.app.cancel(&about.known, about.id).await;
    Ok(Json(about.view(&about.answered(&seen, answer).await?)))
}

/// Follow a verification by server-sent events.
#[utoipa::path(get, operation_id = "events_verification", path = "/v1/verifications/{id}/events", tag = "Verifications", params(("id" = String, Path)),
    responses((status = 200, description = "`verification` events; the data of each is a `VerificationView` as JSON. Ends when nothing more can happen, and with the API key.",
        content_type = "text/event-stream", body = String)))]
pub async fn events(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Response, No> {
    let known = service(&web.app, &caller).await?;
    let id = id(&name)?;
    web.app.verification(&known, id).await?;
    let source = Source { key: Some(caller.key), ..Source::default() };
    let watcher = web.app.watch.verification(id, &source, web.app.now())?;
    let app = web.app.clone();
    let revoked = async move { app.revoked(&caller).await };
    let events = follow(web, known, id, watcher).take_until(Box::pin(revoked));
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The states of a verification as they come; bounded by its life.
fn follow(
    web: Web,
    known: std::sync::Arc<Known>,
    id: VerificationId,
    watcher: Watcher,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let start = (web, known, watcher, None::<String>, false);
    futures::stream::unfold(start, move |(web, known, mut watcher, last, over)| async move {
        if over {
            return None;
        }
        loop {
            if last.is_some() && !watcher.changed(LOOK_EVERY).await {
                return None;
            }
            let verification = web.app.verification(&known, id).await.ok()?;
            let view = VerificationView::with_place(&web.app, &verification).await.ok()?;
            let over = view.is_over();
            let text = serde_json::to_string(&view).ok()?;
            if last.as_ref() != Some(&text) {
                let event = Event::default().event("verification").data(&text);
                return Some((Ok(event), (web, known, watcher, Some(text), over)));
            }
        }
    })
}
