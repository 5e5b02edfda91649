//! The checker: proves that a guide leads everybody somewhere, or says who is led nowhere.
//!
//! Two proofs, which know nothing of each other:
//!
//! - **Against any order** (`cases`, `proofs`): an adversary chooses which step comes next, what is observed meanwhile,
//!   and what the person answers. Whether a step is allowed then depends on nothing but the facts that its cause, its
//!   question's condition and the author's statements read: what is behind a person only ever takes steps away. So each
//!   property is held against every combination of just those facts, which is every combination of all facts.
//! - **In the real order** (`selection`, `walk`): the very function that pages use is walked, under the guide's own weights and under
//!   drawn ones, and each step is judged from outside: all walks of a small guide, an even selection of a large one's.

mod cases;
mod counter;
mod hours;
mod proofs;
mod selection;
mod walk;

use std::fmt;

use super::{Decision, Guide, Order, Session, facts::Facts};
use crate::contact::Contact;

pub use counter::{CounterExample, Event, Property};

/// What decides the next step: [`Guide::next`], or something that a test holds against the checker.
pub type Next = fn(&Guide, &Facts, &Session, &Order) -> Decision;

/// How much was looked at before a guide was found sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Proof {
    /// Causes.
    pub causes: usize,
    /// Questions.
    pub questions: usize,
    /// What can be known and not known, in all combinations: each is proved.
    pub combinations: u128,
    /// Those of them that had to be judged, because something makes a difference between them.
    pub judged: u64,
    /// The walks that there are in the real order: situations, persons and what befalls them.
    pub walks: u128,
    /// Those that were walked.
    pub walked: u64,
    /// The steps that were judged on them, with what could have been observed instead at each.
    pub steps: u64,
    /// The moments for which a human was looked for.
    pub hours: usize,
}

/// Proves a guide sound, with the humans whom it leads to.
///
/// # Errors
/// The first property that does not hold, as the walk of a person.
pub fn check(guide: &Guide, contacts: &[Contact]) -> Result<Proof, CounterExample> {
    check_next(guide, contacts, Guide::next)
}

/// The same with something else that decides the next step.
///
/// # Errors
/// As [`check`].
pub fn check_next(guide: &Guide, contacts: &[Contact], next: Next) -> Result<Proof, CounterExample> {
    let mut proof = Proof {
        causes: guide.causes.len(),
        questions: guide.facts.iter().filter(|fact| fact.question.is_some()).count(),
        combinations: cases::combinations(guide),
        hours: hours::check(contacts)?,
        ..Proof::default()
    };
    proofs::check(guide, next, &mut proof)?;
    selection::check(guide, next, &mut proof)?;
    Ok(proof)
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Proof { causes, questions, combinations, judged, walks, walked, steps, hours } = self;
        writeln!(f, "{causes} causes and {questions} questions lead everybody to an end.")?;
        writeln!(f, "Against any order: {combinations} combinations, of which {judged} differ and were judged.")?;
        writeln!(f, "In the real order: {walked} of {walks} walks, {steps} steps.")?;
        write!(f, "A human can be reached, or says when, at each of {hours} moments.")
    }
}
