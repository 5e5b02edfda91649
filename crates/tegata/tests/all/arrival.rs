//! Whether messages arrive: counted by samples that nobody can steer, told in figures, and judged by two signs.

use rstest::rstest;
use serde_json::json;

use crate::console::signed_in;
use crate::world::{
    AOI, Engine,
    Engine::{Postgres, Sqlite},
    HARUTO, Verification, World, YUI, eventually, minutes, seconds,
};

/// A figure of the last hour's samples.
fn figure(world: &World, what: &str) -> Option<f64> {
    let labels = format!("route=\"demo\",carrier=\"unknown\",country=\"JP\",what=\"{what}\"");
    world.metric(&format!("tegata_arrival_messages{{{labels}}}"))
}

fn becomes(world: &World, what: &str, count: f64) {
    eventually(&format!("{what} becomes {count}"), || (figure(world, what) == Some(count)).then_some(()));
}

#[rstest]
fn m6_one_message_of_a_number_and_day_is_followed(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    for number in [AOI, HARUTO] {
        let verification = world.create(number);
        world.check(&verification, &world.sms_to(number).code()).is_approved();
    }
    let verification = world.create(YUI);
    world.message_becomes(&verification, "delivered");
    world.sms_to(YUI);
    // A second one of the same number tells nothing more today.
    let again = world.create_with(json!({ "to": AOI, "context": "another" }));
    world.message_becomes(&again, "delivered");
    world.sms_to(AOI);
    world.advance(minutes(4));
    becomes(&world, "sent", 3.0);
    becomes(&world, "back", 2.0);
    becomes(&world, "delivered", 3.0);
    assert_eq!(figure(&world, "undelivered"), Some(0.0));
    world.advance(minutes(61));
    eventually("the hour is over", || figure(&world, "sent").is_none().then_some(()));
}

#[test]
fn m6_few_messages_of_one_source_are_followed() {
    let world = World::new();
    for nth in 0..12 {
        let to = format!("+8190555500{nth:02}");
        let verification = world.create_with(json!({ "to": to, "end_user": { "ip": "203.0.113.9" } }));
        world.message_becomes(&verification, "delivered");
    }
    let elsewhere = json!({ "to": AOI, "end_user": { "ip": "203.0.113.10" } });
    world.message_becomes(&world.create_with(elsewhere), "delivered");
    world.advance(minutes(4));
    becomes(&world, "sent", 11.0);
}

#[test]
fn m6_a_route_is_in_trouble_when_codes_and_receipts_stay_away_and_comes_back_step_by_step() {
    let world = World::new().allow_warnings();
    let number = |nth: u32| format!("+81905556{nth:04}");
    for nth in 0..110 {
        let to = number(nth);
        let verification = world.create(&to);
        world.check(&verification, &world.sms_to(&to).code()).is_approved();
    }
    world.advance(minutes(90));
    let trouble = || world.metric("tegata_route_trouble{route=\"demo\"}");
    assert_eq!(trouble(), Some(0.0));
    for carrier in ["docomo", "au", "softbank", "rakuten"] {
        world.set_outage(carrier, true);
    }
    for nth in 200..230 {
        world.message_becomes(&world.create(&number(nth)), "submitted");
    }
    world.advance(minutes(4));
    eventually("the route is in trouble", || (trouble() == Some(1.0)).then_some(()));
    let share = || world.metric("tegata_route_state{route=\"demo\",what=\"share\"}");
    assert_eq!(share(), Some(0.0));
    for carrier in ["docomo", "au", "softbank", "rakuten"] {
        world.set_outage(carrier, false);
    }
    world.advance(minutes(6));
    // It is the only route: all messages go by it all the same, and tell how it does.
    for (step, now, then) in [(0, 50.0, 250.0), (1, 250.0, 1_000.0)] {
        eventually("it is tried", || (share() == Some(now)).then_some(()));
        for nth in 0..6 {
            let to = number(300 + 10 * step + nth);
            let verification = world.create(&to);
            world.check(&verification, &world.sms_to(&to).code()).is_approved();
        }
        world.message_becomes(&world.create(&number(400 + step)), "delivered");
        world.sms_to(&number(400 + step));
        world.advance(minutes(4));
        eventually("it is tried with more", || (share() == Some(then)).then_some(()));
    }
    assert_eq!(trouble(), Some(0.0));
    let (mut browser, _) = signed_in(&world);
    let page = browser.open(&format!("{}/console/routes", world.told("url"))).is(200);
    let told = ["元どおりになった", "少しずつ、もう一度試す", "いつもより届かないため"];
    let at = told.map(|text| page.html().find(text).unwrap_or_else(|| panic!("{text}: {page:?}")));
    assert!(at.is_sorted(), "newest first: {page:?}");
    assert!(page.html().contains("SMS 30 通のうち"), "in figures: {page:?}");
}

#[test]
fn m6_a_route_without_receipts_is_in_trouble_when_people_ask_again() {
    let world = World::new().allow_warnings();
    let carriers = ["docomo", "au", "softbank", "rakuten"];
    for carrier in carriers {
        world.set_carrier(carrier, &json!({ "receipts": "none" }));
    }
    let number = |nth: u32| format!("+81905557{nth:04}");
    for nth in 0..110 {
        let to = number(nth);
        let verification = world.create(&to);
        world.check(&verification, &world.sms_to(&to).code()).is_approved();
    }
    world.advance(minutes(90));
    let trouble = || world.metric("tegata_route_trouble{route=\"demo\"}");
    for carrier in carriers {
        world.set_carrier(carrier, &json!({ "receipts": "none", "outage": true }));
    }
    let lost: Vec<Verification> = (200..230).map(|nth| world.create(&number(nth))).collect();
    for verification in &lost {
        world.message_becomes(verification, "submitted");
    }
    world.advance(minutes(4));
    becomes(&world, "sent", 30.0);
    assert_eq!((figure(&world, "back"), trouble()), (Some(0.0), Some(0.0)), "one sign is none");
    for verification in &lost[..8] {
        world.resend(verification).is(200);
    }
    eventually("the route is in trouble", || {
        // The next look at the routes comes by the clock.
        world.advance(seconds(5));
        (trouble() == Some(1.0)).then_some(())
    });
    becomes(&world, "again", 8.0);
}

#[test]
fn a_guide_that_is_opened_asks_for_help_with_the_message() {
    let world = World::new();
    let verification = world.create(AOI);
    world.message_becomes(&verification, "delivered");
    world.post("/v1/guides/sms-not-arriving/sessions", json!({ "verification": verification.id })).is(201);
    world.advance(minutes(4));
    becomes(&world, "again", 1.0);
}
