//! A verification's life over the API: create, resend, check, cancel, correct, redeem; and how each of them ends.

use rstest::rstest;
use serde_json::json;

use crate::world::{
    AOI, Engine,
    Engine::{Postgres, Sqlite},
    HARUTO, Verification, World, at_once, eventually, minutes, seconds,
};

#[rstest]
fn a_number_is_verified(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    assert_eq!(Verification::of(&world.post("/v1/verifications", json!({ "to": AOI })).is(200)).id, v.id);
    let sms = world.sms_to(AOI);
    world.no_sms_to(AOI);
    let proof = world.check(&v, &sms.code()).is_approved();
    assert_eq!(world.look(&v)["status"], "approved");
    world.check(&v, &sms.code()).is_refused("already-used");
    world.redeem(&v, "prf_00000000000000000000000000000000").is_refused("not-found");
    let redeemed = world.redeem(&v, &proof).is(200).json();
    assert_eq!((&redeemed["to"], &redeemed["status"]), (&json!(AOI), &json!("approved")));
    world.redeem(&v, &proof).is_refused("already-used");
    world.cancel(&v).is_refused("already-used");
    world.resend(&v).is_refused("already-used");
}

/// F2: the number serves for nothing but this, and is erased when its retention ends.
#[rstest]
fn a_number_is_erased_when_its_retention_ends(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let sms = world.sms_to(AOI);
    world.check(&v, &sms.code()).is_approved();
    world.advance(minutes(7 * 24 * 60) - seconds(60));
    assert_eq!(world.look(&v)["to"], AOI);
    world.advance(seconds(120));
    eventually("the sweep erases it", || (world.get(&v.path("")).status == 404).then_some(()));
}

/// F2, however many there are: a round takes a hundred, and the next one does not wait while there are more.
#[rstest]
fn numbers_are_erased_as_fast_as_they_came(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let begun: Vec<Verification> = (0..350).map(|n| world.create(&format!("+8190{:08}", 12_345_000 + n))).collect();
    world.advance(minutes(7 * 24 * 60) + seconds(60));
    // Oldest first: four rounds, which would take half a minute if each waited for its turn.
    let last = begun.last().expect("some began");
    eventually("the sweep erases the last", || (world.get(&last.path("")).status == 404).then_some(()));
    assert!(begun.iter().all(|v| world.get(&v.path("")).status == 404));
}

#[rstest]
fn only_the_newest_code_is_good(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let old = world.sms_to(AOI).code();
    let early = world.resend(&v);
    let seconds_left: i64 = early.header("retry-after").expect("when").parse().expect("seconds");
    assert!((1..=30).contains(&seconds_left), "{early:?}");
    assert_eq!(early.is_refused("resend-too-early")["retry_at"], world.look(&v)["resend_at"]);
    world.no_sms_to(AOI);
    world.advance(seconds(30));
    assert_eq!(world.resend(&v).is(200).json()["sends"], 2);
    let new = world.sms_to(AOI).code();
    assert_eq!(world.check(&v, &old).is_refused("superseded-code")["checks_left"], 5);
    world.check(&v, &new).is_approved();
}

#[test]
fn waits_between_messages_grow_and_there_are_five() {
    let world = World::new();
    let v = world.create(AOI);
    for wait in [30, 60, 120, 240] {
        world.advance(seconds(wait - 5));
        world.resend(&v).is_refused("resend-too-early");
        world.advance(seconds(5));
        world.resend(&v).is(200);
    }
    world.advance(minutes(8));
    world.resend(&v).is_refused("too-many-sends");
    let codes: Vec<String> = (0..5).map(|_| world.sms_to(AOI).code()).collect();
    world.no_sms_to(AOI);
    world.check(&v, &codes[4]).is_approved();
}

#[rstest]
fn a_code_expires_after_ten_minutes(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let code = world.sms_to(AOI).code();
    world.advance(minutes(10));
    world.check(&v, &code).is_refused("expired-code");
    world.resend(&v).is_refused("expired-code");
    assert_eq!(world.look(&v)["status"], "expired");
    let again = world.create(AOI);
    world.check(&again, &world.sms_to(AOI).code()).is_approved();
}

#[rstest]
fn v4_five_wrong_codes_lock_this_context_and_no_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create_with(json!({ "to": AOI, "context": "a stranger" }));
    let sms = world.sms_to(AOI);
    for left in (0..5).rev() {
        assert_eq!(world.check(&v, &sms.wrong_code()).is_refused("incorrect-code")["checks_left"], left);
    }
    world.check(&v, &sms.code()).is_refused("too-many-checks");
    assert_eq!(world.look(&v)["status"], "locked");
    world.post("/v1/verifications", json!({ "to": AOI, "context": "a stranger" })).is_refused("too-many-checks");
    let owner = world.create_with(json!({ "to": AOI, "context": "the owner" }));
    world.check(&owner, &world.sms_to(AOI).code()).is_approved();
    world.advance(minutes(1));
    let later = world.create_with(json!({ "to": AOI, "context": "a stranger" }));
    world.check(&later, &world.sms_to(AOI).code()).is_approved();
}

#[rstest]
fn cancel_and_create_send_no_second_message(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let code = world.sms_to(AOI).code();
    assert_eq!(world.cancel(&v).is(200).json()["status"], "canceled");
    assert_eq!(world.cancel(&v).is(200).json()["status"], "canceled");
    world.check(&v, &code).is_refused("canceled");
    world.resend(&v).is_refused("canceled");
    world.post("/v1/verifications", json!({ "to": AOI })).is_refused("resend-too-early");
    world.no_sms_to(AOI);
    world.advance(seconds(30));
    let again = world.create(AOI);
    world.check(&again, &code).is_refused("incorrect-code");
    world.check(&again, &world.sms_to(AOI).code()).is_approved();
}

#[rstest]
fn v2_a_corrected_number_gets_a_code_of_its_own(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let code = world.sms_to(AOI).code();
    let path = v.path("/resend");
    world.post(&path, json!({ "to": "050-1234-5678", "country": "JP" })).is_refused("number-voip");
    world.post(&path, json!({ "to": "+33612345678" })).is_refused("country-not-allowed");
    let corrected = world.post(&path, json!({ "to": HARUTO })).is(200).json();
    assert_eq!((&corrected["to"], &corrected["sends"]), (&json!(HARUTO), &json!(2)));
    world.check(&v, &code).is_refused("superseded-code");
    let right = world.sms_to(HARUTO).code();
    let proof = world.check(&v, &right).is_approved();
    assert_eq!(world.redeem(&v, &proof).is(200).json()["to"], HARUTO);
    world.no_sms_to(AOI);
}

#[test]
fn v2_the_same_code_is_sent_again_where_the_service_wants_that_but_never_to_another_number() {
    let world = World::new();
    let service = format!("/v1/services/{}", world.told("service"));
    world.call("PATCH", &service).json(&json!({ "policy": { "same_code_on_resend": true } })).send().is(200);
    let v = world.create(AOI);
    let first = world.sms_to(AOI).code();
    world.advance(seconds(30));
    world.resend(&v).is(200);
    assert_eq!(world.sms_to(AOI).code(), first);
    world.post(&v.path("/resend"), json!({ "to": HARUTO })).is(200);
    let other = world.sms_to(HARUTO).code();
    assert_ne!(other, first);
    world.check(&v, &first).is_refused("superseded-code");
    world.check(&v, &other).is_approved();
}

#[rstest]
fn v1_another_context_purpose_or_binding_is_another_verification(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let asked = [
        json!({ "to": AOI, "context": "a", "purpose": "sign_up", "binding": "x" }),
        json!({ "to": AOI, "context": "b", "purpose": "sign_up", "binding": "x" }),
        json!({ "to": AOI, "context": "a", "purpose": "sign_in", "binding": "x" }),
        json!({ "to": AOI, "context": "a", "purpose": "sign_up", "binding": "y" }),
    ];
    let begun: Vec<_> = asked
        .iter()
        .map(|body| {
            world.advance(minutes(2));
            let v = world.create_with(body.clone());
            (v, world.sms_to(AOI).code())
        })
        .collect();
    for (body, (v, _)) in asked.iter().zip(&begun) {
        let again = world.post("/v1/verifications", body.clone()).is(200);
        assert_eq!(Verification::of(&again).id, v.id);
    }
    world.no_sms_to(AOI);
    for (nth, (v, code)) in begun.iter().enumerate() {
        let (_, other) = &begun[(nth + 1) % begun.len()];
        world.check(v, other).is_refused("incorrect-code");
        world.check(v, code).is_approved();
    }
}

#[test]
fn v1_a_proof_is_good_for_ten_minutes() {
    let world = World::new();
    let v = world.create(AOI);
    let proof = world.check(&v, &world.sms_to(AOI).code()).is_approved();
    assert!(!world.look(&v).to_string().contains("prf_"), "no GET is proof");
    world.advance(minutes(10));
    world.redeem(&v, &proof).is_refused("expired-code");
}

#[rstest]
fn v4_a_phone_gets_ten_messages_an_hour_and_strangers_have_half_of_them(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let ask = |context: usize, known: bool| {
        world.post("/v1/verifications", json!({ "to": AOI, "context": format!("{context}"), "known": known }))
    };
    let strangers = (0..7).filter(|nth| ask(*nth, false).status == 201).count();
    ask(8, false).is_refused("busy");
    let known = (10..17).filter(|nth| ask(*nth, true).status == 201).count();
    ask(18, true).is_refused("busy");
    assert_eq!((strangers, known), (5, 5));
    for _ in 0..10 {
        world.sms_to(AOI);
    }
    world.no_sms_to(AOI);
    world.create(HARUTO);
    world.sms_to(HARUTO);
    world.advance(minutes(66));
    ask(20, true).is(201);
    world.sms_to(AOI);
    // Of the day's twenty strangers have ten, and as many went out.
    ask(21, false).is_refused("busy");
}

#[rstest]
fn a_service_s_daily_budget_is_never_exceeded(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let service = format!("/v1/services/{}", world.told("service"));
    world.call("PATCH", &service).json(&json!({ "policy": { "sms_per_day": 7 } })).send().is(200);
    let numbers: Vec<String> = (0..20).map(|nth| format!("+8190111111{nth:02}")).collect();
    let answers = at_once(numbers.len(), |nth| world.post("/v1/verifications", json!({ "to": numbers[nth] })));
    let begun = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(begun, 7, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.is_refused("busy");
    }
    world.advance(minutes(24 * 60));
    world.create(AOI);
    world.sms_to(AOI);
}
