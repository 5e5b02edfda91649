//! What applications are told of without asking: once, of what happened, and of a message only while it is waited for.

use domain::{
    delivery::State,
    id::{EventId, VerificationId},
    time::minutes,
    webhook::{About, Kind},
};

use crate::world::{ANNA, World};

fn kinds(world: &World) -> Vec<Kind> {
    world.told.iter().map(|event| event.kind).collect()
}

fn report(world: &mut World, id: VerificationId, state: State) {
    let message = world.verification(id).newest().message;
    world.report(id, message, state, None).expect("a report is taken");
}

#[test]
fn an_approval_is_told_once_under_its_operations_id() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.check_wrong(id).unwrap_err();
    assert_eq!(kinds(&world), [], "asking and being wrong are no events");
    world.check_right(id).unwrap();
    world.again().unwrap();
    assert_eq!(kinds(&world), [Kind::Approved], "an operation that comes again tells nothing again");
    let (told, operation) = (&world.told[0], world.operations.last().unwrap());
    assert_eq!(
        (told.id, &told.about, told.service),
        (EventId(operation.id.0), &About::Verification(id), world.service)
    );
}

#[test]
fn a_lock_is_told_once() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.lock(id);
    world.check_wrong(id).unwrap_err();
    assert_eq!(kinds(&world), [Kind::Locked]);
}

#[test]
fn a_message_that_does_not_arrive_is_told_while_somebody_waits() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    report(&mut world, id, State::Submitted);
    report(&mut world, id, State::Undelivered);
    report(&mut world, id, State::Undelivered);
    report(&mut world, id, State::Delivered);
    assert_eq!(kinds(&world), [Kind::Undelivered]);
    world.check_right(id).unwrap();
    assert_eq!(kinds(&world), [Kind::Undelivered, Kind::Approved]);
}

#[test]
fn a_message_that_was_not_sent_in_time_is_undelivered() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.pass(minutes(11));
    report(&mut world, id, State::Expired);
    assert_eq!(kinds(&world), [Kind::Undelivered]);
}

#[test]
fn nobody_is_told_of_a_message_that_nobody_waits_for() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    let first = world.verification(id).newest().message;
    world.pass(minutes(1));
    world.resend(id).unwrap();
    world.report(id, first, State::Undelivered, None).unwrap();
    world.cancel(id).unwrap();
    report(&mut world, id, State::Expired);
    assert_eq!(kinds(&world), []);
}
