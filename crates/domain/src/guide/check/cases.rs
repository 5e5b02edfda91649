//! Combinations of some facts: each value, and open where a fact can be open.

use super::super::{
    CauseAt, Guide,
    condition::{Condition, Verdict},
    facts::{FactAt, FactSet, Facts, Source, ValueAt, ValueSet},
};

/// Some facts, with the values between which something makes a difference.
pub struct Cases<'a> {
    guide: &'a Guide,
    digits: Vec<(FactAt, Vec<Option<ValueAt>>)>,
}

impl<'a> Cases<'a> {
    /// All that decides `conditions`, and whether the facts on which they depend can be asked. Values that no condition
    /// tells apart are one case.
    pub fn deciding(guide: &'a Guide, conditions: &[&Condition]) -> Cases<'a> {
        let reads = conditions.iter().flat_map(|condition| condition.reads());
        let facts = with_questions(guide, reads.collect());
        let questions = facts.iter().filter_map(|at| guide.fact(*at).question.as_ref()).map(|question| &question.when);
        let all: Vec<&Condition> = conditions.iter().copied().chain(questions).collect();
        let digit = |at: &FactAt| {
            let alike = |a: ValueAt, b: ValueAt| all.iter().all(|condition| condition.is_alike(*at, a, b));
            (*at, values(guide, *at, alike))
        };
        Cases { guide, digits: facts.iter().map(digit).collect() }
    }

    /// All on which a cause's likelihood depends, and `conditions` besides; every value for itself.
    pub fn weighing(guide: &'a Guide, cause: CauseAt, conditions: &[&Condition]) -> Cases<'a> {
        let reads = conditions.iter().flat_map(|condition| condition.reads());
        let facts = with_questions(guide, reads.chain(guide.cause(cause).reads()).collect());
        Cases { guide, digits: facts.iter().map(|at| (*at, values(guide, *at, |_, _| false))).collect() }
    }

    /// The first combination that can be and for which `test` holds; `judged` counts those that were looked at.
    pub fn find(&self, judged: &mut u64, test: impl Fn(&Facts) -> bool) -> Option<Facts> {
        let mut facts = Facts::unknown(&self.guide.facts);
        let mut places = vec![0; self.digits.len()];
        for (fact, values) in &self.digits {
            facts.set(*fact, values[0]);
        }
        loop {
            *judged += 1;
            if can_be(self.guide, &facts) && !is_over(self.guide, &facts) && test(&facts) {
                return Some(facts);
            }
            let mut digits = self.digits.iter().zip(&mut places);
            loop {
                let ((fact, values), place) = digits.next()?;
                *place = (*place + 1) % values.len();
                facts.set(*fact, values[*place]);
                if *place > 0 {
                    break;
                }
            }
        }
    }
}

/// What can be known and not known of all facts together.
pub fn combinations(guide: &Guide) -> u128 {
    let size = |at: FactAt| values(guide, at, |_, _| false).len() as u128;
    guide.fact_places().filter(|at| is_read(guide, *at)).map(size).product()
}

/// Whether anything depends on a fact.
pub fn is_read(guide: &Guide, fact: FactAt) -> bool {
    let in_condition = conditions(guide).any(|condition| condition.reads().contains(&fact));
    in_condition || guide.causes.iter().any(|cause| cause.reads().any(|read| read == fact))
}

/// The conditions of a guide that no cause's table holds.
pub fn conditions(guide: &Guide) -> impl Iterator<Item = &Condition> {
    let questions = guide.facts.iter().filter_map(|fact| fact.question.as_ref()).map(|question| &question.when);
    questions.chain(guide.impossible.iter().map(|impossible| &impossible.when)).chain([&guide.solved])
}

/// One of each kind of value, and open where a fact can be open: what is observed never is.
fn values(guide: &Guide, at: FactAt, alike: impl Fn(ValueAt, ValueAt) -> bool) -> Vec<Option<ValueAt>> {
    let mut values: Vec<ValueAt> = Vec::new();
    for value in guide.fact(at).places() {
        if !values.iter().any(|other| alike(*other, value)) {
            values.push(value);
        }
    }
    let open = match guide.fact(at).source {
        Source::Observed => None,
        Source::Told | Source::Derived => Some(None),
    };
    values.into_iter().map(Some).chain(open).collect()
}

/// These facts, and those on which it depends whether they can be asked.
fn with_questions(guide: &Guide, reads: Vec<FactAt>) -> Vec<FactAt> {
    let mut all = FactSet::default();
    let mut facts: Vec<FactAt> = Vec::new();
    let mut more = reads;
    while let Some(fact) = more.pop() {
        if !all.has(fact) {
            all = all.with(fact);
            facts.push(fact);
            more.extend(guide.fact(fact).question.iter().flat_map(|question| question.when.reads()));
        }
    }
    facts
}

/// Whether this can be known together: nothing is told whose question is moot by what else is told.
fn can_be(guide: &Guide, facts: &Facts) -> bool {
    guide.fact_places().all(|at| {
        let fact = guide.fact(at);
        let moot = |condition: &Condition| {
            let fails = |(read, values): &(FactAt, ValueSet)| {
                guide.fact(*read).source != Source::Observed && facts.get(*read).is_some_and(|value| !values.has(value))
            };
            condition.any.iter().all(|alternative| alternative.iter().any(fails))
        };
        fact.source != Source::Told
            || facts.get(at).is_none()
            || !fact.question.as_ref().is_some_and(|question| moot(&question.when))
    })
}

/// Whether the guide is over, so that nothing is shown any more.
fn is_over(guide: &Guide, facts: &Facts) -> bool {
    guide.solved.verdict(facts) == Verdict::Holds
}

/// Whether a fact can be asked.
pub fn can_ask(guide: &Guide, facts: &Facts, fact: FactAt) -> bool {
    let question = guide.fact(fact).question.as_ref();
    facts.get(fact).is_none() && question.is_some_and(|question| question.when.verdict(facts) == Verdict::Holds)
}

/// Whether a question that can be asked helps to decide whether a cause is possible.
pub fn can_find(guide: &Guide, facts: &Facts, cause: CauseAt) -> bool {
    let decides = guide.cause(cause).decided_by(facts);
    guide.fact_places().any(|fact| decides.has(fact) && can_ask(guide, facts, fact))
}
