//! Clauses of the security rules that no conversation about something else tries; each test's name carries its rule.

use std::fs;

use domain::id::FlowId;
use rstest::rstest;
use serde_json::{Value, json};

use crate::{
    flows::{at_the_code, result_of},
    world::{
        AOI, Browser, Engine,
        Engine::{Postgres, Sqlite},
        Request, Served, Verification, World, done, route_to,
    },
};

fn keys_of(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[rstest]
fn v1_a_proof_is_good_for_the_very_key_that_it_was_given_to(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let sister = world.another_key(&world.told("service"));
    let v = world.create(AOI);
    let proof = world.check(&v, &world.sms_to(AOI).code()).is_approved();
    let redeem = world.request("POST", &v.path("/redeem")).json(&json!({ "proof": proof }));
    redeem.clone().key(&sister).send().is_refused("not-found");
    redeem.key(&world.told("api_key")).send().is(200);
}

/// And no salt, digest or context either (V3): what an answer tells is this list.
#[test]
fn v1_no_status_is_proof() {
    let world = World::new();
    let v = world.create(AOI);
    let told = ["channel", "checks_left", "code_digits", "created_at", "expires_at", "id", "message", "purpose"];
    let told = [&told[..], &["resend_at", "sends", "service", "status", "to"]].concat();
    assert_eq!(keys_of(&world.look(&v)), told);
    world.check(&v, &world.sms_to(AOI).code()).is_approved();
    assert_eq!(keys_of(&world.look(&v)), told);
    let again = world.post(&v.path("/cancel"), json!({})).is_refused("already-used");
    assert!(!again.to_string().contains("prf_"), "{again}");
}

/// A page's context is its flow: neither another flow nor an application that names it shares its code.
#[rstest]
fn v1_hosted_pages_have_a_context_of_their_own(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let (hers, his) = (world.create_flow(json!({})), world.create_flow(json!({})));
    let (mut her_browser, her_page) = at_the_code(&hers);
    let her_code = world.sms_to(AOI).code();
    let (mut his_browser, his_page) = at_the_code(&his);
    world.sms_to(AOI);
    his_browser.submit(&his_page, "/code", &[("code", &her_code)]).slips();
    world.create_with(json!({ "to": AOI, "context": hers.id }));
    world.sms_to(AOI);
    assert!(her_browser.submit(&her_page, "/code", &[("code", &her_code)]).is(200).form("/continue").is_some());
    assert_eq!(world.flow_status(&his)["status"], "open");
}

/// Strangers have used up their half of the phone's messages; whoever verified it in this browser before goes on.
#[rstest]
fn v4_a_browser_that_verified_the_number_goes_on_while_strangers_are_refused(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let Some(world) = World::on(engine) else { return };
    let (mut browser, page) = at_the_code(&world.create_flow(json!({})));
    browser.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]).is(200);
    for n in 0..4 {
        world.create_with(json!({ "to": AOI, "context": format!("stranger {n}") }));
        world.sms_to(AOI);
    }
    let ask = |browser: &mut Browser| {
        let number = browser.open(&world.create_flow(json!({})).url).is(200);
        browser.submit(&number, "/number", &[("country", "JP"), ("number", "090-1234-5678")])
    };
    ask(&mut Browser::new()).is(429);
    world.no_sms_to(AOI);
    assert!(ask(&mut browser).is(200).asks_for("code"));
    world.sms_to(AOI);
}

/// Whoever reads the database opens nothing with it: no key, link, result, proof, code; and no number (D4's kept
/// answers are sealed).
#[test]
fn v7_what_opens_is_stored_as_its_hash() {
    let mut world = World::new();
    let request = world.call("POST", "/v1/verifications").header("Idempotency-Key", "order 1");
    let v = Verification::of(&request.json(&json!({ "to": AOI, "context": "session 77" })).send().is(201));
    let code = world.sms_to(AOI).code();
    let proof = world.check(&v, &code).is_approved();
    let flow = world.create_flow(json!({ "to": AOI, "known": true }));
    assert_eq!(flow.id.parse().map(|FlowId(id)| id.get_version_num()), Ok(4), "when it began is not in its name");
    let mut browser = Browser::new();
    let number = browser.open(&flow.url).is(200);
    let page = browser.submit(&number, "/number", &[]).is(200);
    let of_flow = world.sms_to(AOI).code();
    let finished = browser.submit(&page, "/code", &[("code", &of_flow)]).is(200);
    let result = result_of(&browser.submit(&finished, "/continue", &[]), "result").expect("a result");
    let link = flow.url.rsplit_once('.').expect("an id and a secret").1.to_owned();
    let cookie = browser.open(&flow.url).answer.header("set-cookie").map(str::to_owned).expect("a cookie");
    let cookie = cookie.split(['=', '.']).nth(1).expect("its value").to_owned();
    let key = world.told("api_key");
    world.restart_around(|world| {
        let mut stored = Vec::new();
        for file in fs::read_dir(world.data.path()).expect("it is a folder") {
            let file = file.expect("it can be listed").path();
            if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tegata.db")) {
                stored.extend(fs::read(file).expect("it can be read"));
            }
        }
        let has = |text: &str| stored.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        assert!(has("https://shop.example/verified"), "what is no secret is found so");
        for secret in [&proof, &result, &link, &cookie, &key, "9012345678", "session 77"] {
            let bare =
                ["tegata_", "prf_", "res_"].iter().find_map(|prefix| secret.strip_prefix(prefix)).unwrap_or(secret);
            assert!(!has(secret) && !has(bare), "{secret} is stored");
        }
        for code in [&code, &of_flow] {
            assert!(!has(&format!("\"{code}\"")), "a code is stored");
        }
    });
}

#[test]
fn d4_check_and_resend_count_whatever_key_they_carry() {
    let world = World::new();
    let v = world.create(AOI);
    let sms = world.sms_to(AOI);
    let again = |path: &str, body: Value| {
        world.call("POST", &v.path(path)).header("Idempotency-Key", "always the same").json(&body).send()
    };
    for left in [4, 3] {
        let judged = again("/check", json!({ "code": sms.wrong_code() }));
        assert_eq!(judged.is_refused("incorrect-code")["checks_left"], left);
    }
    world.advance(30_000);
    again("/resend", json!({})).is(200);
    again("/resend", json!({})).is_refused("resend-too-early");
    world.sms_to(AOI);
}

#[test]
fn d5_a_brand_s_colour_is_a_colour() {
    let world = World::new();
    for color in ["red", "#fff", "#0b6e6", "#0b6e6g", "#0b6e6e;x", "url(https://evil.example/)", ""] {
        let answer = world.post("/v1/services", json!({ "brand": "x", "color": color }));
        assert_eq!(answer.is_refused("bad-request")["field"], "color", "{color}");
    }
}

/// What shows codes is not in what serves: neither switched on by an argument, nor there without one.
#[test]
fn d6_serve_has_no_simulator_no_shop_and_no_switch_for_them() {
    let help = done(&["serve", "--help"]);
    let options: Vec<&str> = help.split_whitespace().filter(|word| word.starts_with("--")).collect();
    assert_eq!(options, ["--config", "--help"], "{help}");
    let world = World::new();
    let served = Served::start(&route_to(&world));
    for path in ["/sim", "/sim/", "/shop", "/shop/", "/v1/phones", "/v1/clock", "/v1/carriers/au"] {
        served.call("GET", path).send().is_refused("not-found");
        let page = Request::new("GET", &format!("{}{path}", served.url)).header("Accept", "text/html");
        page.send().is(404);
    }
    served.stop();
}

/// A language, a problem, an asset is found in a list that was loaded; its name is never a path.
#[test]
fn d7_names_match_loaded_lists_and_are_no_paths() {
    let world = World::new();
    let page = |path: &str| world.request("GET", path).header("Accept", "text/html").send();
    let problem = page("/problems/busy").is(200);
    for lang in ["../en", "..%2fen", "en/../ja", "/etc/passwd", "ja%00", "EN.ftl", "%2e%2e"] {
        let other = page(&format!("/problems/busy?lang={lang}")).is(200);
        assert_eq!(other.header("content-language"), problem.header("content-language"), "{lang}");
        world.post("/v1/verifications", json!({ "to": AOI, "locale": lang })).is_refused("bad-request");
    }
    for name in
        ["../../Cargo.toml", "..%2f..%2fCargo.toml", "%2e%2e/%2e%2e/Cargo.toml", "/etc/passwd", "busy.html", "."]
    {
        for list in ["problems", "assets", "assets/x"] {
            page(&format!("/{list}/{name}")).is(404);
        }
    }
}

/// What one address may ask for is counted by what the application tells, by the whole network of IPv6, and, on pages,
/// by the connection: whatever a browser writes into a header.
#[rstest]
fn m1_an_address_is_counted_whatever_it_says(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let sources = json!({ "address_per_10_minutes": 3, "account_per_day": 2 });
    let service = format!("/v1/services/{}", world.told("service"));
    world.call("PATCH", &service).json(&json!({ "policy": { "sources": sources } })).send().is(200);
    let ask = |nth: u32, end_user: Value| {
        let to = format!("+8190555500{nth:02}");
        world.post("/v1/verifications", json!({ "to": to, "end_user": end_user }))
    };
    for nth in 0..3 {
        ask(nth, json!({ "ip": "203.0.113.7" })).is(201);
        ask(10 + nth, json!({ "ip": format!("2001:db8:1:2:{nth}::1") })).is(201);
    }
    ask(3, json!({ "ip": "203.0.113.7" })).is_refused("busy");
    ask(3, json!({ "ip": "::ffff:203.0.113.7" })).is_refused("busy");
    ask(13, json!({ "ip": "2001:db8:1:2:9::1" })).is_refused("busy");
    ask(4, json!({ "ip": "203.0.113.8", "account": "a" })).is(201);
    ask(5, json!({ "ip": "203.0.113.9", "account": "a" })).is(201);
    ask(6, json!({ "ip": "203.0.113.10", "account": "a" })).is_refused("busy");
    let page = |nth: u32| {
        let flow = world.create_flow(json!({}));
        let mut browser = Browser::new();
        let (url, hidden) = browser.open(&flow.url).form("/number").expect("the form");
        let number = format!("090-5555-01{nth:02}");
        let typed = [("country".to_owned(), "JP".to_owned()), ("number".to_owned(), number)];
        let fields: Vec<(&str, &str)> = hidden
            .iter()
            .filter(|(name, _)| typed.iter().all(|(given, _)| given != name))
            .chain(&typed)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let request = Request::new("POST", &url).form(&fields);
        browser.go(&url, request.header("X-Forwarded-For", format!("198.51.100.{nth}"))).answer.status
    };
    assert_eq!([0, 1, 2, 3].map(page), [200, 200, 200, 429]);
}
