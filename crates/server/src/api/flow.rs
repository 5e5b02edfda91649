//! `/v1/flows`: hosted pages.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{country::Country, id::FlowId, refusal::Refusal, verification::Purpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{caller::Authorized, document::VerificationView, idempotent, schema, verification::locale};
use crate::{
    app::{
        caller::Scope,
        flow::{Flow, Outcome, Request},
    },
    web::{
        Web,
        json::{Body, text},
        layers::Seen,
        problem::No,
    },
};

/// A flow that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFlow {
    /// What the person is to do.
    kind: Kind,
    /// Where the person comes back to: exactly one of the service's `return_urls`.
    #[schema(max_length = 500, example = "https://shop.example/verified")]
    return_url: String,
    /// Your own; it comes back in the redirect. Make it hard to guess, keep it in the person's session, and compare.
    #[schema(min_length = 1, max_length = 500, example = "b2f7c1d9e4")]
    state: String,
    /// The pages' language (BCP 47: Japanese or English); without it the browser's.
    #[schema(pattern = "^([Jj][Aa]|[Ee][Nn])([-_].*)?$")]
    locale: Option<String>,
    /// The number, if you have it: then it is not asked, only shown masked.
    #[schema(max_length = 64)]
    to: Option<String>,
    /// The country picked first.
    #[schema(value_type = Option<schema::Country>)]
    country: Option<Country>,
    /// What the number is verified for.
    #[schema(value_type = Option<schema::Purpose>)]
    purpose: Option<Purpose>,
    /// What else the code is bound to.
    #[schema(max_length = 200)]
    binding: Option<String>,
    /// Whether you have this number on file for this person; with `to`.
    #[serde(default)]
    known: bool,
    /// Your name for the person's account: what limits count by, besides their address.
    #[schema(max_length = 200)]
    account: Option<String>,
}

/// What a hosted page is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To verify a phone number.
    VerifyPhone,
}

/// Where a flow stands.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowStatus {
    /// A person may go on with it.
    Open,
    /// The number was verified.
    Approved,
    /// The person went back without it.
    Canceled,
    /// Its time is over.
    Expired,
}

/// A flow as its application sees it: no number, no result.
#[derive(Serialize, ToSchema)]
pub struct FlowView {
    /// Its id.
    #[schema(pattern = "^flw_[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    id: String,
    /// Where to send the person; only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Where it stands. No proof of anything: redeem the result.
    status: FlowStatus,
    /// When it ends (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A result code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemFlow {
    /// `result` from the redirect; good once, for 60 seconds.
    #[schema(example = "res_00000000000000000000000000000000")]
    result: String,
}

/// What came of a flow.
#[derive(Serialize, ToSchema)]
pub struct FlowResult {
    /// The flow.
    id: String,
    /// How it ended: `approved` or `canceled`.
    status: FlowStatus,
    /// The verification, with the number that was verified.
    verification: Option<VerificationView>,
}

/// Begin a hosted page.
#[utoipa::path(post, operation_id = "create_flow", path = "/v1/flows", tag = "Flows", request_body = CreateFlow,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "Send the person to `url`.", body = FlowView)))]
pub async fn create(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    key: idempotent::Key,
    body: Body<CreateFlow>,
) -> Result<Response, No> {
    caller.may(Scope::Verify)?;
    let known = web.app.service(caller.service).await?;
    let request = body.value.read()?;
    let (page, asking) = (web.clone(), caller.clone());
    // Its link is a secret that only the answer holds: where that was cut off, a repeat makes another flow.
    let act = move |_| async move {
        let (web, caller) = (page, asking);
        let (flow, url) = web.app.create_flow(&known, &caller, request).await?;
        Ok((StatusCode::CREATED, FlowView { url: Some(url), ..view(&web, &flow) }))
    };
    idempotent::once(&web.app, &caller, "/v1/flows", key, &body.bytes, act).await
}

impl CreateFlow {
    fn read(self) -> Result<Request, No> {
        let Kind::VerifyPhone = self.kind;
        let fields = [
            ("state", Some(&self.state), 500),
            ("to", self.to.as_ref(), 64),
            ("binding", self.binding.as_ref(), 200),
            ("account", self.account.as_ref(), 200),
        ];
        for (field, value, max) in fields {
            text(field, value.map_or("", String::as_str), max)?;
        }
        if self.state.is_empty() {
            let must = "be a text that only this person's session has".into();
            return Err(No(Refusal::BadRequest { field: "state".into(), must }));
        }
        if self.known && self.to.is_none() {
            // A number that the person types may be anybody's: nothing is told of it but what strangers hear (rule V5).
            let must = "come with `to`, the number that is on file".into();
            return Err(No(Refusal::BadRequest { field: "known".into(), must }));
        }
        Ok(Request {
            locale: locale(self.locale.as_deref())?,
            return_url: self.return_url,
            state: self.state,
            purpose: self.purpose.unwrap_or_default(),
            binding: self.binding,
            account: self.account,
            known: self.known,
            to: self.to,
            country: self.country,
        })
    }
}

/// How a flow stands.
#[utoipa::path(get, operation_id = "fetch_flow", path = "/v1/flows/{id}", tag = "Flows", params(("id" = String, Path)),
    responses((status = 200, description = "Its status only.", body = FlowView)))]
pub async fn fetch(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Json<FlowView>, No> {
    caller.may(Scope::Verify)?;
    let flow = web.app.flow(caller.service, id(&name)?).await?;
    Ok(Json(view(&web, &flow)))
}

/// Redeem the result that the redirect carried.
#[utoipa::path(post, operation_id = "redeem_flow", path = "/v1/flows/{id}/redeem", tag = "Flows", params(("id" = String, Path)), request_body = RedeemFlow,
    responses((status = 200, description = "What came of it: once, and only to the key that began it.", body = FlowResult)))]
pub async fn redeem(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    body: Body<RedeemFlow>,
) -> Result<Json<FlowResult>, No> {
    caller.may(Scope::Verify)?;
    let known = web.app.service(caller.service).await?;
    let id = id(&name)?;
    let redeemed = match web.app.redeem_flow(&known, &caller, id, &body.value.result).await {
        Ok(redeemed) => redeemed,
        Err(refusal) => {
            // One that cannot be read has no language to tell.
            seen.answers.in_language(web.app.flow(caller.service, id).await.ok().and_then(|flow| flow.locale));
            return Err(No(refusal));
        }
    };
    let verification = redeemed.verification.as_ref().map(|v| VerificationView::of(&web.app, v, None));
    Ok(Json(FlowResult { id: id.to_string(), status: status_of(redeemed.outcome), verification }))
}

fn id(text: &str) -> Result<FlowId, No> {
    text.parse().map_err(|_| No(Refusal::NotFound))
}

fn status_of(outcome: Outcome) -> FlowStatus {
    match outcome {
        Outcome::Approved => FlowStatus::Approved,
        Outcome::Canceled => FlowStatus::Canceled,
    }
}

fn view(web: &Web, flow: &Flow) -> FlowView {
    let over = if flow.expires_at <= web.app.now() { FlowStatus::Expired } else { FlowStatus::Open };
    let status = flow.outcome().map_or(over, status_of);
    FlowView { id: flow.id.to_string(), url: None, status, expires_at: flow.expires_at.rfc3339() }
}
