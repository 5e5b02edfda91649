//! Conditions on facts, judged on what is known so far.

use super::facts::{FactAt, Facts, ValueAt, ValueSet};

/// Holds where one of its alternatives holds; an alternative holds where each of its facts has one of the values named.
/// Without alternatives it never holds; an empty alternative always does.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Condition {
    /// The alternatives.
    pub any: Vec<Vec<(FactAt, ValueSet)>>,
}

/// What can be said of a condition while some facts are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds, whatever the open facts are.
    Holds,
    /// It fails, whatever the open facts are.
    Fails,
    /// The open facts decide.
    Open,
}

impl Condition {
    /// Holds always.
    pub fn always() -> Condition {
        Condition { any: vec![Vec::new()] }
    }

    /// What can be said now. `Open` may be said of a condition whose alternatives only together leave nothing open.
    pub fn verdict(&self, facts: &Facts) -> Verdict {
        let mut open = false;
        for alternative in &self.any {
            match judge(alternative, facts) {
                Verdict::Holds => return Verdict::Holds,
                Verdict::Open => open = true,
                Verdict::Fails => {}
            }
        }
        if open { Verdict::Open } else { Verdict::Fails }
    }

    /// Where both hold.
    #[must_use]
    pub fn and(&self, those: &Condition) -> Condition {
        let pairs = self.any.iter().flat_map(|a| those.any.iter().map(move |b| (a, b)));
        let both = pairs.map(|(a, b)| {
            let mut both = a.clone();
            for (fact, values) in b {
                match both.iter_mut().find(|(read, _)| read == fact) {
                    Some((_, among)) => *among = among.both(*values),
                    None => both.push((*fact, *values)),
                }
            }
            both
        });
        Condition { any: both.collect() }
    }

    /// What is left of it when nothing is asked of some facts.
    #[must_use]
    pub fn without(&self, passed_over: impl Fn(FactAt) -> bool) -> Condition {
        let rest = |alternative: &Vec<(FactAt, ValueSet)>| {
            alternative.iter().filter(|(fact, _)| !passed_over(*fact)).copied().collect()
        };
        Condition { any: self.any.iter().map(rest).collect() }
    }

    /// Whether it makes no difference between two values of a fact.
    pub fn is_alike(&self, fact: FactAt, a: ValueAt, b: ValueAt) -> bool {
        self.any.iter().flatten().all(|(read, values)| *read != fact || values.has(a) == values.has(b))
    }

    /// The facts that it reads, each once, in order.
    pub fn reads(&self) -> Vec<FactAt> {
        let mut facts: Vec<FactAt> = self.any.iter().flatten().map(|(fact, _)| *fact).collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }
}

fn judge(alternative: &[(FactAt, ValueSet)], facts: &Facts) -> Verdict {
    let mut verdict = Verdict::Holds;
    for (fact, values) in alternative {
        match facts.get(*fact) {
            Some(value) if values.has(value) => {}
            Some(_) => return Verdict::Fails,
            None => verdict = Verdict::Open,
        }
    }
    verdict
}
