//! The checker against an oracle: tiny guides drawn at random, played out against an adversary move by move, by code that
//! shares nothing with the engine. Both must come to the same verdict.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::guide::check::{Property, check};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{guide_check::desk, guide_sample::compiled};

/// One is observed, one derived, two told; each has the values 0 and 1. What is observed can also be 2: it is over.
const FACTS: usize = 4;
const OBSERVED: usize = 0;
const TOLD: usize = 2;

/// For each fact, which of its values are wanted; all of them where nothing is said.
type When = [[bool; 2]; FACTS];
type Known = [Option<usize>; FACTS];

#[derive(Clone, Debug)]
struct Cause {
    when: When,
    kind: &'static str,
    sends: bool,
    again: bool,
    restore: bool,
    never: Option<When>,
}

#[derive(Clone, Debug)]
struct Tiny {
    /// When a fact is asked, if it is.
    questions: [Option<When>; FACTS],
    causes: Vec<Cause>,
}

fn when(most: usize) -> impl Strategy<Value = When> {
    let atom = prop_oneof![5 => Just([true, true]), 2 => Just([true, false]), 2 => Just([false, true])];
    proptest::array::uniform4(atom).prop_map(move |mut when: When| {
        when[most..].fill([true, true]);
        when
    })
}

fn cause() -> impl Strategy<Value = Cause> {
    let kind = prop_oneof![3 => Just("look"), 1 => Just("try"), 1 => Just("change")];
    let rarely = proptest::bool::weighted(0.15);
    let never = prop_oneof![6 => Just(None), 1 => when(FACTS).prop_map(Some)];
    (when(FACTS), kind, any::<bool>(), proptest::bool::weighted(0.5), rarely, never)
        .prop_map(|(when, kind, sends, again, restore, never)| Cause { when, kind, sends, again, restore, never })
}

/// A question's condition reads only facts before it, or it could never be asked.
fn tiny() -> impl Strategy<Value = Tiny> {
    let asked = |most: usize| prop_oneof![1 => Just(None), 12 => when(most).prop_map(Some)];
    let questions = (asked(0), asked(2), asked(3)).prop_map(|(d, a, b)| [None, d, a, b]);
    (questions, proptest::collection::vec(cause(), 1..4)).prop_map(|(questions, causes)| Tiny { questions, causes })
}

fn content(tiny: &Tiny) -> Value {
    let atoms = |when: &When| -> Value {
        let some = when.iter().enumerate().filter(|(_, values)| **values != [true, true]);
        let names = |values: &[bool; 2]| (0..2).filter(|at| values[*at]).map(|at| at.to_string()).collect::<Vec<_>>();
        some.map(|(fact, values)| (format!("f{fact}"), json!(names(values)))).collect()
    };
    let fact = |at: usize| {
        let source = ["observed", "derived", "told", "told"][at];
        let values = if at == OBSERVED { vec!["0", "1", "2"] } else { vec!["0", "1"] };
        let question = tiny.questions[at].as_ref().map(|when| json!({ "cost_s": 5.0, "when": atoms(when) }));
        json!({ "id": format!("f{at}"), "source": source, "values": values, "moves": at == OBSERVED, "question": question })
    };
    let cause = |(at, cause): (usize, &Cause)| {
        let mut when = atoms(&cause.when);
        // Over is over: 2 is among the values that a cause does not exclude.
        if cause.when[OBSERVED] != [true, true] {
            when["f0"] = json!((0..2).filter(|v| cause.when[OBSERVED][*v]).map(|v| v.to_string()).collect::<Vec<_>>());
        }
        json!({
            "id": format!("c{at}"), "kind": cause.kind, "when": when, "weight": 4.0, "cost_s": 60.0, "works": 0.9,
            "then": if cause.sends { "resend" } else { "nothing" }, "again": cause.again, "restore": cause.restore,
            "proof": ["word"], "confidence": "official", "origin": [{ "source": "chance", "checked": "2026-11-22" }],
        })
    };
    let never =
        tiny.causes.iter().enumerate().filter_map(|(at, cause)| {
            Some(json!({ "causes": [format!("c{at}")], "when": atoms(cause.never.as_ref()?) }))
        });
    json!({
        "other": 1.0, "contact_cost_s": 900.0, "solved": { "f0": "2" },
        "facts": (0..FACTS).map(fact).collect::<Vec<_>>(),
        "causes": tiny.causes.iter().enumerate().map(cause).collect::<Vec<_>>(),
        "impossible": never.collect::<Vec<_>>(),
    })
}

impl Tiny {
    /// Whether a question's condition is met, as far as anything but what is observed is asked.
    fn is_moot(&self, fact: usize, known: &Known) -> bool {
        let fails = |when: &When| (1..FACTS).any(|at| known[at].is_some_and(|value| !when[at][value]));
        self.questions[fact].as_ref().is_some_and(fails)
    }

    /// Whether a cause is possible when all is known: what is told counts only where its question made sense.
    fn is_possible(&self, cause: &Cause, all: &Known) -> bool {
        let wants = |at: usize| cause.when[at] != [true, true];
        let mut asked: Vec<usize> = (0..FACTS).filter(|at| wants(*at)).collect();
        while let Some(at) = asked.pop() {
            if at >= TOLD && self.is_moot(at, all) {
                return false;
            }
            let question = self.questions[at].filter(|_| at >= TOLD);
            asked.extend(question.iter().flat_map(|when| (1..at).filter(|read| when[*read] != [true, true])));
        }
        (0..FACTS).all(|at| all[at].is_some_and(|value| cause.when[at][value]))
    }

    /// Whether a cause is possible in each way in which the open facts can turn out.
    fn outcomes(&self, cause: &Cause, known: &Known) -> Vec<(Known, bool)> {
        let open: Vec<usize> = (0..FACTS).filter(|at| known[*at].is_none()).collect();
        let all = (0..1_usize << open.len()).map(|bits| {
            let mut all = *known;
            for (place, at) in open.iter().enumerate() {
                all[*at] = Some(bits >> place & 1);
            }
            all
        });
        all.map(|all| (all, self.is_possible(cause, &all))).collect()
    }

    /// Whether something can be asked that decides a cause.
    fn is_findable(&self, cause: &Cause, known: &Known) -> bool {
        let outcomes: HashMap<Known, bool> = self.outcomes(cause, known).into_iter().collect();
        (0..FACTS).any(|fact| {
            let met = |when: &When| {
                (0..FACTS).all(|at| when[at] == [true, true] || known[at].is_some_and(|value| when[at][value]))
            };
            let decides = outcomes.iter().any(|(all, possible)| {
                let mut other = *all;
                other[fact] = all[fact].map(|value| 1 - value);
                outcomes.get(&other).is_some_and(|otherwise| otherwise != possible)
            });
            known[fact].is_none() && self.questions[fact].as_ref().is_some_and(met) && decides
        })
    }
}

/// What an adversary can break, by playing every game there is.
fn broken(tiny: &Tiny) -> BTreeSet<&'static str> {
    let mut game = Game { tiny, broken: BTreeSet::new(), shown: vec![false; tiny.causes.len()], been: HashSet::new() };
    for known in every_known(tiny) {
        game.judge(&known);
        if known[OBSERVED] == Some(0) {
            game.been.clear();
            game.play(known, &mut vec![(false, false); tiny.causes.len()], &mut Vec::new());
        }
    }
    if game.shown.contains(&false) {
        game.broken.insert("CauseReachable");
    }
    game.broken
}

fn every_known(tiny: &Tiny) -> Vec<Known> {
    let all = (0..2 * 3_usize.pow(3)).map(|code| {
        let open = |place: u32| Some(code / 2 / 3_usize.pow(place) % 3).filter(|value| *value < 2);
        [Some(code % 2), open(0), open(1), open(2)]
    });
    all.filter(|known| !(TOLD..FACTS).any(|at| known[at].is_some() && tiny.is_moot(at, known))).collect()
}

struct Game<'a> {
    tiny: &'a Tiny,
    broken: BTreeSet<&'static str>,
    shown: Vec<bool>,
    been: HashSet<Vec<(bool, bool)>>,
}

impl Game<'_> {
    fn changes(cause: &Cause) -> bool {
        cause.kind == "change" || cause.restore
    }

    /// What is wrong with what is known, whatever was tried.
    fn judge(&mut self, known: &Known) {
        let judged: Vec<(bool, bool, bool)> = self.tiny.causes.iter().map(|cause| self.chance(cause, known)).collect();
        for ((cause, (possible, certain, findable)), shown) in
            self.tiny.causes.iter().zip(&judged).zip(self.shown.iter_mut())
        {
            *shown |= possible;
            let lost = *possible && !certain && !findable;
            let holds = |when: &When| {
                (0..FACTS).all(|at| when[at] == [true, true] || known[at].is_some_and(|value| when[at][value]))
            };
            if *certain && cause.never.as_ref().is_some_and(holds) {
                self.broken.insert("Possible");
            }
            if lost {
                self.broken.insert("EndsWell");
            }
            for (other, (_, other_certain, _)) in self.tiny.causes.iter().zip(&judged) {
                let first = *other_certain && Game::changes(other) && !Game::changes(cause);
                if first && (lost || *certain && other.kind != "change") {
                    self.broken.insert("HarmlessFirst");
                }
            }
        }
    }

    fn chance(&self, cause: &Cause, known: &Known) -> (bool, bool, bool) {
        let outcomes = self.tiny.outcomes(cause, known);
        let possible = outcomes.iter().any(|(_, possible)| *possible);
        let certain = outcomes.iter().all(|(_, possible)| *possible);
        (possible, certain, self.tiny.is_findable(cause, known))
    }

    /// Remedies in any order, whatever is observed: `state` says of each cause whether it is behind, and whether it was
    /// shown since the last message.
    fn play(&mut self, known: Known, state: &mut Vec<(bool, bool)>, path: &mut Vec<Vec<(bool, bool)>>) {
        if path.contains(state) {
            self.broken.insert("Ends");
            return;
        }
        if !self.been.insert(state.clone()) {
            return;
        }
        path.push(state.clone());
        for (at, cause) in self.tiny.causes.iter().enumerate() {
            let seen = (0..2).any(|value| {
                let mut known = known;
                known[OBSERVED] = Some(value);
                self.chance(cause, &known).1
            });
            if !seen || state[at].0 {
                continue;
            }
            if state[at].1 && cause.kind != "look" {
                self.broken.insert("RemedyOnce");
            }
            for done in [false, true] {
                let mut after = state.clone();
                if done && cause.sends {
                    for (other, state) in self.tiny.causes.iter().zip(&mut after) {
                        state.0 &= !other.again;
                    }
                }
                after[at] = (true, true);
                self.play(known, &mut after, path);
            }
        }
        path.pop();
    }
}

fn name(property: Property) -> String {
    format!("{property:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_checker_says_what_an_adversary_does(tiny in tiny()) {
        let broken = broken(&tiny);
        match check(&compiled(content(&tiny)), &[desk()]) {
            Ok(_) => prop_assert!(broken.is_empty(), "proved, and an adversary breaks {broken:?}"),
            // Questions come last: all else is proved then.
            Err(counter) if matches!(counter.property, Property::Matters | Property::QuestionReachable) => {
                prop_assert!(broken.is_empty(), "an adversary breaks {broken:?} before\n{counter}");
            }
            Err(counter) => {
                let property = name(counter.property);
                prop_assert!(broken.contains(property.as_str()), "only {broken:?} can be broken, not\n{counter}");
            }
        }
    }
}
