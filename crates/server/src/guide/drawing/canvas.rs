//! What a drawing is made of: cards with wrapped, escaped text, and curves. Lengths are in the drawing's own units, a
//! pixel each where nothing scales it.

use std::fmt::Write as _;

use askama::filters::{Html, escape};

/// Around the words of a card.
const PADDING: f64 = 10.0;

/// How a line of a card looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// What a group of cards is.
    Heading,
    /// What a card is about.
    Name,
    /// What it says.
    Words,
    /// What stands in the file.
    Small,
}

impl Style {
    fn size(self) -> f64 {
        match self {
            Style::Heading => 18.0,
            Style::Name => 15.0,
            Style::Words => 13.0,
            Style::Small => 12.0,
        }
    }

    fn weight(self) -> &'static str {
        match self {
            Style::Heading | Style::Name => "600",
            Style::Words | Style::Small => "400",
        }
    }

    fn line(self) -> f64 {
        self.size() * 1.5
    }
}

/// Lines of text in a frame, or without one.
#[derive(Clone, Debug)]
pub(super) struct Card {
    width: f64,
    lines: Vec<(Style, String)>,
}

impl Card {
    pub fn new(width: f64) -> Card {
        Card { width, lines: Vec::new() }
    }

    /// With more text, wrapped to the card's width.
    #[must_use]
    pub fn with(mut self, style: Style, text: &str) -> Card {
        let ems = (self.width - 2.0 * PADDING) / style.size();
        self.lines.extend(wrapped(text, ems).into_iter().map(|line| (style, line)));
        self
    }

    pub fn height(&self) -> f64 {
        2.0 * PADDING + self.lines.iter().map(|(style, _)| style.line()).sum::<f64>()
    }
}

/// The picture so far.
#[derive(Default)]
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    /// Draws a card with its upper left corner at a point.
    pub fn card(&mut self, card: &Card, x: f64, y: f64) {
        let (width, height) = (card.width, card.height());
        self.put(format_args!(
            r#"<rect x="{x}" y="{y:.1}" width="{width}" height="{height:.1}" rx="6" fill="currentColor" fill-opacity=".04" stroke="currentColor" stroke-opacity=".55"/>"#
        ));
        self.words(card, x, y);
    }

    /// Writes a card's words without its frame.
    pub fn words(&mut self, card: &Card, x: f64, y: f64) {
        let (left, mut base) = (x + PADDING, y + PADDING);
        for (style, line) in &card.lines {
            let Ok(words) = escape(line, Html);
            // The letters' foot stands a third of the spare height above the line's end.
            let foot = base + style.line() * 0.72;
            let (size, weight) = (style.size(), style.weight());
            self.put(format_args!(
                r#"<text x="{left}" y="{foot:.1}" font-size="{size}" font-weight="{weight}">{words}</text>"#
            ));
            base += style.line();
        }
    }

    /// A curve from one card's right side to another's left.
    pub fn curve(&mut self, from: (f64, f64), to: (f64, f64)) {
        let ((x, y), (to_x, to_y)) = (from, to);
        let middle = f64::midpoint(x, to_x);
        self.put(format_args!(
            r#"<path d="M{x} {y:.1}C{middle} {y:.1} {middle} {to_y:.1} {to_x} {to_y:.1}" fill="none" stroke="currentColor" stroke-opacity=".3"/>"#
        ));
    }

    /// A line down to a card's height, and to its left side.
    pub fn rail(&mut self, from: (f64, f64), to: (f64, f64)) {
        let ((x, y), (to_x, to_y)) = (from, to);
        self.put(format_args!(
            r#"<path d="M{x} {y:.1}V{to_y:.1}H{to_x}" fill="none" stroke="currentColor" stroke-opacity=".3"/>"#
        ));
    }

    /// The whole picture.
    pub fn svg(self, id: &str, title: &str, description: &str, (width, height): (f64, f64)) -> String {
        let (Ok(id), Ok(title), Ok(description)) = (escape(id, Html), escape(title, Html), escape(description, Html));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0}" width="{width}" height="{height:.0}" role="group" aria-labelledby="{id}-title {id}-desc" font-family="system-ui, sans-serif" fill="currentColor"><title id="{id}-title">{title}</title><desc id="{id}-desc">{description}</desc>{body}</svg>"#,
            body = self.body
        )
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _written = self.body.write_fmt(element);
    }
}

/// Breaks a text into lines of a width: at spaces, and between letters of scripts that have none.
fn wrapped(text: &str, ems: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0.0;
    for char in text.chars() {
        width += width_of(char);
        line.push(char);
        if width > ems {
            let space = line.trim_end().rfind(' ').filter(|_| !is_wide(char));
            let cut = space.map_or(line.len() - char.len_utf8(), |at| at + 1);
            let rest = line.split_off(cut.max(1).min(line.len()));
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
            width = line.chars().map(width_of).sum();
        }
    }
    lines.push(line);
    lines.retain(|line| !line.is_empty());
    lines
}

fn is_wide(char: char) -> bool {
    char >= '\u{2e80}'
}

/// About how wide a letter is, in heights of the type.
fn width_of(char: char) -> f64 {
    if is_wide(char) { 1.0 } else { 0.56 }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("one two three", 5.0, &["one two", "three"])]
    #[case("電波が届く場所へ", 4.0, &["電波が届", "く場所へ"])]
    #[case("unbreakable", 3.0, &["unbre", "akabl", "e"])]
    #[case("設定の Settings を", 6.5, &["設定の", "Settings を"])]
    #[case("", 3.0, &[])]
    fn lines_are_no_wider_than_their_card(#[case] text: &str, #[case] ems: f64, #[case] lines: &[&str]) {
        assert_eq!(wrapped(text, ems), lines);
    }
}
