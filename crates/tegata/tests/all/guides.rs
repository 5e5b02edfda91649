//! "The SMS does not arrive", in a browser without JavaScript: whatever is set on a phone, the guide leads to it.

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};
use server::guide::shipped;

use crate::{
    flows::result_of,
    world::{
        Browser, Engine,
        Engine::{Postgres, Sqlite},
        Seen, Walk, World, minutes, seconds,
    },
};

/// A phone that nobody has described yet.
const NUMBER: &str = "+819055550100";
const TYPED: [(&str, &str); 2] = [("country", "JP"), ("number", "090-5555-0100")];

/// Whether a cause's remedy mends what is named so in the simulator.
fn mends(cause: &str, what: &str) -> bool {
    let guide = shipped().iter().map(|loaded| &loaded.guide).find(|guide| guide.id == "sms-not-arriving");
    let guide = guide.expect("it is shipped");
    guide.cause_at(cause).is_some_and(|at| guide.cause(at).fixes.iter().any(|fixed| fixed == what))
}

/// A flow at its code page, whose message meets what is set on the phone; then the person waits a little.
fn waiting<'a>(world: &'a World, phone: Value, truth: &[(&'a str, &'a str)]) -> Walk<'a> {
    world.set_phone(NUMBER, phone);
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let page = browser.open(&flow.url).is(200);
    browser.submit(&page, "/number", &TYPED).is(200);
    world.wait_in_vain();
    let usual = [("number_right", "yes"), ("on_screen", "nothing"), ("where", "home"), ("change", "nothing")];
    let truth: BTreeMap<&str, &str> = usual.into_iter().chain(truth.iter().copied()).collect();
    Walk { world, browser, flow, number: NUMBER, truth, shown: Vec::new() }
}

#[rstest]
#[case::airplane_mode("airplane_mode", "ios", "docomo", &[("phone", "iphone"), ("carrier", "docomo"), ("on_screen", "airplane")])]
#[case::power_off("power_off", "android", "au", &[("phone", "android"), ("carrier", "au"), ("sms_app", "plus_message"), ("on_screen", "no_service")])]
#[case::line_off("line_off", "ios", "softbank", &[("phone", "iphone"), ("carrier", "softbank"), ("other_sms", "no")])]
#[case::no_signal("no_signal", "android", "docomo", &[("phone", "android"), ("carrier", "docomo"), ("sms_app", "plus_message"), ("on_screen", "no_service")])]
#[case::roaming_off("roaming_off", "ios", "docomo", &[("phone", "iphone"), ("carrier", "docomo"), ("on_screen", "no_service"), ("where", "abroad")])]
#[case::not_activated("not_activated", "ios", "au", &[("phone", "iphone"), ("carrier", "au"), ("on_screen", "no_service"), ("change", "new_sim")])]
#[case::storage_full("storage_full", "android", "softbank", &[("phone", "android"), ("carrier", "softbank"), ("sms_app", "plus_message"), ("on_screen", "storage")])]
#[case::unknown_iphone("unknown_sender_filter", "ios", "au", &[("phone", "iphone"), ("carrier", "au"), ("other_sms", "yes")])]
#[case::unknown_plus("unknown_sender_filter", "android", "docomo", &[("phone", "android"), ("carrier", "docomo"), ("sms_app", "plus_message"), ("other_sms", "yes")])]
#[case::spam_iphone("spam_filter", "ios", "docomo", &[("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "yes")])]
#[case::spam_android("spam_filter", "android", "mvno-docomo", &[("phone", "android"), ("carrier", "mvno"), ("mvno_line", "docomo"), ("sms_app", "google_messages"), ("other_sms", "yes")])]
#[case::other_app("other_app", "android", "rakuten", &[("phone", "android"), ("carrier", "rakuten"), ("sms_app", "rakuten_link"), ("other_sms", "no")])]
#[case::overseas_docomo("overseas_rejection", "ios", "docomo", &[("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "yes")])]
#[case::overseas_softbank("overseas_rejection", "ios", "softbank", &[("phone", "iphone"), ("carrier", "softbank"), ("other_sms", "yes")])]
#[case::filter_au("carrier_filter", "ios", "au", &[("phone", "iphone"), ("carrier", "au"), ("other_sms", "yes")])]
#[case::filter_softbank("carrier_filter", "android", "softbank", &[("phone", "android"), ("carrier", "softbank"), ("sms_app", "plus_message"), ("other_sms", "yes")])]
#[case::filter_rakuten("carrier_filter", "ios", "rakuten", &[("phone", "iphone"), ("carrier", "rakuten"), ("other_sms", "yes")])]
#[case::all_docomo("all_sms_rejection", "ios", "docomo", &[("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "no")])]
fn every_switch_of_a_phone_is_found(
    #[case] switch: &'static str,
    #[case] system: &str,
    #[case] carrier: &str,
    #[case] truth: &[(&'static str, &'static str)],
) {
    let world = World::new();
    let mut walk = waiting(&world, json!({ "system": system, "carrier": carrier, switch: true }), truth);
    let (page, _) = walk.until(|cause| mends(cause, switch));
    world.set_phone(NUMBER, json!({ switch: false }));
    approved(walk, &page);
}

#[rstest]
#[case::iphone("ios", "docomo", &[("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "yes")])]
#[case::plus_message("android", "docomo", &[("phone", "android"), ("carrier", "docomo"), ("sms_app", "plus_message"), ("other_sms", "yes")])]
#[case::google("android", "mvno-docomo", &[("phone", "android"), ("carrier", "mvno"), ("mvno_line", "docomo"), ("sms_app", "google_messages"), ("other_sms", "yes")])]
fn a_blocked_sender_is_found(
    #[case] system: &str,
    #[case] carrier: &str,
    #[case] truth: &[(&'static str, &'static str)],
) {
    let world = World::new();
    let phone = json!({ "system": system, "carrier": carrier, "blocked_senders": ["Tegata"] });
    let mut walk = waiting(&world, phone, truth);
    let (page, _) = walk.until(|cause| mends(cause, "blocked_senders"));
    world.set_phone(NUMBER, json!({ "blocked_senders": [] }));
    approved(walk, &page);
}

/// Does what a remedy's page offers once the phone is mended, and types the code that is there then.
#[track_caller]
fn approved(mut walk: Walk<'_>, page: &crate::world::Page) {
    let arrives = page.html().contains("届いたので");
    if page.html().contains("value=\"done\"") && !arrives {
        let sent = walk.browser.submit(page, "/outcome", &[("outcome", "done")]);
        assert!(sent.asks_for("code"), "the new code is asked for: {sent:?}");
    }
    let code = walk.newest().code();
    let asked = walk.browser.open(&walk.flow.url).is(200);
    let done = walk.browser.submit(&asked, "/code", &[("code", &code)]).is(200);
    let back = walk.browser.submit(&done, "/continue", &[]).is(303);
    assert!(result_of(&back, "result").is_some());
}

#[rstest]
fn a_person_goes_on_where_they_were(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let truth = [("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "yes")];
    let phone = json!({ "system": "ios", "carrier": "docomo", "overseas_rejection": true });
    let mut walk = waiting(&world, phone, &truth);
    let (page, cause) = walk.until(|cause| mends(cause, "overseas_rejection"));
    assert_eq!(walk.help().guides(), Seen::Remedy(cause.clone()), "a reload");
    let asked = walk.browser.open(&format!("{}/help?ask=carrier", walk.flow.url)).is(200);
    assert_eq!(asked.guides(), Seen::Question("carrier".into()));
    assert!(asked.html().contains("checked"), "what was said before is picked: {asked:?}");
    let other = walk.browser.submit(&asked, "/answer", &[("value", "au")]).is(200);
    assert_ne!(other.guides(), Seen::Remedy(cause.clone()), "another carrier, another step");
    let asked = walk.browser.open(&format!("{}/help?ask=carrier", walk.flow.url)).is(200);
    walk.browser.submit(&asked, "/answer", &[("value", "docomo")]).is(200);
    let (_, again) = walk.until(|cause| mends(cause, "overseas_rejection"));
    assert_eq!(again, cause);
    let next = walk.browser.submit(&page, "/outcome", &[("outcome", "cannot_do")]).is(200);
    assert_ne!(next.guides(), Seen::Remedy(cause.clone()));
    let back = walk.browser.submit(&next, "/back", &[]).is(200);
    assert_eq!(back.guides(), Seen::Remedy(cause));
}

#[test]
fn a_question_left_open_says_so() {
    let world = World::new();
    let mut walk = waiting(&world, json!({ "airplane_mode": true }), &[]);
    let page = walk.browser.open(&format!("{}/help?ask=carrier", walk.flow.url)).is(200);
    let again = walk.browser.submit(&page, "/answer", &[]).is(422);
    assert!(again.html().contains("一つ選んでください"), "{again:?}");
    world.set_phone(NUMBER, json!({ "airplane_mode": false }));
    world.sms_to(NUMBER);
}

#[test]
fn a_guide_without_a_verification_works_on_what_is_told() {
    let world = World::new();
    let mut browser = Browser::new();
    let start = format!("{}/g/sms-not-arriving?service={}", world.told("url"), world.told("service"));
    let page = browser.open(&start).is(200);
    let mut page = browser.submit(&page, "lang=ja", &[]).is(200);
    let mut questions = Vec::new();
    for _ in 0..60 {
        page = match page.guides() {
            Seen::Question(fact) => {
                let answer = match fact.as_str() {
                    "phone" => "iphone",
                    "carrier" => "docomo",
                    "number_kind" => "mobile",
                    "country" => "japan",
                    "where" => "home",
                    "change" => "nothing",
                    _ => "unknown",
                };
                questions.push(fact);
                browser.submit(&page, "/answer?lang=ja", &[("value", answer)]).is(200)
            }
            Seen::Remedy(_) => browser.submit(&page, "/outcome?lang=ja", &[("outcome", "not_helped")]).is(200),
            Seen::Contact => break,
        };
    }
    assert!(page.html().contains("tel:"), "it ends at a human: {page:?}");
    assert!(questions.contains(&"phone".to_owned()), "{questions:?}");
}

#[rstest]
fn the_same_guide_as_data(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    world.set_phone(NUMBER, json!({ "system": "ios", "carrier": "docomo", "overseas_rejection": true }));
    let verification = world.create(NUMBER);
    world.message_becomes(&verification, "undelivered");
    world.advance(seconds(60));
    let begin = json!({ "verification": verification.id, "locale": "en", "user_agent": "Mozilla/5.0 (iPhone)" });
    let mut session = world.post("/v1/guides/sms-not-arriving/sessions", begin).is(201).json();
    let path = format!("/v1/guides/sms-not-arriving/sessions/{}", session["id"].as_str().expect("an id"));
    assert!(session["url"].as_str().is_some_and(|url| url.contains("/g/sms-not-arriving/gui_")), "{session}");
    for _ in 0..40 {
        let step = session["step"].clone();
        let answer = match step["kind"].as_str() {
            Some("question") => {
                let fact = step["fact"].as_str().expect("a fact");
                let value = match fact {
                    "carrier" => "docomo",
                    "phone" => "iphone",
                    "where" => "home",
                    "change" => "nothing",
                    _ => "yes",
                };
                json!({ "fact": fact, "value": value })
            }
            Some("remedy") if mends(step["cause"].as_str().expect("a cause"), "overseas_rejection") => break,
            Some("remedy") => json!({ "cause": step["cause"], "outcome": "not_helped" }),
            other => panic!("{other:?}: {session}"),
        };
        session = world.post(&format!("{path}/answers"), answer).is(200).json();
    }
    world.set_phone(NUMBER, json!({ "overseas_rejection": false }));
    let done = json!({ "cause": session["step"]["cause"], "outcome": "done" });
    world.post(&format!("{path}/answers"), done).is(200);
    let code = world.sms_to(NUMBER).code();
    world.check(&verification, &code).is(200);
    let over = world.get(&path).is(200).json();
    assert_eq!(over["step"]["kind"], "solved", "{over}");
}

/// On from a page of a guide outside of a flow, to the remedy that mends this.
fn up_to(browser: &mut Browser, mut page: crate::world::Page, what: &str) -> crate::world::Page {
    for _ in 0..40 {
        page = match page.guides() {
            Seen::Question(_) => browser.submit(&page, "/answer?lang=ja", &[("value", "yes")]).is(200),
            Seen::Remedy(cause) if mends(&cause, what) => return page,
            Seen::Remedy(_) => browser.submit(&page, "/outcome?lang=ja", &[("outcome", "not_helped")]).is(200),
            Seen::Contact => panic!("nothing but humans"),
        };
    }
    panic!("it comes to no end")
}

#[test]
fn a_session_of_the_application_has_a_page_of_its_own() {
    let world = World::new();
    let phone = json!({ "system": "ios", "carrier": "docomo", "overseas_rejection": true });
    world.set_phone(NUMBER, phone);
    let verification = world.create(NUMBER);
    world.message_becomes(&verification, "undelivered");
    world.advance(seconds(60));
    let told = json!({ "phone": "iphone", "carrier": "docomo", "other_sms": "yes" });
    let begin = json!({ "verification": verification.id, "told": told });
    let session = world.post("/v1/guides/sms-not-arriving/sessions", begin).is(201).json();
    let url = session["url"].as_str().expect("an address").to_owned();
    let mut browser = Browser::new();
    let page = browser.open(&url).is(200);
    assert!(!page.html().contains("5555-0100"), "it shows no whole number");
    let page = up_to(&mut browser, page, "overseas_rejection");
    let path = url.split('?').next().expect("a path").to_owned();
    let form = browser.open(&format!("{path}/message")).is(200);
    assert!(form.html().contains("ドコモ"), "what was said goes along: {form:?}");
    let sent = browser.submit(&form, "/message?lang=ja", &[("text", "届きません"), ("reply", "")]).is(200);
    assert!(sent.html().contains("メッセージを受け取りました"), "{sent:?}");
    world.set_phone(NUMBER, json!({ "overseas_rejection": false }));
    browser.submit(&page, "/outcome?lang=ja", &[("outcome", "done")]).is(200);
    let code = world.sms_to(NUMBER).code();
    world.check(&verification, &code).is(200);
    let over = browser.open(&url).is(200);
    assert_eq!(over.guides(), Seen::Contact, "nothing is asked any more: {over:?}");
    assert!(over.html().contains("認証コードが届きました"), "{over:?}");
}

/// In a page of another site, too, and with the way back.
#[test]
fn a_no_to_a_step_leads_back_to_the_guide() {
    let world = World::new();
    let changes = json!({ "policy": { "sends_max": 2 }, "embed_origins": ["https://help.example"] });
    world.call("PATCH", &format!("/v1/services/{}", world.told("service"))).json(&changes).send().is(200);
    world.set_phone(NUMBER, json!({ "system": "ios", "carrier": "docomo", "overseas_rejection": true }));
    let verification = world.create(NUMBER);
    world.message_becomes(&verification, "undelivered");
    world.advance(seconds(60));
    let told = json!({ "phone": "iphone", "carrier": "docomo", "other_sms": "yes" });
    let begin = json!({ "verification": verification.id, "told": told });
    let session = world.post("/v1/guides/sms-not-arriving/sessions", begin).is(201).json();
    let mut browser = Browser::new();
    let page = browser.open(session["url"].as_str().expect("an address")).is(200);
    let page = up_to(&mut browser, page, "overseas_rejection");
    world.resend(&verification).is(200);
    world.advance(seconds(60));
    let refused = browser.submit(&page, "/outcome?lang=ja", &[("outcome", "done")]).is(429);
    let policy = refused.answer.header("content-security-policy").unwrap_or("");
    assert!(policy.contains("frame-ancestors https://help.example"), "{policy}");
    assert!(refused.html().contains("手順に戻る"), "{refused:?}");
    let way = refused.html().split("class=\"primary\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let url = format!("{}{}", world.told("url"), way.expect("a way on").replace("&#38;", "&"));
    browser.open(&url).is(200);
}

#[test]
fn after_a_code_expired_the_guide_goes_on_with_what_was_said() {
    let world = World::new();
    let truth = [("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "yes")];
    let phone = json!({ "system": "ios", "carrier": "docomo", "overseas_rejection": true });
    let mut walk = waiting(&world, phone, &truth);
    let (_, cause) = walk.until(|cause| mends(cause, "overseas_rejection"));
    world.advance(minutes(10));
    let expired = walk.help().is(410);
    assert!(expired.html().contains("?number"), "the way on: {expired:?}");
    let page = walk.browser.open(&format!("{}?number", walk.flow.url)).is(200);
    walk.browser.submit(&page, "/number", &TYPED).is(200);
    world.wait_in_vain();
    assert_eq!(walk.help().is(200).guides(), Seen::Remedy(cause), "nothing is asked or shown again");
}

#[test]
fn two_tabs_show_the_same_step() {
    let world = World::new();
    let truth = [("phone", "iphone"), ("carrier", "docomo"), ("other_sms", "yes")];
    let mut walk = waiting(&world, json!({ "system": "ios", "carrier": "docomo", "overseas_rejection": true }), &truth);
    let (first, cause) = walk.until(|cause| mends(cause, "overseas_rejection"));
    let mut other = walk.browser.clone();
    let second = other.open(&format!("{}/help", walk.flow.url)).is(200);
    assert_eq!(second.guides(), Seen::Remedy(cause.clone()));
    let next = walk.browser.submit(&first, "/outcome", &[("outcome", "not_helped")]).is(200).guides();
    let late = other.submit(&second, "/outcome", &[("outcome", "not_helped")]).is(200).guides();
    assert_eq!(late, next, "pressed in an older tab: nothing is skipped");
}

/// Pressed too early, a step stays where it is, says for how many seconds, and can be pressed again.
#[test]
fn a_new_code_that_is_asked_for_too_early_can_be_asked_for_again() {
    let world = World::new();
    let described = [("phone", "android"), ("carrier", "softbank"), ("sms_app", "plus_message"), ("other_sms", "no")];
    let full = json!({ "storage_full": true, "system": "android", "carrier": "softbank" });
    let mut walk = waiting(&world, full, &described);
    let (page, cause) = walk.until(|cause| mends(cause, "storage_full"));
    let done = [("outcome", "done")];
    let resent = walk.browser.submit(&page, "/outcome", &done).is(200);
    assert!(resent.form("/code").is_some(), "{resent:?}");
    world.advance(seconds(20));
    // The same page again, still open in the other tab. The second wait is a minute long.
    let early = walk.browser.submit(&page, "/outcome", &done).is(200);
    assert_eq!(early.guides(), Seen::Remedy(cause.clone()));
    let left = early.html().split("あと").nth(1).and_then(|rest| rest.split('秒').next()).expect("it says how long");
    let left: i64 = left.parse().expect("in seconds");
    assert!((30..=40).contains(&left), "{left}");
    world.advance(seconds(41));
    let again = walk.browser.open(&early.url).is(200);
    assert_eq!(again.guides(), Seen::Remedy(cause), "it stays, though a minute has passed");
    assert!(!again.html().contains("あと"), "and says no more that it is too early");
    let sent = walk.browser.submit(&again, "/outcome", &done).is(200);
    assert!(sent.form("/code").is_some(), "{sent:?}");
    world.wait_for_queue();
}

/// The application's own code by e-mail: a step leads there once the service says where it is, and none does before.
#[test]
fn a_code_by_email_is_a_step_where_the_application_gives_one() {
    const BY_EMAIL: &str = "https://shop.example/code-by-email";
    let world = World::new();
    let told = json!({ "phone": "iphone", "carrier": "docomo", "other_sms": "yes", "on_screen": "nothing" });
    // The address of the session whose step it is, if there is such a step on the way to a human.
    let leads_there = || {
        let begin = json!({ "told": told, "locale": "en" });
        let mut session = world.post("/v1/guides/sms-not-arriving/sessions", begin).is(201).json();
        let path = format!("/v1/guides/sms-not-arriving/sessions/{}", session["id"].as_str().expect("an id"));
        while session["step"]["kind"] != "contact" {
            let step = &session["step"];
            if step["then"] == "email_code" {
                return Some(session["url"].as_str().expect("an address").to_owned());
            }
            let answer = match step["kind"].as_str() {
                Some("question") => json!({ "fact": step["fact"], "value": step["answers"][0]["value"] }),
                _ => json!({ "cause": step["cause"], "outcome": "passed_over" }),
            };
            session = world.post(&format!("{path}/answers"), answer).is(200).json();
        }
        None
    };
    assert_eq!(leads_there(), None);
    let service = format!("/v1/services/{}", world.told("service"));
    world.call("PATCH", &service).json(&json!({ "email_code_url": BY_EMAIL })).send().is(200);
    let page = Browser::new().open(&leads_there().expect("a step")).is(200);
    assert!(page.html().contains(&format!("href=\"{BY_EMAIL}\"")), "{page:?}");
    for hostile in ["javascript:alert(1)", "http://shop.example", "https://a@shop.example"] {
        world.call("PATCH", &service).json(&json!({ "email_code_url": hostile })).send().is_refused("bad-request");
    }
}
