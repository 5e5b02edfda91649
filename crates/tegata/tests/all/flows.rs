//! Hosted pages in a browser without JavaScript: the walk from the number to the result, and every turn of it.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    AOI, Browser, Engine,
    Engine::{Postgres, Sqlite},
    Flow, HARUTO, Page, RETURN_URL, Request, Served, World, done, eventually, minutes, route_to, seconds,
};

pub const HOME: [(&str, &str); 2] = [("country", "JP"), ("number", "090-1234-5678")];

/// A browser on the code page of a fresh flow, and that page; a number that the application gave stays as it is.
pub fn at_the_code(flow: &Flow) -> (Browser, Page) {
    let mut browser = Browser::new();
    let number = browser.open(&flow.url).is(200);
    let code = browser.submit(&number, "/number", &HOME).is(200);
    assert!(code.asks_for("code"), "{code:?}");
    (browser, code)
}

/// The query of the address that a flow leads back to.
pub fn result_of(page: &Page, name: &str) -> Option<String> {
    let back = page.leads_to().unwrap_or_else(|| panic!("it does not lead back: {page:?}"));
    let query = back.strip_prefix(RETURN_URL).and_then(|rest| rest.strip_prefix('?')).expect("to the listed address");
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    value.map(str::to_owned)
}

#[test]
fn the_guide_is_called_what_the_documents_call_it() {
    let world = World::new();
    let name = "SMS did not arrive?";
    let mut english = Browser::english();
    let number = english.open(&world.create_flow(json!({ "locale": "en" })).url).is(200);
    let code = english.submit(&number, "/number", &HOME).is(200);
    assert!(code.html().contains(&format!("/help\">{name}</a>")), "{code:?}");
    assert!(include_str!("../../../../docs/guides.md").contains(&format!("\"{name}\"")));
}

#[rstest]
fn v8_the_whole_walk(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let flow = world.create_flow(json!({ "state": "a b&c=é" }));
    let (mut browser, page) = at_the_code(&flow);
    assert!(page.html().contains("090-1234-5678"), "typed here, so shown in full");
    let sms = world.sms_to(AOI);
    let done = browser.submit(&page, "/code", &[("code", &sms.code())]).is(200);
    assert!(done.form("/continue").is_some(), "{done:?}");
    assert_eq!(world.flow_status(&flow)["status"], "approved");
    let back = browser.submit(&done, "/continue", &[]).is(303);
    assert_eq!(result_of(&back, "state").as_deref(), Some("a%20b%26c%3D%C3%A9"));
    assert_eq!(result_of(&back, "flow"), Some(flow.id.clone()));
    let result = result_of(&back, "result").expect("a result");
    let redeemed = world.redeem_flow(&flow, &result).is(200).json();
    assert_eq!((&redeemed["status"], &redeemed["verification"]["to"]), (&json!("approved"), &json!(AOI)));
    world.redeem_flow(&flow, &result).is_refused("already-used");
    world.no_sms_to(AOI);
}

#[test]
fn v8_a_result_is_good_for_sixty_seconds_and_cannot_be_guessed() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, page) = at_the_code(&flow);
    let done = browser.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]);
    let result = result_of(&browser.submit(&done, "/continue", &[]), "result").expect("a result");
    let status = world.flow_status(&flow);
    let mut told: Vec<&String> = status.as_object().expect("an object").keys().collect();
    told.sort();
    assert_eq!(told, ["expires_at", "id", "status"], "no number, no result: {status}");
    for guess in ["", "res_", &flow.id, "res_00000000000000000000000000000000"] {
        world.redeem_flow(&flow, guess).is_refused("not-found");
    }
    world.advance(seconds(60));
    let late = world.redeem_flow(&flow, &result).is_refused("expired-result");
    assert_eq!(late["title"], "結果の使える時間が過ぎました", "not the code's");
    let again = result_of(&browser.submit(&done, "/continue", &[]), "result").expect("another result");
    assert_ne!(again, result);
    world.redeem_flow(&flow, &result).is_refused("not-found");
    world.redeem_flow(&flow, &again).is(200);
}

#[test]
fn a_wrong_code_is_told_beside_the_field() {
    let world = World::new();
    let (mut browser, page) = at_the_code(&world.create_flow(json!({})));
    let sms = world.sms_to(AOI);
    for slip in ["", "12", "hello"] {
        let page = browser.submit(&page, "/code", &[("code", slip)]).slips();
        assert!(page.html().contains("id=\"code-slip\"") && !page.html().contains("id=\"code-left\""), "{page:?}");
    }
    let page = browser.submit(&page, "/code", &[("code", &sms.wrong_code())]).slips();
    assert!(page.html().contains("id=\"code-slip\"") && page.html().contains("id=\"code-left\""), "{page:?}");
    let done = browser.submit(&page, "/code", &[("code", &sms.code())]).is(200);
    assert!(done.form("/continue").is_some(), "{done:?}");
}

#[test]
fn an_expired_code_leads_to_a_new_one_and_an_expired_flow_ends() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, page) = at_the_code(&flow);
    let code = world.sms_to(AOI).code();
    world.advance(minutes(10));
    browser.submit(&page, "/code", &[("code", &code)]).is(410);
    let expired = browser.open(&flow.url).is(410);
    assert!(expired.html().contains("?number\""), "a way on: {expired:?}");
    let number = browser.open(&format!("{}?number", flow.url)).is(200);
    browser.submit(&number, "/number", &HOME).is(200);
    world.sms_to(AOI);
    world.advance(minutes(50));
    browser.open(&flow.url).is(410);
    assert_eq!(world.flow_status(&flow)["status"], "expired");
}

/// What the pages say while nothing goes out is true, and leads nobody round in a circle.
#[test]
fn a_code_that_was_never_sent_is_not_told_as_one_whose_time_is_over() {
    let world = World::new().allow_warnings();
    world.set_outage("smsc", true);
    crate::world::eventually("the link is down", || {
        (world.metric("tegata_link_up{route=\"demo\"}") == Some(0.0)).then_some(())
    });
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let number = browser.open(&flow.url).is(200);
    assert!(number.html().contains("今、携帯電話会社とつながりません"), "told before anything is typed: {number:?}");
    let code = browser.submit(&number, "/number", &HOME).is(200);
    assert!(!code.html().contains("送った時刻") && code.html().contains("受け付けた時刻"), "{code:?}");
    world.advance(minutes(10));
    let down = browser.open(&flow.url).is(410);
    assert!(down.html().contains("認証コードを送れませんでした"), "{down:?}");
    assert!(down.html().contains("今も、まだ送れません"), "{down:?}");
    assert!(!down.html().contains("class=\"primary\""), "nothing invites to go round in a circle: {down:?}");
    assert!(down.html().contains("コールセンター"), "{down:?}");
    world.set_outage("smsc", false);
    crate::world::eventually("the link is up", || {
        (world.metric("tegata_link_up{route=\"demo\"}") == Some(1.0)).then_some(())
    });
    let up = browser.open(&flow.url).is(410);
    assert!(up.html().contains("今は、送れます") && up.html().contains("class=\"primary\""), "{up:?}");
    let number = browser.open(&format!("{}?number", flow.url)).is(200);
    browser.submit(&number, "/number", &HOME).is(200);
    world.sms_to(AOI);
    world.advance(minutes(10));
    let over = browser.open(&flow.url).is(410);
    assert!(over.html().contains("認証コードの使える時間が過ぎました"), "this one was sent: {over:?}");
}

/// Whoever comes late comes to the service's own page and back to it; the application learns what it was begun with in
/// the flow's own browser only.
#[test]
fn v8_a_flow_that_is_over_leads_back_to_its_service() {
    let world = World::new();
    let flow = world.create_flow(json!({ "state": "a b" }));
    let (mut browser, page) = at_the_code(&flow);
    world.sms_to(AOI);
    world.advance(minutes(60));
    let back = format!("href=\"{RETURN_URL}?flow={}&#38;state=a%20b&#38;error=expired\"", flow.id);
    let late = [
        browser.open(&flow.url),
        browser.open(&format!("{}/help", flow.url)),
        browser.submit(&page, "/code", &[("code", "000000")]),
        browser.submit(&page, "/resend", &[]),
        browser.submit(&page, "/cancel", &[]),
    ];
    for page in late {
        let page = page.is(410);
        assert!(page.html().contains("みなとペイ") && page.html().contains("0120-000-000"), "{page:?}");
        assert!(page.html().contains("#0b6e6e") && page.html().contains(&back), "{page:?}");
        assert!(page.form("/message").is_none() && !page.html().contains("/message\""), "{page:?}");
    }
    world.no_sms_to(AOI);
    let other = Browser::new().open(&flow.url).is(410);
    assert!(other.html().contains("href=\"https://shop.example\"") && !other.html().contains("state="), "{other:?}");
    let redeemed = world.create_flow(json!({}));
    let (mut done, page) = at_the_code(&redeemed);
    let page = done.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]);
    let result = result_of(&done.submit(&page, "/continue", &[]), "result").expect("a result");
    world.redeem_flow(&redeemed, &result).is(200);
    world.advance(minutes(60));
    let late = done.open(&redeemed.url).is(409);
    assert!(late.html().contains("href=\"https://shop.example\"") && !late.html().contains("error="), "{late:?}");
    world.advance(minutes(25 * 60));
    eventually("the flow is forgotten", || (browser.clone().open(&flow.url).answer.status == 404).then_some(()));
}

#[test]
fn a_reload_of_a_form_sends_nothing_twice() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let page = browser.open(&flow.url);
    let (url, hidden) = page.form("/number").expect("the form");
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.retain(|(name, _)| *name != "country");
    fields.extend(HOME);
    for _ in 0..3 {
        assert!(browser.post(&url, &fields).is(200).asks_for("code"));
    }
    let code = world.sms_to(AOI).code();
    world.no_sms_to(AOI);
    assert!(browser.open(&flow.url).asks_for("code"), "and the page itself can be reloaded");
    let page = browser.open(&url);
    assert!(page.asks_for("code"), "a form's address opened by itself: {page:?}");
    let done = browser.submit(&page, "/code", &[("code", &code)]);
    assert!(browser.submit(&page, "/code", &[("code", &code)]).form("/continue").is_some(), "pressed twice: {done:?}");
}

#[test]
fn a_number_is_corrected_and_the_code_sent_again() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    let old = world.sms_to(AOI).code();
    let help = browser.open(&format!("{}/help?ask=number_right", flow.url)).is(200);
    let wrong = browser.submit(&help, "/help/answer", &[("value", "no")]).is(200);
    let page = browser.submit(&wrong, "/number", &[("country", "JP"), ("number", "080-1234-5678")]).is(200);
    assert!(page.html().contains("080-1234-5678"), "{page:?}");
    let first = world.sms_to(HARUTO).code();
    browser.submit(&page, "/code", &[("code", &old)]).slips();
    browser.submit(&page, "/resend", &[]).is(200);
    world.no_sms_to(HARUTO);
    world.advance(seconds(60));
    let page = browser.submit(&page, "/resend", &[]).is(200);
    let second = world.sms_to(HARUTO).code();
    browser.submit(&page, "/code", &[("code", &first)]).slips();
    let done = browser.submit(&page, "/code", &[("code", &second)]).is(200);
    let result = result_of(&browser.submit(&done, "/continue", &[]), "result").expect("a result");
    assert_eq!(world.redeem_flow(&flow, &result).is(200).json()["verification"]["to"], HARUTO);
}

/// Only in the browser that typed it: another gets no page of this flow, and a number that the application gave no field.
#[test]
fn v5_the_number_that_was_typed_here_stands_in_the_field_that_changes_it() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    let field = format!("{}?number", flow.url);
    let page = browser.open(&field).is(200);
    assert!(page.html().contains("value=\"090-1234-5678\""), "{page:?}");
    let page = browser.submit(&page, "/number", &[("country", "JP"), ("number", "080-1234-5678")]).is(200);
    assert!(page.html().contains("080-1234-5678"), "{page:?}");
    world.sms_to(HARUTO);
    world.advance(minutes(10));
    let again = browser.open(&field).is(200);
    assert!(again.html().contains("value=\"080-1234-5678\""), "when the code is over as well: {again:?}");
    let other = Browser::new().open(&field).is(403);
    assert!(!other.html().contains("1234"), "{other:?}");
}

#[test]
fn k1_a_number_that_cannot_be_used_is_told_beside_the_field_with_who_helps() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let page = browser.open(&flow.url);
    for (number, helped) in
        [("050-1234-5678", true), ("0120-000-000", true), ("+33612345678", true), ("090-1234", false), ("", false)]
    {
        let page = browser.submit(&page, "/number", &[("country", "JP"), ("number", number)]).slips();
        assert!(page.html().contains("id=\"number-slip\"") && page.html().contains(number), "{page:?}");
        assert_eq!(page.html().contains("コールセンター"), helped, "{page:?}");
    }
    world.no_sms_to(AOI);
}

#[test]
fn v5_a_number_given_by_the_application_is_masked_and_fixed() {
    let world = World::new();
    let flow = world.create_flow(json!({ "to": AOI, "known": true }));
    let mut browser = Browser::new();
    let page = browser.open(&flow.url).is(200);
    let whole = ["090-1234-5678", "09012345678", "+819012345678", "12345678"];
    let masked = |page: &Page| assert!(!whole.iter().any(|number| page.html().contains(number)), "{page:?}");
    masked(&page);
    assert!(!page.asks_for("number"), "{page:?}");
    let page = browser.submit(&page, "/number", &[("country", "JP"), ("number", "080-1234-5678")]).is(200);
    masked(&page);
    masked(&browser.open(&format!("{}/help", flow.url)));
    let sms = world.sms_to(AOI);
    world.no_sms_to(HARUTO);
    let done = browser.submit(&page, "/code", &[("code", &sms.code())]).is(200);
    masked(&done);
    let result = result_of(&browser.submit(&done, "/continue", &[]), "result").expect("a result");
    assert_eq!(world.redeem_flow(&flow, &result).is(200).json()["verification"]["to"], AOI);
}

#[test]
fn a_person_who_gives_up_goes_back_without_a_result() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, page) = at_the_code(&flow);
    let code = world.sms_to(AOI).code();
    let back = browser.submit(&page, "/cancel", &[]).is(303);
    assert_eq!((result_of(&back, "error").as_deref(), result_of(&back, "result")), (Some("canceled"), None));
    assert_eq!(world.flow_status(&flow)["status"], "canceled");
    browser.submit(&page, "/code", &[("code", &code)]).is(409);
    browser.open(&flow.url).is(409);
}

#[test]
fn the_open_page_is_told_when_its_message_arrives() {
    let world = World::new();
    let flow = world.create_flow(json!({ "to": AOI, "known": true }));
    let (browser, page) = at_the_code(&flow);
    let events = format!("{}/events", flow.url);
    Browser::new().go(&events, crate::world::Request::new("GET", &events)).is(404);
    let mut told = browser.follow(&events);
    let states: Vec<Value> =
        told.by_ref().map(|event| event["state"].clone()).take_while(|s| s != "delivered").collect();
    assert!(states.iter().all(|state| state == "queued" || state == "submitted"), "{states:?}");
    let mut other_tab = browser.clone();
    other_tab.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]).is(200);
    assert_eq!(told.last(), Some(json!({})), "done: the page is out of date, and the stream ends");
}

/// A page that named one would have people look for it.
#[test]
fn a_sender_that_nobody_set_is_not_named() {
    let world = World::new();
    let route = route_to(&world);
    for (route, sender) in [(route.replace("sender = \"Minato\"\n", ""), ""), (route, "Minato")] {
        let served = Served::start(&route);
        let settings = ["--config", &served.config];
        let make = |words: &[&str]| done(&[words, &settings].concat());
        let service = make(&["service", "create", "--brand", "Example", "--return-url", RETURN_URL]);
        let key = make(&["key", "create", "--service", &service]);
        let flow = Request::new("POST", &format!("{}/v1/flows", served.url)).key(&key);
        let flow = flow.json(&json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s" })).send();
        let mut browser = Browser::english();
        let page = browser.open(flow.is(201).json()["url"].as_str().expect("an address")).is(200);
        let page = browser.submit(&page, "/number", &HOME).is(200);
        assert_eq!(world.sms_to(AOI).from, sender);
        assert_eq!(page.html().contains("<dt>Sender</dt>"), !sender.is_empty(), "{page:?}");
        assert_eq!(page.html().contains("<dd>Minato</dd>"), !sender.is_empty(), "{page:?}");
        served.wait_for_queue();
        served.stop();
    }
}
