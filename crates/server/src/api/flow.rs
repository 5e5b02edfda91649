//! `/v1/flows`: hosted pages.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{country::Country, id::FlowId, refusal::Refusal, verification::Purpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{caller::Authorized, document::VerificationView, idempotent, verification::locale};
use crate::{
    app::{
        caller::Scope,
        flow::{Flow, Outcome, Request},
    },
    web::{
        Web,
        json::{Body, text},
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
    #[schema(example = "https://shop.example/verified")]
    return_url: String,
    /// Your own; it comes back in the redirect. Make it hard to guess, keep it in the person's session, and compare.
    #[schema(example = "b2f7c1d9e4")]
    state: String,
    /// The pages' language (BCP 47); without it the browser's.
    locale: Option<String>,
    /// The number, if you have it: then it is not asked, only shown masked.
    to: Option<String>,
    /// The country picked first.
    #[schema(value_type = Option<String>)]
    country: Option<Country>,
    /// What the number is verified for.
    #[schema(value_type = Option<String>)]
    purpose: Option<Purpose>,
    /// What else the code is bound to.
    binding: Option<String>,
    /// Whether you have this number on file for this person.
    #[serde(default)]
    known: bool,
    /// Your name for the person's account: what limits count by, besides their address.
    account: Option<String>,
}

/// What a hosted page is for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To verify a phone number.
    VerifyPhone,
}

/// A flow as its application sees it: no number, no result.
#[derive(Serialize, ToSchema)]
pub struct FlowView {
    /// Its id.
    id: String,
    /// Where to send the person; only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// `open`, `approved`, `canceled` or `expired`. No proof of anything: redeem the result.
    status: &'static str,
    /// When it ends (RFC 3339, UTC).
    expires_at: String,
}

/// A result code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemFlow {
    /// `result` from the redirect; good once, for 60 seconds.
    result: String,
}

/// What came of a flow.
#[derive(Serialize, ToSchema)]
pub struct FlowResult {
    /// The flow.
    id: String,
    /// `approved`.
    status: &'static str,
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
    headers: HeaderMap,
    body: Body<CreateFlow>,
) -> Result<Response, No> {
    caller.may(Scope::Verify)?;
    let known = web.app.service(caller.service).await?;
    let request = body.value.read()?;
    let act = async {
        let (flow, url) = web.app.create_flow(&known, &caller, request).await?;
        Ok((StatusCode::CREATED, FlowView { url: Some(url), ..view(&web, &flow) }))
    };
    idempotent::once(&web.app, &caller, "/v1/flows", &headers, &body.bytes, act).await
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
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    body: Body<RedeemFlow>,
) -> Result<Json<FlowResult>, No> {
    caller.may(Scope::Verify)?;
    let known = web.app.service(caller.service).await?;
    let id = id(&name)?;
    let redeemed = web.app.redeem_flow(&known, &caller, id, &body.value.result).await?;
    let verification = redeemed.verification.as_ref().map(|v| VerificationView::of(&web.app, v, None));
    Ok(Json(FlowResult { id: id.to_string(), status: name_of(redeemed.outcome), verification }))
}

fn id(text: &str) -> Result<FlowId, No> {
    text.parse().map_err(|_| No(Refusal::NotFound))
}

fn name_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "approved",
        Outcome::Canceled => "canceled",
    }
}

fn view(web: &Web, flow: &Flow) -> FlowView {
    let over = if flow.expires_at <= web.app.now() { "expired" } else { "open" };
    let status = flow.outcome().map_or(over, name_of);
    FlowView { id: flow.id.to_string(), url: None, status, expires_at: flow.expires_at.rfc3339() }
}
