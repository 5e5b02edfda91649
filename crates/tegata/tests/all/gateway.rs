//! The HTTP provider, with a gateway of the test's own: it takes the signed call, checks the signature by itself, and
//! posts a signed receipt back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    receiver::{NOTHING, Receiver, signature},
    world::{AOI, HARUTO, Request, Served, assert_quiet, eventually},
};

const KEY: [u8; 32] = [7; 32];

/// A served installation whose only route is this gateway.
fn served(gateway: &Receiver) -> Served {
    let (url, secret) = (&gateway.url, format!("whsec_{}", STANDARD.encode(KEY)));
    Served::start(&format!(
        "[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{url}\"\nsecret = \"{secret}\"\nsender = \"Minato\"\n"
    ))
}

/// A receipt as a gateway posts it.
fn receipt(url: &str, timestamp: &str, state: &str, key: &[u8]) -> Request {
    receipt_of(url, timestamp, &json!({ "state": state }), key)
}

fn receipt_of(url: &str, timestamp: &str, body: &Value, key: &[u8]) -> Request {
    let body = body.to_string();
    let request = Request::new("POST", url).body("application/json", &body);
    let request = request.header("webhook-id", "r1").header("webhook-timestamp", timestamp);
    request.header("webhook-signature", signature(key, "r1", timestamp, &body))
}

fn create(served: &Served) -> String {
    create_to(served, AOI)
}

fn create_to(served: &Served, to: &str) -> String {
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": to })).send().is(201).json();
    begun["id"].as_str().expect("an id").to_owned()
}

/// Stops it; what a gateway refused is in the log.
fn stop_after_refusals(served: Served) {
    let Served { mut process, .. } = served;
    let log = process.stop();
    assert_quiet(&log, true);
    assert!(log.iter().any(|line| line.contains("the provider refused messages")), "{log:#?}");
}

fn state(served: &Served, id: &str) -> Value {
    served.call("GET", &format!("/v1/verifications/{id}")).send().is(200).json()["message"]["state"].clone()
}

fn reason(served: &Served, id: &str) -> Value {
    served.call("GET", &format!("/v1/verifications/{id}")).send().is(200).json()["message"]["reason"].clone()
}

fn becomes(served: &Served, id: &str, wanted: &str) {
    eventually(&format!("the message is {wanted}"), || (state(served, id) == wanted).then_some(()));
}

#[test]
fn d1_a_signed_call_and_a_signed_receipt() {
    let gateway = Receiver::start(&[200]);
    let served = served(&gateway);
    let id = create(&served);
    let call = gateway.next();
    let timestamp = call.header("webhook-timestamp").to_owned();
    assert_eq!(call.header("webhook-signature"), signature(&KEY, call.header("webhook-id"), &timestamp, &call.body));
    let told = call.json();
    assert_eq!(
        (&told["to"], &told["from"], &told["id"]),
        (&json!(AOI), &json!("Minato"), &json!(call.header("webhook-id")))
    );
    assert!((1..=600).contains(&told["valid_seconds"].as_i64().expect("how long")), "{told}");
    becomes(&served, &id, "submitted");
    let url = told["receipt_url"].as_str().expect("where to").to_owned();
    assert!(url.starts_with(&format!("{}/receipts/gate/msg_", served.url)), "{url}");
    let (path, token) = url.rsplit_once('/').expect("it ends in a token");
    let stale = (timestamp.parse::<i64>().expect("seconds") - 301).to_string();
    let wrong = [
        receipt(&url, &timestamp, "delivered", &[8; 32]),
        receipt(&url, &stale, "delivered", &KEY),
        receipt(&url, "soon", "delivered", &KEY),
        receipt(&url, &timestamp, "delivered", &KEY).body("application/json", r#"{"state":"undelivered"}"#),
        receipt(&url, &timestamp, "delivered", &KEY).header("webhook-signature", "v1,"),
        receipt(&format!("{path}/{}", "0".repeat(token.len())), &timestamp, "delivered", &KEY),
        receipt(&format!("{path}/"), &timestamp, "delivered", &KEY),
        receipt(&url.replace("/gate/", "/other/"), &timestamp, "delivered", &KEY),
        receipt(&format!("{}/receipts/gate/{id}/{token}", served.url), &timestamp, "delivered", &KEY),
    ];
    for attempt in wrong {
        attempt.send().is_refused("not-found");
    }
    assert_eq!(state(&served, &id), "submitted", "nothing changed");
    receipt(&url, &timestamp, "read", &KEY).send().is_refused("bad-request");
    receipt(&url, &timestamp, "delivered", &KEY).send().is(204);
    becomes(&served, &id, "delivered");
    receipt(&url, &timestamp, "undelivered", &KEY).send().is(204);
    receipt(&url, &timestamp, "delivered", &KEY).send().is(204);
    assert_eq!(state(&served, &id), "delivered", "final states stand");
    let code = told["text"].as_str().and_then(|text| text.rsplit_once('#')).expect("a code").1;
    let path = format!("/v1/verifications/{id}/check");
    served.call("POST", &path).json(&json!({ "code": code })).send().is_approved();
    served.stop();
}

/// A reason is for what did not arrive, and of those that a gateway can know.
#[test]
fn a_receipt_that_contradicts_itself_is_refused() {
    let gateway = Receiver::start(&[200]);
    let served = served(&gateway);
    let id = create(&served);
    let call = gateway.next();
    becomes(&served, &id, "submitted");
    let url = call.json()["receipt_url"].as_str().expect("where to").to_owned();
    let says = |state: &str, reason: &str| {
        let body = json!({ "state": state, "reason": reason });
        receipt_of(&url, call.header("webhook-timestamp"), &body, &KEY).send()
    };
    for (state, reason) in [
        ("delivered", "unreachable"),
        ("submitted", "unknown"),
        ("undelivered", "unconfirmed"),
        ("undelivered", "no_route"),
    ] {
        says(state, reason).is_refused("bad-request");
    }
    assert_eq!(state(&served, &id), "submitted", "nothing changed");
    says("undelivered", "deleted").is(204);
    assert_eq!((state(&served, &id), reason(&served, &id)), (json!("undelivered"), json!("deleted")));
    served.stop();
}

#[test]
fn a_gateway_that_is_busy_is_asked_again() {
    let gateway = Receiver::start(&[503, 429, 202]);
    let served = served(&gateway);
    let id = create(&served);
    let calls = [gateway.next(), gateway.next(), gateway.next()];
    assert!(calls.iter().all(|call| call.json()["id"] == calls[0].json()["id"]), "one message, one id");
    becomes(&served, &id, "submitted");
    served.stop();
}

/// One line as it begins to fail and one as it works again, however many messages it is tried with.
#[test]
fn a_gateway_that_fails_is_told_of_once_and_so_is_its_return() {
    let gateway = Receiver::start(&[503, 502, 202]);
    let served = served(&gateway);
    let id = create(&served);
    (0..3).for_each(|_| drop(gateway.next()));
    becomes(&served, &id, "submitted");
    let log = served.stop();
    let said = |part: &str| log.iter().filter(|line| line.contains(part)).count();
    assert_eq!(said("WARN"), 1, "{log:#?}");
    assert_eq!((said("it answers 503"), said("get through by this route again")), (1, 1), "{log:#?}");
}

/// Whatever keeps messages from going out, the log has the reason, of each route.
#[test]
fn why_a_gateway_cannot_be_reached_is_told() {
    let (foreign, silent) = (Receiver::secured(&[200]), Receiver::answering(vec![NOTHING]));
    let route = |(name, url): (&str, &str)| {
        let secret = format!("whsec_{}", STANDARD.encode(KEY));
        format!(
            "[[routes]]\nkind = \"http\"\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"{secret}\"\ntimeout_ms = 1500\n"
        )
    };
    let routes = [
        ("closed", "http://127.0.0.1:1/messages"),
        ("nameless", "https://gateway.invalid/messages"),
        ("foreign", &foreign.url),
        ("silent", &silent.url),
    ];
    let served = Served::start(&routes.map(route).concat());
    let id = create(&served);
    becomes(&served, &id, "submitted");
    assert_eq!(reason(&served, &id), "unconfirmed", "by the last, which may have it");
    let log = served.stop();
    for (route, problem) in [
        ("closed", "Connection refused"),
        ("nameless", "lookup"),
        ("foreign", "certificate"),
        ("silent", "no answer within 1500 ms"),
    ] {
        let told: Vec<&String> = log.iter().filter(|line| line.contains(&format!("route=\"{route}\""))).collect();
        assert!(told.len() == 1 && told[0].contains(problem), "{route}: {log:#?}");
    }
    assert!(!log.iter().any(|line| line.contains("/messages")), "an address may hold a secret: {log:#?}");
}

#[test]
fn a_number_that_the_gateway_does_not_know_is_undelivered() {
    let gateway = Receiver::start(&[422]);
    let served = served(&gateway);
    let id = create(&served);
    gateway.next();
    becomes(&served, &id, "undelivered");
    assert_eq!(reason(&served, &id), "no_such_subscriber");
    served.stop();
}

/// A path that is nobody's says nothing of the number.
#[test]
fn a_wrong_path_is_told_to_the_operator_and_to_no_person() {
    let gateway = Receiver::start(&[404]);
    let served = served(&gateway);
    let id = create(&served);
    gateway.next();
    becomes(&served, &id, "undelivered");
    assert_eq!(reason(&served, &id), "rejected_by_carrier");
    stop_after_refusals(served);
}

/// A proxy before a gateway may say no to what the gateway took.
#[test]
fn d1_what_was_refused_and_arrived_is_delivered() {
    let gateway = Receiver::start(&[400]);
    let served = served(&gateway);
    let id = create(&served);
    let call = gateway.next();
    becomes(&served, &id, "undelivered");
    let (url, timestamp) = (call.json()["receipt_url"].clone(), call.header("webhook-timestamp"));
    let says = |state: &str| receipt(url.as_str().expect("where to"), timestamp, state, &KEY).send().is(204);
    for what in ["submitted", "undelivered"] {
        says(what);
        assert_eq!((state(&served, &id), reason(&served, &id)), (json!("undelivered"), json!("rejected_by_carrier")));
    }
    says("delivered");
    assert_eq!(state(&served, &id), "delivered", "what was acknowledged is applied");
    stop_after_refusals(served);
}

#[test]
fn d1_who_did_not_take_a_message_tells_only_that_it_arrived() {
    let (first, second) = (Receiver::start(&[422]), Receiver::start(&[202]));
    let route = |name: &str, gateway: &Receiver| {
        let (url, secret) = (&gateway.url, format!("whsec_{}", STANDARD.encode(KEY)));
        format!("[[routes]]\nkind = \"http\"\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"{secret}\"\n")
    };
    let served = Served::start(&[route("first", &first), route("second", &second)].concat());
    for (to, teller, end) in [(AOI, "second", "undelivered"), (HARUTO, "first", "delivered")] {
        let id = create_to(&served, to);
        let calls = [("first", first.next()), ("second", second.next())];
        becomes(&served, &id, "submitted");
        let says = |route: &str, state: &str| {
            let call = &calls.iter().find(|(name, _)| *name == route).expect("it was called").1;
            let url = call.json()["receipt_url"].as_str().expect("where to").to_owned();
            receipt(&url, call.header("webhook-timestamp"), state, &KEY).send().is(204);
        };
        says("first", "undelivered");
        assert_eq!(state(&served, &id), "submitted", "the other one has it");
        says(teller, end);
        assert_eq!(state(&served, &id), end);
    }
    served.stop();
}

#[test]
fn a_receipt_tells_of_a_message_whose_answer_was_lost() {
    let gateway = Receiver::answering(vec![NOTHING]);
    let (url, secret) = (&gateway.url, format!("whsec_{}", STANDARD.encode(KEY)));
    let served = Served::start(&format!(
        "[[routes]]\nkind = \"http\"\nname = \"gate\"\nurl = \"{url}\"\nsecret = \"{secret}\"\ntimeout_ms = 500\n"
    ));
    let id = create(&served);
    let call = gateway.next();
    becomes(&served, &id, "submitted");
    gateway.hears_nothing();
    let url = call.json()["receipt_url"].as_str().expect("where to").to_owned();
    receipt(&url, call.header("webhook-timestamp"), "delivered", &KEY).send().is(204);
    becomes(&served, &id, "delivered");
    served.stop();
}
