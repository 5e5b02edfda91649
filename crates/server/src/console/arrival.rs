//! `/console/arrival`: whether messages arrive.

use axum::{http::StatusCode, response::Response};
use domain::time::{Time, hours};
use store::arrival::{Hour, Line};

use super::operator::Operator;
use crate::{
    pages::view::console::arrival::{ArrivalLine, ArrivalPage, Figures, HourLine, RouteHours},
    web::problem::No,
};

/// Hours on a chart: the present one, and a day before it.
const HOURS: i64 = 25;

/// The page.
///
/// # Errors
/// `unavailable` without the store.
pub async fn show(operator: Operator) -> Result<Response, No> {
    let app = &operator.web.app;
    let found = app.hours().await?;
    let (hour, day) = (app.lately().await?, app.day().await?);
    let routes = app.routes.iter().enumerate().map(|(place, route)| RouteHours {
        place,
        name: route.name.clone(),
        state: app.route_state(&route.name),
        hours: hours_of(&route.name, &found, app.now()),
    });
    let page = ArrivalPage {
        frame: operator.frame("/console/arrival"),
        routes: routes.collect(),
        hour: hour.lines.iter().cloned().map(line).collect(),
        day: day.into_iter().map(line).collect(),
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// Every hour of a route up to now, those without messages too.
fn hours_of(route: &str, found: &[Hour], now: Time) -> Vec<HourLine> {
    let present = now.rounded_down(hours(1)).ms();
    let hour = |ago: i64| {
        let from_ms = present - ago * hours(1);
        let found = found.iter().find(|hour| hour.route == route && hour.from.ms() == from_ms);
        HourLine { from_ms, figures: found.map_or(Figures::default(), |hour| Figures::default().and(hour.sums)) }
    };
    (0..HOURS).rev().map(hour).collect()
}

fn line(line: Line) -> ArrivalLine {
    let Line { route, carrier, country, sums } = line;
    ArrivalLine { route, carrier, country, figures: Figures::default().and(sums) }
}
