//! A guide's causes in groups that fit a page: those of one carrier, those of one phone, and the others by their kind.

use std::collections::BTreeMap;

use domain::{
    guide::{
        CauseAt, Guide, Kind,
        condition::Condition,
        facts::{FactAt, Facts, ValueAt},
    },
    locale::Locale,
};

use super::{Arguments, Loaded};
use crate::text::Speak;

/// The facts by whose values causes are grouped, the closest first.
const FACTS: [&str; 2] = ["carrier", "phone"];
/// A cause that needs one of so many values belongs to the first of them.
const VALUES_MAX: usize = 3;

/// What a group's members have in common, in the order of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Causes of a kind that anybody can have.
    Kind(Kind),
    /// Causes that a fact must have this value for.
    Value(FactAt, ValueAt),
    /// What can be known, and asked.
    Facts,
}

/// Some causes of a guide, or its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common.
    pub of: Of,
    /// The causes, the first to be tried first; none in the group of facts.
    pub causes: Vec<CauseAt>,
}

/// Every cause in one group, and the facts in the last.
pub fn groups(guide: &Guide) -> Vec<Group> {
    let mut groups: BTreeMap<Of, Vec<CauseAt>> = BTreeMap::from([(Of::Facts, Vec::new())]);
    for at in guide.cause_places() {
        groups.entry(of(guide, at)).or_default().push(at);
    }
    let group = |(of, causes)| Group { of, causes: in_order(guide, causes) };
    groups.into_iter().map(group).collect()
}

/// Causes as they would be tried if nothing were known: by kind, and by what a remedy promises for its time.
pub fn in_order(guide: &Guide, mut causes: Vec<CauseAt>) -> Vec<CauseAt> {
    let ratio = |at: &CauseAt| {
        let cause = guide.cause(*at);
        cause.weight * cause.works / cause.cost_s
    };
    let kind = |at: &CauseAt| guide.cause(*at).kind;
    causes.sort_by(|a, b| kind(a).cmp(&kind(b)).then(ratio(b).total_cmp(&ratio(a))).then(a.cmp(b)));
    causes
}

fn of(guide: &Guide, at: CauseAt) -> Of {
    let cause = guide.cause(at);
    let value = |id: &&str| {
        let fact = guide.fact_at(id)?;
        Some(Of::Value(fact, first_needed(guide, &cause.when, fact)?))
    };
    FACTS.iter().find_map(value).unwrap_or(Of::Kind(cause.kind))
}

/// The first of the few values of which a condition needs one.
fn first_needed(guide: &Guide, when: &Condition, fact: FactAt) -> Option<ValueAt> {
    let declared = guide.fact(fact);
    let of_alternative = |all: &Vec<_>| all.iter().find(|(read, _)| *read == fact).map(|(_, values)| *values);
    let needed: Vec<_> = when.any.iter().map(of_alternative).collect::<Option<_>>()?;
    let values: Vec<ValueAt> = declared.places().filter(|value| needed.iter().any(|set| set.has(*value))).collect();
    if values.len() <= VALUES_MAX { values.first().copied() } else { None }
}

impl Group {
    /// Names it in addresses: `look`, `carrier-docomo`, `facts`.
    pub fn name(&self, guide: &Guide) -> String {
        match self.of {
            Of::Kind(kind) => kind_name(kind).to_owned(),
            Of::Value(fact, value) => {
                let fact = guide.fact(fact);
                format!("{}-{}", fact.id, fact.values.get(usize::from(value.0)).map_or("", String::as_str))
            }
            Of::Facts => "facts".to_owned(),
        }
    }

    /// What it is called on a page.
    pub fn label(&self, loaded: &Loaded, lang: Locale) -> String {
        match self.of {
            Of::Kind(kind) => lang.text(kind_key(kind)),
            // "I do not know" says nothing without what is not known.
            Of::Value(fact, _) => {
                let arguments = Arguments::new(&loaded.guide, &Facts::unknown(&loaded.guide.facts));
                let answer = loaded.text(lang, &format!("fact-{}", self.name(&loaded.guide)), &arguments).plain();
                format!("{answer} · {}", loaded.guide.fact(fact).id)
            }
            Of::Facts => lang.text("drawing-facts"),
        }
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Wait => "wait",
        Kind::Look => "look",
        Kind::Try => "try",
        Kind::Change => "change",
    }
}

/// The text that names a kind.
pub(super) fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Wait => "drawing-wait",
        Kind::Look => "drawing-look",
        Kind::Try => "drawing-try",
        Kind::Change => "drawing-change",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::guide::shipped;

    #[test]
    fn every_cause_is_in_one_group_that_fits_a_page() {
        for loaded in shipped() {
            let guide = &loaded.guide;
            let groups = groups(guide);
            let causes: Vec<CauseAt> = groups.iter().flat_map(|group| group.causes.clone()).collect();
            let once: BTreeSet<CauseAt> = causes.iter().copied().collect();
            assert_eq!((causes.len(), once.len()), (guide.causes.len(), guide.causes.len()));
            let names: BTreeSet<String> = groups.iter().map(|group| group.name(guide)).collect();
            assert_eq!(names.len(), groups.len(), "names are addresses");
            for group in &groups {
                assert!(group.causes.len() <= 25, "{} is as long as the guide", group.name(guide));
                for lang in Locale::ALL {
                    let label = group.label(loaded, lang);
                    assert!(!label.is_empty() && !label.starts_with(crate::text::MISSING), "{label}");
                }
            }
        }
    }

    #[test]
    fn a_cause_belongs_to_the_carrier_or_phone_that_it_needs() {
        let guide = &shipped()[0].guide;
        let name = |cause: &str| {
            let at = guide.cause_at(cause).expect("the guide has it");
            groups(guide).into_iter().find(|group| group.causes.contains(&at)).expect("one group").name(guide)
        };
        for (cause, group) in [
            ("docomo-sms-settings", "carrier-docomo"),
            ("iphone-unknown-senders", "phone-iphone"),
            ("android-line-off", "phone-android"),
            ("airplane-mode", "try"),
            ("carrier-ask", "change"),
            ("wait-queue", "wait"),
        ] {
            assert_eq!(name(cause), group, "{cause}");
        }
    }
}
