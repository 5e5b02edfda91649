//! The pure world: waiting, expiry, receipts, long messages, bounds.

use rstest::rstest;
use sim::world::{
    Busy, Change, Ending, MESSAGES_MAX, Number, PENDING_MAX, PHONES_MAX, Part, Pending, Phone, Reason, Receipts,
    Sender, State, Submission, Switch, VALID_MS, Wanted, World,
};

use crate::support::START_MS;

const NUMBER: &str = "+819012345678";

fn number() -> Number {
    NUMBER.parse().unwrap()
}

fn submission(text: &str) -> Submission {
    Submission {
        system_id: "demo".into(),
        sender: Sender { ton: 5, npi: 0, address: "TEGATA".into() },
        from: "TEGATA".into(),
        number: number(),
        text: text.into(),
        part: None,
        wanted: Wanted::Always,
        valid_until_ms: None,
    }
}

fn accept(world: &mut World, submission: Submission, now_ms: i64) -> Pending {
    let pending = world.accept(submission, now_ms).unwrap();
    world.apply(Change::Accepted(Box::new(pending.clone())));
    pending
}

/// Brings what is due and makes it so; the endings.
fn bring(world: &mut World, now_ms: i64) -> Vec<Ending> {
    let changes = world.bring(now_ms, 100);
    let endings = changes.iter().map(|change| match change {
        Change::Ended { ending, .. } => *ending,
        other => panic!("{other:?}"),
    });
    let endings = endings.collect();
    for change in changes {
        world.apply(change);
    }
    endings
}

fn turn(world: &mut World, switch: Switch, on: bool) {
    let mut phone: Phone = world.handset(number()).unwrap().phone.clone();
    phone.settings.turn(switch, on);
    world.apply(Change::Phone(Box::new(phone)));
}

fn texts(world: &World) -> Vec<&str> {
    world.handset(number()).unwrap().mailbox.messages.iter().map(|message| message.text.as_str()).collect()
}

#[test]
fn a_message_arrives_when_its_delay_is_over() {
    let mut world = World::new(1);
    let pending = accept(&mut world, submission("123456"), START_MS);
    assert!(bring(&mut world, pending.arrives_ms - 1).is_empty());
    assert_eq!(bring(&mut world, pending.arrives_ms), [Ending::Shown]);
    assert_eq!(texts(&world), ["123456"]);
    assert_eq!(world.under_way(), (0, 1), "one receipt waits");
}

#[test]
fn a_message_waits_for_its_phone_and_comes_at_once_when_that_is_back() {
    let mut world = World::new(1);
    turn(&mut world, Switch::AirplaneMode, true);
    let pending = accept(&mut world, submission("123456"), START_MS);
    assert!(bring(&mut world, pending.arrives_ms).is_empty());
    assert_eq!(world.waiting()[&number()].reason, Reason::Absent);
    assert_eq!(world.next_due_ms(), Some(START_MS + VALID_MS));
    turn(&mut world, Switch::AirplaneMode, false);
    assert_eq!(bring(&mut world, START_MS + 60_000), [Ending::Shown]);
}

#[test]
fn a_message_that_waits_too_long_expires_with_its_reason() {
    let mut world = World::new(1);
    turn(&mut world, Switch::StorageFull, true);
    let until_ms = START_MS + 600_000;
    accept(&mut world, Submission { valid_until_ms: Some(until_ms), ..submission("123456") }, START_MS);
    assert!(bring(&mut world, START_MS + 1_000).is_empty());
    assert!(bring(&mut world, until_ms - 1).is_empty());
    assert_eq!(bring(&mut world, until_ms), [Ending::Expired(Reason::MemoryFull)]);
    assert!(texts(&world).is_empty());
}

#[test]
fn a_message_that_arrived_before_a_jump_of_the_clock_has_not_expired() {
    let mut world = World::new(1);
    accept(&mut world, Submission { valid_until_ms: Some(START_MS + 1_000), ..submission("123456") }, START_MS);
    assert_eq!(bring(&mut world, START_MS + 3_600_000), [Ending::Shown]);
}

#[rstest]
#[case::normal(Receipts::Normal, None, Some((State::Delivered, 0, 0)))]
#[case::none(Receipts::None, None, None)]
#[case::late(Receipts::Late, None, Some((State::Delivered, 0, 60_000)))]
#[case::wrong(Receipts::Wrong, None, Some((State::Undeliverable, 27, 0)))]
#[case::barred(Receipts::Normal, Some(Switch::AllSmsRejection), Some((State::Rejected, 13, 0)))]
#[case::filtered(Receipts::Normal, Some(Switch::CarrierFilter), Some((State::Rejected, 21, 0)))]
#[case::hidden_is_delivered(Receipts::Normal, Some(Switch::SpamFilter), Some((State::Delivered, 0, 0)))]
#[case::wrong_barred(Receipts::Wrong, Some(Switch::AllSmsRejection), Some((State::Delivered, 0, 0)))]
fn receipts(#[case] kind: Receipts, #[case] on: Option<Switch>, #[case] expected: Option<(State, u16, i64)>) {
    let mut world = World::new(1);
    let name = world.handset(number()).unwrap().phone.carrier;
    let mut carrier = world.carriers()[&name].clone();
    carrier.receipts = kind;
    world.apply(Change::Carrier { name, carrier });
    if let Some(switch) = on {
        turn(&mut world, switch, true);
    }
    let pending = accept(&mut world, submission("123456"), START_MS);
    bring(&mut world, pending.arrives_ms);
    let receipts = world.receipts_due(i64::MAX, 10, |_| true);
    let told = receipts.first().map(|receipt| (receipt.state, receipt.error, receipt.due_ms - receipt.done_ms));
    assert_eq!(told, expected);
}

#[rstest]
#[case(Wanted::Never, false, false)]
#[case(Wanted::Always, true, true)]
#[case(Wanted::OnSuccess, true, false)]
#[case(Wanted::OnFailure, false, true)]
fn only_wanted_receipts(#[case] wanted: Wanted, #[case] on_success: bool, #[case] on_failure: bool) {
    for (fails, expected) in [(false, on_success), (true, on_failure)] {
        let mut world = World::new(1);
        turn(&mut world, Switch::AllSmsRejection, fails);
        let pending = accept(&mut world, Submission { wanted, ..submission("123456") }, START_MS);
        bring(&mut world, pending.arrives_ms);
        assert_eq!(world.under_way().1 == 1, expected, "{wanted:?}, fails: {fails}");
    }
}

#[test]
fn a_carrier_that_gives_no_reasons_only_says_undelivered() {
    let mut world = World::new(1);
    let name = world.handset(number()).unwrap().phone.carrier;
    let mut carrier = world.carriers()[&name].clone();
    carrier.reasons = false;
    world.apply(Change::Carrier { name, carrier });
    turn(&mut world, Switch::CarrierFilter, true);
    let pending = accept(&mut world, submission("123456"), START_MS);
    bring(&mut world, pending.arrives_ms);
    let receipt = world.receipts_due(i64::MAX, 1, |_| true).remove(0);
    assert_eq!((receipt.state, receipt.error), (State::Undeliverable, 0));
}

#[test]
fn parts_are_shown_once_all_are_there_in_whatever_order() {
    let mut world = World::new(1);
    for (index, text) in [(3, "c"), (1, "a"), (2, "b")] {
        assert!(texts(&world).is_empty());
        let part = Some(Part { reference: 9, total: 3, index });
        let pending = accept(&mut world, Submission { part, ..submission(text) }, START_MS);
        assert_eq!(bring(&mut world, pending.arrives_ms), [Ending::Shown]);
    }
    assert_eq!(texts(&world), ["abc"]);
}

#[test]
fn parts_of_two_messages_do_not_mix() {
    let mut world = World::new(1);
    for (reference, index, text) in [(1, 1, "a"), (2, 1, "x"), (2, 2, "y"), (1, 2, "b")] {
        let part = Some(Part { reference, total: 2, index });
        let pending = accept(&mut world, Submission { part, ..submission(text) }, START_MS);
        bring(&mut world, pending.arrives_ms);
    }
    assert_eq!(texts(&world), ["ab", "xy"]);
}

#[test]
fn a_phone_keeps_its_newest_messages() {
    let mut world = World::new(1);
    for nth in 0..MESSAGES_MAX + 5 {
        let pending = accept(&mut world, submission(&nth.to_string()), START_MS + nth as i64 * 1_000);
        bring(&mut world, pending.arrives_ms);
    }
    let texts = texts(&world);
    assert_eq!(texts.len(), MESSAGES_MAX);
    assert_eq!((texts[0], texts[MESSAGES_MAX - 1]), ("104", "5"));
}

#[test]
fn a_throttle_counts_by_the_second() {
    let mut world = World::new(1);
    let name = world.handset(number()).unwrap().phone.carrier;
    let mut carrier = world.carriers()[&name].clone();
    carrier.throttle_per_second = Some(2);
    world.apply(Change::Carrier { name, carrier });
    accept(&mut world, submission("1"), START_MS);
    accept(&mut world, submission("2"), START_MS + 500);
    assert_eq!(world.accept(submission("3"), START_MS + 999), Err(Busy::Throttled));
    accept(&mut world, submission("3"), START_MS + 1_000);
}

#[test]
fn clearing_a_phone_keeps_its_count_and_so_its_luck() {
    let mut world = World::new(1);
    let pending = accept(&mut world, submission("1"), START_MS);
    bring(&mut world, pending.arrives_ms);
    world.apply(Change::Cleared { number: number() });
    assert!(texts(&world).is_empty());
    assert_eq!(accept(&mut world, submission("2"), START_MS).nth, 1);
}

#[test]
fn a_snapshot_is_the_world() {
    let mut world = World::new(1);
    let pending = accept(&mut world, submission("1"), START_MS);
    bring(&mut world, pending.arrives_ms);
    turn(&mut world, Switch::AirplaneMode, true);
    accept(&mut world, submission("2"), START_MS);
    let stranger: Number = "+819099999999".parse().unwrap();
    accept(&mut world, Submission { number: stranger, ..submission("3") }, START_MS);

    let mut copy = World::new(1);
    for change in world.snapshot() {
        let line = serde_json::to_string(&change).unwrap();
        copy.apply(serde_json::from_str(&line).unwrap());
    }
    assert_eq!(copy.under_way(), world.under_way());
    assert_eq!(copy.handsets(100), world.handsets(100));
    assert_eq!(copy.carriers(), world.carriers());
    let (one, other) = (copy.accept(submission("4"), START_MS), world.accept(submission("4"), START_MS));
    assert_eq!(one, other);
}

#[test]
fn the_centre_takes_no_more_than_it_can_keep() {
    let mut world = World::new(1);
    for _ in 0..PENDING_MAX {
        accept(&mut world, submission("1"), START_MS);
    }
    assert_eq!(world.accept(submission("1"), START_MS), Err(Busy::Full));
}

#[test]
fn the_oldest_phone_that_nobody_described_is_forgotten() {
    let mut world = World::new(1);
    let described = world.handsets(usize::MAX).len();
    let stranger = |nth: usize| format!("+8190{:08}", 20_000_000 + nth).parse::<Number>().unwrap();
    for nth in 0..PHONES_MAX {
        let pending = accept(&mut world, Submission { number: stranger(nth), ..submission("1") }, START_MS);
        bring(&mut world, pending.arrives_ms);
    }
    assert_eq!(world.handsets(usize::MAX).len(), PHONES_MAX);
    assert!(world.handset(number()).is_some(), "the cast stays");
    assert!(world.handset(stranger(described - 1)).is_none());
    assert!(world.handset(stranger(described)).is_some());
}
