//! V8: attacks on a flow: by a second browser, by another site's page, by another key, by addresses of one's own.

use std::thread;

use rstest::rstest;
use serde_json::json;

use crate::{
    flows::{HOME, at_the_code, result_of},
    world::{
        AOI, Browser, Engine,
        Engine::{Postgres, Sqlite},
        HARUTO, Request, World, minutes,
    },
};

#[rstest]
fn v8_a_second_browser_sees_nothing_and_can_do_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let flow = world.create_flow(json!({}));
    let mut early = Browser::new();
    let early_page = early.open(&flow.url).is(200);
    let (mut owner, page) = at_the_code(&flow);
    let code = world.sms_to(AOI).code();
    for mut stranger in [Browser::new(), early.clone()] {
        for path in ["", "?number", "/help", "?lang=en"] {
            let seen = stranger.open(&format!("{}{path}", flow.url)).is(403);
            assert!(!seen.html().contains("<input") && !seen.html().contains("5678"), "{seen:?}");
            assert!(!seen.html().contains("<form"), "nothing to press: {seen:?}");
        }
        for (action, fields) in [("number", [("number", "08012345678")]), ("code", [("code", code.as_str())])] {
            stranger.post(&format!("{}/{action}", flow.url), &fields).is(403);
        }
        for action in ["resend", "cancel", "continue"] {
            stranger.post(&format!("{}/{action}", flow.url), &[]).is(403);
        }
    }
    early.submit(&early_page, "/number", &[("country", "JP"), ("number", "08012345678")]).is(403);
    early.submit(&early_page, "/cancel", &[]).is(403);
    assert_eq!(world.flow_status(&flow)["status"], "open");
    let done = owner.submit(&page, "/code", &[("code", &code)]).is(200);
    Browser::new().open(&flow.url).is(403);
    assert!(result_of(&owner.submit(&done, "/continue", &[]), "result").is_some());
    world.no_sms_to(AOI);
}

#[test]
fn v8_the_first_browser_that_posts_has_the_flow_however_many_try() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let tried = crate::world::at_once(10, |_| {
        let mut browser = Browser::new();
        let page = browser.open(&flow.url);
        page.form("/number")
            .map(|_| browser.submit(&page, "/number", &[("country", "JP"), ("number", "090-1234-5678")]).answer.status)
    });
    let taken = tried.iter().filter(|status| **status == Some(200)).count();
    let refused = tried.iter().filter(|status| matches!(status, Some(403) | None)).count();
    assert_eq!((taken, refused), (1, 9), "{tried:?}");
    world.sms_to(AOI);
    world.no_sms_to(AOI);
}

#[test]
fn forms_are_taken_from_our_own_page_only() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let other = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let page = browser.open(&flow.url);
    let (url, hidden) = page.form("/number").expect("the form");
    let token = |fields: &[(String, String)]| {
        let found = fields.iter().find(|(name, _)| name == "form_token");
        found.map(|(_, value)| value.clone()).expect("a token")
    };
    let own = token(&hidden);
    let (_, of_other) = browser.open(&other.url).form("/number").expect("the form");
    let typed = [("country", "JP"), ("number", "090-1234-5678")];
    let form = |token: &str| Request::new("POST", &url).form(&[typed[0], typed[1], ("form_token", token)]);
    for token in ["", "0", &own[1..], &token(&of_other), &own.to_uppercase()] {
        browser.go(&url, form(token)).is(403);
    }
    let form = form(&own);
    browser.go(&url, Request::new("POST", &url).form(&typed)).is(403);
    for (header, value) in [
        ("Origin", "https://evil.example"),
        ("Origin", "http://127.0.0.1:1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        browser.go(&url, form.clone().header(header, value)).is(403);
    }
    form.clone().header("Accept", "text/html").send().is(403);
    world.no_sms_to(AOI);
    assert_eq!(world.flow_status(&flow)["status"], "open");
    browser.go(&url, form.header("Origin", "null").header("Sec-Fetch-Site", "same-origin")).is(200);
    world.sms_to(AOI);
}

#[rstest]
fn v8_only_the_key_that_began_a_flow_redeems_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    let service = world.told("service");
    let sister = world.another_key(&service);
    let other_service = world.another_service();
    let foreign = world.another_key(&other_service);
    let flow = world.create_flow(json!({}));
    let (mut browser, page) = at_the_code(&flow);
    let done = browser.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]);
    let result = result_of(&browser.submit(&done, "/continue", &[]), "result").expect("a result");
    let redeem = world.request("POST", &format!("/v1/flows/{}/redeem", flow.id)).json(&json!({ "result": result }));
    for key in [sister, foreign] {
        redeem.clone().key(&key).send().is_refused("not-found");
    }
    redeem.key(&world.told("api_key")).send().is(200);
}

#[test]
fn v8_a_flow_leads_back_to_a_listed_address_only() {
    let world = World::new();
    for url in [
        "https://evil.example/",
        "https://shop.example/verified/",
        "https://shop.example/verified?x=1",
        "https://shop.example/verified#x",
        "https://shop.example/VERIFIED",
        "https://shop.example.evil.example/verified",
        "https://user@shop.example/verified",
        "http://shop.example/verified",
        "//shop.example/verified",
        "/f/x",
        "javascript:alert(1)",
        "",
    ] {
        let body = json!({ "kind": "verify_phone", "return_url": url, "state": "s" });
        assert_eq!(world.post("/v1/flows", body).is_refused("bad-request")["field"], "return_url", "{url}");
    }
    let service = format!("/v1/services/{}", world.told("service"));
    for url in ["http://shop.example/", "https://a@b.example/", "https://shop.example/#x", "javascript:x"] {
        world.call("PATCH", &service).json(&json!({ "return_urls": [url] })).send().is_refused("bad-request");
    }
}

#[test]
fn v7_a_flow_s_id_opens_nothing() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let secret = flow.url.rsplit_once('.').expect("an id and a secret").1;
    assert!(secret.len() >= 32, "128 bits");
    let base = flow.url.strip_suffix(secret).expect("it ends so").to_owned();
    for guess in ["", "0", &secret[..31], &"0".repeat(32), &secret.to_uppercase().replace('0', "1")] {
        Browser::new().open(&format!("{base}{guess}")).is(404);
    }
    Browser::new().open(base.trim_end_matches('.')).is(404);
    Browser::new().open(&flow.url).is(200);
}

#[test]
fn every_page_is_kept_from_caches_frames_and_referrers() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let number = browser.open(&flow.url);
    let code = browser.submit(&number, "/number", &[("country", "JP"), ("number", "090-1234-5678")]);
    let sms = world.sms_to(AOI);
    let wrong = browser.submit(&code, "/code", &[("code", &sms.wrong_code())]).slips();
    let done = browser.submit(&code, "/code", &[("code", &sms.code())]).is(200);
    let back = browser.submit(&done, "/continue", &[]).is(303);
    let refused = Browser::new().open(&flow.url).is(403);
    let missing = Browser::new().open(&format!("{}/nothing", world.told("url"))).is(404);
    for page in [&number, &code, &wrong, &done, &back, &refused, &missing] {
        let header = |name: &str| page.answer.header(name).unwrap_or_else(|| panic!("no {name}: {page:?}"));
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let policy = header("content-security-policy");
        for rule in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'nonce-"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    }
    let form_action = |page: &crate::world::Page| {
        let policy = page.answer.header("content-security-policy").expect("there is one").to_owned();
        policy.split("; ").find(|rule| rule.starts_with("form-action")).expect("there is one").trim().to_owned()
    };
    assert_eq!(form_action(&code), "form-action 'self' https://shop.example");
    let cookie = browser.open(&flow.url).answer.header("set-cookie").expect("a cookie").to_owned();
    for rule in ["HttpOnly", "SameSite=Lax", "Path=/f/"] {
        assert!(cookie.contains(rule), "{cookie}");
    }
}

/// However often it starts again: whoever proved nothing learns what becomes of messages to three numbers a flow.
#[test]
fn v5_a_flow_leads_to_three_numbers() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let ask = |browser: &mut Browser, number: &str| {
        let page = browser.open(&format!("{}?number", flow.url)).is(200);
        browser.submit(&page, "/number", &[("country", "JP"), ("number", number)])
    };
    for number in ["090-1234-5678", "080-1234-5678", "070-1234-5678"] {
        assert!(ask(&mut browser, number).is(200).asks_for("code"));
        // The code of the one before expires, so that the next is a verification of its own.
        world.advance(minutes(11));
    }
    ask(&mut browser, "090-2345-6789").is(429);
    world.no_sms_to("+819023456789");
    assert!(ask(&mut browser, "070-1234-5678").is(200).asks_for("code"), "a number that had a code may have another");
}

/// A tab that was left behind sends nothing and changes nothing once the flow has ended.
#[test]
fn v8_a_flow_that_ended_takes_no_other_number() {
    let world = World::new();
    for (given, redeems) in [(json!({}), false), (json!({}), true), (json!({ "to": AOI, "known": true }), false)] {
        let flow = world.create_flow(given);
        let mut browser = Browser::new();
        let behind = browser.open(&flow.url).is(200);
        let page = browser.submit(&behind, "/number", &HOME).is(200);
        let done = browser.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]).is(200);
        let go_on = |browser: &mut Browser| {
            let back = browser.submit(&done, "/continue", &[]).is(303);
            result_of(&back, "result").expect("a result")
        };
        if redeems {
            world.redeem_flow(&flow, &go_on(&mut browser)).is(200);
        }
        let late = browser.submit(&behind, "/number", &[("country", "JP"), ("number", "080-1234-5678")]).is(200);
        assert!(late.form("/continue").is_some(), "it stays done: {late:?}");
        if !redeems {
            let redeemed = world.redeem_flow(&flow, &go_on(&mut browser)).is(200).json();
            assert_eq!(redeemed["verification"]["to"], AOI);
        }
        world.advance(minutes(60));
    }
    let canceled = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let behind = browser.open(&canceled.url).is(200);
    browser.submit(&behind, "/cancel", &[]).is(303);
    browser.submit(&behind, "/number", &[("country", "JP"), ("number", "080-1234-5678")]).is(409);
    for number in [AOI, HARUTO] {
        world.no_sms_to(number);
    }
}

/// A code that comes back at the same moment as another number is sent, once and again: who is told "approved" is told of
/// the number whose code came back.
#[test]
fn v8_a_flow_is_approved_with_the_number_whose_code_came_back() {
    let world = World::new();
    let mut approved = 0;
    for _ in 0..8 {
        let flow = world.create_flow(json!({}));
        let mut browser = Browser::new();
        let behind = browser.open(&flow.url).is(200);
        let page = browser.submit(&behind, "/number", &HOME).is(200);
        let code = world.sms_to(AOI).code();
        let (mut here, mut there) = (browser.clone(), browser.clone());
        thread::scope(|scope| {
            scope.spawn(|| here.submit(&page, "/code", &[("code", &code)]));
            scope.spawn(|| there.submit(&behind, "/number", &[("country", "JP"), ("number", "080-1234-5678")]));
        });
        if world.flow_status(&flow)["status"] == "approved" {
            let back = browser.submit(&browser.clone().open(&flow.url).is(200), "/continue", &[]).is(303);
            let redeemed = world.redeem_flow(&flow, &result_of(&back, "result").expect("a result")).is(200).json();
            assert_eq!(redeemed["verification"]["to"], AOI);
            approved += 1;
        }
        world.advance(minutes(60));
    }
    assert!(approved > 0, "the code never came first");
}
