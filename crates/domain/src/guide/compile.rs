//! From a guide's draft to a guide: names become places, and what cannot be is refused with where it stands.

use std::collections::BTreeMap;

use super::{
    CAUSES_MAX, Cause, CauseAt, Guide, Impossible,
    condition::Condition,
    draft::{self, Draft, Values},
    facts::{FACTS_MAX, Fact, FactAt, FactSet, Question, Source, VALUES_MAX, ValueSet},
    table::{Likelihood, Table},
};

/// The smallest share of a value: products of many stay numbers, and nobody forgets a value by a slip of the pen.
const CHANCE_MIN: f64 = 0.0001;

/// Numbers of a guide lie between these, so that no product of them leaves the range of a float.
const NUMBER_MIN: f64 = 1e-6;
const NUMBER_MAX: f64 = 1e9;

/// Where in a draft something stands: keys and positions, from the top.
pub type Place = Vec<String>;

/// Something that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, for whoever edits the file.
    pub reason: String,
}

type Checked<T> = Result<T, Fault>;

fn fault<T>(place: &[&str], reason: impl Into<String>) -> Checked<T> {
    Err(Fault { place: place.iter().map(|part| (*part).to_owned()).collect(), reason: reason.into() })
}

impl Guide {
    /// Compiles a draft.
    ///
    /// # Errors
    /// The first thing that cannot be: a name that nobody declared, twice the same, a number out of its range.
    pub fn compile(id: &str, version: &str, draft: &Draft) -> Result<Guide, Fault> {
        let facts = facts(draft)?;
        let names = Names { facts: &facts };
        let mut guide = Guide {
            id: id.to_owned(),
            version: version.to_owned(),
            solved: names.condition(&draft.solved, &["solved"])?,
            other: above_zero(draft.other, &["other"])?,
            contact_cost_s: above_zero(draft.contact_cost_s, &["contact_cost_s"])?,
            causes: Vec::new(),
            impossible: Vec::new(),
            facts: Vec::new(),
        };
        if draft.causes.is_empty() || draft.causes.len() > CAUSES_MAX {
            return fault(&["causes"], format!("a guide has 1 to {CAUSES_MAX} causes"));
        }
        for (place, cause) in draft.causes.iter().enumerate() {
            if guide.cause_at(&cause.id).is_some() {
                return fault(&["causes", &place.to_string()], format!("{:?} is the name of another cause", cause.id));
            }
            guide.causes.push(names.cause(cause, &place.to_string())?);
        }
        for (place, impossible) in draft.impossible.iter().enumerate() {
            let impossible = names.impossible(&guide, impossible, &place.to_string())?;
            guide.impossible.push(impossible);
        }
        guide.facts = facts;
        Ok(guide)
    }
}

fn above_zero(number: f64, place: &[&str]) -> Checked<f64> {
    if (NUMBER_MIN..=NUMBER_MAX).contains(&number) {
        return Ok(number);
    }
    fault(place, format!("must be a number above 0, from {NUMBER_MIN} to {NUMBER_MAX}"))
}

fn name(name: &str, place: &[&str]) -> Checked<()> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    if plain && (1..=48).contains(&name.len()) {
        return Ok(());
    }
    fault(place, format!("{name:?} must be 1 to 48 small letters, digits, - and _"))
}

/// Facts first, then their questions: a question may depend on any fact.
fn facts(draft: &Draft) -> Checked<Vec<Fact>> {
    if draft.facts.len() > FACTS_MAX {
        return fault(&["facts"], format!("a guide has at most {FACTS_MAX} facts"));
    }
    let mut facts: Vec<Fact> = Vec::new();
    for (place, fact) in draft.facts.iter().enumerate() {
        let place = place.to_string();
        if facts.iter().any(|other| other.id == fact.id) {
            return fault(&["facts", &place], format!("{:?} is the name of another fact", fact.id));
        }
        facts.push(declared(fact, &["facts", &place])?);
    }
    for (at, fact) in draft.facts.iter().enumerate() {
        let Some(question) = &fact.question else { continue };
        let place = at.to_string();
        if fact.source == Source::Observed {
            return fault(&["facts", &place, "question"], "what is observed is never asked");
        }
        let when = Names { facts: &facts }.condition(&question.when, &["facts", &place, "question", "when"])?;
        let cost_s = above_zero(question.cost_s, &["facts", &place, "question", "cost_s"])?;
        facts[at].question = Some(Question { cost_s, when });
    }
    Ok(facts)
}

fn declared(fact: &draft::Fact, place: &[&str]) -> Checked<Fact> {
    name(&fact.id, place)?;
    if !(2..=VALUES_MAX).contains(&fact.values.len()) {
        return fault(place, format!("a fact has 2 to {VALUES_MAX} values"));
    }
    for (at, value) in fact.values.iter().enumerate() {
        name(value, place)?;
        if fact.values[..at].contains(value) {
            return fault(place, format!("{value:?} stands twice"));
        }
    }
    let equal = vec![1.0; fact.values.len()];
    let chance = fact.chance.clone().unwrap_or(equal);
    if chance.len() != fact.values.len() || chance.iter().any(|chance| above_zero(*chance, place).is_err()) {
        return fault(place, "chance must be as many numbers above 0 as there are values");
    }
    let sum: f64 = chance.iter().sum();
    let chance: Vec<f64> = chance.into_iter().map(|chance| chance / sum).collect();
    if chance.iter().any(|chance| *chance < CHANCE_MIN) {
        return fault(place, format!("no value is rarer than {CHANCE_MIN} of all"));
    }
    Ok(Fact {
        id: fact.id.clone(),
        source: fact.source,
        values: fact.values.clone(),
        chance,
        moves: fact.moves,
        question: None,
    })
}

/// What names mean.
struct Names<'a> {
    facts: &'a [Fact],
}

impl Names<'_> {
    fn fact(&self, id: &str, place: &[&str]) -> Checked<(FactAt, &Fact)> {
        let found = self.facts.iter().enumerate().find(|(_, fact)| fact.id == id);
        let Some((at, fact)) = found else { return fault(place, format!("there is no fact {id:?}")) };
        Ok((FactAt(u8::try_from(at).unwrap_or(0)), fact))
    }

    fn values(&self, fact: &Fact, values: &Values, place: &[&str]) -> Checked<ValueSet> {
        let set = |names: &[String]| {
            names.iter().try_fold(ValueSet::default(), |set, name| match fact.value(name) {
                Some(value) => Ok(set.with(value)),
                None => fault(place, format!("{:?} has no value {name:?}", fact.id)),
            })
        };
        match values {
            Values::One(name) => set(std::slice::from_ref(name)),
            Values::Of(names) => set(names),
            Values::Not { not } => Ok(set(not)?.complement(fact)),
        }
    }

    fn condition(&self, draft: &draft::Condition, place: &[&str]) -> Checked<Condition> {
        let alternatives = match draft {
            draft::Condition::All(one) => std::slice::from_ref(one),
            draft::Condition::Any(all) => all.as_slice(),
        };
        let alternative = |all: &BTreeMap<String, Values>| {
            let one = |(id, values): (&String, &Values)| {
                let (at, fact) = self.fact(id, place)?;
                Ok((at, self.values(fact, values, place)?))
            };
            all.iter().map(one).collect::<Checked<Vec<_>>>()
        };
        Ok(Condition { any: alternatives.iter().map(alternative).collect::<Checked<_>>()? })
    }

    /// A condition, with those of the questions that it takes: what is only told has a value only where it makes sense to
    /// ask for it. Whatever is observed decides when to ask, but what was said stays true.
    fn asked(&self, condition: &Condition) -> Condition {
        let told = |at: &FactAt| self.facts[usize::from(at.0)].source == Source::Told;
        let one = |alternative: &Vec<(FactAt, ValueSet)>| {
            let mut whole = Condition { any: vec![alternative.clone()] };
            let mut asked = FactSet::default();
            while let Some(at) = whole.reads().into_iter().find(|at| told(at) && !asked.has(*at)) {
                asked = asked.with(at);
                if let Some(question) = &self.facts[usize::from(at.0)].question {
                    whole = whole.and(&question.when.without(|read| self.is_observed(read)));
                }
            }
            whole.any
        };
        Condition { any: condition.any.iter().flat_map(one).collect() }
    }

    fn is_observed(&self, at: FactAt) -> bool {
        self.facts[usize::from(at.0)].source == Source::Observed
    }

    fn likelihood(&self, draft: &draft::Cause, place: &[&str]) -> Checked<Likelihood> {
        let mut likelihood = Vec::new();
        for (id, factors) in &draft.likelihood {
            let (at, fact) = self.fact(id, place)?;
            let mut all = vec![1.0; fact.values.len()];
            for (name, factor) in factors {
                let Some(value) = fact.value(name) else {
                    return fault(place, format!("{id:?} has no value {name:?}"));
                };
                all[usize::from(value.0)] = above_zero(*factor, place)?;
            }
            likelihood.push((at, all));
        }
        Ok(likelihood)
    }

    fn cause(&self, draft: &draft::Cause, at: &str) -> Checked<Cause> {
        name(&draft.id, &["causes", at, "id"])?;
        let when = self.asked(&self.condition(&draft.when, &["causes", at, "when"])?);
        let weight = above_zero(draft.weight, &["causes", at, "weight"])?;
        let likelihood = self.likelihood(draft, &["causes", at, "likelihood"])?;
        let works = above_zero(draft.works, &["causes", at, "works"])?;
        if works > 1.0 {
            return fault(&["causes", at, "works"], "a remedy works at most every time: 1");
        }
        if let Some(link) = draft.links.iter().find(|link| !link.to.starts_with("https://")) {
            return fault(&["causes", at, "links"], format!("{:?} must be an https address", link.to));
        }
        if draft.origin.is_empty() || draft.proof.is_empty() {
            return fault(&["causes", at], "a cause says where it was read (origin) and what proves it (proof)");
        }
        let Some(table) = Table::new(self.facts, &when, weight, &likelihood) else {
            return fault(&["causes", at, "when"], "reads too many facts at once");
        };
        Ok(Cause {
            id: draft.id.clone(),
            kind: draft.kind,
            when,
            weight,
            cost_s: above_zero(draft.cost_s, &["causes", at, "cost_s"])?,
            works,
            then: draft.then,
            again: draft.again,
            proof: draft.proof.clone(),
            fixes: draft.fixes.clone(),
            restore: draft.restore,
            drawing: draft.drawing,
            links: draft.links.clone(),
            confidence: draft.confidence,
            table,
        })
    }

    fn impossible(&self, guide: &Guide, draft: &draft::Impossible, at: &str) -> Checked<Impossible> {
        let mut causes: Vec<CauseAt> = Vec::new();
        for name in &draft.causes {
            let before = causes.len();
            let named = |id: &str| name.strip_suffix('*').map_or(id == name, |start| id.starts_with(start));
            causes.extend(guide.cause_places().filter(|cause| named(&guide.cause(*cause).id)));
            if causes.len() == before {
                return fault(&["impossible", at, "causes"], format!("there is no cause {name:?}"));
            }
        }
        Ok(Impossible { causes, when: self.condition(&draft.when, &["impossible", at, "when"])? })
    }
}
