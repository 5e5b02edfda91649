//! contrib's dashboard and alert rules watch what is there: each metric that they name, and each label, is one of ours.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use server::telemetry::{METRICS, Of};

fn contrib(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib").join(name);
    fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// The metrics of an expression.
fn metrics(expression: &str) -> impl Iterator<Item = &str> {
    expression.split(|char| !is_name(char)).filter(|word| word.starts_with("tegata_"))
}

/// What an expression asks of labels: `(metric, label, value)` of each matcher.
fn matchers(expression: &str) -> Vec<(&str, &str, &str)> {
    let braces = expression.match_indices('{').map(|(at, _)| {
        let metric = expression[..at].rsplit(|char| !is_name(char)).next().unwrap_or_default();
        let inside = expression[at + 1..].split('}').next().unwrap_or_default();
        (metric, inside)
    });
    braces
        .flat_map(|(metric, inside)| {
            inside.split(',').map(move |matcher| {
                let (label, value) = matcher.split_once('=').expect("label=\"value\"");
                (metric, label.trim(), value.trim().trim_matches('"'))
            })
        })
        .collect()
}

fn of(metric: &str) -> Option<Of> {
    METRICS.iter().find(|(known, ..)| *known == metric).map(|(_, _, of)| *of)
}

/// Whether each place of a metric stands in a `max` of its own.
fn is_taken_once(expression: &str, metric: &str) -> bool {
    expression.match_indices(metric).all(|(at, _)| {
        let before = expression[..at].strip_suffix('(').unwrap_or("").trim_end();
        let function =
            before.strip_suffix(')').and_then(|labels| labels.rsplit_once(" by (")).map_or(before, |(f, _)| f);
        function.ends_with("max")
    })
}

/// What is wrong with an expression.
fn problem(expression: &str) -> Option<String> {
    let help = |name: &str| METRICS.iter().find(|(known, ..)| *known == name).map(|(_, help, _)| *help);
    if metrics(expression).next().is_none() {
        return Some(format!("{expression:?} watches nothing of ours"));
    }
    if let Some(name) = metrics(expression).find(|name| help(name).is_none()) {
        return Some(format!("{name} is no metric"));
    }
    let counted_whole = metrics(expression).any(|name| name.ends_with("_total"))
        && !["rate(", "increase("].iter().any(|function| expression.contains(function));
    if counted_whole {
        return Some(format!("{expression:?} takes a counter for a gauge"));
    }
    let is_summed = |name: &&str| of(name) == Some(Of::Database) && !is_taken_once(expression, name);
    if let Some(name) = metrics(expression).find(is_summed) {
        return Some(format!("{name} is the database's: each node tells it, so take max by (…) of it"));
    }
    matchers(expression).into_iter().find_map(|(metric, label, value)| {
        let help = help(metric)?;
        let told = help.contains(&format!("`{label}`")) && help.contains(value);
        (!told).then(|| format!("{metric} has no {label} {value}"))
    })
}

fn alerts() -> Vec<String> {
    let text = contrib("prometheus/tegata.yml");
    // An expression ends where the rule's next key begins.
    let ends = |rest: &str| ["\n        for: ", "\n        labels: "].iter().filter_map(|key| rest.find(key)).min();
    text.split("expr: ").skip(1).map(|rest| rest[..ends(rest).unwrap_or(rest.len())].to_owned()).collect()
}

fn panels() -> Vec<String> {
    let board: Value = serde_json::from_str(&contrib("grafana/tegata.json")).expect("the dashboard is JSON");
    let panels = board["panels"].as_array().expect("it has panels");
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().expect("each asks for something"));
    targets.map(|target| target["expr"].as_str().expect("an expression").to_owned()).collect()
}

#[test]
fn every_expression_watches_a_metric_that_is_there() {
    let (alerts, panels) = (alerts(), panels());
    assert!(alerts.len() > 5 && panels.len() > 10, "{} alerts, {} panels", alerts.len(), panels.len());
    let problems: Vec<String> = alerts.iter().chain(&panels).filter_map(|expression| problem(expression)).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What operators said is easily forgotten.
#[test]
fn bans_raise_an_alert() {
    let bans = alerts().into_iter().filter(|alert| alert.contains("tegata_route_state{what=\"banned\"}"));
    let bans: Vec<String> = bans.collect();
    assert!(bans.iter().any(|alert| alert.starts_with("min by (instance)")), "all of a node's routes: {bans:?}");
    assert!(bans.iter().any(|alert| alert.starts_with("max by (route)")), "one: {bans:?}");
}

#[test]
fn every_metric_is_on_the_dashboard() {
    let panels = panels();
    let shown: BTreeSet<&str> = panels.iter().flat_map(|expression| metrics(expression)).collect();
    let all: BTreeSet<&str> = METRICS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(shown, all);
}

#[test]
fn what_is_not_there_is_found() {
    for wrong in [
        "up == 0",
        "tegata_queue_size > 1",
        "tegata_checks_total > 1",
        "rate(tegata_messages_sent_total{outcome=\"lost\"}[5m])",
        "rate(tegata_requests_total{code=\"5xx\"}[5m])",
        "sum by (country) (tegata_arrival_messages{what=\"back\"})",
        "sum(tegata_queue_messages)",
        "tegata_queue_messages",
    ] {
        assert!(problem(wrong).is_some(), "{wrong}");
    }
}
