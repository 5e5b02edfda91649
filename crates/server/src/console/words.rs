//! A guide's own words for what a person said and was shown, as they are now; names where it has none any more.

use std::sync::Arc;

use domain::{
    guide::{Shown, facts::Facts},
    locale::Locale,
};

use super::operator::Operator;
use crate::{
    app::{
        guide::{End, Passed},
        support::Walk,
    },
    guide::{Arguments, Loaded},
    pages::view::console::{
        messages::Moment,
        steps::{GuideStep, StepKind},
    },
};

/// Speaks of one walk through one guide.
pub struct Words {
    loaded: Option<Arc<Loaded>>,
    lang: Locale,
}

impl Words {
    /// In the words of the guide that was walked through, in its version if that is still there.
    pub fn of(operator: &Operator, walk: Option<&Walk>) -> Words {
        let guides = &operator.web.app.guides;
        let loaded =
            walk.and_then(|walk| guides.version(&walk.guide, &walk.version).or_else(|| guides.get(&walk.guide)));
        Words { loaded, lang: operator.lang() }
    }

    /// In the words of a guide as it is now.
    pub fn new(loaded: Arc<Loaded>, lang: Locale) -> Words {
        Words { loaded: Some(loaded), lang }
    }

    /// What the guide is called.
    pub fn title(&self) -> String {
        self.find("title").unwrap_or_default()
    }

    fn find(&self, key: &str) -> Option<String> {
        let loaded = self.loaded.as_ref()?;
        let arguments = Arguments::new(&loaded.guide, &Facts::unknown(&loaded.guide.facts));
        let arguments = arguments.number("…").sender("…").brand("…");
        Some(loaded.find(self.lang, key, &arguments)?.plain())
    }

    /// What is asked about a fact.
    pub fn question(&self, fact: &str) -> String {
        self.find(&format!("fact-{fact}-question")).unwrap_or_else(|| fact.to_owned())
    }

    /// What a fact is.
    pub fn value(&self, fact: &str, value: &str) -> String {
        self.find(&format!("fact-{fact}-{value}")).unwrap_or_else(|| value.to_owned())
    }

    fn cause(&self, cause: &str) -> String {
        self.find(&format!("cause-{cause}-title")).unwrap_or_else(|| cause.to_owned())
    }

    /// What was asked, and the answer.
    pub fn answer(&self, fact: &str, value: &str) -> (String, String) {
        (self.question(fact), self.value(fact, value))
    }

    /// A step that was shown, for the time line.
    pub fn moment(&self, passed: &Passed) -> Moment {
        Moment::step(passed.at, self.step(passed))
    }

    /// A step that was shown.
    pub fn step(&self, passed: &Passed) -> GuideStep {
        let (kind, title) = match &passed.step {
            Some(Shown::Cause(cause)) => (StepKind::Remedy, self.cause(cause)),
            Some(Shown::Question(fact)) => (StepKind::Question, self.question(fact)),
            None => (StepKind::Human, String::new()),
        };
        let said = match (&passed.step, &passed.end) {
            (Some(Shown::Question(fact)), Some((_, End::Answered(value)))) => self.value(fact, value),
            (_, Some((_, End::Corrected(fact)))) => self.question(fact),
            _ => String::new(),
        };
        let reasons = passed.reasons.clone();
        GuideStep {
            kind,
            title,
            end: passed.end.as_ref().map(|(at, end)| (at.ms(), end.clone())),
            said,
            next: reasons.next.as_ref().map_or(String::new(), |(cause, ..)| self.cause(cause)),
            ruled_out: reasons.ruled_out.iter().map(|cause| self.cause(cause)).collect(),
            reasons,
        }
    }
}
