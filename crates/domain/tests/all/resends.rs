//! Messages after the first: when they may go, which code they carry, and where they lead.

use domain::{
    effect::What,
    limit::NUMBERS_MAX,
    refusal::Refusal,
    time::{hours, minutes, seconds},
    verification::SUPERSEDED_MAX,
};

use crate::world::{ANNA, BEN, CLARA, DORA, World, retry_in_seconds, word};

#[test]
fn each_message_waits_twice_as_long_as_the_one_before() {
    let mut world = World::with_policy(|policy| policy.sends_max = 7);
    let id = world.create(ANNA).known().send();
    for wait in [30, 60, 120, 240, 240, 240] {
        assert_eq!(world.verification(id).resend_at.seconds_from(world.now), wait);
        let early = world.resend(id).expect_err("at once");
        assert_eq!((early.code(), retry_in_seconds(&early, &world)), ("resend-too-early", Some(wait)));
        world.pass(seconds(wait) - 1);
        assert_eq!(word(&world.resend(id)), "resend-too-early");
        world.pass(1);
        assert_eq!(word(&world.resend(id)), "pending");
    }
}

#[test]
fn a_verification_has_five_messages_and_the_promised_time_is_kept() {
    let mut world = World::new();
    let id = world.create(ANNA).known().send();
    while world.verification(id).sends() < 5 {
        world.now = world.verification(id).resend_at;
        world.resend(id).expect("the wait is over");
    }
    world.pass(minutes(5));
    let Err(Refusal::TooManySends { retry_at }) = world.resend(id) else { panic!("a sixth message") };
    world.pass(minutes(10));
    assert_eq!(world.create(ANNA).known().refused(), Refusal::TooManySends { retry_at });
    world.now = retry_at.plus(-1);
    assert_eq!(world.create(ANNA).known().refused(), Refusal::TooManySends { retry_at });
    world.now = retry_at;
    world.create(ANNA).known().send();
}

/// A page that counts down to `resend_at` never ends at a refusal.
#[test]
fn after_the_last_message_the_next_is_promised_when_the_hour_has_room() {
    let mut world = World::with_policy(|policy| policy.sends_max = 2);
    let id = world.create(ANNA).send();
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    assert_eq!(world.verification(id).resend_at, world.sent[0].created_at.plus(hours(1)));
}

#[test]
fn a_message_carries_the_deadline_of_its_code() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    let deadlines: Vec<_> = world.sent.iter().map(|message| message.deadline_at).collect();
    let generations = &world.verification(id).generations;
    assert_eq!(deadlines, [generations[0].sent_at.plus(minutes(10)), generations[1].sent_at.plus(minutes(10))]);
    assert!(!world.wants(id, world.sent[0].id), "only the newest message has a reason to go");
    assert!(world.wants(id, world.sent[1].id));
    world.now = deadlines[1];
    assert!(!world.wants(id, world.sent[1].id));
}

#[test]
fn a_superseded_code_is_free_ten_times_and_then_a_wrong_one() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let first = world.code(id);
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    for _ in 0..SUPERSEDED_MAX {
        assert_eq!(world.check(id, &first), Err(Refusal::SupersededCode { checks_left: 5 }));
    }
    assert_eq!(world.check(id, &first), Err(Refusal::IncorrectCode { checks_left: 4 }));
    assert_eq!(word(&world.check_right(id)), "approved");
}

/// Somebody who types the six digits of the first message is not told to type eight.
#[test]
fn a_superseded_code_of_another_length_is_known_too() {
    let mut world = World::new();
    let id = world.create(ANNA).known().send();
    let first = world.code(id);
    let strangers: Vec<_> = ["b", "c", "d", "e"].map(|c| world.create(ANNA).context(c).known().send()).into();
    strangers.into_iter().for_each(|stranger| world.lock(stranger));
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    assert_eq!((first.len(), world.code(id).len()), (6, 8));
    assert_eq!(word(&world.check(id, &first)), "superseded-code");
    assert_eq!(word(&world.check_right(id)), "approved");
}

#[test]
fn the_same_code_again_keeps_its_own_end() {
    let mut world = World::with_policy(|policy| policy.same_code_on_resend = true);
    let id = world.create(ANNA).send();
    let (first, end) = (world.code(id), world.verification(id).expires_at());
    world.pass(minutes(5));
    world.resend(id).expect("the wait is over");
    assert_eq!((world.code(id), world.verification(id).expires_at()), (first.clone(), end));
    assert_eq!(world.sent[1].deadline_at, end);
    // With less than half of its time left a person could not use it: a new one, good for ten minutes.
    world.pass(minutes(1));
    world.resend(id).expect("the wait is over");
    assert_ne!(world.code(id), first);
    assert_eq!(world.verification(id).expires_at(), world.now.plus(minutes(10)));
    assert_eq!(word(&world.check(id, &first)), "superseded-code");
    assert_eq!(word(&world.check_right(id)), "approved");
}

/// Six digits are not repeated where eight are due: a code of its own, good for its own ten minutes.
#[test]
fn a_code_that_became_too_short_is_not_repeated() {
    let mut world = World::with_policy(|policy| policy.same_code_on_resend = true);
    let id = world.create(ANNA).known().send();
    let strangers: Vec<_> = ["b", "c", "d", "e"].map(|c| world.create(ANNA).context(c).known().send()).into();
    strangers.into_iter().for_each(|stranger| world.lock(stranger));
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    let generations = &world.verification(id).generations;
    assert_ne!(generations[0].salt, generations[1].salt);
    assert_eq!(generations[1].expires_at, world.now.plus(minutes(10)));
    assert_eq!(world.code(id).len(), 8);
}

#[test]
fn a_correction_keeps_sends_and_failures_and_leads_to_three_numbers() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    assert_eq!(world.check_wrong(id), Err(Refusal::IncorrectCode { checks_left: 4 }));
    assert_eq!(word(&world.correct(id, BEN)), "pending");
    assert_eq!(world.check_wrong(id), Err(Refusal::IncorrectCode { checks_left: 3 }));
    assert_eq!(word(&world.correct(id, CLARA)), "pending");
    assert_eq!(world.verification(id).sends(), 3);
    assert_eq!(NUMBERS_MAX, 3);
    assert_eq!(word(&world.correct(id, DORA)), "too-many-sends");
    // Back to one of the three is no fourth number.
    world.pass(seconds(30));
    assert_eq!(word(&world.correct(id, ANNA)), "pending");
    assert_eq!(world.verification(id).number, world.recipient(ANNA).number);
    assert_eq!(word(&world.check_right(id)), "approved");
    assert_eq!(world.count(id, What::Corrected), 3);
}

#[test]
fn corrected_to_itself_is_a_resend() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    assert_eq!(word(&world.correct(id, ANNA)), "resend-too-early");
    world.pass(seconds(30));
    assert_eq!(word(&world.correct(id, ANNA)), "pending");
    assert_eq!((world.count(id, What::Corrected), world.count(id, What::Resent)), (0, 1));
}

#[test]
fn the_number_that_was_wrong_is_free_after_the_correction() {
    let mut world = World::new();
    let first = world.create(ANNA).send();
    world.correct(first, BEN).expect("another number");
    world.pass(seconds(30));
    assert_ne!(world.create(ANNA).send(), first);
    assert_eq!(world.create(BEN).send(), first, "it is under way for the corrected number");
}

#[test]
fn locks_make_their_context_wait_longer_each_time() {
    let mut world = World::with_policy(|policy| policy.sends_max = 10);
    let mut waits = Vec::new();
    for _ in 0..4 {
        let id = world.create(ANNA).known().send();
        world.lock(id);
        let refusal = world.check_right(id).expect_err("locked");
        assert_eq!(refusal.code(), "too-many-checks");
        assert_eq!(world.create(ANNA).known().refused(), refusal, "a new one waits as long");
        waits.extend(retry_in_seconds(&refusal, &world));
        world.now = refusal.retry_at().expect("a wait ends");
    }
    assert_eq!(waits, [60, 300, 1_500, 3_600]);
}
