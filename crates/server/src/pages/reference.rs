//! Pages for developers: every problem, and every call.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::refusal::Refusal;

use super::{
    brand, frame, rendered,
    view::{
        calls::CallsPage,
        frame::Role,
        problem::{ProblemIndex, ProblemPage, find},
    },
};
use crate::web::{Web, layers::Seen, problem::No};

/// `/docs`: every call.
pub async fn calls(State(web): State<Web>, Extension(seen): Extension<Seen>) -> Response {
    let frame = frame(&web.app, &seen, seen.lang, Role::Reference, brand(), "/docs");
    rendered(StatusCode::OK, &CallsPage::of(frame, web.document))
}

/// `/problems`
pub async fn problems(State(web): State<Web>, Extension(seen): Extension<Seen>) -> Response {
    let frame = frame(&web.app, &seen, seen.lang, Role::Reference, brand(), "/problems");
    rendered(StatusCode::OK, &ProblemIndex { frame })
}

/// `/problems/{code}`
///
/// # Errors
/// `not-found` for a code that we never use.
pub async fn problem(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Path(code): Path<String>,
) -> Result<Response, No> {
    let refusal = find(&code).ok_or(No(Refusal::NotFound))?;
    let path = format!("/problems/{}", refusal.code());
    let frame = frame(&web.app, &seen, seen.lang, Role::Reference, brand(), &path);
    Ok(rendered(StatusCode::OK, &ProblemPage { frame, refusal, index_href: "/problems".into() }))
}
