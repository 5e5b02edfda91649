//! Who may see and change a guide's session, and what cannot harm it.

use serde_json::json;

use crate::{
    flows::at_the_code,
    support::reference_of,
    world::{AOI, Browser, Request, Seen, World},
};

#[test]
fn v7_another_browser_has_no_part_in_a_flows_guide() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let help = browser.open(&format!("{}/help", flow.url)).is(200);
    let (action, fields) =
        help.form("/back").or_else(|| help.form("/answer")).or_else(|| help.form("/outcome")).expect("a form");
    let mut other = Browser::new();
    other.open(&format!("{}/help", flow.url)).is(403);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = other.post(&action, &fields);
    assert!(refused.answer.status == 403, "{refused:?}");
    browser.post(&action, &[("form_token", "wrong")]).is(403);
}

#[test]
fn d5_sessions_are_their_services_own() {
    let world = World::new();
    let begun = world.post("/v1/guides/sms-not-arriving/sessions", json!({})).is(201).json();
    let path = format!("/v1/guides/sms-not-arriving/sessions/{}", begun["id"].as_str().expect("an id"));
    world.get(&path).is(200);
    world.get(&path.replace("sms-not-arriving", "other")).is_refused("not-found");
    world.get(&path.replace("gui_", "gui_7")).is_refused("not-found");
    world.post("/v1/guides/../../etc/passwd/sessions", json!({})).is(404);
    world.post("/v1/guides/no-such-guide/sessions", json!({})).is_refused("not-found");
    let foreign = json!({ "verification": "ver_01h455vb4pex5vsknk084sn02q" });
    world.post("/v1/guides/sms-not-arriving/sessions", foreign).is_refused("not-found");
}

#[test]
fn d7_only_the_guides_own_answers_are_taken() {
    let world = World::new();
    let begun = world.post("/v1/guides/sms-not-arriving/sessions", json!({})).is(201).json();
    let path = format!("/v1/guides/sms-not-arriving/sessions/{}/answers", begun["id"].as_str().expect("an id"));
    for body in [
        json!({}),
        json!({ "fact": "phone" }),
        json!({ "fact": "phone", "value": "teapot" }),
        json!({ "fact": "message", "value": "approved" }),
        json!({ "fact": "../phone", "value": "iphone" }),
        json!({ "cause": "teapot", "outcome": "done" }),
        json!({ "cause": "arrived", "outcome": "maybe" }),
        json!({ "fact": "phone", "value": "iphone", "back": true }),
    ] {
        world.post(&path, body).is_refused("bad-request");
    }
    world.post(&path, json!({ "fact": "phone", "value": "iphone" })).is(200);
}

#[test]
fn d7_a_frame_stands_only_where_the_service_says() {
    let world = World::new();
    let start = format!("/g/sms-not-arriving?service={}", world.told("service"));
    let page = |path: &str| world.request("GET", path).header("Accept", "text/html").send();
    let policy = |path: &str| page(path).header("content-security-policy").expect("every page has one").to_owned();
    let options = |path: &str| page(path).header("x-frame-options").map(str::to_owned);
    assert!(policy(&start).contains("frame-ancestors 'none'"), "{}", policy(&start));
    assert_eq!(options(&start).as_deref(), Some("DENY"));
    let service = format!("/v1/services/{}", world.told("service"));
    let listed = json!({ "embed_origins": ["https://help.shop.example"] });
    world.call("PATCH", &service).json(&listed).send().is(200);
    assert!(policy(&start).contains("frame-ancestors https://help.shop.example;"), "{}", policy(&start));
    // A browser that knows only this would show it nowhere.
    assert_eq!(options(&start), None);
    assert!(policy("/problems").contains("frame-ancestors 'none'"));
    assert_eq!(options("/problems").as_deref(), Some("DENY"));
    assert_eq!(options("/g/sms-not-arriving?service=x").as_deref(), Some("DENY"), "a page of nobody's");
    for hostile in ["https://a.example; script-src *", "*", "https://a.example/path", "http://a.example"] {
        world.call("PATCH", &service).json(&json!({ "embed_origins": [hostile] })).send().is_refused("bad-request");
    }
}

/// Whoever has a session's address can make its forms: what the browser says of where a form stood is looked at too.
#[test]
fn d5_a_guide_takes_forms_from_its_own_pages_only() {
    let world = World::new();
    let url = world.told("url");
    let start = format!("{url}/g/sms-not-arriving?service={}", world.told("service"));
    let mut browser = Browser::new();
    let page = browser.post(&start, &[]).is(200);
    let (action, fields) = page.form("/answer?lang=ja").or_else(|| page.form("/outcome?lang=ja")).expect("a form");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let session = page.url.split('?').next().expect("an address").to_owned();
    let forms = [start, action.clone(), format!("{session}/back"), format!("{session}/message")];
    for form in &forms {
        let post = |name: &str, value: &str| Request::new("POST", form).form(&fields).header(name, value).send().status;
        for (name, value) in [
            ("Origin", "https://evil.example"),
            ("Origin", "https://help.shop.example"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            assert_eq!(post(name, value), 403, "{form} with {name}: {value}");
        }
        for (name, value) in [("Origin", url.as_str()), ("Origin", "null"), ("Sec-Fetch-Site", "same-origin")] {
            assert_ne!(post(name, value), 403, "{form} with {name}: {value}");
        }
    }
}

/// A receipt is shown for a message that was left in this session, and for no other text.
#[test]
fn d7_a_receipt_is_not_made_up() {
    let world = World::new();
    let start = format!("{}/g/sms-not-arriving?service={}", world.told("url"), world.told("service"));
    let left = |text: Option<&str>| {
        let mut browser = Browser::new();
        let session = browser.post(&start, &[]).is(200);
        let address = session.url.split('?').next().expect("an address").to_owned() + "/message";
        let done = text.map(|text| {
            let form = browser.open(&address).is(200);
            browser.submit(&form, "/message?lang=ja", &[("text", text)]).is(200)
        });
        (browser, address, done)
    };
    let (mut writer, address, done) = left(Some("届きません。"));
    let reference = reference_of(&done.expect("it was written"));
    let receipt = |browser: &mut Browser, address: &str, sent: &str| {
        let page = browser.open(&format!("{address}?sent={sent}")).is(200);
        page.form("/message?lang=ja").is_none()
    };
    assert!(receipt(&mut writer, &address, &reference));
    assert!(!receipt(&mut writer, &address, "KX7M4TQ9"), "nobody left this");
    let (mut stranger, elsewhere, _) = left(None);
    assert!(!receipt(&mut stranger, &elsewhere, &reference), "somebody else left this");
}

#[test]
fn m1_strangers_begin_so_many_sessions_an_hour() {
    let world = World::new();
    let mut browser = Browser::new();
    let start = format!("{}/g/sms-not-arriving?service={}", world.told("url"), world.told("service"));
    for _ in 0..60 {
        browser.post(&start, &[]).is(200);
    }
    browser.post(&start, &[]).is(429);
}

/// What a guide's page says to whoever reads it, without what is different on every page.
fn said(phone: &serde_json::Value, known: bool) -> String {
    let world = World::new();
    world.set_phone(AOI, phone.clone());
    let flow = world.create_flow(if known { json!({ "to": AOI, "known": true }) } else { json!({}) });
    let (mut browser, _) = at_the_code(&flow);
    world.wait_in_vain();
    let mut help = browser.open(&format!("{}/help", flow.url)).is(200);
    // What everybody is asked first tells nothing yet.
    if help.guides() == Seen::Question("number_right".into()) {
        help = browser.submit(&help, "/answer", &[("value", "yes")]).is(200);
    }
    // A call helps whatever the reason is.
    if help.guides() == Seen::Remedy("call".into()) {
        help = browser.submit(&help, "/outcome", &[("outcome", "cannot_do")]).is(200);
    }
    let main = help.html().split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a main part");
    let path = flow.url.split("/f/").nth(1).expect("a token");
    let token = main.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let main = main.replace(path, "FLOW").replace(token.unwrap_or("no token"), "TOKEN");
    world.set_phone(AOI, json!({ "all_sms_rejection": false, "sms_contract": true }));
    main
}

#[test]
fn v5_a_guide_tells_strangers_no_reason() {
    // The carrier's receipt says "barred" of the one and "no such service" of the other.
    let refused = json!({ "carrier": "docomo", "system": "ios", "all_sms_rejection": true });
    let without = json!({ "carrier": "docomo", "system": "ios", "sms_contract": false });
    assert_eq!(said(&refused, false), said(&without, false));
    assert_ne!(said(&refused, true), said(&without, true), "whoever is known is led by it");
}
