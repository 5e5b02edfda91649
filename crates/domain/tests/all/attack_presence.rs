//! Attacks on whom a number belongs to and what it is used for: what a stranger can learn (rule V5).

use domain::time::{Millis, hours, minutes};
use rstest::rstest;

use crate::world::{ANNA, World, service};

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
