//! A code by phone call: an SMS that does not arrive, a call by a route of its own, and the digits that it reads out.

use serde_json::{Value, json};

use crate::{
    receiver::Receiver,
    routes::gate,
    world::{AOI, HARUTO, Served, Verification, World, YUI, assert_quiet, done, eventually, minutes, seconds},
};

/// A fixed line, which gets no SMS.
const OFFICE: &str = "+81312345678";

/// A server with a gateway for SMS and one for calls, whose service offers calls.
fn served(sms: &Receiver, calls: &Receiver, more: &str) -> Served {
    let routes = [gate("sms", sms, ""), gate("voice", calls, &format!("channels = [\"call\"]\n{more}"))].concat();
    let served = Served::start(&routes);
    patch(&served, json!({ "calls": true, "calls_first": ["fixed_line"], "resend_after_ms": [1_000] }));
    served
}

/// Changes the rules of the server's service.
fn patch(served: &Served, policy: Value) {
    let service = done(&["service", "list", "--config", &served.config]);
    let service = service.split_whitespace().next().expect("there is one").to_owned();
    let admin = done(&["key", "create", "--config", &served.config, "--service", &service, "--scope", "admin"]);
    let policy = json!({ "policy": policy });
    served.call("PATCH", &format!("/v1/services/{service}")).key(&admin).json(&policy).send().is(200);
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
    served.call("POST", "/v1/verifications").json(&first).send().is_refused("call-not-offered");
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

/// Asks for a call in the demo, whose waits are those of a new service.
fn call_in(world: &World, verification: &Verification) {
    world.advance(seconds(30));
    let answer = world.post(&verification.path("/resend"), json!({ "channel": "call" })).is(200).json();
    assert_eq!(answer["channel"], "call");
}

/// From end to end, with the demo's own voice provider: what stops SMS stops no call.
#[test]
fn whom_no_sms_reaches_is_called_and_approved() {
    let world = World::new();
    world.set_phone(AOI, json!({ "carrier_filter": true }));
    let v = world.create(AOI);
    world.message_becomes(&v, "undelivered");
    call_in(&world, &v);
    let call = world.call_to(AOI);
    assert_eq!(call.from, "+81120000000", "the demo's call centre");
    world.message_becomes(&v, "delivered");
    world.check(&v, &call.code()).is_approved();
    world.no_sms_to(AOI);
    assert_eq!(world.calls_to(AOI, 0).as_array().expect("a list").len(), 1, "called once");
}

#[test]
fn a_call_that_nobody_hears_is_told_and_the_next_sms_comes() {
    let world = World::new();
    world.set_phone(YUI, json!({ "silences_unknown_callers": true }));
    let v = world.create(YUI);
    world.sms_to(YUI);
    call_in(&world, &v);
    assert_eq!(world.message_becomes(&v, "undelivered")["reason"], "unreachable");
    let missed = &world.calls_to(YUI, 0)[0];
    assert_eq!((&missed["heard"], &missed["text"]), (&json!(false), &json!(null)), "nothing is left on a voicemail");
    world.advance(seconds(60));
    world.resend(&v).is(200);
    world.check(&v, &world.sms_to(YUI).code()).is_approved();
}

/// Nobody is led to an SMS whose code that of the call has replaced.
#[test]
fn after_a_call_the_guide_looks_for_no_earlier_sms() {
    let world = World::new();
    world.set_phone(YUI, json!({ "silences_unknown_callers": true }));
    let v = world.create(YUI);
    world.sms_to(YUI);
    call_in(&world, &v);
    world.message_becomes(&v, "undelivered");
    world.advance(minutes(3));
    let told = json!({ "number_right": "yes", "phone": "iphone", "carrier": "docomo", "on_screen": "nothing", "other_sms": "yes" });
    let begin = json!({ "verification": v.id, "told": told });
    let step = world.post("/v1/guides/sms-not-arriving/sessions", begin).is(201).json()["step"].clone();
    assert_eq!((&step["cause"], &step["then"]), (&json!("send-again"), &json!("resend")), "{step}");
}

/// A number that no SMS reaches, where the service takes it.
#[test]
fn a_fixed_line_is_called_from_the_first_message_on() {
    let world = World::new();
    let begun = world.post("/v1/verifications", json!({ "to": OFFICE })).is(201).json();
    assert_eq!(begun["channel"], "call");
    let v = Verification { id: begun["id"].as_str().expect("an id").to_owned() };
    world.check(&v, &world.call_to(OFFICE).code()).is_approved();
    world.no_sms_to(OFFICE);
    let create = |to: &str, channel: &str| world.post("/v1/verifications", json!({ "to": to, "channel": channel }));
    create(OFFICE, "sms").is_refused("number-fixed-line");
    create(AOI, "call").is_refused("call-not-offered");
    world.post("/v1/verifications", json!({ "to": "+815012345678" })).is_refused("number-voip");
}

#[test]
fn a_number_is_corrected_to_a_fixed_line_which_is_called_again() {
    let world = World::new();
    let v = world.create(AOI);
    world.sms_to(AOI);
    world.advance(seconds(30));
    let corrected = world.post(&v.path("/resend"), json!({ "to": OFFICE })).is(200).json();
    assert_eq!(corrected["channel"], "call");
    let first = world.call_to(OFFICE);
    world.advance(seconds(60));
    assert_eq!(world.resend(&v).is(200).json()["channel"], "call", "whatever is asked for");
    let second = eventually("it is called again", || {
        let calls = world.calls_to(OFFICE, 0);
        (calls.as_array()?.len() == 2).then(|| world.call_to(OFFICE))
    });
    assert_ne!(second.code(), first.code());
    world.check(&v, &second.code()).is_approved();
}

#[test]
fn a_fixed_line_that_is_taken_no_longer_is_called_no_more() {
    let (sms, calls) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = served(&sms, &calls, "");
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": OFFICE })).send().is(201).json();
    calls.next();
    patch(&served, json!({ "calls_first": [] }));
    let path = format!("/v1/verifications/{}/resend", begun["id"].as_str().expect("an id"));
    eventually("the change is known", || {
        let answer = served.call("POST", &path).json(&json!({ "channel": "call" })).send();
        (answer.status == 422 && answer.problem()["type"].to_string().contains("number-fixed-line")).then_some(())
    });
    assert!(calls.so_far().is_empty());
    served.stop();
}

/// Without a route that calls fixed lines, they are what they were: numbers that get no SMS.
#[test]
fn a_fixed_line_that_no_route_calls_is_refused() {
    let (sms, calls) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = served(&sms, &calls, "number_types = [\"voip\"]\n");
    served.call("POST", "/v1/verifications").json(&json!({ "to": OFFICE })).send().is_refused("number-fixed-line");
    assert!(calls.so_far().is_empty());
    served.stop();
}

/// It waits for the call, offers another once nobody heard that, and never says to use a mobile number.
#[test]
fn the_guide_of_a_fixed_line_is_about_calls() {
    let world = World::new();
    world.set_phone(OFFICE, json!({ "silences_unknown_callers": true }));
    let begun = world.post("/v1/verifications", json!({ "to": OFFICE })).is(201).json();
    let v = Verification { id: begun["id"].as_str().expect("an id").to_owned() };
    let told = json!({ "number_right": "yes", "phone": "iphone", "number_kind": "mobile", "on_screen": "airplane" });
    let about = json!({ "verification": v.id, "told": told, "locale": "en" });
    let step = || {
        let opened = world.post("/v1/guides/sms-not-arriving/sessions", about.clone()).is(201).json();
        opened["step"].clone()
    };
    assert_eq!(step()["cause"], "wait-call");
    world.message_becomes(&v, "undelivered");
    world.advance(seconds(30));
    let call = step();
    assert_eq!((&call["cause"], &call["then"]), (&json!("call"), &json!("call")), "{call}");
    assert!(!call["steps"].to_string().contains("iPhone"), "it is no setting of the page's device: {call}");
    world.advance(minutes(11));
    assert_ne!(step()["then"], "call", "its time is over");
    let alone = json!({ "told": { "number_kind": "fixed_line", "country": "japan" }, "locale": "en" });
    let opened = world.post("/v1/guides/sms-not-arriving/sessions", alone).is(201).json();
    assert_eq!(opened["step"]["title"], "Have the code read to you on the landline", "the service calls them");
}

/// The demo's folder keeps calls; one from before there were any gets its secret.
#[test]
fn a_restart_keeps_calls_and_an_older_folder_learns_to_call() {
    let mut world = World::new();
    let v = world.create(AOI);
    call_in(&world, &v);
    let call = world.call_to(AOI);
    world.message_becomes(&v, "delivered");
    world.restart_around(|world| {
        let file = world.data.path().join("demo.toml");
        let kept = std::fs::read_to_string(&file).expect("it is there");
        let older: Vec<&str> = kept.lines().filter(|line| !line.starts_with("voice_secret")).collect();
        assert_eq!(older.len() + 1, kept.lines().count());
        std::fs::write(&file, older.join("\n")).expect("it is as it was before");
    });
    assert_eq!(world.call_to(AOI).text, call.text);
    world.check(&v, &call.code()).is_approved();
    let v = world.create(HARUTO);
    call_in(&world, &v);
    world.check(&v, &world.call_to(HARUTO).code()).is_approved();
}

/// A guide's session, asked on until a step is of this kind; `None` if a human comes first.
fn step_then(served: &Served, begin: &Value, then: &str) -> Option<(String, Value)> {
    let begun = served.call("POST", "/v1/guides/sms-not-arriving/sessions").json(begin).send().is(201).json();
    let path = format!("/v1/guides/sms-not-arriving/sessions/{}", begun["id"].as_str().expect("an id"));
    let mut step = begun["step"].clone();
    while step["kind"] != "contact" {
        if step["then"] == then {
            return Some((path, step));
        }
        let answer = match step["kind"].as_str() {
            Some("question") => json!({ "fact": step["fact"], "value": step["answers"][0]["value"] }),
            _ => json!({ "cause": step["cause"], "outcome": "passed_over" }),
        };
        step = served.call("POST", &format!("{path}/answers")).json(&answer).send().is(200).json()["step"].clone();
    }
    None
}

#[test]
fn the_guide_asks_for_the_call_and_waits_for_it() {
    let (sms, calls) = (Receiver::start(&[202]), Receiver::start(&[202]));
    let served = served(&sms, &calls, "");
    let told = json!({ "number_right": "yes", "phone": "iphone", "carrier": "docomo", "on_screen": "nothing", "other_sms": "yes" });
    let alone = json!({ "told": told, "locale": "en" });
    assert_eq!(step_then(&served, &alone, "call"), None, "nobody is called without a verification");
    let verification = begin(&served, AOI);
    sms.next();
    let id = verification.rsplit('/').next().expect("its id");
    let about = json!({ "verification": id, "told": told, "locale": "en" });
    let (path, step) = step_then(&served, &about, "call").expect("a step");
    let done = json!({ "cause": step["cause"], "outcome": "done" });
    let waits = eventually("the wait is over", || {
        let answer = served.call("POST", &format!("{path}/answers")).json(&done).send();
        (answer.status == 200).then(|| answer.json()["step"].clone())
    });
    assert_eq!((&waits["cause"], &waits["then"]), (&json!("wait-call"), &json!("wait")), "{waits}");
    let told = calls.next().json();
    assert_eq!((&told["channel"], &told["language"]), (&json!("call"), &json!("en")));
    let missed = json!({ "cause": "wait-call", "outcome": "not_helped" });
    let next = served.call("POST", &format!("{path}/answers")).json(&missed).send().is(200).json()["step"].clone();
    assert_ne!(next["cause"], "wait-call", "{next}");
    assert_eq!(served.call("GET", &verification).send().is(200).json()["channel"], "call");
    served.stop();
}
