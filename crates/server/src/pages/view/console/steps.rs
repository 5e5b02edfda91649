//! A step of a guide on the time line: when it was shown, why it was the next one, and what came of it.

use domain::guide::{Outcome, SolvedBy};

use crate::{
    app::guide::{End, Reasons},
    pages::view::frame::Frame,
};

/// From here on minutes are said.
const SECONDS_MAX: u32 = 120;

/// A step that a person was shown.
#[derive(Clone, Debug)]
pub struct GuideStep {
    /// What kind of step.
    pub kind: StepKind,
    /// The remedy's title, or the question.
    pub title: String,
    /// What came of it, and when, in Unix milliseconds; `None` while it was shown.
    pub end: Option<(i64, End)>,
    /// The answer, or the other question whose answer was changed, in words.
    pub said: String,
    /// Why it was the next one.
    pub reasons: Reasons,
    /// The title of the best other remedy.
    pub next: String,
    /// The titles of the causes that it is the first step to leave out.
    pub ruled_out: Vec<String>,
}

/// What kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A remedy.
    Remedy,
    /// A question.
    Question,
    /// Only humans were left.
    Human,
}

impl GuideStep {
    pub(super) fn heading(&self, frame: &Frame) -> String {
        let title = [("title", self.title.as_str().into())];
        match self.kind {
            StepKind::Remedy => frame.with("console-step-remedy", &title),
            StepKind::Question => frame.with("console-step-question", &title),
            StepKind::Human => frame.t("console-step-human"),
        }
    }

    pub(super) fn came(&self, frame: &Frame) -> String {
        let Some((at_ms, end)) = &self.end else { return frame.t("console-end-none") };
        let said = self.said.as_str();
        let what = match end {
            End::Tried(Outcome::Done) => frame.t("console-end-done"),
            End::Tried(Outcome::NotHelped) => frame.t("console-end-not-helped"),
            End::Tried(Outcome::CannotDo) => frame.t("console-end-cannot"),
            End::Tried(Outcome::PassedOver) => frame.t("console-end-passed-over"),
            End::Answered(_) => frame.with("console-end-answered", &[("answer", said.into())]),
            End::Solved(SolvedBy::Observed) => frame.t("console-end-solved-observed"),
            End::Solved(SolvedBy::Word) => frame.t("console-end-solved-word"),
            End::Back => frame.t("console-end-back"),
            End::Corrected(_) => frame.with("console-end-corrected", &[("question", said.into())]),
            End::ByItself => frame.t("console-end-by-itself"),
        };
        let time = frame.clock.second(frame.lang, *at_ms);
        frame.with("console-end", &[("what", what.into()), ("time", time.into())])
    }

    /// Why it was the next one: a sentence each.
    pub(super) fn why(&self, frame: &Frame) -> Vec<String> {
        let reasons = &self.reasons;
        let duration = duration(frame, reasons.cost_s);
        let (left, percent) = (reasons.left.into(), percent(reasons.chance).into());
        let mut why = vec![match self.kind {
            StepKind::Remedy => {
                let figures = [("percent", percent), ("duration", duration.into()), ("left", left)];
                frame.with("console-why-remedy", &figures)
            }
            StepKind::Question => frame.with("console-why-question", &[("duration", duration.into()), ("left", left)]),
            StepKind::Human => frame.t("console-why-human"),
        }];
        if let Some((_, chance, cost_s)) = &reasons.next {
            let duration = self::duration(frame, *cost_s);
            let title = self.next.as_str().into();
            let figures = [("title", title), ("percent", self::percent(*chance).into()), ("duration", duration.into())];
            why.push(frame.with("console-why-next", &figures));
        }
        let counts = [("tried", reasons.tried.into()), ("impossible", reasons.impossible.into())];
        why.push(frame.with("console-why-counts", &counts));
        why
    }

    pub(super) fn ruled_out_said(&self, frame: &Frame) -> String {
        frame.with("console-why-ruled-out", &[("n", self.ruled_out.len().into())])
    }
}

/// Thousandths as percent, with a decimal where it matters.
pub(super) fn percent(thousandths: u16) -> String {
    let (whole, tenths) = (thousandths / 10, thousandths % 10);
    if thousandths < 100 { format!("{whole}.{tenths}") } else { (whole + u16::from(tenths >= 5)).to_string() }
}

/// So many seconds, as minutes where they are many.
pub(super) fn duration(frame: &Frame, seconds: u32) -> String {
    if seconds < SECONDS_MAX {
        frame.with("console-seconds", &[("n", seconds.into())])
    } else {
        frame.with("console-minutes", &[("n", ((seconds + 30) / 60).into())])
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "0.0")]
    #[case(4, "0.4")]
    #[case(99, "9.9")]
    #[case(344, "34")]
    #[case(345, "35")]
    #[case(1_000, "100")]
    fn small_chances_keep_a_decimal(#[case] thousandths: u16, #[case] said: &str) {
        assert_eq!(percent(thousandths), said);
    }
}
