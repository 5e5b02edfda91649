//! Replays: an operation that comes twice, since a commit's answer was lost, is answered the same and happens once.

use domain::{delivery::State, id::VerificationId, refusal::Refusal, time::seconds};

use crate::world::{ANNA, BEN, PROOF, Said, World, word};

type Happens = fn(&mut World, VerificationId) -> Said;

const EVENTS: &[(&str, Happens)] = &[
    ("a wrong code", |world, id| world.check_wrong(id)),
    ("the right code", |world, id| world.check_right(id)),
    ("an earlier code", |world, id| {
        let earlier = world.code_of(id, 0);
        world.check(id, &earlier)
    }),
    ("resend", |world, id| {
        world.pass(seconds(60));
        world.resend(id)
    }),
    ("correct", |world, id| world.correct(id, BEN)),
    ("cancel", |world, id| world.cancel(id)),
    ("a receipt", |world, id| {
        let message = world.verification(id).newest().message;
        world.report(id, message, State::Delivered, None)
    }),
    ("redeem", |world, id| {
        world.check_right(id).expect("the right code");
        world.redeem(id, PROOF)
    }),
];

fn resent() -> (World, VerificationId) {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    (world, id)
}

#[test]
fn a_replay_answers_the_same_and_changes_nothing() {
    for (name, happens) in EVENTS {
        let (mut world, id) = resent();
        let answer = happens(&mut world, id);
        let (stored, effects) = (world.stored.clone(), (world.sent.len(), world.audit.len()));
        for _ in 0..3 {
            world.pass(seconds(1));
            assert_eq!(world.again(), answer, "{name}");
        }
        assert_eq!(world.stored, stored, "{name}");
        assert_eq!((world.sent.len(), world.audit.len()), effects, "{name}");
    }
}

#[test]
fn a_create_replayed_is_the_same_verification() {
    let mut world = World::new();
    let answer = world.create(ANNA).ask();
    let stored = world.stored.clone();
    assert_eq!(world.again(), answer);
    assert_eq!((&world.stored, world.sent.len()), (&stored, 1));
}

/// A batch commits several events on one row at once; when its answer is lost, all of them come again, in order.
#[test]
fn a_whole_batch_replayed_happens_once() {
    for (name, happens) in EVENTS {
        let (mut world, id) = resent();
        let mut answers = vec![world.check_wrong(id), happens(&mut world, id), world.check_wrong(id)];
        let message = world.verification(id).newest().message;
        answers.push(world.report(id, message, State::Submitted, None));
        let batch: Vec<_> = world.operations[2..].to_vec();
        let stored = world.stored.clone();
        let effects = (world.sent.len(), world.audit.len());
        let again: Vec<_> = batch.into_iter().map(|operation| world.perform(operation)).collect();
        let same = |said: &Said| word(said) + &said.as_ref().err().map(|no| format!("{no:?}")).unwrap_or_default();
        let wrong = |said: &&Said| matches!(said, Err(Refusal::IncorrectCode { .. } | Refusal::SupersededCode { .. }));
        let (before, after): (Vec<_>, Vec<_>) =
            (answers.iter().filter(wrong).map(same).collect(), again.iter().filter(wrong).map(same).collect());
        assert_eq!(before, after, "{name}");
        assert_eq!(world.stored, stored, "{name}");
        assert_eq!((world.sent.len(), world.audit.len()), effects, "{name}");
    }
}

/// Her approval's answer is lost, a receipt comes before the replay: she is still told that it was approved.
#[test]
fn an_approval_survives_a_receipt_before_its_replay() {
    let (mut world, id) = resent();
    world.check_right(id).expect("the right code");
    let approval = world.operations.last().expect("just performed").clone();
    let message = world.verification(id).newest().message;
    world.report(id, message, State::Delivered, None).expect("noted");
    assert_eq!(word(&world.perform(approval)), "approved");
}

/// The answer to "submitted" is lost, the receipt comes before the replay: the message's row stays where it was.
#[test]
fn a_message_that_arrived_is_not_on_its_way_again() {
    let (mut world, id) = resent();
    let message = world.verification(id).newest().message;
    world.report(id, message, State::Submitted, None).expect("noted");
    let submitted = world.operations.last().expect("just performed").clone();
    world.report(id, message, State::Delivered, None).expect("noted");
    let (stored, lines) = (world.stored.clone(), world.audit.len());
    world.perform(submitted).expect("noted");
    assert_eq!((&world.stored, world.audit.len()), (&stored, lines));
    let states: Vec<State> = world.settled.iter().map(|settlement| settlement.state).collect();
    assert_eq!(states, [State::Submitted, State::Delivered, State::Delivered]);
}
