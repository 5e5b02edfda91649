//! How a no looks to programs: a problem document (RFC 9457) in the caller's language.

use crate::text::Speak;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::locale::Locale;
use domain::{
    contact::{Contact, Opening},
    refusal::Refusal,
    service::Service,
    time::Time,
};
use serde_json::{Map, Value, json};

/// A refusal on its way out. The outermost layer knows the reader's language and what the reader takes, and writes the
/// body there (`layers::render`).
#[derive(Clone, Debug)]
pub struct No(pub Refusal);

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> No {
        No(refusal)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The status of a refusal.
pub fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The problem document of a refusal.
pub fn document(refusal: &Refusal, contacts: Vec<Value>, lang: Locale, reference: &str, now: Time) -> Response {
    let code = refusal.code();
    let mut body = Map::new();
    body.insert("type".into(), json!(format!("/problems/{code}")));
    body.insert("title".into(), json!(lang.problem_title(code)));
    body.insert("status".into(), json!(refusal.status()));
    body.insert("detail".into(), json!(lang.problem_detail(code)));
    body.insert("reference".into(), json!(reference));
    body.extend(members(refusal));
    if !contacts.is_empty() {
        body.insert("contacts".into(), json!(contacts));
    }
    let mut response = (status(refusal), Json(Value::Object(body))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    if *refusal == Refusal::Unauthorized {
        // A 401 must say how to do better (RFC 9110 §15.5.2).
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    retry_after(refusal, now, response)
}

/// Adds `Retry-After` wherever waiting helps.
pub fn retry_after(refusal: &Refusal, now: Time, mut response: Response) -> Response {
    let seconds = match refusal {
        Refusal::Unavailable => Some(1),
        Refusal::IdempotencyInProgress => Some(1),
        other => other.retry_at().map(|at| at.seconds_from(now)),
    };
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A service's humans, as its problem documents name them.
pub fn contacts(service: &Service, lang: Locale, now: Time) -> Vec<Value> {
    let of = |contact: &Contact| {
        let open = matches!(contact.opening(now), Opening::Always | Opening::Open { .. });
        json!({ "kind": contact.kind, "name": contact.name_in(lang), "to": contact.to, "open": open })
    };
    service.contacts.iter().map(of).collect()
}

/// What a refusal tells besides its texts.
fn members(refusal: &Refusal) -> Map<String, Value> {
    let mut members = Map::new();
    if let Some(at) = refusal.retry_at() {
        members.insert("retry_at".into(), json!(at.rfc3339()));
    }
    if let Some(left) = refusal.checks_left() {
        members.insert("checks_left".into(), json!(left));
    }
    match refusal {
        Refusal::BadRequest { field, must } => {
            members.insert("field".into(), json!(field));
            members.insert("must".into(), json!(must));
        }
        Refusal::Number(problem) => {
            members.insert("reason".into(), json!(problem));
        }
        Refusal::CountryNotAllowed { country: Some(country) } => {
            members.insert("country".into(), json!(country));
        }
        _ => {}
    }
    members
}
