//! `/console/limits`: how often each rule was gone over, and what became of it.

use std::collections::BTreeMap;

use axum::{http::StatusCode, response::Response};
use domain::{
    id::ServiceId,
    limit::{Limited, Over},
    refusal::Refusal,
    time::{Millis, days},
};
use store::excess::{self, Excess};

use super::operator::Operator;
use crate::{
    app::{App, excess::day_of},
    pages::view::console::limits::{DAYS, LimitLine, LimitsPage},
    web::problem::No,
};

/// Days before today that are looked at.
const BEFORE_MS: Millis = days(DAYS - 1);
/// Lines of the store that are read, and of the page.
const READ_MAX: i64 = 10_000;
const LINES_MAX: usize = 200;

/// The page.
///
/// # Errors
/// `unavailable` without the store.
pub async fn show(operator: Operator) -> Result<Response, No> {
    let app = &operator.web.app;
    let from = day_of(app.now()).plus(-BEFORE_MS);
    let found = app.store.read(move |tx| excess::list(tx, from, READ_MAX)).await.map_err(Refusal::from)?;
    let page = LimitsPage { frame: operator.frame("/console/limits"), lines: lines(app, found).await? };
    Ok(operator.page(StatusCode::OK, &page))
}

/// A line for each service and rule, those first that were gone over most often.
async fn lines(app: &App, found: Vec<Excess>) -> Result<Vec<LimitLine>, No> {
    let mut sums: BTreeMap<(ServiceId, Limited), [i64; 3]> = BTreeMap::new();
    for Excess { service, rule, over, count, .. } in found {
        let place = match over {
            Over::Refused => 0,
            Over::Slowed => 1,
            Over::Shadow => 2,
        };
        sums.entry((service, rule)).or_default()[place] += count;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, counts)| -counts.iter().sum::<i64>());
    let mut lines = Vec::new();
    for ((service, rule), [refused, slowed, shadow]) in sums.into_iter().take(LINES_MAX) {
        let brand = match app.service(service).await {
            Ok(known) => known.service.brand.clone(),
            // It is gone; its counts stay for a while.
            Err(Refusal::NotFound) => service.to_string(),
            Err(refusal) => return Err(No(refusal)),
        };
        lines.push(LimitLine { brand, rule, refused, slowed, shadow });
    }
    Ok(lines)
}
