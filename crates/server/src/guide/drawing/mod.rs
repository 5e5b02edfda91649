//! A drawing of a guide's graph: what can be known at the left, what can be wrong in the middle, where it leads at the
//! right. One picture without scripts, styles or addresses, in the colour of the text around it.

mod canvas;
mod of_group;
mod words;

pub use of_group::of_group;

use domain::{
    guide::{
        Cause, CauseAt, Confidence, Kind, Then,
        facts::{FactAt, Facts, Source},
    },
    locale::Locale,
};

use super::{
    Arguments, Loaded,
    group::{in_order, kind_key},
};
use crate::text::Speak;
use canvas::{Canvas, Card, Style};

const FACTS_X: f64 = 20.0;
const FACTS_WIDTH: f64 = 340.0;
const CAUSES_X: f64 = 400.0;
const CAUSES_WIDTH: f64 = 580.0;
const ENDS_X: f64 = 1_080.0;
const ENDS_WIDTH: f64 = 220.0;
const WIDTH: f64 = ENDS_X + ENDS_WIDTH + 20.0;
/// Above the first row, and below the last.
const MARGIN: f64 = 20.0;
/// Between cards.
const GAP: f64 = 10.0;

/// What stands for what differs from person to person.
const UNSAID: &str = "…";

const KINDS: [Kind; 4] = [Kind::Wait, Kind::Look, Kind::Try, Kind::Change];
const ENDS: [Then; 5] = [Then::Nothing, Then::Resend, Then::Number, Then::OtherWay, Then::Contact];

/// Draws a guide.
pub fn svg(guide: &Loaded, lang: Locale) -> String {
    let sheet = Sheet::new(guide, lang);
    let mut canvas = Canvas::default();
    let facts = sheet.facts(&mut canvas);
    let causes = sheet.causes(&mut canvas);
    let description = lang.text_with(
        "drawing-description",
        &[("facts", guide.guide.facts.len().into()), ("causes", guide.guide.causes.len().into())],
    );
    let title = sheet.text("title");
    let height = facts.max(causes) + MARGIN;
    canvas.svg(&format!("guide-{}", guide.guide.id), &title, &description, (WIDTH, height))
}

/// A guide in a language, before anything is known.
struct Sheet<'a> {
    guide: &'a Loaded,
    lang: Locale,
    arguments: Arguments,
}

impl Sheet<'_> {
    fn new(guide: &Loaded, lang: Locale) -> Sheet<'_> {
        let open = Facts::unknown(&guide.guide.facts);
        let arguments = Arguments::new(&guide.guide, &open).sender(UNSAID).number(UNSAID).brand(UNSAID);
        Sheet { guide, lang, arguments }
    }

    fn text(&self, key: &str) -> String {
        self.guide.text(self.lang, key, &self.arguments).plain()
    }

    fn heading(&self, canvas: &mut Canvas, key: &str, (x, y): (f64, f64)) -> f64 {
        let card = Card::new(FACTS_WIDTH).with(Style::Heading, &self.lang.text(key));
        canvas.words(&card, x - GAP, y);
        y + card.height()
    }

    /// The facts, and where they end.
    fn facts(&self, canvas: &mut Canvas) -> f64 {
        let mut y = self.heading(canvas, "drawing-facts", (FACTS_X, MARGIN));
        for at in self.guide.guide.fact_places() {
            let card = self.fact(at, FACTS_WIDTH);
            canvas.card(&card, FACTS_X, y);
            y += card.height() + GAP;
        }
        y
    }

    fn fact(&self, at: FactAt, width: f64) -> Card {
        let fact = self.guide.guide.fact(at);
        let source = self.lang.text(match fact.source {
            Source::Observed => "drawing-observed",
            Source::Told => "drawing-told",
            Source::Derived if fact.question.is_none() => "drawing-guessed",
            Source::Derived => "drawing-derived",
        });
        let card = Card::new(width).with(Style::Name, &format!("{} · {source}", fact.id));
        let Some(question) = &fact.question else { return card.with(Style::Small, &words::values(fact)) };
        let card = card.with(Style::Words, &self.text(&format!("fact-{}-question", fact.id)));
        let card = card.with(Style::Small, &words::values(fact));
        match words::condition(&self.guide.guide, &question.when).as_str() {
            "" => card,
            when => card.with(Style::Small, &self.when(when)),
        }
    }

    fn when(&self, condition: &str) -> String {
        self.lang.text_with("drawing-when", &[("condition", condition.into())])
    }

    /// The causes by kind, the first to be tried first, and where each leads; gives where they end.
    fn causes(&self, canvas: &mut Canvas) -> f64 {
        let mut y = MARGIN;
        for kind in KINDS {
            let of_kind = self.of_kind(kind);
            if of_kind.is_empty() {
                continue;
            }
            y = self.heading(canvas, kind_key(kind), (CAUSES_X, y));
            let (top, mut middles) = (y, Vec::new());
            for at in of_kind {
                let card = self.cause(self.guide.guide.cause(at), CAUSES_WIDTH);
                canvas.card(&card, CAUSES_X, y);
                middles.push((self.guide.guide.cause(at).then, y + card.height() / 2.0));
                y += card.height() + GAP;
            }
            y = self.ends(canvas, &middles, top).max(y);
        }
        let other = self.lang.text_with("drawing-other", &[("weight", self.guide.guide.other.into())]);
        let card = Card::new(CAUSES_WIDTH).with(Style::Words, &other);
        canvas.card(&card, CAUSES_X, y);
        y + card.height()
    }

    fn of_kind(&self, kind: Kind) -> Vec<CauseAt> {
        let guide = &self.guide.guide;
        in_order(guide, guide.cause_places().filter(|at| guide.cause(*at).kind == kind).collect())
    }

    fn cause(&self, cause: &Cause, width: f64) -> Card {
        let confidence = self.lang.text(match cause.confidence {
            Confidence::Official => "drawing-official",
            Confidence::ThirdParty => "drawing-third-party",
            Confidence::Unverified => "drawing-unverified",
        });
        let numbers = [
            ("weight", cause.weight.into()),
            ("seconds", cause.cost_s.into()),
            ("works", words::percent(cause.works).into()),
            ("confidence", confidence.into()),
        ];
        let card = Card::new(width)
            .with(Style::Name, &self.text(&format!("cause-{}-title", cause.id)))
            .with(Style::Small, &format!("{} · {}", cause.id, self.lang.text_with("drawing-cause", &numbers)));
        match words::condition(&self.guide.guide, &cause.when).as_str() {
            "" => card,
            when => card.with(Style::Small, &self.when(when)),
        }
    }

    /// Where the causes of a kind lead, each end beside the middle of its causes; gives where the ends end.
    fn ends(&self, canvas: &mut Canvas, middles: &[(Then, f64)], top: f64) -> f64 {
        let mut ends: Vec<(f64, Then)> = Vec::new();
        for end in ENDS {
            let from: Vec<f64> = middles.iter().filter(|(then, _)| *then == end).map(|(_, y)| *y).collect();
            if let Some(middle) = from.get(from.len() / 2) {
                ends.push((*middle, end));
            }
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut y = top;
        for (middle, end) in ends {
            let card = Card::new(ENDS_WIDTH).with(Style::Name, &self.lang.text(end_key(end)));
            y = (middle - card.height() / 2.0).max(y);
            canvas.card(&card, ENDS_X, y);
            for (_, from) in middles.iter().filter(|(then, _)| *then == end) {
                canvas.curve((CAUSES_X + CAUSES_WIDTH, *from), (ENDS_X, y + card.height() / 2.0));
            }
            y += card.height() + GAP;
        }
        y
    }
}

fn end_key(then: Then) -> &'static str {
    match then {
        Then::Nothing => "drawing-code",
        Then::Resend => "drawing-resend",
        Then::Number => "drawing-number",
        Then::OtherWay => "drawing-other-way",
        Then::Contact => "drawing-contact",
    }
}
