//! Bodies, read in one place: within a bound, and a time of their own. Who sends slowly holds no request for long, and is
//! told that it is the sending: an answer for what is wrong with the server would call its operators (rule D9).

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use domain::refusal::Refusal;
use serde::de::DeserializeOwned;

use super::{Web, problem::No};

/// A body as it came.
pub struct Whole(pub Bytes);

/// A form's fields.
pub struct Form<T>(pub T);

impl FromRequest<Web> for Whole {
    type Rejection = No;

    async fn from_request(request: Request, web: &Web) -> Result<Self, No> {
        Ok(Whole(whole(request.into_body(), web, web.app.config.http.body_bytes_max).await?))
    }
}

impl<T: DeserializeOwned> FromRequest<Web> for Form<T> {
    type Rejection = No;

    async fn from_request(request: Request, web: &Web) -> Result<Self, No> {
        let (parts, body) = request.into_parts();
        let bytes = whole(body, web, web.app.config.http.body_bytes_max).await?;
        let read = axum::Form::from_request(Request::from_parts(parts, Body::from(bytes)), web).await;
        read.map(|axum::Form(fields)| Form(fields))
            .map_err(|rejection| No(unread(rejection.status(), "be a form with each of its fields once")))
    }
}

/// Bodies are read as they are sent: none is unpacked.
///
/// # Errors
/// `unsupported-media-type` for one that would have to be (RFC 9110 §15.5.16).
pub fn is_plain(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    let plain = codings.all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if plain { Ok(()) } else { Err(Refusal::UnsupportedMediaType) }
}

/// Reads a body of at most so many bytes.
///
/// # Errors
/// `payload-too-large`, `request-timeout`, and `bad-request` for one that broke off.
pub async fn whole(body: Body, web: &Web, bytes_max: usize) -> Result<Bytes, Refusal> {
    let mut request = Request::new(body);
    DefaultBodyLimit::max(bytes_max).apply(&mut request);
    let time = Duration::from_millis(web.app.config.http.body_timeout_ms);
    let read = tokio::time::timeout(time, Bytes::from_request(request, web)).await;
    read.map_err(|_| Refusal::RequestTimeout)?.map_err(|rejection| unread(rejection.status(), "be sent whole"))
}

/// What the framework says no to, in our words.
fn unread(status: StatusCode, must: &str) -> Refusal {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Refusal::UnsupportedMediaType,
        _ => Refusal::BadRequest { field: String::new(), must: must.into() },
    }
}
