//! What the API answers with, and the OpenAPI 3.1 document that says so.

use domain::{
    channel::Channel,
    delivery::{Reason, State},
    refusal::Refusal,
    verification::{Purpose, Status, Verification},
};
use serde::Serialize;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        ObjectBuilder, OpenApi as Document, Ref, RefOr, Response, ResponseBuilder, Type,
        content::ContentBuilder,
        path::Parameter,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::schema;
use crate::{
    app::{App, queue::Place},
    web::problem::No,
};

/// A verification as its application sees it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct VerificationView {
    /// Its id.
    #[schema(pattern = "^ver_[0-7][0-9a-hjkmnp-tv-z]{25}$", example = "ver_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// The service that asked.
    #[schema(pattern = "^svc_[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    service: String,
    /// The number, E.164; null once it is erased.
    #[schema(pattern = r"^\+[1-9]\d{1,14}$")]
    to: Option<String>,
    /// How its newest code is sent.
    #[schema(value_type = schema::Channel)]
    channel: Channel,
    /// What it is for.
    #[schema(value_type = schema::Purpose)]
    purpose: Purpose,
    /// Where it stands.
    #[schema(value_type = schema::Status)]
    status: Status,
    /// How many messages were asked for.
    #[schema(minimum = 1, maximum = 10)]
    sends: u8,
    /// How many more codes may be tried.
    #[schema(maximum = 10)]
    checks_left: u8,
    /// How many digits the newest code has. Under attack a number's codes are longer: leave room for ten.
    #[schema(minimum = 6, maximum = 10)]
    code_digits: u8,
    /// When it began (RFC 3339, UTC).
    #[schema(format = DateTime)]
    created_at: String,
    /// When its newest code is no longer good.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When the next message may be asked for.
    #[schema(format = DateTime)]
    resend_at: String,
    /// The newest message.
    message: MessageView,
}

/// Where a message is.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct MessageView {
    /// Where it is.
    #[schema(value_type = schema::MessageState)]
    state: State,
    /// Why, if the carrier told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::MessageReason>)]
    reason: Option<Reason>,
    /// While queued: fewer of your messages than this are ahead of it; 0 if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead: Option<u32>,
    /// While queued: seconds until its turn, rounded up to ten; absent while nothing can go out to this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    eta_seconds: Option<u32>,
    /// While queued: whether the link is up, and not banned, of any route that is for this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier_reachable: Option<bool>,
    /// Since when (RFC 3339, UTC).
    #[schema(format = DateTime)]
    updated_at: String,
}

/// An approval.
#[derive(Serialize, ToSchema)]
pub struct Checked {
    /// How it stands: approved.
    #[serde(flatten)]
    pub verification: VerificationView,
    /// Redeem it, once and within ten minutes, before you rely on the approval.
    #[schema(pattern = "^prf_[0-9a-f]{32}$", example = "prf_00000000000000000000000000000000")]
    pub proof: String,
}

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// A path on this server that explains it.
    #[schema(value_type = schema::ProblemType, example = "/problems/incorrect-code")]
    r#type: String,
    /// What happened, in the caller's language.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What to do.
    detail: String,
    /// The code that a person reads out to support.
    #[schema(example = "7KQ2M9XT")]
    reference: String,
    /// When it is worth trying again, where waiting helps.
    #[schema(format = DateTime)]
    retry_at: Option<String>,
    /// How many more codes may be tried, where that is told.
    checks_left: Option<u8>,
    /// Where waiting is all that helps: whom your person may ask instead, as your service names them.
    contacts: Option<Vec<ProblemContact>>,
    /// Which field is wrong.
    field: Option<String>,
    /// What it must be.
    must: Option<String>,
}

impl VerificationView {
    /// A verification as it stands now. `place` is where its message waits: looking for it is a query of its own,
    /// which the answers to create, resend and check do without.
    pub fn of(app: &App, verification: &Verification, place: Option<Place>) -> VerificationView {
        let now = app.now();
        let newest = verification.newest();
        let number = app.number_of(verification);
        let message = MessageView {
            state: newest.progress.state,
            reason: newest.progress.reason,
            ahead: place.map(|place| place.ahead_below),
            eta_seconds: place.and_then(|place| place.eta_seconds),
            carrier_reachable: (newest.progress.state == State::Queued)
                .then(|| app.can_send(number.as_ref(), newest.channel)),
            updated_at: newest.progress.updated_at.rfc3339(),
        };
        VerificationView {
            id: verification.id.to_string(),
            service: verification.service.to_string(),
            to: number.map(|number| number.e164().to_owned()),
            channel: newest.channel,
            purpose: verification.purpose,
            status: verification.status(now),
            sends: verification.sends(),
            checks_left: verification.checks_left(),
            code_digits: newest.digits,
            created_at: verification.created_at.rfc3339(),
            expires_at: verification.expires_at().rfc3339(),
            resend_at: verification.resend_at.rfc3339(),
            message,
        }
    }

    /// The same, with its message's place in the queue.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn with_place(app: &App, verification: &Verification) -> Result<VerificationView, No> {
        let place = app.place(verification).await?;
        Ok(VerificationView::of(app, verification, place))
    }

    /// Whether nothing more can happen to it.
    pub fn is_over(&self) -> bool {
        self.status != Status::Pending
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Tegata", description = "Verifies phone numbers by SMS code. Errors are problem documents (RFC 9457); their `type` is a path that this server answers with a page."),
    tags((name = "Verifications", description = "Is this phone number yours?"), (name = "Flows", description = "Hosted pages: send a person there, get a result back."), (name = "Guides", description = "The SMS did not arrive: the next step for this person's phone."), (name = "Webhooks", description = "Be told of what happened, without asking."), (name = "Services", description = "Who asks, and under which rules.")),
    components(schemas(Problem, schema::Country, schema::Span))
)]
struct Head;

/// What stands before the calls.
pub fn head() -> Document {
    Head::openapi()
}

/// What every call has in common: the key that opens it, and how it says no.
pub fn complete(document: &mut Document) {
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API key.")).build();
    if let Some(components) = document.components.as_mut() {
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
    }
    document.security = Some(vec![SecurityRequirement::new("key", Vec::<String>::new())]);
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter {
                    bound(path, parameter);
                }
            }
            for (status, description) in refused() {
                let answer: RefOr<Response> = RefOr::T(problem(&description));
                operation.responses.responses.entry(status).or_insert(answer);
            }
        }
    }
}

/// What a path's ids and a header's keys look like.
fn bound(path: &str, parameter: &mut Parameter) {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let text = match (parameter.name.as_str(), path.split('/').nth(2)) {
        ("id", Some("verifications")) => text.pattern(Some("^ver_[0-7][0-9a-hjkmnp-tv-z]{25}$")),
        ("id", Some("flows")) => text.pattern(Some("^flw_[0-7][0-9a-hjkmnp-tv-z]{25}$")),
        ("id", Some("services")) => text.pattern(Some("^svc_[0-7][0-9a-hjkmnp-tv-z]{25}$")),
        ("id", Some("webhooks")) => text.pattern(Some("^whk_[0-7][0-9a-hjkmnp-tv-z]{25}$")),
        ("event", _) => text.pattern(Some("^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$")),
        _ => text.min_length(Some(1)).max_length(Some(255)),
    };
    parameter.schema = Some(text.into());
}

/// Every status that a call can be refused with, and the codes that it can mean.
fn refused() -> Vec<(String, String)> {
    let mut statuses: std::collections::BTreeMap<u16, Vec<&str>> = std::collections::BTreeMap::new();
    for refusal in Refusal::samples() {
        let codes = statuses.entry(refusal.status()).or_default();
        if !codes.contains(&refusal.code()) {
            codes.push(refusal.code());
        }
    }
    statuses.into_iter().map(|(status, codes)| (status.to_string(), format!("{}.", codes.join(", ")))).collect()
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// A human who helps.
#[derive(Serialize, ToSchema)]
pub struct ProblemContact {
    /// How they are reached.
    #[schema(value_type = super::schema::ContactKind)]
    kind: String,
    /// Their name, in the language of the document.
    name: String,
    /// Where they are; empty for our own form.
    to: String,
    /// Whether somebody is there now.
    open: bool,
}
