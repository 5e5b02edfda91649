//! Who may call what: every call of the document without a key, with a wrong one, and with another service's.

use domain::refusal::Refusal;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{
    AOI, Call, Engine,
    Engine::{Postgres, Sqlite},
    HARUTO, Request, World,
};

#[test]
fn every_call_needs_a_key() {
    let world = World::new();
    let wrong = format!("Bearer tegata_{}", "A".repeat(43));
    let huge = format!("Bearer {}", "x".repeat(5_000));
    let lame: Vec<Option<&str>> =
        vec![None, Some(""), Some("Bearer"), Some("Bearer "), Some(&wrong), Some(&huge), Some("Basic dTpw")];
    for call in world.calls() {
        for shown in &lame {
            let request = call.request(&world);
            let request = shown.map_or(request.clone(), |value| request.header("Authorization", value));
            let answer = request.send();
            answer.is_refused("unauthorized");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "RFC 9110 §15.5.2: {call:?}");
        }
    }
    world.sms_to(AOI);
    assert_eq!(world.metric("tegata_verifications_created_total"), Some(1.0), "only the one to try things on");
}

/// Two names for one thing: a proxy and the server could read one each.
#[test]
fn a_request_names_one_host_and_shows_one_key() {
    let world = World::new();
    let create = world.call("POST", "/v1/verifications").json(&json!({ "to": AOI }));
    let key = format!("Bearer {}", world.told("api_key"));
    create.clone().also("Authorization", &key).send().is_refused("unauthorized");
    create.clone().also("Authorization", "Basic dTpw").send().is_refused("unauthorized");
    let host = world.told("url").trim_start_matches("http://").to_owned();
    assert_eq!(create.clone().also("Host", &host).send().is_refused("bad-request")["field"], "Host");
    assert_eq!(create.clone().header("Host", "a@b").send().is_refused("bad-request")["field"], "Host");
    assert_eq!(create.clone().without("Host").send().is_refused("bad-request")["field"], "Host");
    create.send().is(201);
    world.sms_to(AOI);
}

#[test]
fn receipts_need_no_key_but_their_own_secrets() {
    let world = World::new();
    let path = "/receipts/demo/msg_01h455vb4pex5vsknk084sn02q/0000";
    world.request("POST", path).json(&json!({ "state": "delivered" })).send().is_refused("not-found");
}

#[rstest]
fn d5_another_service_sees_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let service = world.another_service();
    let foreign = world.another_key(&service);
    let calls = world.calls();
    let code = world.sms_to(AOI).code();
    for call in calls.iter().filter(|call| call.template.contains("{id}")) {
        let answer = call.request(&world).key(&foreign).send();
        if call.template.starts_with("/v1/services") && call.method != "GET" {
            answer.is_refused("forbidden");
            continue;
        }
        let prefix = call.object().split('_').next().expect("an id has a prefix").to_owned();
        let path = call.path.replace(call.object(), &format!("{prefix}_01h455vb4pex5vsknk084sn02q"));
        let unknown = Call { path, ..call.clone() };
        let (mut seen, mut missing) =
            (answer.is_refused("not-found"), unknown.request(&world).key(&foreign).send().problem());
        seen["reference"] = Value::Null;
        missing["reference"] = Value::Null;
        assert_eq!(seen, missing, "foreign and unknown get one answer: {call:?}");
    }
    world.request("POST", "/v1/services").key(&foreign).json(&json!({ "brand": "x" })).send().is_refused("forbidden");
    let again = world.post("/v1/verifications", json!({ "to": AOI }));
    let v = crate::world::Verification::of(&again.is(200));
    world.check(&v, &code).is_approved();
}

#[rstest]
fn v1_a_proof_is_good_for_the_key_s_own_service(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let v = world.create(AOI);
    let proof = world.check(&v, &world.sms_to(AOI).code()).is_approved();
    let service = world.another_service();
    let foreign = world.another_key(&service);
    let redeem = world.request("POST", &v.path("/redeem")).json(&json!({ "proof": proof }));
    redeem.clone().key(&foreign).send().is_refused("not-found");
    redeem.key(&world.told("api_key")).send().is(200);
}

#[test]
fn every_problem_has_a_page() {
    let world = World::new();
    for refusal in Refusal::samples() {
        let path = format!("/problems/{}", refusal.code());
        for (language, tag) in [("ja,en;q=0.5", "lang=\"ja\""), ("en", "lang=\"en\"")] {
            let page = world.request("GET", &path).header("Accept", "text/html").header("Accept-Language", language);
            let page = page.send().is(200);
            assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
            assert!(page.body.contains(tag) && page.body.contains(refusal.code()), "{path}");
        }
    }
    for path in ["/problems", "/docs", "/healthz", "/openapi.json"] {
        world.request("GET", path).send().is(200);
    }
    let page = world.request("GET", "/problems/no-such-thing").header("Accept", "text/html").send().is(404);
    assert!(page.body.starts_with("<!doctype html>"), "{page:?}");
}

/// `Accept-Language`, else the body's `locale`, else that of what the call is about, else Japanese.
#[test]
fn a_problem_speaks_the_language_of_what_it_is_about() {
    let world = World::new();
    let speaks = |request: Request, language: &str, status: u16| {
        let problem = request.send().is(status);
        assert_eq!(problem.header("content-language"), Some(language), "{problem:?}");
    };
    let unsent = |locale: &str| {
        world.call("POST", "/v1/verifications").json(&json!({ "to": "0120000000", "country": "JP", "locale": locale }))
    };
    speaks(unsent("en-GB"), "en", 422);
    speaks(unsent("en").header("Accept-Language", "ja"), "ja", 422);
    speaks(unsent("en").header("Accept-Language", "*"), "en", 422);
    speaks(unsent("fr"), "ja", 400);
    speaks(world.call("POST", "/v1/verifications").json(&json!({ "locale": "en", "to": 7 })), "en", 400);
    let english = world.create_with(json!({ "to": AOI, "locale": "en" }));
    let japanese = world.create_with(json!({ "to": HARUTO }));
    let code = world.sms_to(AOI).wrong_code();
    for (about, language) in [(&english, "en"), (&japanese, "ja")] {
        let call = |path: &str, body: Value| world.call("POST", &about.path(path)).json(&body);
        speaks(call("/check", json!({ "code": code })), language, 422);
        speaks(call("/check", json!({ "code": code })).header("Accept-Language", "ja"), "ja", 422);
        speaks(call("/resend", json!({})), language, 429);
        speaks(call("/redeem", json!({ "proof": "prf_00000000000000000000000000000000" })), language, 404);
    }
    let flow = world.create_flow(json!({ "locale": "en" }));
    let redeem = json!({ "result": "res_00000000000000000000000000000000" });
    speaks(world.call("POST", &format!("/v1/flows/{}/redeem", flow.id)).json(&redeem), "en", 404);
    let guide = world.post("/v1/guides/sms-not-arriving/sessions", json!({ "locale": "en" })).is(201).json();
    let answers = format!("/v1/guides/sms-not-arriving/sessions/{}/answers", guide["id"].as_str().expect("an id"));
    speaks(world.call("POST", &answers).json(&json!({ "fact": "moon", "value": "full" })), "en", 400);
    world.sms_to(HARUTO);
}

#[test]
fn d8_only_a_sound_request_id_is_given_back() {
    let world = World::new();
    let ask = |id: &str| world.request("GET", "/healthz").header("X-Request-Id", id).send();
    assert_eq!(ask("abc-DEF_123").header("x-request-id"), Some("abc-DEF_123"));
    for id in ["short", "with space", "ünsound-id", "<script>alert", &"x".repeat(65)] {
        let given = ask(id).header("x-request-id").map(str::to_owned).expect("there is always one");
        assert!(given != id && given.bytes().all(|b| b.is_ascii_alphanumeric()), "{given}");
    }
}

#[test]
fn d6_the_simulator_answers_to_its_own_name_and_origin_only() {
    let world = World::new();
    let phones = format!("{}/v1/phones", world.told("sim"));
    Request::new("GET", &phones).send().is(200);
    Request::new("GET", &phones).header("Host", "evil.example").send().is(421);
    Request::new("GET", &phones).header("Origin", "https://evil.example").send().is(403);
    let clock = Request::new("POST", &format!("{}/v1/clock", world.told("sim")));
    clock.clone().body("text/plain", r#"{"advance_ms":1}"#).send().is(415);
    clock.header("Origin", "null").json(&json!({ "advance_ms": 1 })).send().is(403);
}
