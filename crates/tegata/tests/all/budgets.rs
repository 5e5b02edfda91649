//! Budgets on a served installation: by country and prefix, in messages and in money, for a day and a month (rule M2).

use std::time::UNIX_EPOCH;

use domain::time::{days, hours, seconds};
use serde_json::{Value, json};

use crate::{
    console::signed_in,
    world::{AOI, Answer, Browser, Request, Served, World, done, eventually},
};

fn set(world: &World, policy: Value) {
    let service = format!("/v1/services/{}", world.told("service"));
    world.call("PATCH", &service).json(&json!({ "policy": policy })).send().is(200);
}

/// A line of `tegata budget --json`: the first owner with this place.
fn line(config: &str, whose: impl Fn(&Value) -> bool, place: &str, span: &str) -> Value {
    let told: Value = serde_json::from_str(&done(&["budget", "--json", "--config", config])).expect("JSON");
    let accounts = told["accounts"].as_array().expect("accounts");
    let account = accounts.iter().find(|account| whose(&account["service"])).expect("an account");
    let is = |line: &&Value| line["place"] == place && line["span"] == span;
    account["lines"].as_array().expect("lines").iter().find(is).expect("a line").clone()
}

/// Messages of a line, spent or leased.
fn taken(line: &Value) -> i64 {
    ["sms", "sms_leased"].iter().filter_map(|of| line[of].as_i64()).sum()
}

fn is_busy_until(answer: &Answer, end: &str) {
    let until = answer.is_refused("busy")["retry_at"].as_str().expect("a time").to_owned();
    assert!(until.ends_with(end), "{until}");
}

#[test]
fn m2_a_country_and_a_prefix_have_budgets_of_their_own() {
    let world = World::new();
    let budgets = json!([{ "place": "US", "sms_per_day": 1 }, { "place": "+8180", "sms_per_day": 2 }]);
    set(&world, json!({ "countries": ["JP", "US", "CA"], "sms_per_day": 100, "budgets": budgets }));
    let ask = |to: &str| world.post("/v1/verifications", json!({ "to": to }));
    ask("+818012345601").is(201);
    let second = ask("+818012345602").is(201).json();
    is_busy_until(&ask("+818012345603"), "T00:00:00.000Z");
    ask("+819012345601").is(201);
    // Another message counts as the first did.
    world.advance(31_000);
    let again = format!("/v1/verifications/{}/resend", second["id"].as_str().expect("an id"));
    world.post(&again, json!({})).is_refused("busy");
    ask("+12025550171").is(201);
    ask("+12025550172").is_refused("busy");
    // The same calling code, another country.
    ask("+16135550171").is(201);
    let config = world.write_config();
    let service = world.told("service");
    let own = |place: &str| line(&config, |of| *of == json!(service), place, "day");
    eventually("what was sent is spent", || (own("+8180")["sms"] == 2 && own("US")["sms"] == 1).then_some(()));
    assert_eq!((&own("+8180")["sms_max"], &own("CA")["sms_max"]), (&json!(2), &Value::Null));
    assert!(world.metric("tegata_budget_refused_total{whose=\"service\"}").is_some_and(|refused| refused >= 3.0));
    let told = done(&["budget", "--config", &config, "--service", &service]);
    assert!(told.contains("US            today       1 of 1, 0 left SMS"), "{told}");
}

#[test]
fn m2_a_month_has_a_budget_of_its_own() {
    let world = World::new();
    set(&world, json!({ "sms_per_month": 2 }));
    let ask = |nth: usize| world.post("/v1/verifications", json!({ "to": format!("+81901234560{nth}") }));
    ask(1).is(201);
    ask(2).is(201);
    is_busy_until(&ask(3), "-01T00:00:00.000Z");
}

#[test]
fn m2_what_a_day_leaves_over_is_the_months_again() {
    let world = World::new();
    world.create(AOI);
    let config = world.write_config();
    let service = json!(world.told("service"));
    let month = || taken(&line(&config, |of| *of == service, "", "month"));
    assert!(month() > 1, "a slice");
    world.advance(days(1));
    eventually("the day's slice is given back", || (month() == 1).then_some(()));
    world.wait_for_queue();
}

#[test]
fn m2_what_lies_idle_is_given_back_within_seconds() {
    let world = World::new();
    world.create(AOI);
    let config = world.write_config();
    let service = json!(world.told("service"));
    let day = || taken(&line(&config, |of| *of == service, "", "day"));
    assert!(day() > 1, "a slice");
    world.advance(seconds(10));
    eventually("it is given back", || (day() == 1).then_some(()));
}

#[test]
fn m2_nobody_is_refused_for_what_other_places_leased() {
    let world = World::new();
    let places = ["+8180", "+8190", "US", "CA"].map(|place| json!({ "place": place, "sms_per_day": 100 }));
    set(&world, json!({ "countries": ["JP", "US", "CA"], "sms_per_day": 20, "budgets": places }));
    let ask = |to: String| world.post("/v1/verifications", json!({ "to": to }));
    for nth in 0..5 {
        for begin in ["+81801234560", "+81901234560", "+1202555017", "+1613555017"] {
            ask(format!("{begin}{nth}")).is(201);
        }
    }
    is_busy_until(&ask("+12025550175".into()), "T00:00:00.000Z");
}

#[test]
fn m2_a_lowered_budget_holds_at_once_whatever_was_leased() {
    let served = Served::start("[budget]\ncurrency = \"JPY\"\nprice = 10\n");
    let told: Value = serde_json::from_str(&done(&["budget", "--json", "--config", &served.config])).expect("JSON");
    let service = told["accounts"][1]["service"].as_str().expect("the service");
    let admin = done(&["key", "create", "--config", &served.config, "--service", service, "--scope", "admin"]);
    let path = format!("{}/v1/services/{service}", served.url);
    let patch = |policy: Value| Request::new("PATCH", &path).key(&admin).json(&json!({ "policy": policy })).send();
    let set = |policy: Value| patch(policy).is(200);
    let mut nth = 0;
    let mut ask = || {
        nth += 1;
        served.call("POST", "/v1/verifications").json(&json!({ "to": format!("+8190123456{nth:02}") })).send()
    };
    let tight: [fn(u32) -> Value; 5] = [
        |sms| json!({ "sms_per_day": sms }),
        |sms| json!({ "sms_per_month": sms }),
        |sms| json!({ "cost_per_day": 10 * sms }),
        |sms| json!({ "cost_per_month": 10 * sms }),
        |sms| json!({ "budgets": [{ "place": "JP", "sms_per_day": sms }] }),
    ];
    for (sent, tight) in (0..).step_by(2).zip(tight) {
        set(json!({ "sms_per_day": 100_000, "sms_per_month": null, "cost_per_day": null, "cost_per_month": null }));
        ask().is(201);
        set(tight(sent + 2));
        ask().is(201);
        ask().is_refused("busy");
    }
    served.stop();
}

#[test]
fn m2_a_budget_lowered_in_shadow_counts_at_once() {
    let world = World::new();
    let ask = |nth: usize| world.post("/v1/verifications", json!({ "to": format!("+81901234560{nth}") }));
    set(&world, json!({ "sms_per_day": 100_000, "shadow": ["budget"] }));
    ask(0).is(201);
    set(&world, json!({ "sms_per_day": 2 }));
    (1..5).for_each(|nth| drop(ask(nth).is(201)));
    assert_eq!(world.metric("tegata_limits_exceeded_total{rule=\"budget\",over=\"shadow\"}"), Some(3.0));
}

#[test]
fn d5_budgets_of_all_services_refuse_in_the_words_of_a_busy_route() {
    let served = Served::start("[budget]\ncurrency = \"JPY\"\nprice = 7.5\ncost_per_day = 20\n");
    let ask = |nth: usize| {
        served.call("POST", "/v1/verifications").json(&json!({ "to": format!("+81901234560{nth}") })).send()
    };
    ask(1).is(201);
    ask(2).is(201);
    let told = ask(3).is_refused("busy");
    // Until the next hour but one, as of a phone that had its messages: not until midnight.
    let retry_at = told["retry_at"].as_str().expect("a time");
    assert!(retry_at.ends_with(":00:00.000Z"), "{retry_at}");
    assert!(
        ask(4)
            .header("retry-after")
            .is_some_and(|wait| wait.parse::<u32>().is_ok_and(|s| (3_900..=7_500).contains(&s)))
    );
    let of_all = || line(&served.config, Value::is_null, "", "day");
    eventually("both are spent", || (of_all()["cost"] == 15.0).then_some(()));
    assert_eq!(of_all()["cost_max"], 20);
    assert!(served.metric("tegata_budget_refused_total{whose=\"installation\"}") >= 2.0);
    served.stop();
}

#[test]
fn m2_after_a_stop_nothing_is_missing_and_after_a_crash_a_slice() {
    let mut served = Served::start("");
    let ask = |served: &Served, nth: usize| {
        served.call("POST", "/v1/verifications").json(&json!({ "to": format!("+81901234560{nth}") })).send().is(201);
    };
    let day = |served: &Served| line(&served.config, |of| !of.is_null(), "", "day");
    let comes_to = |served: &Served, sms: i64, leased: i64| {
        let is_so = || (day(served)["sms"] == sms && day(served)["sms_leased"] == leased).then_some(());
        eventually(&format!("{sms} are spent and {leased} leased"), is_so);
    };
    ask(&served, 1);
    assert_eq!(taken(&day(&served)), 50, "a twentieth of 1,000 is leased");
    served.restart_around(|served| comes_to(served, 1, 0));
    ask(&served, 2);
    comes_to(&served, 2, 48);
    served.restart_after_crash();
    ask(&served, 3);
    assert_eq!(taken(&day(&served)), 1 + 49 + 47, "what the crash lost is the slice that it had");
    comes_to(&served, 3, 48);
    let told = done(&["budget", "--config", &served.config]);
    assert!(told.contains("  everywhere    today       3 of 1000, 48 leased, 949 left SMS;"), "{told}");
    served.stop();
}

#[test]
fn m2_people_who_were_here_before_get_their_code_when_the_budget_is_used_up() {
    let world = World::new();
    set(&world, json!({ "sms_per_day": 1_000, "remember_verified_ms": days(90) }));
    let begun = world.create(AOI);
    world.check(&begun, &world.sms_to(AOI).code()).is_approved();
    world.advance(days(8));
    set(&world, json!({ "sms_per_day": 5 }));
    let ask = |to: &str, context: usize| {
        world.post("/v1/verifications", json!({ "to": to, "context": format!("session {context}") }))
    };
    for nth in 0..4 {
        ask(&format!("+81901234560{nth}"), nth).is(201);
    }
    is_busy_until(&ask("+819012345604", 4), "T00:00:00.000Z");
    ask(AOI, 5).is(201);
    is_busy_until(&ask(AOI, 6), "T00:00:00.000Z");
}

#[test]
fn m2_a_budget_in_shadow_counts_and_refuses_nothing() {
    let world = World::new();
    set(&world, json!({ "sms_per_day": 2, "shadow": ["budget"] }));
    let ask = |nth: usize| world.post("/v1/verifications", json!({ "to": format!("+81901234560{nth}") }));
    (0..5).for_each(|nth| drop(ask(nth).is(201)));
    let shadowed = "tegata_limits_exceeded_total{rule=\"budget\",over=\"shadow\"}";
    assert_eq!(world.metric(shadowed), Some(3.0));
    let config = world.write_config();
    let service = json!(world.told("service"));
    assert!(taken(&line(&config, |of| *of == service, "", "day")) >= 5);
    set(&world, json!({ "sms_per_day": 2, "shadow": [] }));
    ask(6).is_refused("busy");
}

#[test]
fn m1_a_source_in_shadow_is_counted_and_let_through() {
    let world = World::new();
    set(&world, json!({ "sources": { "account_per_day": 1 }, "shadow": ["account"] }));
    let ask = |nth: usize| {
        let end_user = json!({ "account": "a" });
        world.post("/v1/verifications", json!({ "to": format!("+81901234560{nth}"), "end_user": end_user }))
    };
    (0..3).for_each(|nth| drop(ask(nth).is(201)));
    let shadowed = "tegata_limits_exceeded_total{rule=\"account\",over=\"shadow\"}";
    eventually("both are counted", || (world.metric(shadowed) == Some(2.0)).then_some(()));
    let config = world.write_config();
    let told = format!("{}  account            2  let through", world.told("service"));
    eventually("both are written down", || done(&["limits", "--config", &config]).starts_with(&told).then_some(()));
    let (mut browser, _) = signed_in(&world);
    let page = browser.open(&format!("{}/console/limits", world.told("url"))).is(200);
    let cells = page.html().lines().find(|line| line.contains("アプリの利用者ごと")).expect("the rule has a line");
    assert!(cells.ends_with("class=\"figure\">2</td></tr>"), "{cells}");
    set(&world, json!({ "sources": { "account_per_day": 1 }, "shadow": [] }));
    ask(4).is_refused("busy");
}

#[test]
fn v4_a_phone_that_is_bombed_and_a_session_that_tries_numbers_are_told_of() {
    let world = World::new();
    let ask = |to: &str, context: &str| world.post("/v1/verifications", json!({ "to": to, "context": context }));
    (0..5).for_each(|nth| drop(ask(AOI, &format!("stranger {nth}")).is(201)));
    (5..12).for_each(|nth| drop(ask(AOI, &format!("stranger {nth}")).is_refused("busy")));
    (0..3).for_each(|nth| drop(ask(&format!("+81901234560{nth}"), "one").is(201)));
    ask("+819012345603", "one").is_refused("too-many-sends");
    let refused =
        |rule: &str| world.metric(&format!("tegata_limits_exceeded_total{{rule=\"{rule}\",over=\"refused\"}}"));
    eventually("both are counted", || ((refused("phone"), refused("context")) == (Some(7.0), Some(1.0))).then_some(()));
    let config = world.write_config();
    let service = world.told("service");
    let told =
        [format!("{service}  context            1  refused"), format!("{service}  phone              7  refused")];
    let limits = || done(&["limits", "--config", &config]);
    eventually("both are written down", || told.iter().all(|line| limits().contains(line)).then_some(()));
}

#[test]
fn m2_whom_a_budget_refuses_is_told_when_and_whom_to_ask() {
    let world = World::new();
    // The flow has to be over before the day is.
    let past_ms = i64::try_from(UNIX_EPOCH.elapsed().expect("now is after 1970").as_millis()).expect("it fits");
    world.advance((days(1) - past_ms % days(1)) % hours(12));
    set(&world, json!({ "sms_per_day": 0 }));
    let told = world.post("/v1/verifications", json!({ "to": AOI })).is_refused("busy");
    let desk = json!({ "kind": "phone", "name": "みなとペイ コールセンター", "to": "0120-000-000" });
    let first = &told["contacts"][0];
    assert_eq!(["kind", "name", "to"].map(|of| &first[of]), ["kind", "name", "to"].map(|of| &desk[of]));
    let other = world.post("/v1/verifications", json!({ "to": "050-1234-5678", "country": "JP" }));
    assert_eq!(other.is_refused("number-voip")["contacts"], Value::Null, "waiting is no help there");
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let page = browser.open(&flow.url).is(200);
    let page = browser.submit(&page, "/number", &[("country", "JP"), ("number", "090-1234-5678")]).is(429);
    for text in ["以降に、もう一度お試しください", "それまで待てないときは", "0120-000-000"] {
        assert!(page.html().contains(text), "{text}: {page:?}");
    }
    assert!(page.form("/cancel").is_some(), "the flow is over before it works again: {page:?}");
}
