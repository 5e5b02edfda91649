//! What is left to do, and what it costs in expected seconds of a person's time.

use super::{
    CauseAt, Guide, Inquiry, Kind,
    condition::Verdict,
    facts::{FactAt, FactSet, Facts},
    learn::Order,
};

/// A cause that is possible and not behind the person.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    /// Which.
    pub cause: CauseAt,
    /// How likely it is against the others.
    pub weight: f64,
    /// Whether it can be shown: it is possible whatever the open facts are.
    pub certain: bool,
    /// Whether its remedy changes a setting: that comes after all that does not.
    pub changes: bool,
    /// The open facts that decide whether it is possible.
    pub decided_by: FactSet,
    weighed_by: FactSet,
    cost_s: f64,
    works: f64,
}

/// What is left of a guide for one person.
pub struct Left<'a> {
    /// The guide.
    pub guide: &'a Guide,
    /// What was learnt of the causes.
    pub order: &'a Order,
    /// What is behind the person, by the causes' places.
    pub behind: Vec<bool>,
}

impl Left<'_> {
    /// The causes that are left, in the order in which they are best tried.
    pub fn chances(&self, facts: &Facts) -> Vec<Chance> {
        let left = self.guide.cause_places().filter(|at| !self.behind[usize::from(at.0)]);
        in_order(left.filter_map(|at| self.chance(at, facts)).collect())
    }

    fn chance(&self, at: CauseAt, facts: &Facts) -> Option<Chance> {
        let cause = self.guide.cause(at);
        let share = cause.share(facts);
        let certain = cause.is_certain(facts);
        // What is not certain costs what decides it too; its remedy only where it turns out to be possible.
        let decided_by = cause.decided_by(facts);
        let asking: f64 = if certain {
            0.0
        } else {
            let open = cause.reads().filter(|fact| decided_by.has(*fact));
            open.filter_map(|fact| self.guide.fact(fact).question.as_ref()).map(|question| question.cost_s).sum()
        };
        (share > 0.0).then(|| Chance {
            cause: at,
            weight: cause.weight(facts) * self.order.factor(at),
            certain,
            changes: cause.kind == Kind::Change,
            decided_by,
            weighed_by: cause.weighed_by(facts),
            cost_s: cause.cost_s * share + asking,
            works: cause.works,
        })
    }

    /// All that is possible together, with what only a human can help with.
    pub fn total(&self, chances: &[Chance]) -> f64 {
        chances.iter().map(|chance| chance.weight).sum::<f64>() + self.guide.other
    }

    /// The seconds that a person still needs if `chances` are tried in this order and a human comes last.
    pub fn expected_s(&self, chances: &[Chance]) -> f64 {
        let total = self.total(chances);
        let (mut cost_s, mut remaining) = (0.0, 1.0);
        for chance in chances {
            cost_s += chance.cost_s * remaining;
            remaining -= chance.weight * chance.works / total;
        }
        cost_s + self.guide.contact_cost_s * remaining
    }

    /// The same if `first` is tried before the others. What is asked can still be asked afterwards: to count the others
    /// as if nothing were ever asked again would let any question win against any remedy.
    pub fn expected_after_s(&self, facts: &Facts, chances: &[Chance], first: Chance) -> f64 {
        let rest: Vec<Chance> = chances.iter().filter(|chance| chance.cause != first.cause).copied().collect();
        let asking = self.inquiries(facts, &rest).into_iter().map(|inquiry| inquiry.expected_s);
        let then_s = asking.fold(self.expected_s(&rest), f64::min);
        first.cost_s + then_s * (1.0 - first.weight * first.works / self.total(chances))
    }

    /// The questions that can be asked now and whose answer would change what is possible, or the order of what is.
    pub fn inquiries(&self, facts: &Facts, chances: &[Chance]) -> Vec<Inquiry> {
        let matters = chances.iter().fold(FactSet::default(), |all, chance| all.and(chance.weighed_by));
        let askable = |at: &FactAt| {
            let question = self.guide.fact(*at).question.as_ref();
            matters.has(*at) && question.is_some_and(|question| question.when.verdict(facts) == Verdict::Holds)
        };
        self.guide.fact_places().filter(askable).filter_map(|at| self.inquiry(facts, chances, at)).collect()
    }

    fn inquiry(&self, facts: &Facts, chances: &[Chance], fact: FactAt) -> Option<Inquiry> {
        let declared = self.guide.fact(fact);
        let (mut sum, mut weights) = (0.0, 0.0);
        let mut first: Option<Vec<Chance>> = None;
        let mut matters = chances.iter().any(|chance| chance.decided_by.has(fact));
        for (value, chance) in declared.places().zip(&declared.chance) {
            let answered = self.answered(facts.with(fact, value), chances, fact);
            let weight = chance * self.total(&answered);
            sum += weight * self.expected_s(&answered);
            weights += weight;
            matters |= first.as_ref().is_some_and(|first| !first.iter().map(at).eq(answered.iter().map(at)));
            first.get_or_insert(answered);
        }
        let cost_s = declared.question.as_ref().map_or(0.0, |question| question.cost_s);
        matters.then_some(Inquiry { fact, expected_s: cost_s + sum / weights })
    }

    /// What is left once a fact is known; only what depends on it is judged again.
    fn answered(&self, facts: Facts, chances: &[Chance], fact: FactAt) -> Vec<Chance> {
        let again = |chance: &Chance| {
            if chance.weighed_by.has(fact) { self.chance(chance.cause, &facts) } else { Some(*chance) }
        };
        in_order(chances.iter().filter_map(again).collect())
    }
}

fn at(chance: &Chance) -> CauseAt {
    chance.cause
}

fn in_order(mut chances: Vec<Chance>) -> Vec<Chance> {
    let ratio = |chance: &Chance| chance.weight * chance.works / chance.cost_s;
    chances.sort_by(|a, b| a.changes.cmp(&b.changes).then(ratio(b).total_cmp(&ratio(a))).then(a.cause.cmp(&b.cause)));
    chances
}
