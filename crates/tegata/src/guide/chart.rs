//! A chart of simulated people: a bar each for the guide and the page, by how it ended for them. On white, so that it
//! can stand in any document; every share is written in its part of the bar or left to the table.

use std::fmt::Write as _;

use sim::people::Figures;

use super::simulate::Run;

const LABEL_WIDTH: f64 = 370.0;
const BAR_WIDTH: f64 = 640.0;
const BAR_HEIGHT: f64 = 18.0;
const ROW_HEIGHT: f64 = 2.0 * BAR_HEIGHT + 14.0;
const TOP: f64 = 76.0;
/// A part of a bar that is narrower has no number in it.
const NUMBER_WIDTH: f64 = 44.0;

/// A part of a bar: its name, its colour, how many people are in it.
type Part = (&'static str, &'static str, fn(&Figures) -> u32);

/// The parts of a bar. White letters have a contrast of 4.5 or more on each colour.
const PARTS: [Part; 4] = [
    ("solved alone", "#17703f", |figures| figures.solved_alone),
    ("reached a human", "#2f5fa8", |figures| figures.human),
    ("stuck", "#b03a1c", |figures| figures.stuck),
    ("lost", "#222222", |figures| figures.lost),
];

/// Draws runs.
pub fn svg(title: &str, runs: &[Run]) -> String {
    let (width, height) = (LABEL_WIDTH + BAR_WIDTH + 100.0, TOP + ROW_HEIGHT * runs.len() as f64 + 10.0);
    let title = escaped(title);
    let mut body = format!(r#"<text x="16" y="28" font-size="17" font-weight="600">{title}</text>"#);
    legend(&mut body);
    for (place, run) in runs.iter().enumerate() {
        let y = TOP + ROW_HEIGHT * place as f64;
        let label = escaped(&format!("{} ({})", run.label, run.report.mode.key()));
        put(&mut body, format_args!(r#"<text x="16" y="{}" font-size="13">{}</text>"#, y + 23.0, label.trim()));
        bar(&mut body, "guide", &run.report.guide, y);
        bar(&mut body, "page", &run.report.baseline, y + BAR_HEIGHT + 1.0);
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{title}" font-family="system-ui, sans-serif" fill="#1a1a1a"><rect width="{width}" height="{height}" fill="#ffffff"/>{body}</svg>"##
    )
}

fn legend(body: &mut String) {
    for (place, (name, colour, _)) in PARTS.into_iter().enumerate() {
        let x = 16.0 + 170.0 * place as f64;
        put(body, format_args!(r#"<rect x="{x}" y="44" width="14" height="14" fill="{colour}"/>"#));
        put(body, format_args!(r#"<text x="{}" y="56" font-size="13">{name}</text>"#, x + 20.0));
    }
}

fn bar(body: &mut String, name: &str, figures: &Figures, y: f64) {
    let foot = y + BAR_HEIGHT - 5.0;
    put(
        body,
        format_args!(r#"<text x="{}" y="{foot}" font-size="12" text-anchor="end">{name}</text>"#, LABEL_WIDTH - 8.0),
    );
    let mut x = LABEL_WIDTH;
    for (_, colour, count) in PARTS {
        let share = figures.share(count(figures));
        let width = BAR_WIDTH * share;
        put(
            body,
            format_args!(r#"<rect x="{x:.1}" y="{y}" width="{width:.1}" height="{BAR_HEIGHT}" fill="{colour}"/>"#),
        );
        if width >= NUMBER_WIDTH {
            let (middle, percent) = (x + width / 2.0, share * 100.0);
            put(
                body,
                format_args!(
                    r##"<text x="{middle:.1}" y="{foot}" font-size="12" text-anchor="middle" fill="#ffffff">{percent:.0} %</text>"##
                ),
            );
        }
        x += width;
    }
    put(
        body,
        format_args!(r#"<text x="{:.1}" y="{foot}" font-size="12">{:.1} min</text>"#, x + 8.0, figures.minutes_to_help),
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn put(body: &mut String, element: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _written = body.write_fmt(element);
}
