//! Which no is said when several would be right: the one that the caller can do the least about comes first.

use domain::{
    digest::sha256,
    id::VerificationId,
    limit::Rule,
    refusal::Refusal,
    time::{hours, minutes, seconds},
    verification::{PROOF_LIFETIME_MS, Purpose},
};

use crate::world::{ANNA, BEN, CLARA, DORA, PROOF, World, service, word};

#[test]
fn a_full_source_is_told_before_anything_else() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.sources = vec![(sha256(b"source"), vec![Rule::new(hours(1), 0)])];
    assert_eq!(word(&world.check_right(id)), "busy");
    world.service = service("another shop");
    assert_eq!(word(&world.check_right(id)), "busy");
    assert_eq!(world.create(BEN).refused().code(), "busy");
}

/// What has ended says how, however much time has passed since.
#[test]
fn how_it_ended_comes_before_that_its_time_is_over() {
    let end = |how: fn(&mut World, VerificationId)| {
        let mut world = World::new();
        let id = world.create(ANNA).send();
        how(&mut world, id);
        world.pass(hours(2));
        word(&world.check(id, "000000"))
    };
    assert_eq!(end(|world, id| drop(world.check_right(id))), "already-used");
    assert_eq!(end(|world, id| drop(world.cancel(id))), "canceled");
    assert_eq!(end(|world, id| world.lock(id)), "too-many-checks");
    assert_eq!(end(|_, _| ()), "expired-code");
}

/// One context, two verifications of one number: one is locked, so that the other's codes wait too.
fn waiting() -> (World, VerificationId) {
    let mut world = World::new();
    let locked = world.create(ANNA).send();
    world.pass(seconds(30));
    let other = world.create(ANNA).purpose(Purpose::Payment).send();
    world.lock(locked);
    (world, other)
}

#[test]
fn a_wait_comes_before_how_the_code_is_typed() {
    let (mut world, other) = waiting();
    for typed in ["", "no digits", "000000"] {
        assert_eq!(word(&world.check(other, typed)), "too-many-checks");
    }
    assert_eq!(word(&world.check_right(other)), "too-many-checks");
    world.pass(minutes(1));
    assert_eq!(word(&world.check_right(other)), "approved");
}

#[test]
fn for_create_what_is_under_way_comes_before_every_wait() {
    let (mut world, other) = waiting();
    assert_eq!(world.create(ANNA).purpose(Purpose::Payment).send(), other);
    assert_eq!(world.create(ANNA).refused().code(), "too-many-checks", "before resend-too-early");
    world.pass(minutes(1));
    assert_eq!(word(&world.create(ANNA).purpose(Purpose::SignIn).ask()), "pending");
}

#[test]
fn for_create_the_wait_comes_before_the_phones_own_limit() {
    let mut world = World::new();
    for context in ["b", "c", "d", "e", "a"] {
        world.create(ANNA).context(context).send();
    }
    assert_eq!(world.create(ANNA).purpose(Purpose::Payment).refused().code(), "resend-too-early");
    assert_eq!(world.create(ANNA).context("f").refused().code(), "busy");
}

#[test]
fn for_resend_waits_come_before_sends_before_the_cool_down_before_the_phone() {
    let (mut world, other) = waiting();
    assert_eq!(word(&world.resend(other)), "too-many-checks", "before resend-too-early");

    let mut world = World::with_policy(|policy| policy.sends_max = 1);
    let id = world.create(ANNA).send();
    assert_eq!(word(&world.resend(id)), "too-many-sends", "before resend-too-early");

    let mut world = World::new();
    for context in ["b", "c", "d", "e"] {
        world.create(ANNA).context(context).send();
    }
    let id = world.create(ANNA).send();
    assert_eq!(word(&world.resend(id)), "resend-too-early", "before busy");
    world.pass(seconds(30));
    assert_eq!(word(&world.resend(id)), "busy");
}

#[test]
fn for_a_correction_the_fourth_number_comes_before_that_numbers_waits() {
    let mut world = World::new();
    let locked = world.create(DORA).send();
    world.lock(locked);
    let id = world.create(ANNA).known().send();
    assert_eq!(word(&world.correct(id, DORA)), "too-many-checks");
    world.correct(id, BEN).expect("the second number");
    world.correct(id, CLARA).expect("the third number");
    assert_eq!(word(&world.correct(id, DORA)), "too-many-sends");
}

#[test]
fn a_proof_used_comes_before_a_proof_too_old() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.check_right(id).expect("the right code");
    let mut slow = world.clone();
    slow.pass(PROOF_LIFETIME_MS);
    assert_eq!(slow.redeem(id, PROOF), Err(Refusal::ExpiredCode));
    world.redeem(id, PROOF).expect("in time");
    world.pass(PROOF_LIFETIME_MS);
    assert_eq!(world.redeem(id, PROOF), Err(Refusal::AlreadyUsed));
}
