//! A code by phone call: an SMS that does not arrive, a call by a route of its own, and the digits that it reads out.

use serde_json::{Value, json};

use crate::{
    receiver::Receiver,
    routes::gate,
    world::{AOI, Served, assert_quiet, done, eventually},
};

/// A server with a gateway for SMS and one for calls, whose service offers calls.
fn served(sms: &Receiver, calls: &Receiver, more: &str) -> Served {
    let routes = [gate("sms", sms, ""), gate("voice", calls, &format!("channels = [\"call\"]\n{more}"))].concat();
    let served = Served::start(&routes);
    let service = done(&["service", "list", "--config", &served.config]);
    let service = service.split_whitespace().next().expect("there is one").to_owned();
    let admin = done(&["key", "create", "--config", &served.config, "--service", &service, "--scope", "admin"]);
    let policy = json!({ "policy": { "calls": true, "resend_after_ms": [1_000] } });
    served.call("PATCH", &format!("/v1/services/{service}")).key(&admin).json(&policy).send().is(200);
    served
}

fn begin(served: &Served, to: &str) -> String {
    let begun =
        served.call("POST", "/v1/verifications").json(&json!({ "to": to, "locale": "en" })).send().is(201).json();
    assert_eq!(begun["channel"], "sms");
    format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"))
}

/// Asks for a call as soon as it may be asked for.
fn call(served: &Served, path: &str) -> Value {
    eventually("the wait is over", || {
        let answer = served.call("POST", &format!("{path}/resend")).json(&json!({ "channel": "call" })).send();
        (answer.status == 200).then(|| answer.json())
    })
}

#[test]
fn a_code_is_read_out_in_a_call_by_the_route_for_calls() {
    let (sms, calls) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = served(&sms, &calls, "");
    let path = begin(&served, AOI);
    let told = sms.next().json();
    assert_eq!((&told["channel"], &told["language"]), (&json!("sms"), &json!("en")));
    assert_eq!(call(&served, &path)["channel"], "call");
    let told = calls.next().json();
    assert_eq!((&told["channel"], &told["language"], &told["to"]), (&json!("call"), &json!("en"), &json!(AOI)));
    let text = told["text"].as_str().expect("what to read out");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    assert_eq!((digits.len(), &digits[..6]), (12, &digits[6..]), "twice: {text}");
    assert!(!text.contains(&digits[..6]), "digit by digit: {text}");
    eventually("the call is handed over", || {
        let message = served.call("GET", &path).send().is(200).json()["message"].clone();
        (message["state"] == "submitted").then_some(())
    });
    served.call("POST", &format!("{path}/check")).json(&json!({ "code": &digits[..6] })).send().is_approved();
    assert!(sms.so_far().is_empty() && calls.so_far().is_empty(), "one SMS and one call");
    served.stop();
}

/// The API says so before anything is spent, in the caller's language.
#[test]
fn a_call_that_cannot_be_made_is_refused() {
    let (sms, calls) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = served(&sms, &calls, "countries = [\"US\"]\n");
    let path = begin(&served, AOI);
    let resend = |body: Value| served.call("POST", &format!("{path}/resend")).json(&body).send();
    resend(json!({ "channel": "call" })).is_refused("call-not-offered");
    resend(json!({ "channel": "fax" })).is_refused("bad-request");
    resend(json!({ "channel": null })).is_refused("bad-request");
    let first = json!({ "to": AOI, "channel": "call", "context": "another" });
    served.call("POST", "/v1/verifications").json(&first).send().is_refused("bad-request");
    assert!(calls.so_far().is_empty());
    served.stop();
}

/// While the voice gateway is down SMS go on, and a call is told as waiting.
#[test]
fn calls_that_wait_keep_no_sms_waiting() {
    let (sms, calls) = (Receiver::start(&[202]), Receiver::start(&[503]));
    let served = served(&sms, &calls, "");
    let path = begin(&served, AOI);
    sms.next();
    call(&served, &path);
    calls.next();
    for nth in 0..20 {
        begin(&served, &format!("+8190555508{nth:02}"));
    }
    for _ in 0..20 {
        sms.next();
    }
    let message = served.call("GET", &path).send().is(200).json()["message"].clone();
    assert_eq!(message["state"], "queued");
    let Served { mut process, .. } = served;
    assert_quiet(&process.stop(), true);
}
