//! Codes that are read out in a phone call: where a service wants them, after an SMS, and not at will.

use domain::{
    address::NumberType,
    channel::Channel,
    refusal::Refusal,
    time::{days, minutes, seconds},
};

use crate::world::{ANNA, BEN, World, word};

/// A fixed line.
const OFFICE: &str = "+81312345678";

fn calling() -> World {
    World::with_policy(|policy| policy.calls = true)
}

/// A service that also takes numbers that no SMS reaches.
fn calling_first() -> World {
    World::with_policy(|policy| {
        policy.calls = true;
        policy.calls_first = vec![NumberType::FixedLine];
    })
}

#[test]
fn a_fixed_line_is_called_from_the_first_message_on() {
    let mut world = calling_first();
    let id = world.create(OFFICE).known().send();
    assert_eq!(world.verification(id).newest().channel, Channel::Call);
    world.now = world.verification(id).resend_at;
    world.call(id, None).expect("one more, for whoever missed the first");
    world.now = world.verification(id).resend_at;
    assert_eq!(world.call(id, None), Err(Refusal::CallNotOffered));
    let code = world.code(id);
    assert_eq!(word(&world.check(id, &code)), "approved");
}

#[test]
fn a_number_is_corrected_to_one_that_is_called_and_back() {
    let mut world = calling_first();
    let id = world.create(ANNA).known().send();
    world.pass(seconds(30));
    assert_eq!(world.call(id, Some(BEN)), Err(Refusal::CallNotOffered), "SMS reaches that one");
    world.call(id, Some(OFFICE)).expect("no SMS reaches this one");
    assert_eq!(world.verification(id).newest().channel, Channel::Call);
    world.now = world.verification(id).resend_at;
    world.correct(id, ANNA).expect("an SMS again");
    assert_eq!(world.verification(id).newest().channel, Channel::Sms);
}

#[test]
fn a_call_carries_a_new_code_and_waits_as_every_message_does() {
    let mut world = calling();
    let id = world.create(ANNA).known().send();
    assert_eq!(word(&world.call(id, None)), "resend-too-early");
    world.pass(seconds(30));
    assert_eq!(word(&world.call(id, None)), "pending");
    let verification = world.verification(id);
    let channels: Vec<Channel> = verification.generations.iter().map(|generation| generation.channel).collect();
    assert_eq!(channels, [Channel::Sms, Channel::Call]);
    assert_ne!(verification.generations[0].salt, verification.generations[1].salt);
    world.pass(seconds(60));
    world.resend(id).expect("an SMS after the call");
    assert_eq!(world.verification(id).newest().channel, Channel::Sms);
}

#[test]
fn v4_nobody_is_called_where_the_service_does_not_want_it_or_at_another_number() {
    let mut world = World::new();
    let id = world.create(ANNA).known().send();
    world.pass(seconds(30));
    assert_eq!(world.call(id, None), Err(Refusal::CallNotOffered));
    let mut world = calling();
    let id = world.create(ANNA).known().send();
    world.pass(seconds(30));
    assert_eq!(world.call(id, Some(BEN)), Err(Refusal::CallNotOffered), "whose number that is nobody has seen");
    assert_eq!(world.call(id, Some(ANNA)), Err(Refusal::CallNotOffered));
    assert_eq!(world.verification(id).sends(), 1, "nothing was counted");
}

#[test]
fn v4_a_verification_has_two_calls() {
    let mut world = calling();
    let id = world.create(ANNA).known().send();
    for _ in 0..2 {
        world.now = world.verification(id).resend_at;
        world.call(id, None).expect("two of them");
    }
    world.now = world.verification(id).resend_at;
    assert_eq!(world.call(id, None), Err(Refusal::CallNotOffered));
    world.resend(id).expect("an SMS still goes");
}

/// Nor by a fixed line's first messages, in whichever session; whoever is not known leaves one to its owner.
#[test]
fn v4_a_fixed_line_is_called_three_times_a_day_by_whomever() {
    let mut world = calling_first();
    let began = world.now;
    for name in ["a", "b"] {
        let id = world.create(OFFICE).context(name).send();
        world.cancel(id).expect("it is under way");
        world.pass(minutes(20));
    }
    assert_eq!(world.create(OFFICE).context("c").ask(), Err(Refusal::CallNotOffered));
    let id = world.create(OFFICE).context("c").known().send();
    world.cancel(id).expect("it is under way");
    assert_eq!(world.create(OFFICE).context("d").known().ask(), Err(Refusal::CallNotOffered));
    world.now = began.plus(days(1));
    world.create(OFFICE).context("d").known().send();
}

/// Whoever begins anew each time wakes nobody up more often for it; a stranger is not told when a phone was called.
#[test]
fn v4_a_phone_is_called_three_times_a_day_by_whomever() {
    for (known, most) in [(true, 3), (false, 2)] {
        let mut world = calling();
        let mut called = 0;
        let refused = loop {
            let id = if known { world.create(ANNA).known().send() } else { world.create(ANNA).send() };
            world.pass(seconds(30));
            match world.call(id, None) {
                Ok(_) => called += 1,
                Err(refusal) => break (refusal, world.resend(id)),
            }
            world.cancel(id).expect("it is under way");
            world.pass(minutes(90));
        };
        assert_eq!((called, refused.0), (most, Refusal::CallNotOffered));
        refused.1.expect("an SMS still goes");
    }
}
