//! What is left to do, and what it costs in expected seconds of a person's time.

use super::{
    CauseAt, Guide, Kind,
    condition::Verdict,
    facts::{FactAt, Facts},
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
        let mut chances: Vec<Chance> = self
            .guide
            .cause_places()
            .filter(|at| !self.behind[usize::from(at.0)])
            .filter_map(|at| self.chance(at, facts))
            .collect();
        let ratio = |chance: &Chance| chance.weight * chance.works / chance.cost_s;
        chances
            .sort_by(|a, b| a.changes.cmp(&b.changes).then(ratio(b).total_cmp(&ratio(a))).then(a.cause.cmp(&b.cause)));
        chances
    }

    fn chance(&self, at: CauseAt, facts: &Facts) -> Option<Chance> {
        let cause = self.guide.cause(at);
        let share = cause.share(facts);
        let weight = cause.weight(facts) * self.order.factor(at);
        let certain = cause.is_certain(facts);
        // What is not certain costs its questions too; its remedy only where it turns out to be possible.
        let asking: f64 = if certain {
            0.0
        } else {
            let open = cause.reads().iter().filter(|fact| facts.get(**fact).is_none());
            open.filter_map(|fact| self.guide.fact(*fact).question.as_ref()).map(|question| question.cost_s).sum()
        };
        (share > 0.0).then_some(Chance {
            cause: at,
            weight,
            certain,
            changes: cause.kind == Kind::Change,
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

    /// The same if `first` is tried before the others.
    pub fn expected_after_s(&self, chances: &[Chance], first: Chance) -> f64 {
        let rest = chances.iter().filter(|chance| chance.cause != first.cause);
        let all: Vec<Chance> = std::iter::once(&first).chain(rest).copied().collect();
        self.expected_s(&all)
    }

    /// The same if a question is asked first.
    pub fn expected_asking_s(&self, facts: &Facts, fact: FactAt) -> f64 {
        let declared = self.guide.fact(fact);
        let (mut sum, mut weights) = (0.0, 0.0);
        for (value, chance) in declared.places().zip(&declared.chance) {
            let chances = self.chances(&facts.with(fact, value));
            let weight = chance * self.total(&chances);
            sum += weight * self.expected_s(&chances);
            weights += weight;
        }
        declared.question.as_ref().map_or(0.0, |question| question.cost_s) + sum / weights
    }

    /// The questions that can be asked now and whose answer would change what is left or its order.
    pub fn questions(&self, facts: &Facts) -> Vec<FactAt> {
        let askable = |at: &FactAt| {
            let question = self.guide.fact(*at).question.as_ref();
            facts.get(*at).is_none()
                && question.is_some_and(|question| question.when.verdict(facts) == Verdict::Holds)
                && self.matters(facts, *at)
        };
        self.guide.fact_places().filter(askable).collect()
    }

    /// Whether a fact's value makes a difference to what is left: to what is possible, or how likely it is.
    pub fn matters(&self, facts: &Facts, fact: FactAt) -> bool {
        let read_by = |at: &CauseAt| !self.behind[usize::from(at.0)] && self.guide.cause(*at).reads().contains(&fact);
        let differs = |at: CauseAt| {
            let cause = self.guide.cause(at);
            let mut weights = self.guide.fact(fact).places().map(|value| cause.weight(&facts.with(fact, value)));
            let first = weights.next().unwrap_or(0.0);
            weights.any(|weight| (weight - first).abs() > f64::EPSILON * first.abs())
        };
        self.guide.cause_places().filter(read_by).any(differs)
    }
}
