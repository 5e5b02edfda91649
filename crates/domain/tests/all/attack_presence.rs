//! Attacks on whom a number belongs to and what it is used for: what a stranger can learn (rule V5).

use domain::{
    digest::{Digest, sha256},
    limit::numbers_of,
    refusal::Refusal,
    time::{Millis, days, hours, minutes, seconds},
    verification::Purpose,
};
use rstest::rstest;

use crate::world::{ANNA, BEN, CLARA, DORA, World, service};

/// Somebody asks for codes to a phone, at another service, so many minutes after the test's full hour; a stranger asks
/// for the same phone at the end. What he hears is the same, whenever that was; who has the number on file hears when
/// there is room.
#[rstest]
#[case::all_at_once(&[30, 30, 30, 30, 30], 50, 60 + 35)]
#[case::long_ago(&[0, 0, 0, 0, 0], 50, 60 + 5)]
#[case::just_now(&[45, 46, 47, 48, 49], 50, 60 + 50)]
#[case::over_the_day(&[-600, -600, -540, -480, -420, -360, -300, -240, -180, -120], 50, 16 * 60)]
fn v5_busy_tells_a_stranger_no_moment(#[case] asked: &[i64], #[case] now: i64, #[case] room: i64) {
    let mut world = World::new();
    let start = world.now.plus(hours(24));
    let at = |minute: i64| start.plus(minutes(minute));
    for (nth, minute) in asked.iter().enumerate() {
        world.now = at(*minute);
        world.service = service("a bank");
        world.create(ANNA).context(&format!("session {nth}")).send();
    }
    world.now = at(now);
    world.service = service("a shop");
    let refusal = world.create(ANNA).context("stranger").refused();
    let told: Option<Millis> = refusal.retry_at().map(|at| at.since(start));
    assert_eq!((refusal.code(), told), ("busy", Some(hours(2))), "the next full hour but one, in every case");
    // The half that is kept for the known is used up too, so that they hear of a moment.
    for nth in 0..asked.len() {
        world.create(ANNA).context(&format!("known {nth}")).known().ask().ok();
    }
    let refusal = world.create(ANNA).context("known").known().refused();
    let told = refusal.retry_at().map(|at| at.since(start));
    assert_eq!((refusal.code(), told), ("busy", Some(minutes(room))));
}

/// Somebody types numbers that are not his, one after the other, to learn from what becomes of the messages.
#[test]
fn v5_a_context_asks_for_three_numbers_a_day() {
    let mut world = World::new();
    let start = world.now;
    for number in [ANNA, BEN, CLARA] {
        world.create(number).send();
        world.pass(hours(1));
    }
    let fourth = Refusal::TooManySends { retry_at: start.plus(days(1)) };
    assert_eq!(world.create(DORA).refused(), fourth);
    // Neither what it asked for before, nor what is on file, nor another session, nor another service's is one more.
    world.create(ANNA).send();
    world.create(DORA).known().send();
    world.create(DORA).context("b").send();
    world.pass(seconds(30));
    assert_eq!(world.create(DORA).purpose(Purpose::Payment).refused(), fourth);
    world.service = service("another shop");
    world.create(DORA).send();
    world.service = service("shop");
    world.now = start.plus(days(1));
    world.create(DORA).send();
    assert_eq!(world.create("+819022222222").refused().code(), "too-many-sends", "the others' day is not over");
    assert_eq!(numbers_of(world.service, &Digest::default()), None, "of whom no context is told");
    assert_ne!(numbers_of(world.service, &sha256(b"a")), numbers_of(service("another shop"), &sha256(b"a")));
}

#[test]
fn v5_a_correction_is_one_of_the_three() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    world.correct(id, BEN).expect("the second");
    world.check_right(id).expect("the right code");
    let other = world.create(CLARA).send();
    let Err(Refusal::TooManySends { retry_at }) = world.correct(other, DORA) else { panic!("a fourth number") };
    assert_eq!(retry_at, world.now.plus(days(1)));
    assert_eq!(world.create(DORA).refused(), Refusal::TooManySends { retry_at });
    world.pass(seconds(30));
    world.correct(other, ANNA).expect("one that it asked for before");
}

/// A fourth number is not told to wait for the end of this verification, to be refused again in the next.
#[test]
fn v5_a_fourth_number_hears_when_the_context_has_room() {
    let mut world = World::new();
    let start = world.now;
    let id = world.create(ANNA).send();
    for number in [BEN, CLARA] {
        world.pass(minutes(2));
        world.correct(id, number).expect("one of three");
    }
    assert_eq!(world.correct(id, DORA).err(), Some(Refusal::TooManySends { retry_at: start.plus(days(1)) }));
}

/// What does not go tells nothing, and so is not counted.
#[test]
fn v5_a_number_that_no_code_went_to_is_none_of_the_three() {
    let mut world = World::new();
    for nth in 0..5 {
        world.create(ANNA).context(&format!("session {nth}")).send();
    }
    assert_eq!(world.create(ANNA).refused().code(), "busy");
    for number in [BEN, CLARA, DORA] {
        world.create(number).send();
    }
}
