//! `/console`: how it stands now.

use axum::{http::StatusCode, response::Response};

use super::{messages, operator::Operator};
use crate::{
    app::{
        App,
        guess::Guessed,
        range::{Judged, Verdict},
    },
    pages::view::console::{
        arrival::Figures,
        overview::{GuessedLine, OverviewPage, RangeLine, RouteLine},
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
        let lines = lately.lines.iter().filter(|line| line.route == *name);
        let figures = lines.fold(Figures::default(), |all, line| all.and(line.sums));
        RouteLine { name: name.clone(), state: app.route_state(name), figures }
    });
    let page = OverviewPage {
        frame: operator.frame("/console"),
        waiting: queue.queued,
        oldest_ms: queue.oldest_at.map(|at| at.ms()),
        routes: routes.collect(),
        guessed: guessed(app).await?,
        ranges: app.suspected().into_iter().map(range).collect(),
        messages: messages::lines(&operator, domain::time::Time::from_ms(i64::MAX), MESSAGES_MAX).await?,
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// The services whose codes somebody guesses, by name.
async fn guessed(app: &App) -> Result<Vec<GuessedLine>, No> {
    let mut lines = Vec::new();
    for Guessed { service, counts, networks, .. } in app.guessed() {
        let brand = app.service(service).await?.service.brand.clone();
        lines.push(GuessedLine { brand, counts: counts.map(|counts| (counts.wrong, counts.right)), networks });
    }
    Ok(lines)
}

fn range(Judged { numbers, country, verdict, day, .. }: Judged) -> RangeLine {
    RangeLine { numbers, country, is_refused: verdict == Verdict::Refused, sent: day.sent, back: day.back }
}
