//! What must look equal takes the same way (rule D10): the rows that an operation loads do not depend on what they hold,
//! so that no answer comes by a shorter one.

use domain::verification::Needs;

use crate::world::{ANNA, BEN, CLARA, DORA, World, word};

/// Which rows the newest operation took.
fn taken(world: &World) -> (bool, bool, bool, bool, usize) {
    let operation = world.operations.last().expect("something happened");
    let verification = operation.verification.map(|id| world.verification(id));
    let Needs { number, corrected, phone, context, sources } = operation.needs(verification);
    (number.is_some(), corrected.is_some(), phone.is_some(), context.is_some(), sources.len())
}

#[test]
fn d10_a_check_takes_the_same_rows_whatever_it_finds() {
    let mut world = World::new();
    let (wrong, locked, gone) = (world.create(ANNA).send(), world.create(BEN).send(), world.create(CLARA).send());
    world.lock(locked);
    world.cancel(gone).expect("it was under way");
    let found: Vec<_> = [wrong, locked, gone]
        .into_iter()
        .map(|id| {
            let said = world.check_wrong(id);
            (word(&said), taken(&world))
        })
        .collect();
    let rows = (true, false, false, false, 0);
    let expected = ["incorrect-code", "too-many-checks", "canceled"].map(|said| (said.to_owned(), rows));
    assert_eq!(found, expected);
}

#[test]
fn d10_a_create_takes_the_same_rows_whatever_the_number_did() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, 20);
    let id = world.create(BEN).send();
    world.check_right(id).expect("the right code");
    let locked = world.create(CLARA).send();
    world.lock(locked);
    let found: Vec<_> = [ANNA, BEN, CLARA, DORA]
        .into_iter()
        .map(|number| {
            let said = world.create(number).context("a stranger to all").ask();
            (word(&said), taken(&world))
        })
        .collect();
    let rows = (true, false, true, true, 0);
    // The last is one number too many for the context, which says nothing about that number (rule V5).
    let expected = ["pending", "pending", "pending", "too-many-sends"].map(|said| (said.to_owned(), rows));
    assert_eq!(found, expected);
}
