//! How guides do: each with what came of its steps, where people leave, and its drawing.

use askama::Template;

use super::Room;
use crate::pages::view::{Page, frame::Frame};

/// All guides.
#[derive(Clone, Debug, Template)]
#[template(path = "console/guides.html")]
pub struct GuideListPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The guides.
    pub guides: Vec<GuideLine>,
    /// Edits that were refused, `file:line: reason`.
    pub refused: Vec<String>,
}

/// One guide in the list.
#[derive(Clone, Debug)]
pub struct GuideLine {
    /// Its name.
    pub id: String,
    /// Its title in the reader's language.
    pub title: String,
    /// The version in use.
    pub version: String,
    /// How its sessions ended, over all versions.
    pub ends: Ends,
}

/// How sessions ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// How many there were.
    pub sessions: i64,
    /// Solved, as was seen.
    pub observed: i64,
    /// Solved, as the person says.
    pub word: i64,
}

impl Ends {
    fn share(self, part: i64) -> String {
        if self.sessions == 0 {
            "–".into()
        } else {
            format!("{} %", (part * 100 + self.sessions / 2) / self.sessions)
        }
    }

    /// Solved, by either.
    #[must_use]
    pub fn solved(self) -> String {
        self.share(self.observed + self.word)
    }

    /// Ended without.
    #[must_use]
    pub fn left(self) -> i64 {
        (self.sessions - self.observed - self.word).max(0)
    }
}

/// One guide.
#[derive(Clone, Debug, Template)]
#[template(path = "console/guide.html")]
pub struct GuidePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Its name.
    pub id: String,
    /// Its title in the reader's language.
    pub title: String,
    /// The version in use.
    pub version: String,
    /// How its sessions ended, version by version.
    pub versions: Vec<(String, Ends)>,
    /// How they ended over all versions.
    pub all: Ends,
    /// The steps that were met most, the first of them first.
    pub most: Vec<StepLine>,
    /// All its steps, in groups that fit a page.
    pub groups: Vec<StepGroup>,
    /// The address of its whole drawing.
    pub drawing: String,
}

/// Some of a guide's steps, with their drawing.
#[derive(Clone, Debug)]
pub struct StepGroup {
    /// What they have in common.
    pub label: String,
    /// The address of their drawing.
    pub drawing: String,
    /// The steps, in the order in which they would be tried.
    pub steps: Vec<StepLine>,
}

impl StepGroup {
    /// What is told of it while it is folded.
    fn brief(&self, frame: &Frame) -> String {
        let shown: i64 = self.steps.iter().map(|step| step.shown).sum();
        frame.with("console-group", &[("n", self.steps.len().into()), ("shown", shown.into())])
    }

    fn alt(&self, frame: &Frame) -> String {
        frame.with("console-group-drawing", &[("group", self.label.as_str().into())])
    }
}

/// What came of one step.
#[derive(Clone, Debug, Default)]
pub struct StepLine {
    /// The cause's name, or the question's with `?` before it.
    pub name: String,
    /// Its title, if the guide still has it.
    pub title: String,
    /// How often it was shown.
    pub shown: i64,
    /// How often it was seen to help.
    pub observed: i64,
    /// How often the person said that it helped.
    pub word: i64,
    /// How often it did not.
    pub not_helped: i64,
    /// How often the person went on without doing it.
    pub passed_over: i64,
    /// How often it could not be done.
    pub cannot: i64,
    /// How often the person left there.
    pub dropped: i64,
    /// What it may have been for those who left, in thousandths of a person.
    pub left: i64,
}

impl StepLine {
    fn left_said(&self) -> String {
        let tenths = (self.left + 50) / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

impl GuideListPage {
    fn room(&self) -> Room {
        Room::Guides
    }
}

impl Page for GuideListPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-guides")
    }
}

impl GuidePage {
    fn room(&self) -> Room {
        Room::Guides
    }
}

impl Page for GuidePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.title.clone()
    }
}
