//! `/console/guides`: how guides do.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{guide::facts::Facts, refusal::Refusal};
use serde::Deserialize;
use store::learning::Sum;

use super::operator::Operator;
use crate::{
    app::learning::{ANYWAY, Counted, FOLDED, SESSION, folded},
    guide::{
        Arguments, Loaded, drawing,
        group::{self, Group, Of},
    },
    pages::view::console::guides::{Ends, GuideLine, GuideListPage, GuidePage, StepGroup, StepLine},
    web::problem::No,
};

/// Steps that are shown before all others.
const MOST_MAX: usize = 10;

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
    let lines = lines(&operator, &loaded, &all);
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
        most: most(&lines),
        groups: step_groups(&operator, &loaded, &lines),
        drawing: drawing_at(&operator, &id, ""),
        id,
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// What is drawn of a guide.
#[derive(Deserialize)]
pub struct Drawn {
    group: Option<String>,
}

/// `GET /console/guides/{guide}/drawing.svg`: the whole guide, or one `group` of it.
///
/// # Errors
/// `not-found` for a guide that is not loaded, and for a group that it does not have.
pub async fn draw(operator: Operator, Path(id): Path<String>, Query(drawn): Query<Drawn>) -> Result<Response, No> {
    let loaded = operator.web.app.guides.get(&id).ok_or(No(Refusal::NotFound))?;
    let svg = match drawn.group {
        None => drawing::svg(&loaded, operator.lang()),
        Some(name) => {
            let mut groups = group::groups(&loaded.guide).into_iter();
            let group = groups.find(|group| group.name(&loaded.guide) == name).ok_or(No(Refusal::NotFound))?;
            drawing::of_group(&loaded, operator.lang(), &group)
        }
    };
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
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

/// Every cause and question of the guide by name, with what was counted of it.
fn lines(operator: &Operator, loaded: &Loaded, sums: &[Sum]) -> BTreeMap<String, StepLine> {
    let guide = &loaded.guide;
    let causes = guide.causes.iter().map(|cause| (cause.id.clone(), format!("cause-{}-title", cause.id)));
    let asked = guide.facts.iter().filter(|fact| fact.question.is_some());
    let asked = asked.map(|fact| (format!("?{}", fact.id), format!("fact-{}-question", fact.id)));
    let line = |(name, key): (String, String)| {
        (name.clone(), StepLine { title: title(operator, loaded, &key), name, ..StepLine::default() })
    };
    let mut lines: BTreeMap<String, StepLine> = causes.chain(asked).map(line).collect();
    let anyway = StepLine { name: ANYWAY.into(), title: operator.frame("").t("console-anyway"), ..StepLine::default() };
    lines.insert(ANYWAY.into(), anyway);
    for sum in sums {
        if let Some(line) = lines.get_mut(&sum.cause) {
            add(line, sum);
        }
    }
    lines
}

fn add(line: &mut StepLine, sum: &Sum) {
    let figure = match kind(sum) {
        Some(Counted::Shown) => &mut line.shown,
        Some(Counted::SolvedObserved) => &mut line.observed,
        Some(Counted::SolvedWord) => &mut line.word,
        Some(Counted::Cannot) => &mut line.cannot,
        Some(Counted::NotHelped) => &mut line.not_helped,
        Some(Counted::PassedOver) => &mut line.passed_over,
        Some(Counted::Dropped) => &mut line.dropped,
        Some(Counted::Left) => &mut line.left,
        None => return,
    };
    *figure += sum.count;
}

/// The steps that were met most.
fn most(lines: &BTreeMap<String, StepLine>) -> Vec<StepLine> {
    let met = |line: &StepLine| line.shown + line.observed + line.word;
    let mut most: Vec<StepLine> = lines.values().filter(|line| met(line) > 0).cloned().collect();
    most.sort_by_key(|line| std::cmp::Reverse(met(line)));
    most.truncate(MOST_MAX);
    most
}

fn step_groups(operator: &Operator, loaded: &Loaded, lines: &BTreeMap<String, StepLine>) -> Vec<StepGroup> {
    let guide = &loaded.guide;
    let group = |group: Group| {
        let causes = group.causes.iter().map(|at| guide.cause(*at).id.clone());
        let asked = guide.facts.iter().filter(|_| group.of == Of::Facts).map(|fact| format!("?{}", fact.id));
        StepGroup {
            label: group.label(loaded, operator.lang()),
            drawing: drawing_at(operator, &guide.id, &format!("&group={}", group.name(guide))),
            steps: causes.chain(asked).filter_map(|name| lines.get(&name).cloned()).collect(),
        }
    };
    group::groups(guide).into_iter().map(group).collect()
}

fn drawing_at(operator: &Operator, guide: &str, which: &str) -> String {
    format!("/console/guides/{guide}/drawing.svg?lang={}{which}", operator.lang().tag())
}
