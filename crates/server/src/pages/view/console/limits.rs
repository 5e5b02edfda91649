//! How often each rule was gone over, and what became of it; what a rule in shadow would have refused.

use askama::Template;
use domain::limit::Limited;

use super::Room;
use crate::pages::view::{Page, frame::Frame};

/// Days that are counted, today included.
pub const DAYS: i64 = 7;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/limits.html")]
pub struct LimitsPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// A line for each service and rule.
    pub lines: Vec<LimitLine>,
}

/// A rule of a service.
#[derive(Clone, Debug)]
pub struct LimitLine {
    /// The service's name.
    pub brand: String,
    /// The rule.
    pub rule: Limited,
    /// How often something was refused by it, …
    pub refused: i64,
    /// … held back, …
    pub slowed: i64,
    /// … or let through, because it is in shadow.
    pub shadow: i64,
}

impl LimitsPage {
    fn room(&self) -> Room {
        Room::Limits
    }

    fn lead(&self) -> String {
        self.frame.with("console-limits-lead", &[("days", DAYS.into())])
    }

    fn rule(&self, line: &LimitLine) -> String {
        self.frame.t(match line.rule {
            Limited::Address => "console-limits-address",
            Limited::Account => "console-limits-account",
            Limited::Key => "console-limits-key",
            Limited::Range => "console-limits-range",
            Limited::Budget => "console-limits-budget",
            Limited::Context => "console-limits-context",
            Limited::Phone => "console-limits-phone",
        })
    }
}

impl Page for LimitsPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-limits")
    }
}
