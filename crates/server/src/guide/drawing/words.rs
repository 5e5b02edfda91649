//! A graph's conditions and numbers as short text, in the names of its file: whoever looks at the drawing edits that.

use domain::guide::{
    Guide,
    condition::Condition,
    facts::{Fact, FactAt, ValueSet},
};

/// Between alternatives.
const OR: &str = " ∨ ";
/// Between what holds together.
const AND: &str = " · ";
/// A condition without alternatives.
const NEVER: &str = "∅";

/// A condition, what all its alternatives share first; empty where it always holds.
pub(super) fn condition(guide: &Guide, condition: &Condition) -> String {
    let Some((first, others)) = condition.any.split_first() else { return NEVER.to_owned() };
    let shared: Vec<_> = first.iter().filter(|part| others.iter().all(|other| other.contains(part))).collect();
    let text = |all: Vec<&(FactAt, ValueSet)>| {
        let parts = all.into_iter().map(|(at, values)| one_of(guide.fact(*at), *values));
        parts.collect::<Vec<_>>().join(AND)
    };
    let own = |all: &Vec<(FactAt, ValueSet)>| text(all.iter().filter(|part| !shared.contains(part)).collect());
    let alternatives: Vec<String> = condition.any.iter().map(own).collect();
    let shared = text(shared.clone());
    // One alternative, or one that asks for no more than all do.
    if alternatives.iter().any(String::is_empty) {
        return shared;
    }
    let either = alternatives.iter().map(|text| format!("({text})")).collect::<Vec<_>>().join(OR);
    if shared.is_empty() { either } else { format!("{shared}{AND}({either})") }
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

#[cfg(test)]
mod tests {
    use domain::guide::Draft;
    use rstest::rstest;

    use super::*;

    /// A guide with one cause under a condition on a (x, y, z) and b (x, y).
    fn guide(when: &str) -> Guide {
        let fact = |id: &str, values: &str| format!("[[facts]]\nid = \"{id}\"\nsource = \"told\"\nvalues = {values}\n");
        let (a, b) = (fact("a", r#"["x", "y", "z"]"#), fact("b", r#"["x", "y"]"#));
        let cause = "id = \"c\"\nkind = \"look\"\nweight = 1\ncost_s = 1\nworks = 1\nproof = [\"word\"]";
        let origin = "confidence = \"official\"\norigin = [{ source = \"s\", checked = \"2026-11-22\" }]";
        let file = format!(
            "other = 1\ncontact_cost_s = 1\n[solved]\na = \"x\"\n{a}{b}[[causes]]\n{cause}\nwhen = {when}\n{origin}"
        );
        let draft: Draft = toml::from_str(&file).expect("a guide");
        Guide::compile("g", "v", &draft).expect("a sound guide")
    }

    #[rstest]
    #[case("{}", "")]
    #[case("[]", "∅")]
    #[case(r#"{ a = ["x", "y"], b = "x" }"#, "a ≠ z · b = x")]
    #[case(r#"[{ a = "x" }, { b = "y" }]"#, "(a = x) ∨ (b = y)")]
    #[case(r#"[{ a = "x", b = "x" }, { a = "y", b = "x" }]"#, "b = x · ((a = x) ∨ (a = y))")]
    #[case(r#"[{ a = "x", b = "x" }, { a = "x" }]"#, "a = x")]
    #[case(r#"[{ a = "x" }, {}]"#, "")]
    fn conditions_in_short(#[case] when: &str, #[case] text: &str) {
        let guide = guide(when);
        assert_eq!(condition(&guide, &guide.causes[0].when), text);
    }
}
