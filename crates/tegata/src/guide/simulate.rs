//! `tegata guide simulate`: what a guide does for simulated people, against the same remedies on one page.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use server::guide::Loaded;
use sim::people::{self, Assumptions, Figures, Mode, Population, Report, SHIPPED};

use super::{From, chart, detail, sweep};
use crate::output::{self, Failure};

/// The most people of a run: more tell nothing that these do not.
const PEOPLE_MAX: i64 = 1_000_000;

#[derive(clap::Args)]
pub struct Arguments {
    /// The guide.
    guide: String,
    #[command(flatten)]
    from: From,
    /// Decides who the people are and what befalls them.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Who they are: a population of the binary (japan, elsewhere, mixed) or a file (docs/guides.md).
    #[arg(long, default_value = "japan")]
    population: String,
    /// Their numbers are on file with the application, so that the guide may tell more (both ways are tried by --sweep).
    #[arg(long)]
    known: bool,
    /// How many people.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=PEOPLE_MAX))]
    people: u32,
    /// Over a range of what is assumed about people, each assumption by itself.
    #[arg(long)]
    sweep: bool,
    /// Tell also what came of each trouble, and at which steps people left.
    #[arg(long, conflicts_with_all = ["sweep", "json"])]
    detail: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Draw a chart into a file, too.
    #[arg(long)]
    svg: Option<PathBuf>,
}

/// One run, and what it is called beside others.
pub struct Run {
    /// What was assumed otherwise; empty if nothing was.
    pub label: String,
    /// What came of it.
    pub report: Report,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let guide = arguments.from.one(&arguments.guide)?;
    let population = population(&arguments.population)?;
    let simulated = |label: String, mode, assumed: &Assumptions| {
        let report = people::simulate(&guide.guide, &population, mode, arguments.seed, arguments.people, assumed);
        Run { label, report }
    };
    let runs: Vec<Run> = if arguments.sweep {
        let both = |mode: Mode| sweep::range().into_iter().map(move |(label, assumed)| (label, mode, assumed));
        Mode::ALL.into_iter().flat_map(both).map(|(label, mode, assumed)| simulated(label, mode, &assumed)).collect()
    } else {
        let mode = if arguments.known { Mode::Known } else { Mode::Stranger };
        vec![simulated(String::new(), mode, &Assumptions::default())]
    };
    if let Some(file) = &arguments.svg {
        let drawn = chart::svg(&format!("{}, {}", guide.guide.id, population.name), &runs);
        fs::write(file, drawn).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
    }
    output::line(&told(arguments, &guide, &runs));
    let lost: u32 = runs.iter().map(|run| run.report.guide.lost).sum();
    if lost > 0 { Err(Failure(format!("{lost} people were left without a next step"))) } else { Ok(()) }
}

/// A population of the binary by its name, or one from a file.
fn population(name: &str) -> Result<Population, Failure> {
    let wrong = |told: &dyn std::fmt::Display| Failure(format!("{name}: {told}"));
    let text = match SHIPPED.into_iter().find(|(shipped, _)| *shipped == name) {
        Some((_, text)) => text.to_owned(),
        None => fs::read_to_string(name).map_err(|error| wrong(&error))?,
    };
    Population::read(&text).map_err(|error| wrong(&error))
}

fn told(arguments: &Arguments, guide: &Loaded, runs: &[Run]) -> String {
    match (arguments.json, runs) {
        (true, [one]) => object(guide, one).to_string(),
        (true, _) => Value::Array(runs.iter().map(|run| object(guide, run)).collect()).to_string(),
        (false, [one]) if arguments.detail => {
            format!("{}\n\n{}", table(guide, &one.report), detail::tables(&one.report))
        }
        (false, [one]) => table(guide, &one.report),
        (false, _) => sweep::table(runs),
    }
}

/// A run as JSON: shares from 0 to 1, minutes, steps.
fn object(guide: &Loaded, run: &Run) -> Value {
    let report = &run.report;
    let mut told = figures(&report.guide);
    let reached = |goal: people::Goal| {
        let [guide, limit] = [goal.guide, goal.limit].map(|number| rounded(number, 10_000.0));
        json!({ "name": goal.name, "guide": guide, "limit": limit, "reached": goal.reached })
    };
    let more = json!({
        "guide": guide.guide.id,
        "version": guide.guide.version,
        "population": report.population,
        "mode": report.mode.key(),
        "seed": report.seed,
        "assumed": run.label,
        "baseline": figures(&report.baseline),
        "knowing": figures(&report.knowing),
        "goals": report.goals().map(reached),
    });
    if let (Value::Object(told), Value::Object(more)) = (&mut told, more) {
        told.extend(more);
    }
    told
}

fn figures(figures: &Figures) -> Value {
    let share = |count| rounded(figures.share(count), 10_000.0);
    json!({
        "people": figures.people,
        "solved_alone": share(figures.solved_alone),
        "human": share(figures.human),
        "stuck": share(figures.stuck),
        "lost": share(figures.lost),
        "minutes_to_help": rounded(figures.minutes_to_help, 100.0),
        "minutes_closed": rounded(figures.minutes_closed, 100.0),
        "median_steps": figures.median_steps,
        "p95_steps": figures.p95_steps,
    })
}

/// A number in so many parts of one: digits beyond them say nothing.
fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}

/// A run for people.
fn table(guide: &Loaded, report: &Report) -> String {
    let all = [&report.guide, &report.baseline, &report.knowing];
    let row = |name: &str, of: &dyn Fn(&Figures) -> String| {
        format!("{name:<20} {}", all.map(|figures| format!("{:>8}", of(figures))).join(" "))
    };
    let share = |count: fn(&Figures) -> u32| move |all: &Figures| format!("{:.1} %", 100.0 * all.share(count(all)));
    let rows = [
        row("solved alone", &share(|all| all.solved_alone)),
        row("reached a human", &share(|all| all.human)),
        row("stuck", &share(|all| all.stuck)),
        row("lost", &share(|all| all.lost)),
        row("minutes to help", &|all| format!("{:.1}", all.minutes_to_help)),
        row("- until a desk opens", &|all| format!("{:.1}", all.minutes_closed)),
        row("steps, median", &|all| all.median_steps.to_string()),
        row("steps, 95 of 100", &|all| all.p95_steps.to_string()),
    ];
    let mode = report.mode.key();
    let head = format!(
        "{} {}: {} people of {}, {mode}, seed {}",
        guide.guide.id, guide.guide.version, report.guide.people, report.population, report.seed
    );
    let lines = rows.join("\n");
    let missed: Vec<&str> = report.goals().iter().filter(|goal| !goal.reached).map(|goal| goal.name).collect();
    let goals =
        if missed.is_empty() { "all reached".to_owned() } else { format!("not reached: {}", missed.join(", ")) };
    let beyond = report.out_of_reach().join(", ");
    let beyond = if beyond.is_empty() { beyond } else { format!("\nmissed by who knows, too: {beyond}") };
    format!("{head}\n{:<20} {:>8} {:>8} {:>8}\n{lines}\ngoals: {goals}{beyond}", "", "guide", "page", "knowing")
}
