//! A graph's conditions and numbers as short text, in the names of its file: whoever looks at the drawing edits that.

use domain::guide::{
    Guide,
    condition::Condition,
    facts::{Fact, ValueSet},
};

/// Between alternatives.
const OR: &str = " ∨ ";
/// Between what holds together.
const AND: &str = " · ";

/// A condition; empty where it always holds.
pub(super) fn condition(guide: &Guide, condition: &Condition) -> String {
    let alternative = |all: &Vec<_>| {
        let parts = all.iter().map(|(at, values)| one_of(guide.fact(*at), *values));
        parts.collect::<Vec<_>>().join(AND)
    };
    let alternatives: Vec<String> = condition.any.iter().map(alternative).collect();
    if alternatives.len() > 1 && alternatives.iter().all(|text| !text.is_empty()) {
        alternatives.iter().map(|text| format!("({text})")).collect::<Vec<_>>().join(OR)
    } else {
        // An alternative without facts always holds, and so the whole.
        alternatives.into_iter().min_by_key(String::len).unwrap_or_default()
    }
}

/// The values of a fact, or those that it may not have, whichever are fewer.
fn one_of(fact: &Fact, values: ValueSet) -> String {
    let names = |set: ValueSet| {
        let in_it = fact.places().filter(|value| set.has(*value));
        in_it.map(|value| fact.values[usize::from(value.0)].as_str()).collect::<Vec<_>>()
    };
    let (these, others) = (names(values), names(values.complement(fact)));
    if these.len() <= others.len() {
        format!("{} = {}", fact.id, these.join(", "))
    } else {
        format!("{} ≠ {}", fact.id, others.join(", "))
    }
}

/// A fact's values, each with its share where those differ.
pub(super) fn values(fact: &Fact) -> String {
    let equal = fact.chance.windows(2).all(|pair| (pair[0] - pair[1]).abs() < f64::EPSILON);
    let named = fact.values.iter().zip(&fact.chance);
    let told = named.map(|(name, chance)| if equal { name.clone() } else { format!("{name} {}", percent(*chance)) });
    told.collect::<Vec<_>>().join(", ")
}

/// A share, to a tenth of a percent below ten.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 9.95 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}
