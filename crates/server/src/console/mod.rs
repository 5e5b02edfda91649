//! The operator's pages: what people wrote, and how guides and routes do. Nothing is told without a session.

mod arrival;
mod door;
mod guides;
mod limits;
mod messages;
mod operator;
mod overview;
mod routes;
mod trial;
mod words;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use domain::refusal::Refusal;

use crate::web::{Web, problem::No};

/// Every page. Whatever is asked for below `/console` gets one answer without a session, there or not.
pub fn router(web: &Web) -> Router<Web> {
    let inside = Router::new()
        .route("/", get(overview::show))
        .route("/messages", get(messages::list).post(messages::find))
        .route("/messages/{reference}", get(messages::show))
        .route("/guides", get(guides::list))
        .route("/guides/{guide}", get(guides::show))
        .route("/guides/{guide}/order", get(trial::show))
        .route("/guides/{guide}/drawing.svg", get(guides::draw))
        .route("/arrival", get(arrival::show))
        .route("/routes", get(routes::show).post(routes::order))
        .route("/limits", get(limits::show))
        .route("/leave", post(door::leave))
        .fallback(|| async { No(Refusal::NotFound) })
        .method_not_allowed_fallback(|| async { No(Refusal::MethodNotAllowed) })
        .layer(middleware::from_fn_with_state(web.clone(), operator::admit));
    Router::new().nest("/console", inside).route("/console/enter/{link}", get(door::show).post(door::enter))
}
