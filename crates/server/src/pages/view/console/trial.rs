//! The order of a guide's steps, for facts that an operator picks.

use askama::Template;

use super::{Room, steps::GuideStep};
use crate::pages::view::{Page, frame::Frame};

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/trial.html")]
pub struct TrialPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The guide's name.
    pub guide: String,
    /// Its title in the reader's language.
    pub title: String,
    /// What can be picked.
    pub picks: Vec<Pick>,
    /// The steps that are shown to somebody whom nothing helps, in their order.
    pub steps: Vec<GuideStep>,
    /// Where they end.
    pub end: TrialEnd,
}

/// A list of which one is picked.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The field.
    pub name: String,
    /// What it is: a question, or a fact's name.
    pub label: String,
    /// Each value with its words, and whether it is picked.
    pub options: Vec<(String, String, bool)>,
}

/// Where the steps end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialEnd {
    /// At a question that nobody has answered.
    Question,
    /// At humans.
    Human,
    /// What is seen says that it is solved.
    Solved,
}

impl TrialPage {
    fn room(&self) -> Room {
        Room::Guides
    }

    fn end_said(&self) -> Option<String> {
        match self.end {
            TrialEnd::Question => Some(self.frame.t("console-trial-ask")),
            TrialEnd::Human => None,
            TrialEnd::Solved => Some(self.frame.t("console-trial-solved")),
        }
    }
}

impl Page for TrialPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-trial")
    }
}
