//! Many behind one address: what they share slows them, and never refuses them alone (rule M1).

use domain::{
    digest::sha256,
    id::VerificationId,
    limit::Rule,
    time::{Millis, minutes, seconds},
    verification::{Purpose, Status},
};
use rstest::rstest;

use crate::world::{ANNA, BEN, World, word};

/// Asks from an address of a shared network that 3 messages in ten minutes are usual from.
fn behind_a_carrier(world: &mut World) {
    world.sources = vec![(sha256(b"carrier"), vec![Rule::new(minutes(10), 3).slowing()])];
}

fn number(nth: usize) -> String {
    format!("+8190555500{nth:02}")
}

/// For how long the newest message waits by itself, in seconds.
fn held_s(world: &World) -> Millis {
    let message = world.sent.last().expect("one was sent");
    message.due_at.since(message.created_at) / 1_000
}

#[rstest]
// The default: a code is good for ten minutes, and another message may be asked for after thirty seconds.
#[case(minutes(10), seconds(30), [0, 0, 0, 10, 20, 30, 30, 30, 30, 30])]
#[case(minutes(10), minutes(2), [0, 0, 0, 10, 20, 30, 40, 50, 60, 60])]
// Three quarters of a short code's time are left.
#[case(minutes(1), minutes(2), [0, 0, 0, 10, 15, 15, 15, 15, 15, 15])]
fn m1_a_shared_network_is_slowed_and_never_refused_alone(
    #[case] lifetime_ms: Millis,
    #[case] again_ms: Millis,
    #[case] wanted_s: [Millis; 10],
) {
    let mut world = World::with_policy(|policy| {
        policy.code_lifetime_ms = lifetime_ms;
        policy.resend_after_ms = vec![again_ms];
    });
    behind_a_carrier(&mut world);
    let ask = |nth: usize| {
        let id = world.create(&number(nth)).context(&format!("person {nth}")).send();
        let held_until = world.verification(id).newest().held_until;
        assert_eq!(held_until, Some(world.sent[nth].due_at).filter(|_| held_s(&world) > 0), "told as it is");
        held_s(&world)
    };
    let held: Vec<Millis> = (0..10).map(ask).collect();
    assert_eq!(held, wanted_s);
}

/// A message that was held back is still wanted when its turn comes, and its code opens.
#[test]
fn m1_what_was_held_back_goes_out_and_its_code_is_good() {
    let (mut world, id) = over();
    assert_eq!(held_s(&world), 30);
    world.pass(seconds(30));
    let message = world.verification(id).newest().message;
    assert!(world.wants(id, message) && world.status(id) == Status::Pending);
    assert_eq!(word(&world.check_right(id)), "approved");
}

/// The next message to the same number is counted and held back like any other.
#[test]
fn m1_another_message_is_slowed_as_well() {
    let (mut world, id) = over();
    world.pass(seconds(30));
    world.resend(id).expect("its wait is over");
    assert_eq!(held_s(&world), 60);
    world.correct(id, BEN).expect("another number");
    assert_eq!(held_s(&world), 30, "until another may be asked for");
}

/// An account's and a number's limits refuse behind a shared address as anywhere, also while that only slows.
#[test]
fn m1_every_other_limit_refuses_behind_a_shared_network() {
    let (mut world, _) = over();
    assert_eq!(world.create(ANNA).purpose(Purpose::Payment).refused().code(), "resend-too-early");
    world.sources.push((sha256(b"account"), vec![Rule::new(minutes(10), 1)]));
    world.create(BEN).context("b").send();
    assert_eq!(world.create(BEN).context("c").refused().code(), "busy");
    world.sources.pop();
    let answers: Vec<String> = (0..6).map(|n| word(&world.create(BEN).context(&format!("d{n}")).ask())).collect();
    assert_eq!(answers, ["pending", "pending", "pending", "pending", "busy", "busy"], "half of the phone's ten");
}

/// Anna asks as the tenth behind her carrier's address.
fn over() -> (World, VerificationId) {
    let mut world = World::new();
    behind_a_carrier(&mut world);
    for nth in 0..9 {
        world.create(&number(nth)).context(&format!("person {nth}")).send();
    }
    let id = world.create(ANNA).send();
    (world, id)
}
