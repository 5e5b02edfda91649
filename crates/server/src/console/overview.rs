//! `/console`: how it stands now.

use axum::{http::StatusCode, response::Response};

use super::{messages, operator::Operator};
use crate::{
    pages::view::console::{
        arrival::Figures,
        overview::{OverviewPage, RouteLine},
    },
    web::problem::No,
};

/// Messages shown; the rest is on their own page.
const MESSAGES_MAX: i64 = 10;

/// The page.
///
/// # Errors
/// `unavailable` without the store.
pub async fn show(operator: Operator) -> Result<Response, No> {
    let app = &operator.web.app;
    let queue = app.store.read(store::message::backlog).await.map_err(domain::refusal::Refusal::from)?;
    let lately = app.lately().await?;
    let routes = app.routes.iter().map(|route| {
        let name = &route.name;
        let lines = lately.iter().filter(|line| line.route == *name);
        let figures = lines.fold(Figures::default(), |all, line| all.and(line.sums));
        RouteLine { name: name.clone(), state: app.route_state(name), figures }
    });
    let page = OverviewPage {
        frame: operator.frame("/console"),
        waiting: queue.queued,
        oldest_ms: queue.oldest_at.map(|at| at.ms()),
        routes: routes.collect(),
        messages: messages::lines(&operator, domain::time::Time::from_ms(i64::MAX), MESSAGES_MAX).await?,
    };
    Ok(operator.page(StatusCode::OK, &page))
}
