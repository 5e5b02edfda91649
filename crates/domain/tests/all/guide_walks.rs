//! Walks: whoever walks a guide, in whatever order, and whatever happens meanwhile, gets on and gets somewhere.

use std::collections::BTreeMap;

use domain::guide::{Guide, Kind, Order, Step};
use proptest::prelude::*;

use crate::guide_sample::{Person, compiled, sample};

/// What one person is like, and what befalls them: everything that chance decides in a walk.
#[derive(Clone, Debug)]
struct Luck {
    order: u64,
    counts: BTreeMap<String, f64>,
    observed: Vec<usize>,
    derived: Vec<usize>,
    choices: Vec<(usize, usize, bool)>,
}

fn luck() -> impl Strategy<Value = Luck> {
    let counts = proptest::collection::btree_map("(wait|airplane|number|au-refusal)", 0.0..500.0, 0..4);
    let places = || proptest::collection::vec(0_usize..8, 6);
    let choices = proptest::collection::vec((0_usize..64, 0_usize..64, any::<bool>()), 60);
    (any::<u64>(), counts, places(), places(), choices).prop_map(|(order, counts, observed, derived, choices)| Luck {
        order,
        counts,
        observed,
        derived,
        choices,
    })
}

fn begin<'a>(guide: &'a Guide, luck: &Luck) -> Person<'a> {
    let mut person = Person::new(guide, "", "");
    person.order = Order::draw(guide, &luck.counts, luck.order);
    for ((fact, seen), guessed) in guide.facts.iter().zip(&luck.observed).zip(&luck.derived) {
        person.observed.insert(fact.id.clone(), fact.values[seen % fact.values.len()].clone());
        // One place more than there are values: not guessed.
        if let Some(value) = fact.values.get(guessed % (fact.values.len() + 1)) {
            person.derived.insert(fact.id.clone(), value.clone());
        }
    }
    person
}

/// What a person may see of a step, besides the step: whether it is one at all.
fn assert_sound(person: &mut Person<'_>, shown: &[String]) -> Step {
    let guide = person.guide;
    let facts = person.facts();
    let decision = guide.next(&facts, &person.session, &person.order);
    let again = guide.next(&facts, &person.session, &person.order);
    assert_eq!(decision.step, again.step, "the same input has the same answer");
    let step = person.step();
    assert_eq!(step, person.step(), "a reload moves nothing");
    match step {
        Step::Act(cause) => {
            let cause = guide.cause(cause);
            assert!(cause.is_certain(&facts), "{} is shown where it may be impossible", cause.id);
            if !decision.why.stays {
                assert!(!shown.contains(&cause.id), "{} is shown again", cause.id);
            }
            if cause.kind == Kind::Change && !decision.why.stays {
                for left in &decision.why.candidates {
                    let harmless = guide.cause(left.cause);
                    let found = |at| harmless.decided_by(&facts).has(at);
                    let findable = left.certain || decision.why.inquiries.iter().any(|inquiry| found(inquiry.fact));
                    assert!(harmless.kind == Kind::Change || !findable, "{} before {}", cause.id, harmless.id);
                }
            }
        }
        Step::Ask(fact) => {
            assert_eq!(facts.get(fact), None, "{} is known", guide.fact(fact).id);
            let reads = |left: &domain::guide::Candidate| guide.cause(left.cause).weighed_by(&facts).has(fact);
            assert!(decision.why.candidates.iter().any(reads), "{} cannot matter", guide.fact(fact).id);
        }
        Step::Contact => assert!(decision.why.candidates.is_empty(), "a human comes while something is left"),
        Step::Solved(_) => assert_eq!(person.observed["message"], "approved"),
    }
    step
}

proptest! {
    #[test]
    fn everybody_gets_somewhere(luck in luck()) {
        let guide = compiled(sample());
        let mut person = begin(&guide, &luck);
        let mut shown: Vec<String> = Vec::new();
        for (what, value, moves) in &luck.choices {
            if *moves {
                let fact = &guide.facts[what % 2];
                person.observe(&fact.id, &fact.values[value % fact.values.len()]);
            }
            match assert_sound(&mut person, &shown) {
                Step::Act(cause) => {
                    let cause = guide.cause(cause);
                    let sends = what % 3 == 0 && cause.then != domain::guide::Then::Nothing;
                    person.says(&format!("{}{}", cause.id, if sends { "!" } else { "" }));
                    if sends {
                        shown.retain(|id| !guide.causes.iter().any(|cause| cause.again && cause.id == *id));
                    }
                    shown.push(cause.id.clone());
                }
                Step::Ask(fact) => {
                    let fact = guide.fact(fact);
                    person.says(&format!("{}={}", fact.id, fact.values[value % fact.values.len()]));
                }
                Step::Contact | Step::Solved(_) if !*moves => return Ok(()),
                // Something may still happen: a human is shown, and the guide goes on watching.
                Step::Contact | Step::Solved(_) => {}
            }
        }
        // Everything is tried and told; the world has to hold still for once.
        prop_assert!(matches!(person.step(), Step::Contact | Step::Solved(_)), "{:?}", person.session);
    }

    #[test]
    fn a_reload_moves_no_step(luck in luck(), values in proptest::collection::vec(0_usize..8, 6)) {
        let guide = compiled(sample());
        let mut person = begin(&guide, &luck);
        let before = person.step();
        for (fact, value) in guide.facts.iter().zip(values).filter(|(fact, _)| !fact.moves) {
            person.observe(&fact.id, &fact.values[value % fact.values.len()]);
        }
        let facts = person.facts();
        let still = match before {
            Step::Act(cause) => guide.cause(cause).is_certain(&facts),
            Step::Ask(_) | Step::Contact | Step::Solved(_) => false,
        };
        if still {
            prop_assert_eq!(person.step(), before);
        }
    }
}
