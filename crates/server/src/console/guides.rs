//! `/console/guides`: how guides do.

use std::collections::BTreeMap;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{guide::facts::Facts, refusal::Refusal};
use store::learning::Sum;

use super::operator::Operator;
use crate::{
    app::learning::{ANYWAY, Counted, FOLDED, SESSION, folded},
    guide::{Arguments, Loaded, drawing},
    pages::view::console::guides::{Ends, GuideLine, GuideListPage, GuidePage, StepLine},
    web::problem::No,
};

/// `GET /console/guides`
///
/// # Errors
/// `unavailable` without the store.
pub async fn list(operator: Operator) -> Result<Response, No> {
    let app = &operator.web.app;
    let mut guides = Vec::new();
    for loaded in app.guides.all() {
        let sums = app.sums(&loaded.guide.id).await?;
        guides.push(GuideLine {
            id: loaded.guide.id.clone(),
            title: title(&operator, &loaded, "title"),
            version: loaded.guide.version.clone(),
            ends: ends(sums.iter()),
        });
    }
    let faults = app.guides.troubles().into_iter().flat_map(|trouble| trouble.faults);
    let refused = faults.map(|fault| fault.to_string()).collect();
    let page = GuideListPage { frame: operator.frame("/console/guides"), guides, refused };
    Ok(operator.page(StatusCode::OK, &page))
}

/// `GET /console/guides/{guide}`
///
/// # Errors
/// `not-found` for a guide that is not loaded, `unavailable` without the store.
pub async fn show(operator: Operator, Path(id): Path<String>) -> Result<Response, No> {
    let app = &operator.web.app;
    let loaded = app.guides.get(&id).ok_or(No(Refusal::NotFound))?;
    let sums = app.sums(&id).await?;
    let all = folded(&loaded.guide, &sums);
    let mut versions: BTreeMap<&str, Vec<&Sum>> = BTreeMap::new();
    for sum in &sums {
        versions.entry(&sum.version).or_default().push(sum);
    }
    let named = |version: &str| {
        if version == FOLDED { operator.frame("").t("console-earlier") } else { version.to_owned() }
    };
    let versions = versions.into_iter().map(|(version, sums)| (named(version), ends(sums.into_iter()))).collect();
    let page = GuidePage {
        frame: operator.frame(&format!("/console/guides/{id}")),
        title: title(&operator, &loaded, "title"),
        version: loaded.guide.version.clone(),
        versions,
        all: ends(all.iter()),
        steps: steps(&operator, &loaded, &all),
        drawing: format!("/console/guides/{id}/drawing.svg?lang={}", operator.lang().tag()),
        id,
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// `GET /console/guides/{guide}/drawing.svg`
///
/// # Errors
/// `not-found` for a guide that is not loaded.
pub async fn draw(operator: Operator, Path(id): Path<String>) -> Result<Response, No> {
    let loaded = operator.web.app.guides.get(&id).ok_or(No(Refusal::NotFound))?;
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    Ok((kind, drawing::svg(&loaded, operator.lang())).into_response())
}

/// A text of a guide, before anything is known; nothing if it has none.
fn title(operator: &Operator, loaded: &Loaded, key: &str) -> String {
    let arguments = Arguments::new(&loaded.guide, &Facts::unknown(&loaded.guide.facts)).number("…").sender("…");
    let text = loaded.find(operator.lang(), key, &arguments.brand("…"));
    text.map_or(String::new(), |text| text.plain())
}

fn ends<'a>(sums: impl Iterator<Item = &'a Sum>) -> Ends {
    let mut ends = Ends::default();
    for sum in sums.filter(|sum| sum.cause == SESSION) {
        match kind(sum) {
            Some(Counted::Shown) => ends.sessions += sum.count,
            Some(Counted::SolvedObserved) => ends.observed += sum.count,
            Some(Counted::SolvedWord) => ends.word += sum.count,
            Some(Counted::Cannot | Counted::NotHelped | Counted::PassedOver | Counted::Dropped | Counted::Left)
            | None => {}
        }
    }
    ends
}

fn kind(sum: &Sum) -> Option<Counted> {
    Counted::ALL.into_iter().find(|kind| kind.name() == sum.kind)
}

/// Every cause of the guide, and what else was counted of it: questions. What was shown most comes first.
fn steps(operator: &Operator, loaded: &Loaded, sums: &[Sum]) -> Vec<StepLine> {
    let causes = loaded.guide.causes.iter().map(|cause| StepLine {
        name: cause.id.clone(),
        title: title(operator, loaded, &format!("cause-{}-title", cause.id)),
        ..StepLine::default()
    });
    let mut steps: Vec<StepLine> = causes.collect();
    for sum in sums.iter().filter(|sum| sum.cause != SESSION) {
        let place = steps.iter().position(|step| step.name == sum.cause).unwrap_or_else(|| {
            let title = match sum.cause.strip_prefix('?') {
                Some(fact) => title(operator, loaded, &format!("fact-{fact}-question")),
                None if sum.cause == ANYWAY => operator.frame("").t("console-anyway"),
                None => String::new(),
            };
            steps.push(StepLine { name: sum.cause.clone(), title, ..StepLine::default() });
            steps.len() - 1
        });
        let step = &mut steps[place];
        let figure = match kind(sum) {
            Some(Counted::Shown) => &mut step.shown,
            Some(Counted::SolvedObserved) => &mut step.observed,
            Some(Counted::SolvedWord) => &mut step.word,
            Some(Counted::Cannot) => &mut step.cannot,
            Some(Counted::NotHelped) => &mut step.not_helped,
            Some(Counted::PassedOver) => &mut step.passed_over,
            Some(Counted::Dropped) => &mut step.dropped,
            Some(Counted::Left) => &mut step.left,
            None => continue,
        };
        *figure += sum.count;
    }
    steps.sort_by_key(|step| std::cmp::Reverse(step.shown));
    steps
}
