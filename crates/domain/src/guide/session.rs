//! What a person has said and done with a guide: a trail that can be walked back, kept by names so that it outlives an
//! edit of the guide.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    CAUSES_MAX, Cause, CauseAt, Guide, Then,
    condition::Verdict,
    draft::Name,
    facts::{FACTS_MAX, FactAt, Facts, Source},
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
    /// The person went on without doing it: it is not the cause.
    PassedOver,
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
    /// The person says what a fact is; saying it again corrects it. `false` if the guide has no such fact
    /// or value, or if it is not the person's to say.
    pub fn tell(&mut self, guide: &Guide, fact: &str, value: &str) -> bool {
        let Some(declared) = guide.facts.iter().find(|declared| declared.id == fact) else { return false };
        if declared.source == Source::Observed || declared.value(value).is_none() {
            return false;
        }
        // Posted twice: nothing was said that is not known.
        if !self.told().any(|said| said == (fact, value)) {
            self.trail.retain(|past| !matches!(past, Move::Told(told, _) if told == fact));
            self.push(guide, Move::Told(fact.to_owned(), value.to_owned()));
        }
        true
    }

    /// The person says what came of a remedy. `false` if the guide has no such cause.
    pub fn report(&mut self, guide: &Guide, cause: &str, outcome: Outcome) -> bool {
        let Some(at) = guide.cause_at(cause) else { return false };
        let before = self.tried().find(|tried| tried.cause == cause).map(|tried| tried.outcome);
        let is_behind = self.behind(guide)[usize::from(at.0)];
        // Posted twice, or from an older tab: what sent a message has sent it once, whatever is said of it later.
        let is_known = |before: Outcome| before == outcome || sends(guide.cause(at), before);
        if !(is_behind && before.is_some_and(is_known)) {
            self.trail.retain(|past| !matches!(past, Move::Tried(tried) if tried.cause == cause));
            self.push(guide, Move::Tried(Tried { cause: cause.to_owned(), outcome }));
        }
        true
    }

    /// Full is only a trail that outlived edits of its guide: what the guide no longer has makes room.
    fn push(&mut self, guide: &Guide, last: Move) {
        const { assert!(FACTS_MAX + CAUSES_MAX < TRAIL_MAX) };
        if self.trail.len() >= TRAIL_MAX {
            self.trail.retain(|past| match past {
                Move::Told(fact, _) => guide.fact_at(fact).is_some(),
                Move::Tried(tried) => guide.cause_at(&tried.cause).is_some(),
            });
        }
        self.showing = None;
        self.trail.push(last);
    }

    /// Takes the last move back: that it is solved, if that was the last word. `false` at the beginning.
    pub fn back(&mut self) -> bool {
        if self.solved.take().is_some() {
            return true;
        }
        self.showing = None;
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
            if sends(cause, tried.outcome) {
                for (behind, cause) in behind.iter_mut().zip(&guide.causes) {
                    *behind &= !cause.again;
                }
            }
            behind[usize::from(at)] = true;
        }
        behind
    }
}

/// Whether this outcome of a remedy means that a new message was sent.
fn sends(cause: &Cause, outcome: Outcome) -> bool {
    outcome == Outcome::Done && matches!(cause.then, Then::Resend | Then::Number)
}

/// What is known of a guide's facts. What was said stays true whatever is observed, but not against what else was said:
/// which app an Android phone has is passed over once it turned out to be no Android.
pub(super) fn facts(guide: &Guide, observed: &Known, derived: &Known, session: &Session) -> Facts {
    let mut facts = Facts::unknown(&guide.facts);
    let guessed = |at: FactAt| {
        let fact = guide.fact(at);
        (fact.source == Source::Derived).then(|| derived.get(&fact.id).and_then(|value| fact.value(value)))?
    };
    for at in guide.fact_places() {
        facts.set(at, guessed(at));
    }
    let mut said: Vec<FactAt> = Vec::new();
    for (fact, value) in session.told() {
        let declared = guide.fact_at(fact).filter(|at| guide.fact(*at).source != Source::Observed);
        let Some((at, value)) = declared.and_then(|at| Some((at, guide.fact(at).value(value)?))) else { continue };
        facts.set(at, Some(value));
        said.push(at);
    }
    let is_moot = |at: &FactAt, facts: &Facts| {
        guide.fact(*at).question.as_ref().is_some_and(|question| question.when.verdict(facts) == Verdict::Fails)
    };
    while let Some(place) = said.iter().position(|at| is_moot(at, &facts)) {
        let at = said.remove(place);
        facts.set(at, guessed(at));
    }
    for at in guide.fact_places().filter(|at| guide.fact(*at).source == Source::Observed) {
        let fact = guide.fact(at);
        let seen = observed.get(&fact.id).and_then(|value| fact.value(value));
        facts.set(at, seen.or_else(|| fact.places().next()));
    }
    facts
}
