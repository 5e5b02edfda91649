//! `/console/routes`: how each route does, and an operator's word on it.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    refusal::Refusal,
    route::{Change, Order},
};
use serde::Deserialize;
use store::route::{self, Happened};

use super::operator::Operator;
use crate::{
    pages::view::console::routes::{HappenedLine, RoutesPage},
    web::{body::Form, problem::No},
};

/// Things that happened which are shown.
const HAPPENED_MAX: i64 = 50;

/// What the form carries.
#[derive(Deserialize)]
pub struct Said {
    form_token: Option<String>,
    route: String,
    order: String,
}

/// The page.
///
/// # Errors
/// `unavailable` without the store.
pub async fn show(operator: Operator) -> Result<Response, No> {
    let app = &operator.web.app;
    let happened = app.store.read(|tx| route::lately(tx, HAPPENED_MAX)).await.map_err(Refusal::from)?;
    let page = RoutesPage {
        frame: operator.frame("/console/routes"),
        routes: app.routes.views(app.now()),
        happened: happened.into_iter().map(line).collect(),
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// Pins or bans a route, or leaves it to itself.
///
/// # Errors
/// `foreign-form` from another page, `bad-request` for a word that is none, `not-found` for a route that is none.
pub async fn order(operator: Operator, headers: HeaderMap, Form(said): Form<Said>) -> Result<Response, No> {
    operator.check(said.form_token.as_deref(), &headers)?;
    let order = match said.order.as_str() {
        "pin" => Some(Order::Pinned),
        "ban" => Some(Order::Banned),
        "release" => None,
        _ => return Err(No(Refusal::BadRequest { field: "order".into(), must: "be pin, ban or release".into() })),
    };
    operator.web.app.order_route(&said.route, order).await?;
    Ok(Redirect::to("/console/routes").into_response())
}

fn line(happened: Happened) -> HappenedLine {
    let Happened { at, route, change, author, known, .. } = happened;
    let evidence = known.evidence.filter(|_| change == Change::Troubled);
    let figures = evidence.map(|evidence| (evidence.lately, evidence.usual));
    HappenedLine { at_ms: at.ms(), route, change, author, figures }
}
