//! Which step comes next, and why.

use super::{
    CauseAt, Guide,
    cost::{Chance, Left},
    facts::{FactAt, Facts},
    learn::Order,
    session::{Known, Session, Showing, Shown, SolvedBy},
};
use crate::guide::condition::Verdict;

/// What a person sees next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A cause's remedy.
    Act(CauseAt),
    /// A question.
    Ask(FactAt),
    /// Nothing is left but a human.
    Contact,
    /// It is over.
    Solved(SolvedBy),
}

/// A step, with its reasons.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The step.
    pub step: Step,
    /// Why it is this one.
    pub why: Why,
}

/// Why a step is shown: for the console and for tests, never for whoever has proved nothing.
#[derive(Clone, Debug, Default)]
pub struct Why {
    /// The causes that are left, in the order in which they are best tried.
    pub candidates: Vec<Candidate>,
    /// The causes that are not.
    pub ruled_out: Vec<RuledOut>,
    /// The questions that would make a difference.
    pub inquiries: Vec<Inquiry>,
    /// Whether the step stays because the person is in the middle of it.
    pub stays: bool,
}

/// A cause that is left.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Which.
    pub cause: CauseAt,
    /// Its probability.
    pub probability: f64,
    /// What its remedy costs, in seconds.
    pub cost_s: f64,
    /// Whether it can be shown without another answer.
    pub certain: bool,
}

/// A cause that is not left.
#[derive(Clone, Copy, Debug)]
pub struct RuledOut {
    /// Which.
    pub cause: CauseAt,
    /// By what.
    pub by: Excluded,
}

/// Why a cause is not left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excluded {
    /// What is known makes it impossible.
    Facts,
    /// Its remedy is behind the person.
    Tried,
}

/// A question that would make a difference.
#[derive(Clone, Copy, Debug)]
pub struct Inquiry {
    /// About which fact.
    pub fact: FactAt,
    /// The seconds that a person still needs if it is asked now.
    pub expected_s: f64,
}

pub(super) fn decide(guide: &Guide, facts: &Facts, session: &Session, order: &Order) -> Decision {
    let left = Left { guide, order, behind: session.behind(guide) };
    let chances = left.chances(facts);
    let mut why = explain(&left, &chances);
    if let Some(by) = over(guide, facts, session) {
        return Decision { step: Step::Solved(by), why };
    }
    why.inquiries = left.inquiries(facts, &chances);
    if let Some(step) = showing(&left, facts, session, &chances, &why.inquiries) {
        why.stays = true;
        return Decision { step, why };
    }
    let step = match foremost(&chances, &why.inquiries) {
        None => cheapest(why.inquiries.iter()).map_or(Step::Contact, |ask| Step::Ask(ask.fact)),
        Some(Foremost::Ask(fact)) => Step::Ask(fact),
        Some(Foremost::Act(act)) => {
            let after_s = left.expected_after_s(facts, &chances, act);
            let worth = |ask: &&Inquiry| ask.expected_s < after_s;
            cheapest(why.inquiries.iter()).filter(worth).map_or(Step::Act(act.cause), |ask| Step::Ask(ask.fact))
        }
    };
    Decision { step, why }
}

/// What the best remedy that is left calls for.
enum Foremost {
    /// It can be shown.
    Act(Chance),
    /// Whether it is possible hangs on this.
    Ask(FactAt),
}

/// Remedies in their order, the harmless ones first: whatever is uncertain and ahead of the first certain one is asked
/// for, so that nothing is changed while a question could still find something harmless.
fn foremost(chances: &[Chance], inquiries: &[Inquiry]) -> Option<Foremost> {
    chances.iter().find_map(|chance| {
        if chance.certain {
            return Some(Foremost::Act(*chance));
        }
        let decides = |inquiry: &&Inquiry| chance.decided_by.has(inquiry.fact);
        cheapest(inquiries.iter().filter(decides)).map(|ask| Foremost::Ask(ask.fact))
    })
}

fn cheapest<'a>(inquiries: impl Iterator<Item = &'a Inquiry>) -> Option<&'a Inquiry> {
    inquiries.min_by(|a, b| a.expected_s.total_cmp(&b.expected_s).then(a.fact.cmp(&b.fact)))
}

fn over(guide: &Guide, facts: &Facts, session: &Session) -> Option<SolvedBy> {
    if guide.solved.verdict(facts) == Verdict::Holds {
        return Some(SolvedBy::Observed);
    }
    session.solved
}

/// The step that the person has before them, if it still makes sense: nothing moves under somebody's hands unless what
/// is observed says so.
fn showing(
    left: &Left<'_>,
    facts: &Facts,
    session: &Session,
    chances: &[Chance],
    inquiries: &[Inquiry],
) -> Option<Step> {
    let Showing { step, seen } = session.showing.as_ref()?;
    if *seen != moving(left.guide, facts) {
        return None;
    }
    match step {
        Shown::Cause(name) => {
            let at = left.guide.cause_at(name)?;
            chances.iter().any(|chance| chance.cause == at && chance.certain).then_some(Step::Act(at))
        }
        Shown::Question(name) => {
            let at = left.guide.fact_at(name)?;
            inquiries.iter().any(|inquiry| inquiry.fact == at).then_some(Step::Ask(at))
        }
    }
}

fn moving(guide: &Guide, facts: &Facts) -> Known {
    let moves = guide.fact_places().filter(|at| guide.fact(*at).moves);
    let named = moves.filter_map(|at| {
        let fact = guide.fact(at);
        let value = fact.values.get(usize::from(facts.get(at)?.0))?;
        Some((fact.id.clone(), value.clone()))
    });
    named.collect()
}

fn explain(left: &Left<'_>, chances: &[Chance]) -> Why {
    let total = left.total(chances);
    let candidate = |chance: &Chance| Candidate {
        cause: chance.cause,
        probability: chance.weight / total,
        cost_s: left.guide.cause(chance.cause).cost_s,
        certain: chance.certain,
    };
    let ruled_out = left.guide.cause_places().filter_map(|cause| {
        let by = if left.behind[usize::from(cause.0)] { Excluded::Tried } else { Excluded::Facts };
        (!chances.iter().any(|chance| chance.cause == cause)).then_some(RuledOut { cause, by })
    });
    let candidates = chances.iter().map(candidate).collect();
    Why { candidates, ruled_out: ruled_out.collect(), inquiries: Vec::new(), stays: false }
}

impl Guide {
    /// What a session remembers of a step that is being shown; `None` for an end.
    pub fn showing(&self, step: Step, facts: &Facts) -> Option<Showing> {
        let shown = match step {
            Step::Act(at) => Shown::Cause(self.cause(at).id.clone()),
            Step::Ask(at) => Shown::Question(self.fact(at).id.clone()),
            Step::Contact | Step::Solved(_) => return None,
        };
        Some(Showing { step: shown, seen: moving(self, facts) })
    }
}
