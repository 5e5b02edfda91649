//! A drawing of the rows: requests a second and the 99th percentile by connections, and where a request's processor time
//! goes. On white, so that it can stand in any document; every line and bar carries its name and its numbers.

use std::fmt::Write as _;

use crate::row::Row;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 110.0;
/// Where lines end and their names begin.
const RIGHT: f64 = 600.0;
const PANEL_HEIGHT: f64 = 240.0;
const BAR_HEIGHT: f64 = 30.0;
/// The least distance between two names.
const NAME_HEIGHT: f64 = 17.0;

/// Contrast with white of at least 4.5, told apart by their names as well.
const COLOURS: [&str; 6] = ["#5a6572", "#2b6cb0", "#b7410e", "#17703f", "#7b2d8b", "#8a6100"];

/// A part of a bar: its name, its colour, its milliseconds.
type Part = (&'static str, &'static str, fn(&Row) -> u64);
const PARTS: [Part; 4] = [
    ("load generator", "#5a6572", |row| row.used.generator_ms),
    ("server: HTTP and handlers", "#2b6cb0", |row| row.used.server_ms.saturating_sub(row.used.store_ms)),
    ("server: store threads", "#17703f", |row| row.used.store_ms),
    ("database processes", "#b7410e", |row| row.used.database_ms),
];

/// Draws rows.
pub fn svg(rows: &[Row]) -> String {
    let mut body = String::new();
    panel(&mut body, 0.0, "Requests a second, by connections", rows, Row::per_second);
    panel(&mut body, PANEL_HEIGHT, "99th percentile in ms, by connections", rows, |row| row.p99_ms);
    let height = 2.0 * PANEL_HEIGHT + bars(&mut body, 2.0 * PANEL_HEIGHT, rows);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-label="Requests a second, 99th percentile and processor time of each store; the table beside it holds the numbers" font-family="sans-serif" font-size="13" fill="#1a202c"><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{body}</svg>
"##
    )
}

/// A line for each store, on a scale of powers of ten.
fn panel(body: &mut String, top: f64, title: &str, rows: &[Row], value: fn(&Row) -> f64) {
    let values = || rows.iter().map(value).filter(|value| *value > 0.0).map(f64::log10);
    let (low, high) = (values().fold(f64::MAX, f64::min).floor(), values().fold(f64::MIN, f64::max).ceil());
    if low >= high {
        return;
    }
    let (head, foot) = (top + 44.0, top + PANEL_HEIGHT - 36.0);
    let y = |value: f64| foot - (value.max(f64::MIN_POSITIVE).log10() - low) / (high - low) * (foot - head);
    put(body, format_args!(r#"<text x="20" y="{}" font-size="16" font-weight="bold">{title}</text>"#, top + 26.0));
    let mut power = low;
    while power <= high {
        let at = y(10_f64.powf(power));
        put(body, format_args!(r##"<path d="M{LEFT} {at:.1}H{RIGHT}" stroke="#d5dae0"/>"##));
        let label = 10_f64.powf(power);
        put(body, format_args!(r#"<text x="{}" y="{:.1}" text-anchor="end">{label}</text>"#, LEFT - 8.0, at + 4.0));
        power += 1.0;
    }
    let mut connections: Vec<usize> = rows.iter().map(|row| row.connections).collect();
    connections.sort_unstable();
    connections.dedup();
    let step = (RIGHT - LEFT - 40.0) / (connections.len().max(2) - 1) as f64;
    let x = |count: usize| LEFT + 20.0 + step * connections.iter().filter(|other| **other < count).count() as f64;
    for count in &connections {
        put(
            body,
            format_args!(r#"<text x="{:.1}" y="{}" text-anchor="middle">{count}</text>"#, x(*count), foot + 20.0),
        );
    }
    let mut ends = Vec::new();
    for (name, colour) in stores(rows).into_iter().zip(COLOURS.into_iter().cycle()) {
        let points: Vec<(f64, f64)> = of(rows, name).map(|row| (x(row.connections), y(value(row)))).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        put(body, format_args!(r#"<path d="M{}" fill="none" stroke="{colour}" stroke-width="2.5"/>"#, path.join("L")));
        for (x, y) in &points {
            put(body, format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="{colour}"/>"#));
        }
        ends.extend(of(rows, name).last().zip(points.last()).map(|(row, (_, y))| (*y, name, value(row), colour)));
    }
    names(body, ends);
}

/// The lines' names and last values, beside their ends, none on another.
fn names(body: &mut String, mut ends: Vec<(f64, &str, f64, &str)>) {
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = f64::MIN;
    for (y, name, value, colour) in ends {
        let at = y.max(free);
        free = at + NAME_HEIGHT;
        let value = if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") };
        put(
            body,
            format_args!(r#"<text x="{}" y="{:.1}" fill="{colour}">{name} {value}</text>"#, RIGHT + 8.0, at + 4.0),
        );
    }
}

/// A bar for each store at the most connections, in microseconds a request; how high they are together.
fn bars(body: &mut String, top: f64, rows: &[Row]) -> f64 {
    let last: Vec<&Row> = stores(rows).into_iter().filter_map(|name| of(rows, name).last()).collect();
    let total = |row: &Row| PARTS.iter().map(|(_, _, part)| row.each_us(part(row))).sum::<f64>();
    let scale = (WIDTH - LEFT - 90.0) / last.iter().map(|row| total(row)).fold(1.0, f64::max);
    put(
        body,
        format_args!(
            r#"<text x="20" y="{}" font-size="16" font-weight="bold">Processor time of one request in µs, at the most connections</text>"#,
            top + 26.0
        ),
    );
    for (place, (name, colour, _)) in PARTS.into_iter().enumerate() {
        let x = 20.0 + 185.0 * place as f64;
        put(body, format_args!(r#"<rect x="{x}" y="{}" width="13" height="13" fill="{colour}"/>"#, top + 42.0));
        put(body, format_args!(r#"<text x="{}" y="{}">{name}</text>"#, x + 19.0, top + 53.0));
    }
    for (place, row) in last.iter().enumerate() {
        let y = top + 72.0 + (BAR_HEIGHT + 12.0) * place as f64;
        let foot = y + BAR_HEIGHT / 2.0 + 5.0;
        put(body, format_args!(r#"<text x="{}" y="{foot}" text-anchor="end">{}</text>"#, LEFT - 8.0, row.store));
        let mut x = LEFT;
        for (_, colour, part) in PARTS {
            let us = row.each_us(part(row));
            let width = us * scale;
            put(
                body,
                format_args!(r#"<rect x="{x:.1}" y="{y}" width="{width:.1}" height="{BAR_HEIGHT}" fill="{colour}"/>"#),
            );
            if width > 26.0 {
                let middle = x + width / 2.0;
                put(
                    body,
                    format_args!(
                        r##"<text x="{middle:.1}" y="{foot}" text-anchor="middle" fill="#ffffff">{us:.0}</text>"##
                    ),
                );
            }
            x += width;
        }
        put(body, format_args!(r#"<text x="{:.1}" y="{foot}">{:.0} µs</text>"#, x + 8.0, total(row)));
    }
    72.0 + (BAR_HEIGHT + 12.0) * last.len() as f64 + 8.0
}

/// What was measured, in order.
fn stores(rows: &[Row]) -> Vec<&'static str> {
    let mut names: Vec<&str> = rows.iter().map(|row| row.store).collect();
    names.dedup();
    names
}

fn of<'a>(rows: &'a [Row], name: &'a str) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(move |row| row.store == name)
}

fn put(body: &mut String, part: std::fmt::Arguments<'_>) {
    body.write_fmt(part).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{latency::Latencies, process::Used};

    fn row(store: &'static str, connections: usize, seconds: f64) -> Row {
        let mut latencies = Latencies::default();
        (1..=100).for_each(|ms| latencies.add(Duration::from_millis(ms)));
        let used = Used { server_ms: 30, store_ms: 10, generator_ms: 5, ..Used::default() };
        Row::new((store, 0, connections), latencies, seconds, used, 20.0)
    }

    #[test]
    fn every_store_is_drawn_with_its_numbers() {
        let drawn = svg(&[row("http", 16, 0.1), row("http", 64, 0.05), row("sqlite", 16, 1.0), row("sqlite", 64, 0.5)]);
        for text in [">http 2000<", ">sqlite 200<", ">http 99.0<", ">350 µs<", ">16<", ">64<", ">10000<"] {
            assert!(drawn.contains(text), "{text}: {drawn}");
        }
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }

    #[test]
    fn names_keep_apart() {
        let drawn = svg(&[row("sqlite", 16, 1.0), row("postgres", 16, 1.001)]);
        let places: Vec<f64> = drawn
            .split(r#"<text x="608" y=""#)
            .skip(1)
            .filter_map(|after| after.split('"').next()?.parse().ok())
            .collect();
        assert_eq!(places.len(), 4);
        assert!((places[1] - places[0] - NAME_HEIGHT).abs() < 0.2, "{places:?}");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(svg(&[]).starts_with("<svg"));
    }
}
