//! Attacks that guess, and attacks that lock other people out (rule V4).

use domain::{
    digest::sha256,
    limit::Rule,
    number::{CLOSED_FROM, STRICT_FROM},
    refusal::Refusal,
    time::{days, hours, minutes, seconds},
};

use crate::world::{ANNA, World, retry_in_seconds, service, word};

const STRICT: usize = STRICT_FROM as usize;
const CLOSED: usize = CLOSED_FROM as usize;

#[test]
fn v4_a_stranger_cannot_lock_anybody_out() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, CLOSED - 1);
    world.pass(days(1));
    let hers = world.create(ANNA).context("she").send();
    assert_eq!(word(&world.check_right(hers)), "approved");
}

#[test]
fn v4_a_strangers_lock_makes_only_the_stranger_wait() {
    let mut world = World::new();
    let hers = world.create(ANNA).context("she").send();
    let his = world.create(ANNA).context("he").send();
    world.lock(his);
    assert_eq!(world.create(ANNA).context("he").refused().code(), "too-many-checks");
    assert_eq!(word(&world.check_right(hers)), "approved");
}

#[test]
fn v4_from_20_failures_codes_have_8_digits_and_2_tries() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, STRICT - 1);
    world.pass(days(1));
    let before = world.create(ANNA).context("before").send();
    assert_eq!((world.code(before).len(), world.verification(before).checks_left()), (6, 5));
    world.check_wrong(before).expect_err("the twentieth");
    let after = world.create(ANNA).context("after").send();
    assert_eq!((world.code(after).len(), world.verification(after).checks_left()), (8, 2));
    world.check_wrong(after).expect_err("one");
    assert_eq!(world.check_wrong(after), Err(Refusal::IncorrectCode { checks_left: 0 }));
    assert_eq!(word(&world.check_right(after)), "too-many-checks");
}

/// A resend on an attacked number leaves one try at least, and never gives back any.
#[test]
fn v4_a_resend_gives_no_tries_back() {
    let mut world = World::new();
    let id = world.create(ANNA).context("a").known().send();
    for _ in 0..4 {
        world.check_wrong(id).expect_err("a wrong code");
    }
    let strangers: Vec<_> = ["b", "c", "d", "e"].map(|c| world.create(ANNA).context(c).known().send()).into();
    strangers.into_iter().for_each(|stranger| world.lock(stranger));
    world.pass(seconds(30));
    world.resend(id).expect("the wait is over");
    assert_eq!((world.code(id).len(), world.verification(id).checks_left()), (8, 1));
}

#[test]
fn v4_the_right_code_ends_the_strictness() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, STRICT);
    let hers = world.create(ANNA).context("she").known().send();
    world.check_right(hers).expect("eight digits");
    let next = world.create(ANNA).context("she").known().send();
    assert_eq!((world.code(next).len(), world.verification(next).checks_left()), (6, 5));
}

#[test]
fn v4_at_100_only_known_contexts_go_on_for_24_hours() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, CLOSED - 1);
    world.pass(days(2) + minutes(20));
    let strangers = world.create(ANNA).context("he").send();
    let pending = world.create(ANNA).context("another").send();
    world.check_wrong(strangers).expect_err("the hundredth");
    let refusal = world.create(ANNA).context("fresh").refused();
    let wait = Some(86_400 + 40 * 60);
    assert_eq!(
        (refusal.code(), retry_in_seconds(&refusal, &world)),
        ("too-many-checks", wait),
        "to the full hour (V5)"
    );
    assert_eq!(world.check_right(pending), Err(refusal.clone()), "codes under way are guesses too");
    let known = world.create(ANNA).context("she").known().send();
    assert_eq!((word(&world.check_wrong(known)), world.code(known).len()), ("incorrect-code".into(), 8));
    world.now = refusal.retry_at().expect("a wait ends");
    let after = world.create(ANNA).context("fresh").send();
    assert_eq!(world.code(after).len(), 8, "still attacked");
}

/// The person herself, mistyping while strangers are kept out, does not keep them out longer.
#[test]
fn v4_known_failures_do_not_prolong_the_closure() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, CLOSED);
    let end = world.create(ANNA).context("fresh").refused().retry_at();
    world.pass(hours(5));
    let known = world.create(ANNA).context("she").known().send();
    world.check_wrong(known).expect_err("a wrong code");
    assert_eq!(world.create(ANNA).context("fresh").refused().retry_at(), end);
    // One wrong code just after the closure does not begin another one.
    world.now = end.expect("a closure ends").plus(-1);
    let known = world.create(ANNA).context("she").known().send();
    world.pass(1);
    world.check_wrong(known).expect_err("a wrong code");
    world.create(ANNA).context("fresh").send();
}

#[test]
fn v4_a_known_person_opens_a_closed_number_with_the_right_code() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, CLOSED);
    world.pass(hours(1));
    assert_eq!(world.create(ANNA).context("fresh").refused().code(), "too-many-checks");
    let hers = world.create(ANNA).context("she").known().send();
    world.check_right(hers).expect("eight digits");
    // Only the strangers' messages of this hour are used up.
    assert_eq!(world.create(ANNA).context("fresh").refused().code(), "busy");
}

/// Told when a locked verification can be followed by another: not before the closure of its number ends.
#[test]
fn v4_a_lock_that_closes_the_number_says_so() {
    let mut world = World::new();
    world.fail_in_a_row(ANNA, CLOSED);
    let last = world.audit.last().expect("a wrong code").verification;
    let refusal = world.check_right(last).expect_err("locked");
    assert_eq!(retry_in_seconds(&refusal, &world), Some(86_400));
}

#[test]
fn v4_half_of_the_phones_messages_are_kept_for_the_known() {
    let mut world = World::new();
    for n in 0..5 {
        world.create(ANNA).context(&format!("stranger {n}")).send();
    }
    assert_eq!(world.create(ANNA).context("stranger 5").refused().code(), "busy");
    for n in 0..5 {
        world.create(ANNA).context(&format!("known {n}")).known().send();
    }
    assert_eq!(world.create(ANNA).context("known 5").known().refused().code(), "busy");
}

#[test]
fn v4_a_phone_gets_20_messages_a_day_over_all_services_and_strangers_10() {
    let day = |known: bool| {
        let mut world = World::new();
        for round in 0..24 * 12 {
            world.service = service(&format!("shop {}", round % 3));
            world.create(ANNA).context(&format!("context {round}")).known_if(known).ask().ok();
            world.pass(minutes(5));
        }
        world.sent.len()
    };
    assert_eq!((day(false), day(true)), (10, 20));
}

/// Many requests that are refused cost the victim nothing: her own request passes.
#[test]
fn v4_a_refused_request_uses_up_only_its_own_source() {
    let mut world = World::new();
    let his = vec![(sha256(b"his network"), vec![Rule::new(minutes(10), 2)])];
    world.sources.clone_from(&his);
    world.create(ANNA).context("he").send();
    let answers: Vec<_> = (0..20).map(|n| word(&world.create(ANNA).context(&format!("he {n}")).ask())).collect();
    assert_eq!(answers[0], "pending");
    assert!(answers[1..].iter().all(|answer| answer == "busy"));
    world.sources = vec![(sha256(b"her network"), his[0].1.clone())];
    let hers = world.create(ANNA).context("she").send();
    assert_eq!(word(&world.check_right(hers)), "approved");
    assert_eq!(world.sent.len(), 3);
}

/// The refusals of one rule do not use up another rule's allowance.
#[test]
fn v4_refused_messages_do_not_count_on_the_phone() {
    let mut world = World::new();
    let id = world.create(ANNA).send();
    for _ in 0..50 {
        world.resend(id).expect_err("at once");
        world.create(ANNA).purpose(domain::verification::Purpose::Payment).refused();
    }
    for n in 0..4 {
        world.create(ANNA).context(&format!("other {n}")).send();
    }
}

/// With waits, limits and longer codes, what a patient guesser can try in a month on one number.
#[test]
fn v4_a_month_of_guessing_has_little_chance() {
    let mut world = World::new();
    let end = world.now.plus(days(30));
    let mut chance = 0.0;
    while world.now < end {
        let context = format!("guesser {}", world.now.ms());
        match world.create(ANNA).context(&context).ask() {
            Ok(_) => {
                let id = world.sent.last().expect("just sent").verification;
                let tries = f64::from(world.verification(id).checks_left());
                let digits = i32::try_from(world.code(id).len()).expect("few digits");
                chance += tries / 10f64.powi(digits);
                world.lock(id);
            }
            Err(refusal) => world.now = refusal.retry_at().expect("every no to a create ends"),
        }
    }
    assert!(chance < 1.0 / 10_000.0, "{chance}");
}

/// Nobody grows a row: not by asking for ever from new contexts, not by all that can happen to one verification.
#[test]
fn v4_rows_stay_small_whatever_strangers_do() {
    let mut world = World::new();
    let (end, key) = (world.now.plus(days(60)), world.recipient(ANNA).number);
    let mut largest = 0;
    while world.now < end {
        let context = format!("stranger {}", world.now.ms());
        let number = world.stored.numbers.get(&key).map(|number| serde_json::to_string(number).expect("it is written"));
        largest = largest.max(number.map_or(0, |text| text.len()));
        if let Err(refusal) = world.create(ANNA).context(&context).ask() {
            world.now = refusal.retry_at().expect("every no to a create ends");
        }
        world.pass(1);
    }
    assert!(world.sent.len() > 500, "{} messages in 60 days", world.sent.len());
    assert!((1..8 * 1024).contains(&largest), "{largest} bytes");
}

#[test]
fn a_row_remembers_its_newest_operations_only() {
    let mut world = World::with_policy(|policy| policy.checks_max = 10);
    let id = world.create(ANNA).known().send();
    let first = world.code(id);
    for _ in 0..4 {
        world.now = world.verification(id).resend_at;
        world.resend(id).expect("the wait is over");
    }
    for _ in 0..20 {
        world.check(id, &first).expect_err("superseded, then wrong");
    }
    assert_eq!(world.audit.len(), 5 + 20);
    let row = serde_json::to_string(world.verification(id)).expect("a row is written");
    assert_eq!(row.matches("opn_").count(), 24);
}
