//! Budgets that are used up: what is left is for numbers that were verified before, and nobody learns of which (rule M2).

use domain::{
    digest::sha256,
    limit::{Limited, Rule, busy_until},
    refusal::Refusal,
    time::{Millis, days, hours},
    verification::Answer,
};

use crate::world::{ANNA, BEN, Said, World, word};

const REMEMBERED_MS: Millis = days(90);

/// A service that remembers, with Anna's number verified.
fn remembering() -> World {
    let mut world = World::with_policy(|policy| policy.remember_verified_ms = Some(REMEMBERED_MS));
    verify(&mut world);
    world
}

fn verify(world: &mut World) {
    let id = world.create(ANNA).send();
    world.check_right(id).expect("the right code");
}

/// Asks out of the reserve, each time from a session of its own.
fn ask(world: &mut World, number: &str) -> Said {
    let (until, context) = (world.now.plus(hours(5)), format!("{}", world.now.ms()));
    world.create(number).context(&context).reserved(until).ask()
}

fn words(world: &mut World, count: usize) -> Vec<String> {
    let next = |_| {
        world.pass(1);
        word(&ask(world, ANNA))
    };
    (0..count).map(next).collect()
}

#[test]
fn m2_the_reserve_is_for_numbers_verified_a_week_ago() {
    let mut world = remembering();
    let busy = Err(Refusal::Busy { retry_at: world.now.plus(hours(5)) });
    assert_eq!(ask(&mut world, BEN), busy, "never verified");
    assert_eq!(ask(&mut world, ANNA), busy, "verified just now");
    world.pass(days(7) - 1);
    assert_eq!(word(&ask(&mut world, ANNA)), "busy");
    world.pass(1);
    assert_eq!(word(&ask(&mut world, ANNA)), "pending");
    assert_eq!(word(&ask(&mut world, BEN)), "busy");
}

#[test]
fn m2_a_number_has_two_messages_a_day_of_the_reserve() {
    let mut world = remembering();
    world.pass(days(7));
    assert_eq!(words(&mut world, 4), ["pending", "pending", "busy", "busy"]);
    // Another message for one of them is a third.
    let id = world.sent.last().expect("one was sent").verification;
    world.pass(hours(1));
    let until = world.now.plus(1);
    assert_eq!(world.resend_reserved(id, until), Err(Refusal::Busy { retry_at: until }));
    world.pass(days(1) - hours(1));
    assert_eq!(words(&mut world, 3), ["pending", "pending", "busy"]);
}

#[test]
fn m2_what_is_remembered_ends_by_its_own_retention() {
    let mut world = remembering();
    world.pass(REMEMBERED_MS - 1);
    world.sweep();
    assert_eq!(words(&mut world, 1), ["busy"], "it is over when the next millisecond begins");
    let mut world = remembering();
    world.pass(REMEMBERED_MS - 1);
    verify(&mut world);
    world.pass(REMEMBERED_MS - 1);
    world.sweep();
    assert_eq!(word(&ask(&mut world, ANNA)), "pending", "each time it is verified counts");
    world.pass(days(31));
    world.sweep();
    assert!(world.stored.numbers.is_empty(), "nothing of it is left: {:?}", world.stored.numbers);
}

#[test]
fn m2_nothing_is_remembered_unless_the_service_wants_it() {
    let mut world = World::new();
    verify(&mut world);
    let id = world.create(BEN).send();
    assert!(world.check_wrong(id).is_err());
    world.pass(hours(1));
    world.sweep();
    assert_eq!(world.stored.numbers.len(), 1, "of a verified number nothing is left, of a failure that");
    world.pass(days(7));
    assert_eq!(word(&ask(&mut world, ANNA)), "busy");
}

#[test]
fn m2_a_suspected_range_is_open_to_numbers_verified_before() {
    let mut world = remembering();
    world.pass(days(7));
    world.sources = vec![(sha256(b"range"), vec![Rule::new(hours(1), 0).of(Limited::Range)])];
    let told = Refusal::Busy { retry_at: busy_until(world.now) };
    assert_eq!(world.create(BEN).ask(), Err(told), "in the words of a busy route (rule D5)");
    assert_eq!(word(&world.create(ANNA).ask()), "pending");
    world.sources = vec![(sha256(b"account"), vec![Rule::new(hours(1), 0).of(Limited::Account)])];
    assert_eq!(word(&world.create(ANNA).context("b").ask()), "busy", "every other limit holds");
}

/// A stranger who asks while the budget is used up: what is loaded and written for a no is the same, whatever the
/// number did before (rule D10).
#[test]
fn d10_a_no_out_of_the_reserve_looks_the_same_for_each_number() {
    let mut world = remembering();
    let locked = world.create(BEN).send();
    world.lock(locked);
    let (until, before) = (world.now.plus(hours(5)), world.stored.clone());
    for number in [ANNA, BEN, "+817099998888"] {
        let said = world.create(number).context("stranger").reserved(until).ask();
        assert_eq!(said, Err(Refusal::Busy { retry_at: until }));
        let needs = world.operations.last().expect("it asked").needs(None);
        let rows = (needs.number.is_some(), needs.phone.is_some(), needs.context.is_some(), needs.sources.len());
        assert_eq!(rows, (true, true, true, 0));
        assert_eq!(world.stored, before, "a no writes nothing");
    }
    let under_way = world.create("+817099998888").context("a").send();
    let again = world.create("+817099998888").context("a").reserved(until).ask();
    assert_eq!(again, Ok(Answer::UnderWay(under_way)), "one's own stays one's own");
}
