//! How the simulator says no: a problem document (RFC 9457) in English, for the developer who drives it.

use std::io;

use axum::Json;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::edit::Wrong;

/// A refusal with its status.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    field: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Problem {
        Problem { status, title, detail: detail.into(), field: None }
    }

    /// The field that is wrong, if it is one.
    pub(crate) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Whether the simulator is at fault, and not who asks.
    pub(crate) fn is_ours(&self) -> bool {
        self.status.is_server_error()
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "The request cannot be read", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    pub(crate) fn method_not_allowed() -> Problem {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Not this method", "This address does not know this method.")
    }

    pub(crate) fn not_json() -> Problem {
        let detail = "Send the body with `Content-Type: application/json`.";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Only JSON", detail)
    }

    pub(crate) fn unsigned() -> Problem {
        let detail = "The call is not signed with the secret that was agreed on, or not lately.";
        Problem::new(StatusCode::UNAUTHORIZED, "Not signed", detail)
    }

    pub(crate) fn unknown_host() -> Problem {
        let detail = "The simulator answers only under the names that it was started with.";
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "Unknown host", detail)
    }

    pub(crate) fn foreign_origin() -> Problem {
        let detail = "Another site's page may not use the simulator.";
        Problem::new(StatusCode::FORBIDDEN, "Foreign origin", detail)
    }

    pub(crate) fn full(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too much at once", detail)
    }

    /// Something of the simulator's, its `what`, cannot be written down.
    pub(crate) fn unsaved(what: &str, error: &io::Error) -> Problem {
        tracing::error!(%error, "the simulator's {what} cannot be written");
        let detail = format!("The simulator's {what} cannot be written.");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Not saved", detail)
    }
}

impl From<Wrong> for Problem {
    fn from(Wrong { field, expected }: Wrong) -> Problem {
        let detail = format!("`{field}` must be {expected}.");
        let title = "A field is wrong";
        Problem { field: Some(field), ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, title, detail) }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Problem {
        Problem::new(rejection.status(), "The body cannot be read", rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Problem {
        Problem::malformed(rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem { status, title, detail, field } = self;
        let document = Document { title, status: status.as_u16(), detail: &detail, field: field.as_deref() };
        let mut response = (status, Json(document)).into_response();
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
