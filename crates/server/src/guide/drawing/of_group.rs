//! A group of a guide as a picture as wide as a phone: one card beneath the other, in the order of trying.

use domain::{guide::Kind, locale::Locale};

use super::{Canvas, Card, GAP, Sheet, Style, end_key};
use crate::{
    guide::{
        Loaded,
        group::{Group, Of, kind_key},
    },
    text::Speak,
};

/// No wider than a phone's page, so that its letters are read there as they are.
const WIDTH: f64 = 336.0;
/// Where the line runs that leads from card to card.
const RAIL_X: f64 = 6.0;
const CARDS_X: f64 = 24.0;
const CARDS_WIDTH: f64 = WIDTH - CARDS_X - 2.0;

/// Draws a group.
pub fn of_group(guide: &Loaded, lang: Locale, group: &Group) -> String {
    let sheet = Sheet::new(guide, lang);
    let mut canvas = Canvas::default();
    let mut y = 2.0;
    let count = if group.of == Of::Facts {
        for at in guide.guide.fact_places() {
            let card = sheet.fact(at, CARDS_WIDTH);
            canvas.card(&card, CARDS_X, y);
            y += card.height() + GAP;
        }
        guide.guide.facts.len()
    } else {
        y = sheet.stack(&mut canvas, group, y);
        group.causes.len()
    };
    let id = format!("guide-{}-{}", guide.guide.id, group.name(&guide.guide));
    let description = lang.text_with("drawing-group", &[("n", count.into())]);
    canvas.svg(&id, &group.label(guide, lang), &description, (WIDTH, y))
}

impl Sheet<'_> {
    /// The causes of a group beneath each other, each with where it leads; gives where they end.
    fn stack(&self, canvas: &mut Canvas, group: &Group, top: f64) -> f64 {
        let (mut y, mut kind, mut above): (f64, Option<Kind>, Option<f64>) = (top, None, None);
        for at in &group.causes {
            let cause = self.guide.guide.cause(*at);
            if kind != Some(cause.kind) && !matches!(group.of, Of::Kind(_)) {
                let heading = Card::new(CARDS_WIDTH).with(Style::Name, &self.lang.text(kind_key(cause.kind)));
                canvas.words(&heading, CARDS_X - GAP, y);
                y += heading.height();
            }
            kind = Some(cause.kind);
            let end = format!("→ {}", self.lang.text(end_key(cause.then)));
            let card = self.cause(cause, CARDS_WIDTH).with(Style::Words, &end);
            canvas.card(&card, CARDS_X, y);
            let middle = y + card.height() / 2.0;
            canvas.rail((RAIL_X, above.unwrap_or(middle)), (CARDS_X, middle));
            above = Some(middle);
            y += card.height() + GAP;
        }
        y
    }
}
