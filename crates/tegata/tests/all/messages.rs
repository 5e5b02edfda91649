//! Where a message is, told honestly: phones that are off, carriers that refuse or are down, a link that is gone.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    AOI, Engine,
    Engine::{Postgres, Sqlite},
    HARUTO, World, minutes, seconds,
};

#[rstest]
fn a_phone_that_is_off_the_air_gets_its_message_later(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    world.set_phone(AOI, json!({ "airplane_mode": true }));
    let v = world.create(AOI);
    world.message_becomes(&v, "submitted");
    world.no_sms_to(AOI);
    world.set_phone(AOI, json!({ "airplane_mode": false }));
    let code = world.sms_to(AOI).code();
    world.message_becomes(&v, "delivered");
    world.check(&v, &code).is_approved();
}

#[test]
fn a_refused_message_is_undelivered_and_the_verification_waits_on() {
    let world = World::new();
    world.set_phone(HARUTO, json!({ "all_sms_rejection": true }));
    let v = world.create(HARUTO);
    let message = world.message_becomes(&v, "undelivered");
    assert!(message["reason"].is_string(), "{message}");
    assert_eq!(world.look(&v)["status"], "pending");
    world.no_sms_to(HARUTO);
    world.set_phone(HARUTO, json!({ "all_sms_rejection": false }));
    world.advance(seconds(30));
    world.resend(&v).is(200);
    world.check(&v, &world.sms_to(HARUTO).code()).is_approved();
}

#[test]
fn a_carrier_that_is_down_keeps_the_message() {
    let world = World::new();
    world.set_outage("au", true);
    let v = world.create(AOI);
    world.message_becomes(&v, "submitted");
    world.no_sms_to(AOI);
    world.set_outage("au", false);
    world.check(&v, &world.sms_to(AOI).code()).is_approved();
}

#[rstest]
fn while_the_link_is_down_verifications_are_taken_and_go_out_when_it_is_back(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let Some(world) = World::on(engine) else { return };
    let world = world.allow_warnings();
    world.set_outage("smsc", true);
    crate::world::eventually("the link is down", || {
        (world.metric("tegata_link_up{route=\"demo\"}") == Some(0.0)).then_some(())
    });
    let v = world.create(AOI);
    let message = world.look(&v)["message"].clone();
    assert_eq!((&message["state"], &message["carrier_reachable"]), (&json!("queued"), &json!(false)), "{message}");
    assert_eq!(message["eta_seconds"], Value::Null, "nobody knows when: {message}");
    // Several rounds of the dispatcher: the message is claimed and given back, and none of them sent it.
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    world.set_outage("smsc", false);
    let code = world.sms_to(AOI).code();
    world.message_becomes(&v, "delivered");
    world.check(&v, &code).is_approved();
    assert_eq!(world.metric("tegata_messages_maybe_repeated_total"), Some(0.0));
}

#[rstest]
fn a_code_that_could_not_go_out_in_time_never_does(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let world = world.allow_warnings();
    world.set_outage("smsc", true);
    let v = world.create(AOI);
    world.advance(minutes(10));
    world.message_becomes(&v, "expired");
    assert_eq!(world.look(&v)["status"], "expired");
    world.set_outage("smsc", false);
    crate::world::eventually("the link is up", || {
        (world.metric("tegata_link_up{route=\"demo\"}") == Some(1.0)).then_some(())
    });
    world.no_sms_to(AOI);
    let again = world.create(AOI);
    world.check(&again, &world.sms_to(AOI).code()).is_approved();
}

#[test]
fn a_canceled_verification_sends_nothing_more() {
    let world = World::new().allow_warnings();
    world.set_outage("smsc", true);
    let v = world.create(AOI);
    world.cancel(&v).is(200);
    world.set_outage("smsc", false);
    world.no_sms_to(AOI);
}

#[rstest]
fn events_tell_each_step_and_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    world.set_phone(AOI, json!({ "airplane_mode": true }));
    let v = world.create(AOI);
    let mut events = world.call("GET", &v.path("/events")).follow();
    let mut next = |state: &str| {
        let told = |event: &Value| event["message"]["state"] == state;
        events.find(told).unwrap_or_else(|| panic!("the stream ends without {state}"))
    };
    assert_eq!(next("submitted")["status"], "pending");
    world.set_phone(AOI, json!({ "airplane_mode": false }));
    assert_eq!(next("delivered")["id"], json!(v.id));
    world.check(&v, &world.sms_to(AOI).code()).is_approved();
    let last: Vec<Value> = events.collect();
    assert_eq!(last.last().expect("one more")["status"], "approved");
    assert!(!json!(last).to_string().contains("prf_"), "V1: no event is proof");
}

#[test]
fn an_open_event_stream_does_not_hold_up_a_stop() {
    let mut world = World::new();
    let v = world.create(AOI);
    let mut events = world.call("GET", &v.path("/events")).follow();
    assert!(events.next().is_some());
    world.sms_to(AOI);
    world.wait_for_queue();
    world.restart_around(|_| ());
    assert!(events.last().is_none_or(|event| event["status"] == "pending"));
    assert_eq!(world.look(&v)["status"], "pending");
}
