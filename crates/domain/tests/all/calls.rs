//! Codes that are read out in a phone call: where a service wants them, after an SMS, and not at will.

use domain::{
    channel::Channel,
    refusal::Refusal,
    time::{days, minutes, seconds},
};

use crate::world::{ANNA, BEN, World, word};

fn calling() -> World {
    World::with_policy(|policy| policy.calls = true)
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

/// Whoever begins anew each time wakes nobody up more often for it; a stranger is not told how often a phone was called.
#[test]
fn v4_a_phone_is_called_three_times_a_day_by_whomever() {
    for known in [true, false] {
        let mut world = calling();
        let began = world.now;
        let mut called = 0;
        let refused = loop {
            let id = if known { world.create(ANNA).known().send() } else { world.create(ANNA).send() };
            world.pass(seconds(30));
            match world.call(id, None) {
                Ok(_) => called += 1,
                Err(refusal) => break refusal,
            }
            world.cancel(id).expect("it is under way");
            world.pass(minutes(90));
        };
        assert_eq!((called, refused.code()), (3, "busy"));
        let told = refused.retry_at().expect("until when");
        let exact = began.plus(seconds(30)).plus(days(1));
        assert_eq!(told == exact, known, "{told:?} {exact:?}");
    }
}
