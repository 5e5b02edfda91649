//! Ranges of numbers that are paid for receiving messages, and guessing that no single number shows (rules M2, M6, V4).

use domain::time::Time;
use serde_json::{Value, json};

use crate::world::{AOI, HARUTO, World, eventually, minutes};

const HALF_DAY_MS: i64 = minutes(12 * 60);

/// The `nth` number of a range, which begins so.
fn number(range: &str, nth: usize) -> String {
    format!("{range}{nth:05}")
}

fn ask(world: &World, to: &str, more: Value) -> crate::world::Answer {
    let mut body = json!({ "to": to });
    let fields = more.as_object().expect("fields").clone();
    body.as_object_mut().expect("a body").extend(fields);
    world.post("/v1/verifications", body)
}

/// A hundred people of one range get their codes right; then messages to another arrive, and nobody types a code.
fn pumped(world: &World, answered: &str, range: &str, messages: usize) {
    for nth in 0..105 {
        let to = number(answered, nth);
        let verification = world.create(&to);
        world.check(&verification, &world.sms_to(&to).code()).is_approved();
    }
    for nth in 0..messages {
        world.message_becomes(&world.create(&number(range, nth)), "delivered");
    }
    world.advance(minutes(4));
}

fn becomes(world: &World, name: &str, count: f64) {
    eventually(&format!("{name} becomes {count}"), || (world.metric(name) == Some(count)).then_some(()));
}

#[test]
fn m2_a_range_whose_codes_do_not_come_back_gets_few_messages() {
    let world = World::new();
    pumped(&world, "+8190555", "+8180777", 55);
    becomes(&world, "tegata_ranges_suspected{verdict=\"refused\"}", 1.0);
    let answers: Vec<u16> = (100..107).map(|nth| ask(&world, &number("+8180777", nth), json!({})).status).collect();
    assert_eq!(answers, [201, 201, 201, 201, 201, 429, 429], "a few, by which it is seen when it is over");
    let refused = ask(&world, &number("+8180777", 110), json!({})).is_refused("busy");
    assert!(refused["retry_at"].as_str().is_some_and(|at| at.ends_with(":00:00.000Z")), "{refused}");
    ask(&world, &number("+8180777", 111), json!({ "known": true })).is(201);
    ask(&world, &number("+8180778", 0), json!({})).is(201);
    becomes(&world, "tegata_limits_exceeded_total{rule=\"range\",over=\"refused\"}", 3.0);
    let service = format!("/v1/services/{}", world.told("service"));
    world.call("PATCH", &service).json(&json!({ "policy": { "shadow": ["range"] } })).send().is(200);
    ask(&world, &number("+8180777", 112), json!({})).is(201);
    world.wait_for_queue();
}

#[test]
fn m2_a_range_is_suspected_for_hours() {
    let world = World::new();
    let created = ask(&world, AOI, json!({})).is(201).json();
    world.sms_to(AOI);
    // Until a half day begins: what it comes to is held.
    let now = created["created_at"].as_str().and_then(Time::from_rfc3339).expect("a time");
    world.advance(now.rounded_up(HALF_DAY_MS).since(now));
    pumped(&world, "+8190555", "+8180777", 55);
    becomes(&world, "tegata_ranges_suspected{verdict=\"refused\"}", 1.0);
    // Its messages are not summed up any more, once nothing more is awaited of them.
    world.advance(HALF_DAY_MS / 2);
    pumped(&world, "+8190556", "+8180778", 55);
    becomes(&world, "tegata_ranges_suspected{verdict=\"refused\"}", 2.0);
}

#[test]
fn m6_a_range_whose_messages_do_not_arrive_is_no_pump() {
    let world = World::new();
    for carrier in ["docomo", "au", "softbank", "rakuten"] {
        world.set_outage(carrier, false);
    }
    pumped(&world, "+8190555", "+8180777", 15);
    becomes(&world, "tegata_ranges_suspected{verdict=\"refused\"}", 0.0);
    assert_eq!(world.metric("tegata_ranges_suspected{verdict=\"slowed\"}"), Some(0.0), "fifteen tell nothing");
}

#[test]
fn v4_guessing_over_many_numbers_and_from_one_network_is_seen() {
    let world = World::new().allow_warnings();
    let guess = |nth: usize, ip: &str| {
        let to = number("+8190556", nth);
        let verification = world.create(&to);
        let wrong = world.sms_to(&to).wrong_code();
        for _ in 0..5 {
            let body = json!({ "code": wrong, "end_user": { "ip": ip } });
            world.post(&verification.path("/check"), body).is_refused("incorrect-code");
        }
    };
    (0..4).for_each(|nth| guess(nth, "203.0.113.9"));
    let right = world.create(AOI);
    world.check(&right, &world.sms_to(AOI).code()).is_approved();
    world.advance(minutes(2));
    becomes(&world, "tegata_guessing{what=\"networks\"}", 1.0);
    assert_eq!(world.metric("tegata_guessing{what=\"services\"}"), Some(0.0), "twenty are few for a service");
    (4..20).for_each(|nth| guess(nth, &format!("198.51.100.{nth}")));
    world.advance(minutes(2));
    becomes(&world, "tegata_guessing{what=\"services\"}", 1.0);
    assert_eq!(world.metric("tegata_guessing{what=\"networks\"}"), Some(1.0), "each of the others sent five");
    world.create(HARUTO);
    world.sms_to(HARUTO);
}
