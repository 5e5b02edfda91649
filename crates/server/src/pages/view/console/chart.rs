//! A chart of shares over hours, drawn on the server; its table stands beneath it and says the same.

use std::fmt::Write;

/// One hour: shares in percent, `None` where nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The hour of the day, 0 to 23.
    pub hour: i8,
    /// Codes that came back.
    pub back: Option<f64>,
    /// Receipts that say: arrived.
    pub delivered: Option<f64>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 30.0;
/// How the lines look: the mark at an hour is filled or hollow.
const BACK: &str = "stroke=\"#0a4f9c\" fill=\"#0a4f9c\"";
const DELIVERED: &str = "stroke=\"#666e7a\" fill=\"#fff\"";
/// Hours between two labels.
const LABEL_EVERY: usize = 3;

/// Draws the hours, oldest first, as a picture of its own: dark on light, whatever the page's colours.
///
/// `back` and `delivered` are told apart by colour and by dashes.
#[must_use]
pub fn svg(points: &[Point]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#4b525d\">"
    );
    for percent in [0, 25, 50, 75, 100] {
        let y = y(f64::from(percent));
        let label = LEFT - 8.0;
        let right = WIDTH - RIGHT;
        put(&mut svg, format_args!("<path stroke=\"#d3d9e2\" d=\"M{LEFT} {y:.1}H{right:.1}\"/>"));
        put(&mut svg, format_args!("<text x=\"{label:.1}\" y=\"{:.1}\" text-anchor=\"end\">{percent}</text>", y + 4.0));
    }
    for (place, point) in points.iter().enumerate().filter(|(place, _)| place % LABEL_EVERY == 0) {
        let (x, y) = (x(place, points.len()), HEIGHT - 8.0);
        put(&mut svg, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}:00</text>", point.hour));
    }
    line(&mut svg, (DELIVERED, "5 4"), points, |point| point.delivered);
    line(&mut svg, (BACK, "none"), points, |point| point.back);
    svg.push_str("</svg>");
    svg
}

/// A line that has a gap where nothing was sent, with a mark at each hour.
fn line(svg: &mut String, (look, dashes): (&str, &str), points: &[Point], share: impl Fn(&Point) -> Option<f64>) {
    let (mut path, mut marks, mut pen) = (String::new(), String::new(), 'M');
    for (place, point) in points.iter().enumerate() {
        let Some(percent) = share(point) else {
            pen = 'M';
            continue;
        };
        let (x, y) = (x(place, points.len()), y(percent));
        put(&mut path, format_args!("{pen}{x:.1} {y:.1}"));
        put(&mut marks, format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"));
        pen = 'L';
    }
    put(
        svg,
        format_args!(
            "<g {look} stroke-width=\"2\"><path fill=\"none\" stroke-dasharray=\"{dashes}\" d=\"{path}\"/>{marks}</g>"
        ),
    );
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a text takes all that is written to it");
}

#[expect(clippy::cast_precision_loss, reason = "a chart has a few dozen hours")]
fn x(place: usize, count: usize) -> f64 {
    let steps = count.saturating_sub(1).max(1) as f64;
    LEFT + (WIDTH - LEFT - RIGHT) * place as f64 / steps
}

fn y(percent: f64) -> f64 {
    TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - percent.clamp(0.0, 100.0) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_gap_where_nothing_was_sent() {
        let point = |hour, back| Point { hour, back, delivered: None };
        let svg = svg(&[point(0, Some(0.0)), point(1, None), point(2, Some(100.0)), point(3, Some(250.0))]);
        assert!(
            svg.contains(&format!(
                "<g {BACK} stroke-width=\"2\"><path fill=\"none\" stroke-dasharray=\"none\" d=\"M48.0 190.0M477.3 12.0L692.0 12.0\"/>"
            )),
            "{svg}"
        );
        assert!(svg.contains("stroke-dasharray=\"5 4\" d=\"\"/></g>"), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 3);
    }
}
