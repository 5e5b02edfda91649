//! In and out: a page with one button, so that a preview of a link uses nothing up; and signing out.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::refusal::Refusal;
use serde::Deserialize;

use super::operator::{self, Operator};
use crate::{
    pages::{
        brand, frame, rendered,
        view::{console::door::DoorPage, frame::Role},
    },
    web::{Web, body::Form, browser, layers::Seen, problem::No},
};

/// What a form of the console carries.
#[derive(Deserialize)]
pub struct Token {
    form_token: Option<String>,
}

/// `GET /console/enter/{link}`: the button. It says nothing about the link.
pub async fn show(State(web): State<Web>, Extension(seen): Extension<Seen>, Path(link): Path<String>) -> Response {
    let path = format!("/console/enter/{link}");
    let frame = frame(&web.app, &seen, seen.lang, Role::Console, brand(), &path);
    rendered(StatusCode::OK, &DoorPage { frame, action: path })
}

/// `POST /console/enter/{link}`: the link becomes a session.
///
/// # Errors
/// `sign-in-needed` for a link that does not work, `foreign-form` from another site's page.
pub async fn enter(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, No> {
    if !browser::is_same_origin(&headers, &web.app.config.public_url) {
        return Err(No(Refusal::ForeignForm));
    }
    let secret = web.app.enter_console(&link).await?;
    tracing::info!(reference = seen.reference, "somebody signed in to the console");
    let mut response = Redirect::to("/console").into_response();
    if let Some(cookie) = operator::set_cookie(&web.app, &secret, None) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `POST /console/leave`: the session ends.
///
/// # Errors
/// `foreign-form` from another page.
pub async fn leave(operator: Operator, headers: HeaderMap, Form(fields): Form<Token>) -> Result<Response, No> {
    operator.check(fields.form_token.as_deref(), &headers)?;
    let app = &operator.web.app;
    app.leave_console(&operator.secret).await?;
    let mut response = Redirect::to("/console").into_response();
    if let Some(cookie) = operator::drop_cookie(app) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
