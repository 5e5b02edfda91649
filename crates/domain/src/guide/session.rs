//! What a person has said and done with a guide: a trail that can be walked back, kept by names so that it outlives an
//! edit of the guide.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    CauseAt, Guide, Then,
    draft::Name,
    facts::{Facts, Source},
};

/// Facts by name, as they come from outside.
pub type Known = BTreeMap<Name, Name>;

/// The most moves that a session remembers; a person needs a few dozen.
pub const TRAIL_MAX: usize = 200;

/// What one person does with one guide.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// What was said and done, oldest first.
    #[serde(default)]
    trail: Vec<Move>,
    /// The step that is shown, so that a reload shows it again.
    #[serde(default)]
    pub showing: Option<Showing>,
    /// How it ended, if it did.
    #[serde(default)]
    pub solved: Option<SolvedBy>,
}

/// One thing that a person said or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Move {
    Told(Name, Name),
    Tried(Tried),
}

/// A remedy that was shown, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Of which cause.
    pub cause: Name,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a remedy, as the person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done, and a new code was asked for: what comes of it is still open.
    Done,
    /// It was done, and did not help.
    NotHelped,
    /// It could not be done.
    CannotDo,
}

/// How a guide was left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SolvedBy {
    /// It was seen.
    Observed,
    /// The person says so.
    Word,
}

/// The step that a person has before them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Showing {
    /// Which step.
    pub step: Shown,
    /// What was observed when it was first shown, of the facts that move a guide.
    pub seen: Known,
}

/// A step by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A cause's remedy.
    Cause(Name),
    /// A fact's question.
    Question(Name),
}

impl Session {
    /// The person says what a fact is; saying it again corrects it. `false` if the guide asks for no such thing.
    pub fn tell(&mut self, guide: &Guide, fact: &str, value: &str) -> bool {
        let Some(declared) = guide.facts.iter().find(|declared| declared.id == fact) else { return false };
        if declared.source == Source::Observed || declared.value(value).is_none() {
            return false;
        }
        self.trail.retain(|past| !matches!(past, Move::Told(told, _) if told == fact));
        self.push(Move::Told(fact.to_owned(), value.to_owned()));
        true
    }

    /// The person says what came of a remedy. `false` if the guide has no such cause.
    pub fn report(&mut self, guide: &Guide, cause: &str, outcome: Outcome) -> bool {
        if guide.cause_at(cause).is_none() {
            return false;
        }
        self.trail.retain(|past| !matches!(past, Move::Tried(tried) if tried.cause == cause));
        self.push(Move::Tried(Tried { cause: cause.to_owned(), outcome }));
        true
    }

    fn push(&mut self, last: Move) {
        self.showing = None;
        if self.trail.len() < TRAIL_MAX {
            self.trail.push(last);
        }
    }

    /// Takes the last move back. `false` at the beginning.
    pub fn back(&mut self) -> bool {
        self.showing = None;
        self.solved = None;
        self.trail.pop().is_some()
    }

    /// Whether nothing was said or done yet.
    pub fn is_fresh(&self) -> bool {
        self.trail.is_empty()
    }

    /// The person says that it is solved, or it was seen.
    pub fn solve(&mut self, by: SolvedBy) {
        self.solved = self.solved.or(Some(by));
    }

    /// What the person said.
    pub fn told(&self) -> impl Iterator<Item = (&str, &str)> {
        self.trail.iter().filter_map(|past| match past {
            Move::Told(fact, value) => Some((fact.as_str(), value.as_str())),
            Move::Tried(_) => None,
        })
    }

    /// The remedies that were shown and left, oldest first.
    pub fn tried(&self) -> impl Iterator<Item = &Tried> {
        self.trail.iter().filter_map(|past| match past {
            Move::Tried(tried) => Some(tried),
            Move::Told(..) => None,
        })
    }

    /// Whether a cause's remedy is behind the person, by the causes' places. What comes again for each message is open
    /// again once a later remedy sent one.
    pub(super) fn behind(&self, guide: &Guide) -> Vec<bool> {
        let mut behind = vec![false; guide.causes.len()];
        for tried in self.tried() {
            let Some(CauseAt(at)) = guide.cause_at(&tried.cause) else { continue };
            let cause = &guide.causes[usize::from(at)];
            if tried.outcome == Outcome::Done && matches!(cause.then, Then::Resend | Then::Number) {
                for (behind, cause) in behind.iter_mut().zip(&guide.causes) {
                    *behind &= !cause.again;
                }
            }
            behind[usize::from(at)] = true;
        }
        behind
    }
}

/// What is known of a guide's facts.
pub(super) fn facts(guide: &Guide, observed: &Known, derived: &Known, session: &Session) -> Facts {
    let mut facts = Facts::unknown(&guide.facts);
    let told: BTreeMap<&str, &str> = session.told().collect();
    for at in guide.fact_places() {
        let fact = guide.fact(at);
        let named = |known: &Known| known.get(&fact.id).and_then(|value| fact.value(value));
        let said = told.get(fact.id.as_str()).and_then(|value| fact.value(value));
        let value = match fact.source {
            Source::Observed => named(observed).or_else(|| fact.places().next()),
            Source::Told => said,
            Source::Derived => said.or_else(|| named(derived)),
        };
        facts.set(at, value);
    }
    facts
}
