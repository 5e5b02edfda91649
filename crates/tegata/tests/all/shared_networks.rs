//! `http.shared_networks` on a served installation: behind a carrier's addresses one person's limit is nobody else's
//! refusal (rule M1).

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{
    AOI, Answer, Browser, HARUTO, Page, RETURN_URL, Request, Served, World, YUI, done, eventually, route_to,
};

/// An installation behind a proxy on this machine, which knows a carrier's network; one message an address.
fn served(world: &World) -> Served {
    let networks = "trusted_proxies = [\"127.0.0.1\"]\nshared_networks = [\"198.51.100.0/24\", \"2001:db8::/32\"]\n";
    let mut served = Served::start(&format!("{networks}{}", route_to(world)));
    let (mut service, mut key) = (String::new(), String::new());
    served.restart_around(|served| {
        let listed = done(&["service", "list", "--config", &served.config]);
        listed.split(' ').next().expect("an id").clone_into(&mut service);
        key = done(&["key", "create", "--config", &served.config, "--service", &service, "--scope", "admin"]);
    });
    let settings = json!({
        "return_urls": [RETURN_URL],
        "policy": { "sources": { "address_per_10_minutes": 1, "account_per_day": 1 } },
    });
    let path = format!("{}/v1/services/{service}", served.url);
    Request::new("PATCH", &path).key(&key).json(&settings).send().is(200);
    served
}

fn ask(served: &Served, to: &str, end_user: Value) -> Answer {
    let body = json!({ "to": to, "end_user": end_user });
    served.call("POST", "/v1/verifications").json(&body).send()
}

#[test]
fn m1_behind_a_shared_network_a_message_waits_and_its_code_is_good() {
    let world = World::new();
    let served = served(&world);
    ask(&served, AOI, json!({ "ip": "198.51.100.7" })).is(201);
    world.sms_to(AOI);
    let asked = Instant::now();
    let held = ask(&served, HARUTO, json!({ "ip": "198.51.100.7" })).is(201).json();
    let path = format!("/v1/verifications/{}", held["id"].as_str().expect("an id"));
    let message = served.call("GET", &path).send().is(200).json()["message"].clone();
    assert_eq!((&message["state"], &message["eta_seconds"]), (&json!("queued"), &json!(10)), "{message}");
    let sms = world.sms_to(HARUTO);
    assert!(asked.elapsed() >= Duration::from_secs(9), "it was held back: {:?}", asked.elapsed());
    let check = served.call("POST", &format!("{path}/check")).json(&json!({ "code": sms.code() })).send();
    check.is_approved();
    // Elsewhere the same is refused, and so is an account wherever it is.
    ask(&served, YUI, json!({ "ip": "203.0.113.7", "account": "a" })).is(201);
    ask(&served, "+819022222201", json!({ "ip": "203.0.113.7" })).is_refused("busy");
    ask(&served, "+819022222201", json!({ "ip": "198.51.100.9", "account": "a" })).is_refused("busy");
    ask(&served, "+819022222201", json!({ "ip": "2001:db8:1::1" })).is(201);
    ask(&served, "+819022222202", json!({ "ip": "2001:db8:1::1" })).is(201);
    served.wait_for_queue();
    served.stop();
}

/// Asks for a code on a page, as somebody whom the proxy has seen at this address; without an address, at the proxy's own.
fn ask_on_a_page(served: &Served, number: &str, forwarded: &str) -> Page {
    let body = json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s" });
    let flow = served.call("POST", "/v1/flows").json(&body).send().is(201).json();
    let mut browser = Browser::new();
    let page = browser.open(flow["url"].as_str().expect("an address")).is(200);
    let (url, mut fields) = page.form("/number").expect("the form");
    fields.retain(|(name, _)| name == "form_token");
    fields.extend([("country", "JP"), ("number", number)].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.go(&url, Request::new("POST", &url).form(&fields).header("X-Forwarded-For", forwarded))
}

#[test]
fn m1_a_person_on_a_page_behind_a_shared_network_is_told_to_wait() {
    let world = World::new();
    let served = served(&world);
    assert!(ask_on_a_page(&served, "090-1234-5678", "198.51.100.7").is(200).asks_for("code"));
    world.sms_to(AOI);
    let waits = ask_on_a_page(&served, "080-1234-5678", "198.51.100.7").is(200);
    assert!(waits.asks_for("code") && waits.html().contains("あと10秒ほど"), "{waits:?}");
    // What a browser writes to the left of what the proxy saw counts for nothing.
    ask_on_a_page(&served, "070-1234-5678", "203.0.113.7").is(200);
    ask_on_a_page(&served, "090-2222-2201", "198.51.100.7, 203.0.113.7").is(429);
    eventually("the held message comes", || world.try_sms_to(HARUTO, 1_000));
    served.wait_for_queue();
    served.stop();
}
