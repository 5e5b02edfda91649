//! A route by Twilio's API, with a stand-in that takes what the published API takes, says what it says, and calls back
//! with its signature, written down a second time.

use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{
    receiver::{Call, NOTHING, Receiver, Says},
    world::{AOI, Request, Served, assert_quiet, eventually, run},
};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const KEY: &str = "SKfedcba9876543210fedcba9876543210";
const TOKEN: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// As the API answers a message that it takes.
const TAKEN: Says = Says { status: 201, head: "", body: r#"{"sid": "SM1", "status": "queued", "error_code": null}"# };
const NO_NUMBER: Says = Says {
    status: 400,
    head: "",
    body: r#"{"code": 21211, "message": "The 'To' number is not a valid phone number.", "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400}"#,
};
const TOO_MANY: Says = Says {
    status: 429,
    head: "Retry-After: 2\r\n",
    body: r#"{"code": 20429, "message": "Too many requests", "status": 429}"#,
};
const QUEUE_FULL: Says = Says { status: 400, head: "", body: r#"{"code": 21611, "status": 400}"# };
const UNAVAILABLE: Says = Says { status: 503, head: "", body: r#"{"code": 20503, "status": 503}"# };
const INTERNAL: Says = Says { status: 500, head: "", body: r#"{"code": 20500, "status": 500}"# };
const UNAUTHORIZED: Says = Says { status: 401, head: "", body: r#"{"code": 20003, "status": 401}"# };

fn route(name: &str, api: &Receiver, more: &str) -> String {
    route_from("+15005550006", name, api, more)
}

fn route_from(sender: &str, name: &str, api: &Receiver, more: &str) -> String {
    format!(
        "[[routes]]\nkind = \"twilio\"\nname = \"{name}\"\naccount = \"{ACCOUNT}\"\nauth_token = \"{TOKEN}\"\n\
         sender = \"{sender}\"\nbase_url = \"{}\"\n{more}",
        api.origin()
    )
}

fn create(served: &Served) -> String {
    let begun = served.call("POST", "/v1/verifications").json(&serde_json::json!({ "to": AOI })).send().is(201).json();
    format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"))
}

fn message(served: &Served, path: &str) -> Value {
    served.call("GET", path).send().is(200).json()["message"].clone()
}

fn becomes(served: &Served, path: &str, state: &str, reason: Option<&str>) {
    eventually(&format!("the message is {state}, {reason:?}"), || {
        let message = message(served, path);
        (message["state"] == state && message["reason"].as_str() == reason).then_some(())
    });
}

/// The pairs of a form.
fn form(call: &Call) -> Vec<(String, String)> {
    form_urlencoded::parse(call.body.as_bytes()).into_owned().collect()
}

fn value(call: &Call, name: &str) -> String {
    let pair = form(call).into_iter().find(|(known, _)| known == name);
    pair.unwrap_or_else(|| panic!("no {name} in {}", call.body)).1
}

/// `X-Twilio-Signature`.
fn signature(token: &str, url: &str, form: &[(&str, &str)]) -> String {
    let mut sorted = form.to_vec();
    sorted.sort_unstable();
    let text = sorted.into_iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

/// A call-back as Twilio posts it.
fn says(url: &str, status: &str, code: Option<&str>, token: &str) -> Request {
    let mut pairs = vec![
        ("SmsSid", "SM1"),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", AOI),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("From", "+15005550006"),
        ("ApiVersion", "2010-04-01"),
    ];
    pairs.extend(code.map(|code| ("ErrorCode", code)));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let request = Request::new("POST", url).body("application/x-www-form-urlencoded", &body);
    request.header("X-Twilio-Signature", signature(token, url, &pairs))
}

#[test]
fn a_message_goes_as_the_api_is_published_and_a_signed_call_back_tells_of_it() {
    let api = Receiver::answering(vec![TAKEN]);
    let served = Served::start(&route("twilio", &api, &format!("key = \"{KEY}\"\nkey_secret = \"secret\"\n")));
    let path = create(&served);
    let call = api.next();
    assert_eq!(call.line, format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"));
    assert_eq!(call.header("authorization"), format!("Basic {}", STANDARD.encode(format!("{KEY}:secret"))));
    assert_eq!(call.header("content-type"), "application/x-www-form-urlencoded");
    let names: Vec<String> = form(&call).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["To", "From", "Body", "ValidityPeriod", "StatusCallback"]);
    assert!(
        call.body.starts_with("To=%2B819012345678&From=%2B15005550006&Body=%E3%81%BF%E3%81%AA%E3%81%A8+"),
        "{}",
        call.body
    );
    assert!(call.body.contains("%0A%40127.0.0.1+%23"), "{}", call.body);
    assert!((580..=600).contains(&value(&call, "ValidityPeriod").parse::<i64>().expect("seconds")));
    let address = value(&call, "StatusCallback");
    assert!(call.body.ends_with(&format!("&StatusCallback={}", address.replace(':', "%3A").replace('/', "%2F"))));
    let rest = address.strip_prefix(&format!("{}/receipts/twilio/", served.url)).expect("our address");
    assert!(!rest.contains('_') && rest.len() == 26 + 1 + 64, "{rest}");
    becomes(&served, &path, "submitted", None);
    says(&address, "queued", None, TOKEN).send().is(204);
    says(&address, "sent", None, TOKEN).send().is(204);
    becomes(&served, &path, "submitted", None);
    says(&address, "delivered", None, TOKEN).send().is(204);
    becomes(&served, &path, "delivered", None);
    // What comes again, and what comes too late, changes nothing.
    says(&address, "delivered", None, TOKEN).send().is(204);
    says(&address, "undelivered", Some("30003"), TOKEN).send().is(204);
    assert_eq!(message(&served, &path)["state"], "delivered", "final states stand");
    served.stop();
}

#[test]
fn d1_a_call_back_is_believed_only_with_its_address_and_its_signature() {
    let api = Receiver::answering(vec![TAKEN]);
    let served = Served::start(&[route("twilio", &api, ""), route("other", &api, "")].concat());
    let path = create(&served);
    let address = value(&api.next(), "StatusCallback");
    becomes(&served, &path, "submitted", None);
    let (of_message, token) = address.rsplit_once('/').expect("it ends in a token");
    let elsewhere = [
        format!("{of_message}/{}", "0".repeat(token.len())),
        address.replace("/twilio/", "/other/"),
        address.replace("/twilio/", "/third/"),
        address.replace(of_message.rsplit('/').next().expect("a message"), "01h455vb4pex5vsknk084sn02q"),
    ];
    for wrong in elsewhere {
        says(&wrong, "delivered", None, TOKEN).send().is_refused("not-found");
    }
    let right = |status: &str| says(&address, status, None, TOKEN);
    for wrong in [
        says(&address, "delivered", None, "another token altogether"),
        right("delivered").header("X-Twilio-Signature", signature(TOKEN, &address, &[("MessageStatus", "delivered")])),
        right("delivered").header("X-Twilio-Signature", ""),
        right("delivered").header("X-Twilio-Signature", "nonsense"),
        right("sent").body("application/x-www-form-urlencoded", "MessageStatus=delivered"),
    ] {
        wrong.send().is_refused("not-found");
    }
    assert_eq!(message(&served, &path)["state"], "submitted", "nothing changed");
    // Signed for the address without its port, as it comes to some.
    let port = served.url.rsplit(':').next().expect("a port");
    let bare = address.replace(&format!(":{port}"), "");
    let pairs = [("MessageStatus", "undelivered"), ("ErrorCode", "30005")];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let request = Request::new("POST", &address).body("application/x-www-form-urlencoded", &body);
    request.header("X-Twilio-Signature", signature(TOKEN, &bare, &pairs)).send().is(204);
    becomes(&served, &path, "undelivered", Some("no_such_subscriber"));
    served.stop();
}

#[test]
fn a_number_that_is_refused_is_undelivered_with_the_reason() {
    let api = Receiver::answering(vec![NO_NUMBER]);
    let served = Served::start(&route("twilio", &api, ""));
    let path = create(&served);
    let call = api.next();
    assert_eq!(
        call.header("authorization"),
        format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"))),
        "without a key, the account's own"
    );
    becomes(&served, &path, "undelivered", Some("no_such_subscriber"));
    api.hears_nothing();
    says(&value(&call, "StatusCallback"), "delivered", None, TOKEN).send().is(204);
    becomes(&served, &path, "delivered", None);
    served.stop();
}

#[test]
fn who_asks_for_less_gets_the_message_later() {
    let api = Receiver::answering(vec![TOO_MANY, QUEUE_FULL, TAKEN]);
    let service = "MG0123456789abcdef0123456789abcdef";
    let served = Served::start(&route_from(service, "twilio", &api, ""));
    let began = Instant::now();
    let path = create(&served);
    let first = api.next();
    assert_eq!(value(&first, "MessagingServiceSid"), service);
    assert!(form(&first).iter().all(|(name, _)| name != "From"), "{}", first.body);
    assert_eq!(value(&api.next(), "StatusCallback"), value(&first, "StatusCallback"), "the same message");
    assert!(began.elapsed() >= Duration::from_secs(2), "it was left alone for as long as it asked");
    assert_eq!(value(&api.next(), "StatusCallback"), value(&first, "StatusCallback"), "and still the same");
    becomes(&served, &path, "submitted", None);
    served.stop();
}

#[test]
fn another_route_takes_what_this_one_surely_did_not_take() {
    for (no, told) in [(UNAVAILABLE, "it answers 503"), (UNAUTHORIZED, "it does not know our credentials")] {
        let (first, second) = (Receiver::answering(vec![no]), Receiver::answering(vec![TAKEN]));
        let served = Served::start(&[route("first", &first, ""), route("second", &second, "")].concat());
        let path = create(&served);
        first.next();
        second.next();
        becomes(&served, &path, "submitted", None);
        let Served { mut process, .. } = served;
        let log = process.stop();
        assert_quiet(&log, true);
        assert!(log.iter().any(|line| line.contains("WARN") && line.contains(told)), "{log:#?}");
        assert!(!log.iter().any(|line| line.contains(TOKEN)), "{log:#?}");
    }
}

/// Twilio has no ids of ours by which a second call would be the first one again: an error that leaves open whether the
/// message was taken is as no answer at all.
#[test]
fn what_may_have_been_taken_is_not_sent_again_and_a_call_back_tells() {
    for says_this in [INTERNAL, NOTHING] {
        let (first, second) = (Receiver::answering(vec![says_this]), Receiver::answering(vec![TAKEN]));
        let timeout = "timeout_ms = 500\n";
        let served = Served::start(&[route("first", &first, timeout), route("second", &second, "")].concat());
        let path = create(&served);
        let address = value(&first.next(), "StatusCallback");
        becomes(&served, &path, "submitted", Some("unconfirmed"));
        first.hears_nothing();
        second.hears_nothing();
        says(&address, "delivered", None, TOKEN).send().is(204);
        becomes(&served, &path, "delivered", None);
        served.stop();
    }
}

#[test]
fn doctor_asks_whether_the_account_knows_us() {
    let api = Receiver::answering(vec![Says { status: 200, head: "", body: r#"{"messages": []}"# }, UNAUTHORIZED]);
    let served = Served::start(&route("twilio", &api, ""));
    let examined = || String::from_utf8(run(&["doctor", "--config", &served.config]).stdout).expect("UTF-8");
    let said = examined();
    assert!(said.contains("ok       route twilio: it answers, after "), "{said}");
    let asked = format!("GET /2010-04-01/Accounts/{ACCOUNT}/Messages.json?DateSent=2000-01-01&PageSize=1 HTTP/1.1");
    assert_eq!(api.next().line, asked);
    let said = examined();
    assert!(said.contains("WRONG    route twilio: it answers 401 → see `account` and `auth_token`"), "{said}");
    served.stop();
}
