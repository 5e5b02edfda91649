//! Forms that have to be put right: a redirect leads to the page that says so, once, in the browser that sent them. After
//! five wrong codes that page offers what works.

use rstest::rstest;
use serde_json::json;

use crate::{
    flows::{HOME, at_the_code},
    world::{
        AOI,
        Engine::{self, Postgres, Sqlite},
        Flow, Page, Request, World, minutes, seconds,
    },
};

/// The tries that a page says are left.
fn left(page: &Page) -> Option<u8> {
    let after = page.html().split("id=\"code-left\">あと").nth(1)?;
    after.split('回').next()?.parse().ok()
}

fn says(page: &Page) -> bool {
    page.html().contains("<title>エラー：") && page.html().contains(" aria-invalid=\"true\"")
}

#[rstest]
fn a_reload_counts_no_second_wrong_code(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let (mut browser, page) = at_the_code(&world.create_flow(json!({})));
    let sms = world.sms_to(AOI);
    let wrong = browser.submit(&page, "/code", &[("code", &sms.wrong_code())]).slips();
    assert!(says(&wrong) && left(&wrong) == Some(4), "{wrong:?}");
    assert!(wrong.html().contains("認証コードが違います"), "{wrong:?}");
    for _ in 0..3 {
        let reloaded = browser.open(&wrong.url).is(200);
        assert!(!says(&reloaded) && left(&reloaded) == Some(4), "{reloaded:?}");
    }
    let again = browser.submit(&wrong, "/code", &[("code", &sms.wrong_code())]).slips();
    assert_eq!(left(&again), Some(3));
}

#[test]
fn v3_what_was_typed_comes_back_once_and_no_code_with_it() {
    let world = World::new();
    let (mut browser, page) = at_the_code(&world.create_flow(json!({})));
    let wrong = world.sms_to(AOI).wrong_code();
    for (typed, shown) in [("12 3", "12 3"), (wrong.as_str(), ""), (" ", "")] {
        let slip = browser.submit(&page, "/code", &[("code", typed)]).slips();
        let field = slip.html().split(" id=\"code\"").nth(1).expect("the field");
        assert!(
            field.split('>').next().is_some_and(|field| field.contains(&format!(" value=\"{shown}\""))),
            "{slip:?}"
        );
        assert!(slip.url.ends_with("?slip"), "{}", slip.url);
        assert_eq!(browser.cookie("tegata_slip"), None, "said, and forgotten");
    }
    let number = browser.open(&format!("{}?number", page.url)).is(200);
    let slip = browser.submit(&number, "/number", &[("country", "JP"), ("number", "050-1234-5678")]).slips();
    assert!(slip.html().contains(" value=\"050-1234-5678\"") && slip.url.ends_with("?number&slip"), "{slip:?}");
    let reloaded = browser.open(&slip.url).is(200);
    assert!(!says(&reloaded) && !reloaded.html().contains("050-1234-5678"), "{reloaded:?}");
}

/// No address makes a page say that something is wrong, and no cookie but the one that this browser got for this flow.
#[test]
fn v8_nobody_else_makes_a_page_say_what_is_wrong() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, page) = at_the_code(&flow);
    world.sms_to(AOI);
    for query in ["?slip", "?slip=incorrect", "?number&slip", "?notice=slip"] {
        assert!(!says(&browser.open(&format!("{}{query}", flow.url)).is(200)), "{query}");
    }
    let (url, fields) = page.form("/code").expect("the form");
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("code", "12"));
    let own = browser.cookie("tegata_flow").expect("this browser has the flow").to_owned();
    let post = Request::new("POST", &url).header("Cookie", format!("tegata_flow={own}"));
    let answer = post.header("Accept", "text/html").form(&fields).send();
    assert_eq!(answer.status, 303, "{answer:?}");
    let set =
        answer.all("set-cookie").find(|cookie| cookie.starts_with("tegata_slip=")).expect("it is carried").to_owned();
    assert!(set.contains("; HttpOnly; SameSite=Lax; Max-Age=60"), "{set}");
    let carried = set.split(';').next().expect("a pair").to_owned();
    let with = |flow_url: &str, own: &str, carried: &str| {
        let request = Request::new("GET", &format!("{flow_url}?slip")).header("Accept-Language", "ja");
        let answer = request.header("Cookie", format!("tegata_flow={own}; {carried}")).send();
        Page { url: flow_url.to_owned(), answer }
    };
    assert!(says(&with(&flow.url, &own, &carried)), "its own");
    let altered = format!("{}0", &carried[..carried.len() - 1]);
    let altered = if altered == carried { format!("{}1", &carried[..carried.len() - 1]) } else { altered };
    for bad in [altered.as_str(), "tegata_slip=", "tegata_slip=zz", "tegata_slip={\"code\":[\"incorrect\",\"\"]}"] {
        assert!(!says(&with(&flow.url, &own, bad).is(200)), "{bad}");
    }
    // The same browser's other flow, and a flow that another browser has.
    let second = world.create_flow(json!({}));
    let (other, _) = at_the_code(&second);
    let theirs = other.cookie("tegata_flow").expect("that browser has the flow").to_owned();
    assert!(!says(&with(&second.url, &theirs, &carried).is(200)), "another flow's");
    assert!(!says(&with(&flow.url, &theirs, &carried).is(403)), "another browser's");
}

#[test]
fn five_wrong_codes_lock_the_page() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, page) = at_the_code(&flow);
    let sms = world.sms_to(AOI);
    for _ in 0..4 {
        browser.submit(&page, "/code", &[("code", &sms.wrong_code())]).slips();
    }
    let locked = browser.submit(&page, "/code", &[("code", &sms.wrong_code())]).is(429);
    assert!(locked.answer.header("retry-after").is_some(), "{locked:?}");
    assert!(!locked.asks_for("code"));
    assert!(!browser.submit(&page, "/code", &[("code", &sms.code())]).is(429).asks_for("code"));
    let waits = browser.open(&flow.url).is(429);
    assert!(
        waits.answer.header("retry-after").is_some() && waits.html().contains("から、もう一度できます"),
        "{waits:?}"
    );
    assert!(
        !waits.html().contains("class=\"primary\""),
        "nothing is offered as the way on that is none yet: {waits:?}"
    );
    assert!(
        waits.html().contains("?number\"") && waits.html().contains("コールセンター"),
        "later, or a human: {waits:?}"
    );
    world.advance(minutes(1));
    let past = browser.open(&flow.url).is(429);
    assert!(past.answer.header("retry-after").is_none() && past.html().contains("class=\"primary\""), "{past:?}");
    let number = browser.open(&format!("{}?number", flow.url)).is(200);
    let page = browser.submit(&number, "/number", &HOME).is(200);
    let done = browser.submit(&page, "/code", &[("code", &world.sms_to(AOI).code())]).is(200);
    assert!(done.form("/continue").is_some(), "{done:?}");
}

/// Five wrong codes, and the page that comes of them.
fn locked(world: &World, flow: &Flow) -> Page {
    let (mut browser, page) = at_the_code(flow);
    let sms = world.sms_to(AOI);
    (0..5).map(|_| browser.submit(&page, "/code", &[("code", &sms.wrong_code())])).last().expect("five").is(429)
}

#[test]
fn while_entry_is_paused_the_page_offers_what_works() {
    let world = World::new();
    let service = format!("/v1/services/{}", world.told("service"));
    let by_email = "https://shop.example/code-by-email";
    world.call("PATCH", &service).json(&json!({ "email_code_url": by_email })).send().is(200);
    let waits = locked(&world, &world.create_flow(json!({})));
    assert!(waits.html().contains(&format!("class=\"primary\" href=\"{by_email}\"")), "{waits:?}");
    // The wait is longer than this flow lives: its service begins another.
    let late = world.create_flow(json!({}));
    world.advance(minutes(59) + seconds(30));
    let closes = locked(&world, &late);
    assert!(closes.form("/cancel").is_some() && closes.html().contains("みなとペイから、もう一度始めて"), "{closes:?}");
    assert!(closes.html().contains("ほかの番号を使う") && !closes.html().contains(by_email), "{closes:?}");
}
