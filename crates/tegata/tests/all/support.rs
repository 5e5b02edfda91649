//! Messages for support: written within a flow, stored before they are acknowledged, bounded, and sent nowhere.

use rstest::rstest;
use serde_json::json;

use crate::{
    flows::at_the_code,
    world::{
        AOI, Browser, Engine,
        Engine::{Postgres, Sqlite},
        Page, World, at_once, minutes,
    },
};

const TEXT: &str = "何度送っても届きません。\r\n<script>alert(1)</script>";

/// The reference that a page shows to be read out.
pub fn reference_of(page: &Page) -> String {
    let shown = page.html().split("class=\"readout\"").nth(1).expect("the page shows a reference");
    let shown = shown.split("<b>").nth(1).and_then(|rest| rest.split("</b>").next()).expect("in its own mark");
    shown.replace(' ', "")
}

#[rstest]
fn a_message_is_stored_and_gets_a_reference(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let help = browser.open(&format!("{}/help", flow.url)).is(200);
    assert!(help.html().contains("/message\""), "the form stands among the contacts: {help:?}");
    let form = browser.open(&format!("{}/message", flow.url)).is(200);
    assert!(form.html().contains("090-1234-5678"), "what is known is filled in: {form:?}");
    let empty = browser.submit(&form, "/message", &[("text", " "), ("reply", "me@home.example")]).is(422);
    assert!(empty.html().contains("id=\"text-slip\"") && empty.html().contains("me@home.example"), "{empty:?}");
    let done = browser.submit(&form, "/message", &[("text", TEXT), ("reply", "me@home.example")]).is(200);
    let reference = reference_of(&done);
    assert_eq!(reference.len(), 8);
    world.restart_around(|_| ());
    let path = &flow.url[flow.url.find("/f/").expect("a flow's path")..];
    let again = browser.open(&format!("{}{path}/message?sent", world.told("url")));
    assert_eq!(reference_of(&again.is(200)), reference, "it outlives a restart");
}

#[test]
fn d7_a_message_is_one_persons_and_bounded() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let address = format!("{}/message", flow.url);
    let form = browser.open(&address).is(200);
    let long = "字".repeat(2_001);
    let slipped = browser.submit(&form, "/message", &[("text", &long)]).is(422);
    assert!(slipped.html().contains(&long), "what was typed stays");
    Browser::new().open(&address).is(403);
    Browser::new().post(&address, &[("text", "hello")]).is(403);
    browser.post(&address, &[("text", "hello"), ("form_token", "forged")]).is(403);
    let several = browser.clone();
    let answers = at_once(8, |nth| {
        let mut browser = several.clone();
        let page = browser.submit(&form, "/message", &[("text", &format!("message {nth}"))]);
        page.answer.status
    });
    let stored = answers.iter().filter(|status| **status == 200).count();
    assert_eq!((stored, answers.iter().filter(|status| **status == 429).count()), (5, 3), "{answers:?}");
    let refused = browser.submit(&form, "/message", &[("text", "one more")]).is(429);
    assert!(refused.answer.header("retry-after").is_some() && refused.html().contains("one more"), "{refused:?}");
}

#[test]
fn attachments_are_not_taken() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let address = format!("{}/message", flow.url);
    let body = "--x\r\nContent-Disposition: form-data; name=\"text\"; filename=\"a.exe\"\r\n\r\nMZ\r\n--x--\r\n";
    let sent = crate::world::Request::new("POST", &address).body("multipart/form-data; boundary=x", body);
    browser.go(&address, sent).is(415);
}

#[test]
fn a_message_can_be_left_when_the_code_is_over() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    world.advance(minutes(11));
    let form = browser.open(&format!("{}/message", flow.url)).is(200);
    let done = browser.submit(&form, "/message", &[("text", "It came too late.")]).is(200);
    assert_eq!(reference_of(&done).len(), 8);
}
