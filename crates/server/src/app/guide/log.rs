//! The steps that a person was shown: when, why each was the next one, and what came of it. For support and the console,
//! never for whoever has proved nothing (rule V5).

use std::collections::BTreeSet;

use domain::{
    guide::{Decision, Excluded, Guide, Name, Outcome, Shown, SolvedBy, Step, Why},
    time::Time,
};
use serde::{Deserialize, Serialize};

/// The most steps that are remembered; the oldest go first. A person needs a few dozen.
const STEPS_MAX: usize = 60;

/// The steps of a session, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Log(Vec<Passed>);

/// A step that was shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passed {
    /// Which; `None` is: only humans were left.
    pub step: Option<Shown>,
    /// When it was first shown.
    pub at: Time,
    /// Why it was the next one.
    pub reasons: Reasons,
    /// What came of it, and when; `None` while it is shown.
    pub end: Option<(Time, End)>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The person said so of a remedy.
    Tried(Outcome),
    /// A question was answered with this value.
    Answered(Name),
    /// It was over.
    Solved(SolvedBy),
    /// The person went a step back.
    Back,
    /// The person said something else: an answer about this fact.
    Corrected(Name),
    /// What is observed changed, and the guide moved by itself.
    ByItself,
}

/// Why a step was the next one, in figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reasons {
    /// How likely a remedy's cause was, in thousandths; of a question or humans, 0.
    pub chance: u16,
    /// What the remedy costs; of a question, what a person still needs once it is asked; in seconds.
    pub cost_s: u32,
    /// The best other remedy that could have been shown, how likely its cause was, and what it costs in seconds.
    pub next: Option<(Name, u16, u32)>,
    /// How many causes were left.
    pub left: usize,
    /// How many were behind the person.
    pub tried: usize,
    /// How many were impossible by what was known.
    pub impossible: usize,
    /// Those of them that no step before had known to be.
    pub ruled_out: Vec<Name>,
}

impl Log {
    /// The steps, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Passed> {
        self.0.iter()
    }

    /// Notes the step that is shown now, unless it is the one that was shown before.
    pub fn look(&mut self, guide: &Guide, decision: &Decision, now: Time) {
        if let Step::Solved(by) = decision.step {
            return self.end(now, End::Solved(by));
        }
        let step = shown(guide, decision.step);
        if self.0.last().is_some_and(|last| last.end.is_none() && last.step == step) {
            return;
        }
        self.end(now, End::ByItself);
        let reasons = self.reasons(guide, decision);
        if self.0.len() >= STEPS_MAX {
            self.0.remove(0);
        }
        self.0.push(Passed { step, at: now, reasons, end: None });
    }

    /// Notes what came of the step that is shown, if one is.
    pub fn end(&mut self, now: Time, end: End) {
        if let Some(last) = self.0.last_mut().filter(|last| last.end.is_none()) {
            last.end = Some((now, end));
        }
    }

    /// Notes an answer: to the question that is shown, or to another one.
    pub fn answered(&mut self, now: Time, fact: &str, value: &str) {
        let asked = self.0.last().and_then(|last| last.step.as_ref());
        let is_asked = matches!(asked, Some(Shown::Question(name)) if name == fact);
        self.end(now, if is_asked { End::Answered(value.to_owned()) } else { End::Corrected(fact.to_owned()) });
    }

    /// Notes what came of a remedy, if it is the one that is shown.
    pub fn tried(&mut self, now: Time, cause: &str, outcome: Outcome) {
        let shown = self.0.last().and_then(|last| last.step.as_ref());
        if matches!(shown, Some(Shown::Cause(name)) if name == cause) {
            self.end(now, End::Tried(outcome));
        }
    }

    fn reasons(&self, guide: &Guide, decision: &Decision) -> Reasons {
        let why = &decision.why;
        let impossible = why.ruled_out.iter().filter(|out| out.by == Excluded::Facts);
        let impossible: Vec<&Name> = impossible.map(|out| &guide.cause(out.cause).id).collect();
        let before: BTreeSet<&Name> = self.0.iter().flat_map(|passed| &passed.reasons.ruled_out).collect();
        let ruled_out = impossible.iter().filter(|cause| !before.contains(*cause)).map(|cause| (*cause).clone());
        Reasons {
            ruled_out: ruled_out.collect(),
            tried: why.ruled_out.len() - impossible.len(),
            impossible: impossible.len(),
            left: why.candidates.len(),
            ..figures(guide, why, decision.step)
        }
    }
}

fn shown(guide: &Guide, step: Step) -> Option<Shown> {
    match step {
        Step::Act(at) => Some(Shown::Cause(guide.cause(at).id.clone())),
        Step::Ask(at) => Some(Shown::Question(guide.fact(at).id.clone())),
        Step::Contact | Step::Solved(_) => None,
    }
}

/// What the step promises, and the best that could have been shown in its place.
fn figures(guide: &Guide, why: &Why, step: Step) -> Reasons {
    let act = if let Step::Act(at) = step { Some(at) } else { None };
    let other = why.candidates.iter().find(|candidate| candidate.certain && Some(candidate.cause) != act);
    let next = other.map(|other| {
        (guide.cause(other.cause).id.clone(), thousandths(other.probability), whole_seconds(other.cost_s))
    });
    let (chance, cost_s) = match step {
        Step::Act(at) => {
            let chosen = why.candidates.iter().find(|candidate| candidate.cause == at);
            chosen.map_or((0.0, 0.0), |chosen| (chosen.probability, chosen.cost_s))
        }
        Step::Ask(at) => {
            let asked = why.inquiries.iter().find(|inquiry| inquiry.fact == at);
            (0.0, asked.map_or(0.0, |asked| asked.expected_s))
        }
        Step::Contact | Step::Solved(_) => (0.0, 0.0),
    };
    Reasons { chance: thousandths(chance), cost_s: whole_seconds(cost_s), next, ..Reasons::default() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability is within 0 and 1")]
fn thousandths(chance: f64) -> u16 {
    (chance.clamp(0.0, 1.0) * 1_000.0).round() as u16
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what overflows becomes the largest")]
fn whole_seconds(seconds: f64) -> u32 {
    seconds.round() as u32
}

#[cfg(test)]
mod tests {
    use domain::guide::{Known, Order, Session};

    use super::*;
    use crate::guide::shipped;

    struct Walk<'a> {
        guide: &'a Guide,
        session: Session,
        seen: Known,
        log: Log,
        second: i64,
    }

    impl Walk<'_> {
        fn look(&mut self) -> Decision {
            let facts = self.guide.facts(&self.seen, &Known::new(), &self.session);
            let decision = self.guide.next(&facts, &self.session, &Order::prior(self.guide));
            self.session.showing = self.guide.showing(decision.step, &facts);
            let now = self.now();
            self.log.look(self.guide, &decision, now);
            decision
        }

        fn now(&mut self) -> Time {
            self.second += 1;
            Time::from_ms(self.second * 1_000)
        }
    }

    fn walk<'a>(guide: &'a Guide, message: &str) -> Walk<'a> {
        let seen = Known::from([("message".into(), message.into()), ("number".into(), "none".into())]);
        Walk { guide, session: Session::default(), seen, log: Log::default(), second: 0 }
    }

    #[test]
    fn a_step_is_noted_once_with_its_reasons() {
        let loaded = &shipped()[0];
        let mut walk = walk(&loaded.guide, "waiting");
        let Step::Act(cause) = walk.look().step else { panic!("something is to be waited for") };
        walk.look();
        let [step] = &walk.log.0[..] else { panic!("one step was shown: {:?}", walk.log) };
        assert_eq!(step.step, Some(Shown::Cause(loaded.guide.cause(cause).id.clone())));
        let Reasons { chance, cost_s, left, tried, impossible, .. } = step.reasons;
        assert!(chance > 0 && cost_s > 0, "{:?}", step.reasons);
        assert_eq!(left + tried + impossible, loaded.guide.causes.len(), "each cause is left, tried or impossible");
        assert_eq!(step.reasons.ruled_out.len(), impossible, "the first step names all that is impossible");
    }

    #[test]
    fn what_came_of_a_step_tells_the_person_from_the_message() {
        let guide = &shipped()[0].guide;
        let mut walk = walk(guide, "waiting");
        let Step::Act(cause) = walk.look().step else { panic!("something is to be waited for") };
        walk.seen.insert("message".into(), "undelivered".into());
        let step = walk.look().step;
        assert_eq!(walk.log.0[0].end, Some((Time::from_ms(2_000), End::ByItself)), "{}", guide.cause(cause).id);
        assert_ne!(step, Step::Act(cause));
        for outcome in [Outcome::NotHelped, Outcome::CannotDo, Outcome::PassedOver] {
            let (now, step) = (walk.now(), walk.look().step);
            match step {
                Step::Act(at) => {
                    let id = &guide.cause(at).id;
                    walk.session.report(guide, id, outcome);
                    walk.log.tried(now, id, outcome);
                    assert_eq!(walk.log.0.last().and_then(|last| last.end.clone()), Some((now, End::Tried(outcome))));
                }
                Step::Ask(at) => {
                    let fact = guide.fact(at);
                    walk.session.tell(guide, &fact.id, &fact.values[0]);
                    walk.log.answered(now, &fact.id, &fact.values[0]);
                    let said = End::Answered(fact.values[0].clone());
                    assert_eq!(walk.log.0.last().and_then(|last| last.end.clone()), Some((now, said)));
                }
                Step::Contact | Step::Solved(_) => panic!("there is more to try"),
            }
        }
        walk.look();
        walk.seen.insert("message".into(), "approved".into());
        walk.look();
        let last = walk.log.0.last().and_then(|last| last.end.clone());
        assert_eq!(last.map(|(_, end)| end), Some(End::Solved(SolvedBy::Observed)));
    }

    #[test]
    fn a_log_is_bounded() {
        let guide = &shipped()[0].guide;
        let mut walk = walk(guide, "waiting");
        for nth in 0..2 * STEPS_MAX {
            let message = if nth % 2 == 0 { "waiting" } else { "undelivered" };
            walk.seen.insert("message".into(), message.into());
            walk.look();
        }
        assert_eq!(walk.log.0.len(), STEPS_MAX);
    }
}
