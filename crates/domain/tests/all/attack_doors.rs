//! Attacks through other doors: receipts, other services, clocks, lost keys, reloads (rules D1, D5, D11).

use domain::{
    delivery::{Reason, State},
    digest::sha256,
    effect::What,
    limit::Rule,
    refusal::Refusal,
    time::{hours, minutes, seconds},
    verification::Status,
};

use crate::world::{ANNA, BEN, PROOF, World, ring, service, word};

const STATES: [State; 5] = [State::Queued, State::Submitted, State::Delivered, State::Undelivered, State::Expired];

#[test]
fn d1_receipts_never_approve_extend_or_unlock() {
    let ends: [fn(&mut World, domain::id::VerificationId); 4] =
        [|_, _| (), |world, id| world.lock(id), |world, id| drop(world.cancel(id)), |world, _| world.pass(minutes(10))];
    for end in ends {
        for state in STATES {
            let mut world = World::new();
            let id = world.create(ANNA).send();
            end(&mut world, id);
            let before = world.verification(id).clone();
            let (numbers, limits) = (world.stored.numbers.clone(), world.stored.limits.clone());
            let message = before.newest().message;
            assert_eq!(word(&world.report(id, message, state, Some(Reason::Unknown))), "noted");
            let after = world.verification(id);
            assert_eq!(after.status(world.now), before.status(world.now));
            assert_eq!((after.expires_at(), after.resend_at), (before.expires_at(), before.resend_at));
            assert_eq!((after.checks_left(), after.sends()), (before.checks_left(), before.sends()));
            assert_eq!((&world.stored.numbers, &world.stored.limits), (&numbers, &limits));
            assert_eq!(world.sent.len(), 1, "no receipt sends anything");
        }
    }
}

#[test]
fn d1_a_receipt_for_no_message_of_ours_changes_nothing() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let other = world.create(BEN).send();
    let foreign = world.verification(other).newest().message;
    let before = world.stored.clone();
    assert_eq!(word(&world.report(id, foreign, State::Delivered, None)), "noted");
    assert_eq!(world.stored, before);
}

#[test]
fn d1_final_states_stand_and_a_late_delivered_corrects() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let message = world.verification(id).newest().message;
    for (state, after) in [
        (State::Submitted, State::Submitted),
        (State::Undelivered, State::Undelivered),
        (State::Submitted, State::Undelivered),
        (State::Delivered, State::Delivered),
        (State::Undelivered, State::Delivered),
    ] {
        world.report(id, message, state, None).expect("noted");
        assert_eq!(world.verification(id).newest().progress.state, after);
    }
    assert_eq!(world.count(id, What::Reported), 3, "what tells nothing new leaves no line");
}

/// The row of a message ends even when its verification was erased meanwhile; else it would be claimed for ever.
#[test]
fn a_message_without_its_verification_is_settled() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let message = world.verification(id).newest().message;
    world.stored.verifications.clear();
    assert_eq!(word(&world.report(id, message, State::Expired, None)), "noted");
    assert_eq!(world.settled.len(), 1);
    assert!(world.stored.verifications.is_empty());
}

#[test]
fn d5_foreign_services_get_not_found() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let approved = world.create(BEN).send();
    world.check_right(approved).expect("the right code");
    let code = world.code(id);
    let (before, sent, audit) = (world.stored.clone(), world.sent.len(), world.audit.len());
    world.service = service("another shop");
    let answers = [
        world.check(id, &code),
        world.check(id, "000000"),
        world.check(id, "no digits"),
        world.resend(id),
        world.correct(id, BEN),
        world.cancel(id),
        world.cancel(approved),
        world.redeem(approved, PROOF),
    ];
    assert!(answers.iter().all(|answer| *answer == Err(Refusal::NotFound)));
    assert_eq!(world.stored, before);
    assert_eq!((world.sent.len(), world.audit.len()), (sent, audit));
}

/// The same number at two services: neither learns of the other, except that a phone is not flooded.
#[test]
fn d5_failures_and_waits_stay_with_their_service() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.lock(id);
    world.service = service("another shop");
    let other = world.create(ANNA).send();
    assert_eq!(world.verification(other).checks_left(), 5);
    let rows: Vec<_> = world.stored.numbers.keys().collect();
    assert_eq!(rows.len(), 2, "one blind index for each service");
}

#[test]
fn d5_another_services_messages_refuse_in_the_words_of_a_busy_route() {
    let mut world = World::new();
    world.service = service("another shop");
    for n in 0..5 {
        world.create(ANNA).context(&format!("there {n}")).send();
    }
    world.service = service("shop");
    assert_eq!(world.create(ANNA).refused().code(), "busy");
}

#[test]
fn d11_time_never_runs_back() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    let (changed_at, first) = (world.now, world.code_of(id, 0));
    world.pass(-hours(1));
    world.check(id, &first).expect_err("superseded");
    world.check_wrong(id).expect_err("a wrong code");
    assert_eq!(word(&world.resend(id)), "resend-too-early");
    assert_eq!(world.verification(id).changed_at, changed_at);
    assert!(world.audit.windows(2).all(|pair| pair[0].at <= pair[1].at));
    world.check_right(id).expect("the right code");
    world.pass(hours(1) + minutes(10));
    assert_eq!(world.redeem(id, PROOF), Err(Refusal::ExpiredCode), "ten minutes from the row's own time");
}

/// A node whose clock is behind opens nothing: waits, closures and cool-downs stand.
#[test]
fn d11_a_clock_behind_shortens_no_wait() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.lock(id);
    let until = world.create(ANNA).refused().retry_at().expect("a wait ends");
    world.pass(-hours(1));
    assert_eq!(world.create(ANNA).refused(), Refusal::TooManyChecks { retry_at: Some(until) });
    let sent = world.create(BEN).send();
    world.pass(-hours(1));
    assert_eq!(word(&world.resend(sent)), "resend-too-early");
    world.cancel(sent).expect("pending");
    assert_eq!(world.create(BEN).refused().code(), "resend-too-early");

    let mut world = World::new();
    world.fail_in_a_row(ANNA, 99);
    world.pass(hours(30));
    let second = world.create(ANNA).context("two").known().send();
    world.pass(minutes(9));
    let first = world.create(ANNA).context("one").known().send();
    world.check_wrong(first).expect_err("the hundredth");
    let until = world.create(ANNA).context("fresh").refused().retry_at();
    world.pass(-minutes(9));
    world.check_wrong(second).expect_err("a wrong code");
    assert_eq!(world.create(ANNA).context("fresh").refused().retry_at(), until);
}

/// A node whose clock is ahead forgets what is over by then; on the others it is not asked for again.
#[test]
fn d11_a_clock_ahead_opens_nothing_for_the_others() {
    let mut world = World::new();
    world.create(ANNA).context("he").send();
    world.pass(hours(1));
    world.create(ANNA).context("she").send();
    world.pass(seconds(1) - hours(1));
    let again = world.create(ANNA).context("he").send();
    assert!(world.verification(again).created_at.since(world.sent[0].created_at) >= hours(1));
}

#[test]
fn d11_an_unknown_key_counts_nothing() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let (code, wrong) = (world.code(id), world.wrong(id));
    let before = world.stored.clone();
    world.keys = ring(&[1, 2]);
    assert_eq!(world.code(id), code, "a new key beside the old one changes nothing");
    world.keys = ring(&[2]);
    for typed in [&code, &wrong] {
        assert_eq!(world.check(id, typed), Err(Refusal::Unavailable));
    }
    assert_eq!(world.stored, before);
    world.keys = ring(&[1]);
    assert_eq!(word(&world.check(id, &code)), "approved");
}

/// With some of the keys back, a wrong code is judged: else every guess at the newest code would be free.
#[test]
fn d11_a_lost_key_of_an_earlier_message_makes_no_guess_free() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.keys = ring(&[1, 2]);
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    let wrong = world.wrong(id);
    // The blind index is the first secret's; only the code's key is lost here.
    world.keys = ring(&[2]);
    assert_eq!(world.check(id, &wrong), Err(Refusal::IncorrectCode { checks_left: 4 }));
}

/// The same code again would be one that nobody can derive.
#[test]
fn d11_a_resend_does_not_repeat_a_code_whose_key_is_lost() {
    let mut world = World::with_policy(|policy| policy.same_code_on_resend = true);
    let id = world.create(ANNA).send();
    world.keys = ring(&[2]);
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    assert_eq!(word(&world.check_right(id)), "approved");
}

#[test]
fn none_by_reload() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    for _ in 0..100 {
        world.pass(seconds(5));
        assert_eq!(world.create(ANNA).send(), id);
    }
    assert_eq!(world.sent.len(), 1);
    let v = world.verification(id);
    assert_eq!((v.sends(), v.changed_at), (1, v.created_at));
}

#[test]
fn none_by_cancel_and_create() {
    let mut world = World::new();
    for _ in 0..10 {
        if let Ok(domain::verification::Answer::Verification(v)) = world.create(ANNA).ask() {
            world.cancel(v.id).expect("pending");
        }
        world.pass(seconds(1));
    }
    assert_eq!(world.sent.len(), 1);
    world.pass(hours(1));
    for _ in 0..3_600 {
        if let Ok(domain::verification::Answer::Verification(v)) = world.create(ANNA).known().ask() {
            world.cancel(v.id).expect("pending");
        }
        world.pass(seconds(1));
    }
    assert_eq!(world.sent.len(), 1 + 5, "waits grow over verifications too, and an hour has five");
}

#[test]
fn a_canceled_one_is_over() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let (code, message) = (world.code(id), world.verification(id).newest().message);
    world.cancel(id).expect("pending");
    assert_eq!(world.status(id), Status::Canceled);
    assert!(!world.wants(id, message), "its message has no reason to go");
    assert_eq!(word(&world.check(id, &code)), "canceled");
}

/// A source's rows are charged for whatever it asks, also for what names nothing.
#[test]
fn d9_asking_for_ids_at_random_uses_up_the_source() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.sources = vec![(sha256(b"network"), vec![Rule::new(minutes(10), 3)])];
    world.service = service("another shop");
    let answers: Vec<_> = (0..5).map(|_| word(&world.cancel(id))).collect();
    assert_eq!(answers, ["not-found", "not-found", "not-found", "busy", "busy"]);
}
