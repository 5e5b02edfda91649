//! Fifty requests at once, on each engine: what may happen once happens once.

use std::time::Duration;

use domain::time::{Time, days};
use rstest::rstest;
use serde_json::json;
use store::{Store, guide_session};

use crate::{
    flows::at_the_code,
    world::{
        AOI, Answer, Engine,
        Engine::{Postgres, Sqlite},
        Verification, World, at_once, eventually, in_store, minutes,
    },
};

const CROWD: usize = 50;

fn count(answers: &[Answer], what: &str) -> usize {
    let of = |answer: &&Answer| {
        let answer = answer.json();
        answer["type"] == format!("/problems/{what}") || answer["status"] == what
    };
    answers.iter().filter(of).count()
}

#[rstest]
fn of_fifty_right_codes_one_is_approved(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let code = world.sms_to(AOI).code();
    let answers = at_once(CROWD, |_| world.check(&v, &code));
    assert_eq!((count(&answers, "approved"), count(&answers, "already-used")), (1, CROWD - 1), "{answers:?}");
    let proofs: Vec<String> = answers.iter().filter_map(|a| a.json()["proof"].as_str().map(str::to_owned)).collect();
    let redeemed = at_once(CROWD, |_| world.redeem(&v, &proofs[0]));
    assert_eq!((count(&redeemed, "approved"), count(&redeemed, "already-used")), (1, CROWD - 1), "{redeemed:?}");
}

#[rstest]
fn of_fifty_wrong_codes_five_are_judged(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let sms = world.sms_to(AOI);
    let answers = at_once(CROWD, |_| world.check(&v, &sms.wrong_code()));
    assert_eq!((count(&answers, "incorrect-code"), count(&answers, "too-many-checks")), (5, CROWD - 5), "{answers:?}");
    let judged = answers.iter().filter(|answer| answer.status == 422);
    let mut left: Vec<i64> = judged.filter_map(|answer| answer.json()["checks_left"].as_i64()).collect();
    left.sort_unstable();
    assert_eq!(left, [0, 1, 2, 3, 4]);
    world.check(&v, &sms.code()).is_refused("too-many-checks");
}

#[rstest]
fn fifty_creates_are_one_verification_and_one_message(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let answers = at_once(CROWD, |_| world.post("/v1/verifications", json!({ "to": AOI })));
    let begun = answers.iter().filter(|answer| answer.status == 201).count();
    let found = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((begun, found), (1, CROWD - 1), "{answers:?}");
    let mut ids: Vec<String> = answers.iter().map(|answer| Verification::of(answer).id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    world.sms_to(AOI);
    world.no_sms_to(AOI);
}

/// However many look at a flow's guide at once, it has one session.
#[test]
fn a_flows_guide_is_begun_once() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let looked = at_once(CROWD, |_| browser.clone().open(&format!("{}/help", flow.url)).answer.status);
    assert!(looked.iter().all(|status| *status == 200), "{looked:?}");
    assert_eq!(guide_sessions(&world), 1);
}

/// The rows of guide sessions, as the sweep of another day finds them.
fn guide_sessions(world: &World) -> usize {
    let at = Time::from_ms(days(100_000));
    let sweep = async |store: &Store| store.write(move |tx| guide_session::sweep(tx, at, 1_000)).await;
    in_store(world, sweep).expect("it is read").len()
}

/// Each answer of many to one session is taken in its turn.
#[rstest]
fn answers_at_once_to_one_guide_are_all_taken(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let session = world.post("/v1/guides/sms-not-arriving/sessions", json!({})).is(201).json();
    let path = format!("/v1/guides/sms-not-arriving/sessions/{}/answers", session["id"].as_str().expect("an id"));
    let told =
        |nth: usize| json!({ "fact": "phone", "value": if nth.is_multiple_of(2) { "iphone" } else { "android" } });
    let answers = at_once(CROWD, |nth| world.post(&path, told(nth)).status);
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
}

#[rstest]
fn d4_one_key_at_once_does_it_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let body = json!({ "to": AOI });
    let request = world.call("POST", "/v1/verifications").header("Idempotency-Key", "order-1").json(&body);
    let answers = at_once(CROWD, |_| request.send());
    let mut bodies: Vec<&str> = answers.iter().filter(|a| a.status == 201).map(|a| a.body.as_str()).collect();
    assert_eq!(bodies.len() + count(&answers, "idempotency-in-progress"), CROWD, "{answers:?}");
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "every repetition is answered as the first: {bodies:?}");
    world.sms_to(AOI);
    world.no_sms_to(AOI);
    assert_eq!(request.send().is(201).body, bodies[0]);
}

/// Whoever hangs up finds the answer under the same key, soon and for a day; nothing is done again.
#[rstest]
fn d4_who_hung_up_gets_the_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let request = |nth: u64| {
        let body = json!({ "to": format!("+8190{:08}", 12_400_000 + nth) });
        world.call("POST", "/v1/verifications").header("Idempotency-Key", format!("order {nth}")).json(&body)
    };
    for nth in 0..30 {
        request(nth).hang_up(Duration::from_micros(300 * nth));
    }
    let answered = |nth| eventually("it is answered", || Some(request(nth).send()).filter(|a| a.status == 201));
    let first: Vec<String> = (0..30).map(|nth| answered(nth).body).collect();
    world.advance(minutes(11));
    for (nth, first) in (0..30).zip(&first) {
        assert_eq!(&request(nth).send().is(201).body, first);
        let number = format!("+8190{:08}", 12_400_000 + nth);
        world.sms_to(&number);
        world.no_sms_to(&number);
    }
}

#[rstest]
fn of_fifty_resends_one_goes_out(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let v = world.create(AOI);
    world.sms_to(AOI);
    world.advance(30_000);
    let answers = at_once(CROWD, |_| world.resend(&v));
    let sent = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((sent, count(&answers, "resend-too-early")), (1, CROWD - 1), "{answers:?}");
    world.check(&v, &world.sms_to(AOI).code()).is_approved();
    world.no_sms_to(AOI);
}
