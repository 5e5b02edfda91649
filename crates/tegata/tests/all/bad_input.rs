//! Every field hostile, every form of nonsense: a problem document, never a fault of ours.

use serde_json::{Value, json};

use crate::world::{AOI, Answer, World};

/// JSON texts that somebody may put where another value belongs.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        r#""\u0000""#,
        r#""a\u0000b""#,
        r#""\ud800""#,
        r#""\udc00x""#,
        "\"\u{202e}87654321090\u{200f}\"",
        "\"😀👨‍👩‍👧\"",
        r#""'; DROP TABLE verification; --""#,
        r#""<script>alert(1)</script>""#,
        r#""../../../etc/passwd""#,
        r#""x\r\nSet-Cookie: a=b""#,
        r#""""#,
        "null",
        "true",
        "0",
        "-1",
        "1e308",
        "18446744073709551616",
        "[]",
        "{}",
        r#"{"$gt": ""}"#,
    ]
    .map(str::to_owned)
    .into();
    texts.push(format!("\"{}\"", "長".repeat(15_000)));
    texts.push(format!("{}{}", "[".repeat(500), "]".repeat(500)));
    texts
}

/// Every value with one of its parts replaced by a mark: the places where hostile texts go.
fn marked(value: &Value) -> Vec<Value> {
    let mut places = vec![json!("@mark@")];
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                for changed in marked(member) {
                    let mut all = members.clone();
                    all.insert(name.clone(), changed);
                    places.push(Value::Object(all));
                }
            }
        }
        Value::Array(items) => {
            for (nth, item) in items.iter().enumerate() {
                for changed in marked(item) {
                    let mut all = items.clone();
                    all[nth] = changed;
                    places.push(Value::Array(all));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places
}

/// A yes, or a whole problem that is no fault of ours.
#[track_caller]
fn is_sound(answer: &Answer, asked: &str) {
    assert!(answer.status < 500, "{asked}: {answer:?}");
    if answer.status >= 400 {
        answer.problem();
    }
}

#[test]
fn d3_no_hostile_value_in_any_field_of_any_call_is_a_fault() {
    let world = World::new();
    let hostile = hostile();
    for call in world.calls() {
        for body in call.body.iter().flat_map(marked) {
            let shape = body.to_string();
            for text in &hostile {
                let asked = shape.replace("\"@mark@\"", text);
                let answer = world.call(&call.method, &call.path).body("application/json", &asked).send();
                is_sound(&answer, &format!("{} {} {asked:.300}", call.method, call.template));
                let unstorable = [r"\u0000", r"\ud800", r"\udc00"].iter().any(|part| text.contains(part));
                assert!(!unstorable || answer.status >= 400, "{asked}: {answer:?}");
            }
        }
    }
    world.check(&world.create_with(json!({ "to": crate::world::YUI, "known": true })), "000").is_refused("bad-request");
}

#[test]
fn malformed_bodies_are_refused_with_what_is_wrong() {
    let world = World::new();
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\"+819012345678\"",
        b"{}",
        br#"{"to": "+819012345678"} x"#,
        br#"{"to": "+819012345678"}{}"#,
        br#"{"to": "+819012345678", "to": "+818012345678"}"#,
        br#"{"to": "+819012345678", "brand": "x"}"#,
        b"{\"to\": \"\xff\xfe\"}",
        b"\xef\xbb\xbf{\"to\": \"+819012345678\"}",
    ];
    for body in bodies {
        world.call("POST", "/v1/verifications").body("application/json", body).send().is_refused("bad-request");
    }
    let wrong = world.post("/v1/verifications", json!({ "to": AOI, "end_user": { "ip": "here" } }));
    assert_eq!(wrong.is_refused("bad-request")["field"], "end_user.ip");
    let list = world.post("/v1/verifications", json!({ "to": AOI, "end_user": ["203.0.113.7", "account"] }));
    assert_eq!(list.is_refused("bad-request")["field"], "end_user", "serde reads lists as structures");
    let checked = json!({ "code": "123456", "end_user": ["203.0.113.7", "account"] });
    let path = "/v1/verifications/ver_00000000000000000000000000/check";
    assert_eq!(world.post(path, checked).is_refused("bad-request")["field"], "end_user", "in checks too");
    for (field, list) in [("policy", json!([7])), ("contacts", json!([["phone", "窓口", "Desk"]]))] {
        let made = world.post("/v1/services", json!({ "brand": "みなと", (field): list }));
        let named = made.is_refused("bad-request")["field"].clone();
        assert!(named.as_str().is_some_and(|named| named.starts_with(field)), "{named}");
    }
    let long = world.post("/v1/verifications", json!({ "to": AOI, "context": "x".repeat(201) }));
    assert_eq!(long.is_refused("bad-request")["field"], "context");
    assert_eq!(world.metric("tegata_verifications_created_total"), Some(0.0));
}

#[test]
fn bodies_have_a_type_and_a_bound() {
    let world = World::new();
    let body = json!({ "to": AOI }).to_string();
    let call = world.call("POST", "/v1/verifications");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ""] {
        call.clone().body(kind, &body).send().is_refused("unsupported-media-type");
    }
    for size in [70_000, 2_000_000] {
        let large = json!({ "to": AOI, "context": "x".repeat(size) });
        call.clone().json(&large).send().is_refused("payload-too-large");
    }
    call.body("application/json; charset=utf-8", &body).send().is(201);
    world.sms_to(AOI);
}

#[test]
fn ids_of_any_shape_are_not_found() {
    let world = World::new();
    let long = "x".repeat(5_000);
    let ids = [
        "1",
        "ver_",
        "ver_01h455vb4pex5vsknk084sn02q",
        "ver_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "svc_01h455vb4pex5vsknk084sn02q",
        "%00",
        "%ff%fe",
        "..%2f..",
        "ver_01H455VB4PEX5VSKNK084SN02Q",
        "%F0%9F%98%80",
        "'%20OR%201=1--",
        &long,
    ];
    for id in ids {
        for path in ["/v1/verifications/ID", "/v1/flows/ID", "/v1/services/ID", "/problems/ID", "/f/ID", "/assets/ID/x"]
        {
            let answer = world.get(&path.replace("ID", id));
            assert!([400, 404].contains(&answer.status), "{path} {id:.40}: {answer:?}");
            answer.problem();
        }
        world.call("POST", &format!("/v1/verifications/{id}/cancel")).send().problem();
    }
}

#[test]
fn unknown_addresses_and_methods_are_refused() {
    let world = World::new();
    for path in ["/nothing", "/v1", "/v1/", "/v2/Services", "/v1/verifications/", "/.env", "/metrics", "/readyz"] {
        world.get(path).is_refused("not-found");
    }
    let calls = world.calls();
    for call in &calls {
        let has = |method: &str| calls.iter().any(|other| other.path == call.path && other.method == method);
        for method in ["DELETE", "PUT", "TRACE"].into_iter().filter(|method| !has(method)) {
            let answer = world.call(method, &call.path).send();
            answer.is_refused("method-not-allowed");
            let allowed = answer.header("allow").expect("RFC 9110 §15.5.6: what is allowed");
            assert!(allowed.contains(&call.method), "{allowed}: {call:?}");
        }
    }
    world.sms_to(AOI);
}

#[test]
fn d4_an_idempotency_key_is_bound_to_its_request() {
    let world = World::new();
    let call = |key: &[u8], to: &str| {
        world.call("POST", "/v1/verifications").header("Idempotency-Key", key).json(&json!({ "to": to })).send()
    };
    for key in [b"".as_slice(), &[b'x'; 256], b"\xff\xfe", b"caf\xc3\xa9", b"a\tb"] {
        let must = call(key, AOI).is_refused("bad-request")["must"].clone();
        assert_eq!(must, "be one, of 1 to 255 printable ASCII characters; a space is one");
    }
    let two = world.call("POST", "/v1/verifications").header("Idempotency-Key", "order 1").json(&json!({ "to": AOI }));
    two.also("Idempotency-Key", "order 2").send().is_refused("bad-request");
    let first = call(b"order 1", AOI).is(201);
    assert_eq!(call(b"order 1", AOI).is(201).body, first.body, "the same answer, though it moved on");
    call(b"order 1", crate::world::HARUTO).is_refused("idempotency-mismatch");
    call(b"order 2", AOI).is(200);
    world.sms_to(AOI);
    world.no_sms_to(AOI);
    call(b"order 3", "050-1234-5678").problem();
    call(b"order 3", "050-1234-5678").problem();
    world.advance(24 * 3_600_000);
    call(b"order 1", crate::world::HARUTO).is(201);
    world.sms_to(crate::world::HARUTO);
}

/// A number that is far off is told its bounds as any other, whether it is new or changed.
#[test]
fn a_setting_out_of_its_bounds_is_named_with_them() {
    let world = World::new();
    let service = format!("/v1/services/{}", world.told("service"));
    let both = |policy: serde_json::Value| {
        let made = world.post("/v1/services", json!({ "brand": "x", "policy": policy }));
        [made, world.call("PATCH", &service).json(&json!({ "policy": policy })).send()]
    };
    for (field, must) in [("checks_max", "be 1 to 10"), ("sends_max", "be 1 to 10"), ("code_digits", "be 6 to 10")] {
        for (policy, number) in [-1, 0, 11, 1_000, i64::MAX].map(|number| (json!({ (field): number }), number)) {
            for problem in both(policy).map(|answer| answer.is_refused("bad-request")) {
                assert_eq!(problem["field"], format!("policy.{field}"), "{number}: {problem}");
                assert_eq!(problem["must"], must, "{number}: {problem}");
            }
        }
    }
    for (shadow, must) in [
        (json!(["phone"]), "have rules that are tuned only: address, account, key, range, budget"),
        (json!(["budget", "context"]), "have rules that are tuned only: address, account, key, range, budget"),
        (json!(["key", "key", "key", "key", "key", "key"]), "have at most 5 rules"),
    ] {
        for problem in both(json!({ "shadow": shadow })).map(|answer| answer.is_refused("bad-request")) {
            assert_eq!((&problem["field"], &problem["must"]), (&json!("policy.shadow"), &json!(must)));
        }
    }
    let changed = world.call("PATCH", &service).json(&json!({ "policy": { "sms_per_day": -1 } })).send();
    let problem = changed.is_refused("bad-request");
    assert_eq!(problem["field"], "policy.sms_per_day");
    assert!(problem["must"].as_str().is_some_and(|must| !must.contains("column")), "{problem}");
}

#[test]
fn m5_a_brand_carries_nothing_but_a_name() {
    let world = World::new();
    let long = "とても".repeat(7);
    for brand in [
        "",
        " x",
        "pay@home",
        "no #1",
        "see evil.example",
        "call 1234567",
        "code 123456",
        "evil。jp",
        "＠evil",
        "a\u{3164}",
        "two\nlines",
        "\u{202e}yaP",
        &long,
    ] {
        let answer = world.post("/v1/services", json!({ "brand": brand }));
        assert_eq!(answer.is_refused("bad-request")["field"], "brand", "{brand}");
    }
    for policy in [json!({ "code_digits": 5 }), json!({ "code_lifetime_ms": 600_001 }), json!({ "checks_max": 0 })] {
        let answer = world.post("/v1/services", json!({ "brand": "x", "policy": policy }));
        assert!(
            answer.is_refused("bad-request")["field"].as_str().is_some_and(|f| f.starts_with("policy.")),
            "{answer:?}"
        );
    }
}
