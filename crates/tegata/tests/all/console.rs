//! The operator's pages: in by a link that works once, and nothing told without it.

use rstest::rstest;
use serde_json::json;

use crate::{
    flows::at_the_code,
    support::reference_of,
    world::{
        AOI, Browser, Engine,
        Engine::{Postgres, Sqlite},
        Page, Request, Served, World, done, eventually, minutes,
    },
};

/// A browser that is signed in to a world's console, and its first page.
pub fn signed_in(world: &World) -> (Browser, Page) {
    enter(&world.told("console"))
}

/// As [`signed_in`], with a link.
pub fn enter(link: &str) -> (Browser, Page) {
    let mut browser = Browser::new();
    let door = browser.open(link).is(200);
    let inside = browser.submit(&door, &link[link.find("/console").expect("a path")..], &[]).is(200);
    assert!(inside.form("/console/leave").is_some(), "{inside:?}");
    (browser, inside)
}

/// Everything below `/console`, there or not.
const ADDRESSES: [&str; 13] = [
    "/console",
    "/console/messages",
    "/console/messages/KX7M4TQ9",
    "/console/guides",
    "/console/guides/sms-not-arriving",
    "/console/guides/nothing",
    "/console/guides/sms-not-arriving/order",
    "/console/guides/sms-not-arriving/drawing.svg",
    "/console/arrival",
    "/console/routes",
    "/console/limits",
    "/console/leave",
    "/console/nothing/here",
];

#[rstest]
fn v7_a_link_opens_the_console_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let link = world.told("console");
    for _ in 0..3 {
        Browser::new().open(&link).is(200);
    }
    let (mut browser, inside) = signed_in(&world);
    Browser::new().post(&link, &[]).is(403);
    browser.open(&format!("{}/console/messages", world.told("url"))).is(200);
    let cookies = world.request("POST", &link[world.told("url").len()..]).send();
    assert_eq!(cookies.header("set-cookie"), None, "a used link sets nothing");
    browser.submit(&inside, "/console/leave", &[]).is(403);
    browser.open(&format!("{}/console", world.told("url"))).is(403);
}

#[test]
fn d5_without_a_session_everything_gets_one_answer() {
    let world = World::new();
    let bodies = |cookie: Option<&str>| {
        let mut bodies = Vec::new();
        for path in ADDRESSES {
            for method in ["GET", "POST", "DELETE"] {
                let request = world.request(method, path).header("Accept", "text/html");
                let request = cookie.map_or(request.clone(), |cookie| request.header("Cookie", cookie));
                let answer = request.send().is(403);
                // The reference and the nonce differ, and languages lead back to where one was.
                let told = answer.body.split("<main").nth(1).and_then(|rest| rest.split("<p class=\"readout\"").next());
                bodies.push(told.expect("a page").to_owned());
            }
        }
        bodies
    };
    let mut all = bodies(None);
    all.extend(bodies(Some("tegata_console=00000000000000000000000000000000.ja")));
    all.extend(bodies(Some("tegata_console=forged")));
    all.dedup();
    assert_eq!(all.len(), 1, "{all:#?}");
}

#[rstest]
fn an_operator_gets_a_link_at_a_terminal_beside_the_running_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(served) = Served::start_on(engine, "") else { return };
    let link = || done(&["console", "link", "--config", &served.config]);
    let (first, second) = (link(), link());
    assert!(first.starts_with(&format!("{}/console/enter/", served.url)) && first != second, "{first} {second}");
    enter(&second);
    enter(&first);
    Browser::new().post(&first, &[]).is(403);
}

#[test]
fn a_session_ends_when_it_is_left_alone_and_after_eight_hours() {
    let world = World::new();
    let (mut browser, _) = signed_in(&world);
    let console = format!("{}/console", world.told("url"));
    for _ in 0..16 {
        world.advance(minutes(29));
        browser.open(&console).is(200);
    }
    world.advance(minutes(29));
    browser.open(&console).is(403);
}

#[test]
fn a_session_ends_after_half_an_hour_alone() {
    let world = World::new();
    let (mut browser, _) = signed_in(&world);
    world.advance(minutes(30));
    browser.open(&format!("{}/console", world.told("url"))).is(403);
}

#[test]
fn a_link_is_good_for_ten_minutes() {
    let world = World::new();
    let link = done(&["console", "link", "--data", world.data.path().to_str().expect("a plain name")]);
    world.advance(minutes(10));
    Browser::new().post(&link, &[]).is(403);
}

#[test]
fn forms_of_other_sites_are_not_taken() {
    let world = World::new();
    let link = world.told("console");
    let foreign = |url: &str| Request::new("POST", url).header("Sec-Fetch-Site", "cross-site").form(&[]);
    Browser::new().go(&link, foreign(&link)).is(403);
    let (mut browser, _) = signed_in(&world);
    let leave = format!("{}/console/leave", world.told("url"));
    browser.post(&leave, &[]).is(403);
    browser.post(&leave, &[("form_token", "forged")]).is(403);
    browser.open(&format!("{}/console", world.told("url"))).is(200);
}

#[rstest]
fn d7_a_message_stands_beside_what_happened(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let flow = world.create_flow(json!({}));
    let (mut person, page) = at_the_code(&flow);
    let sms = world.sms_to(AOI);
    person.submit(&page, "/code", &[("code", &sms.wrong_code())]).slips();
    let form = person.open(&format!("{}/message", flow.url)).is(200);
    let text = "届きません。\n<script>alert(1)</script>";
    let left = person.submit(&form, "/message", &[("text", text), ("reply", "me@home.example")]).is(200);
    let reference = reference_of(&left);
    let (mut browser, inside) = signed_in(&world);
    assert!(inside.html().contains(&format!("/console/messages/{reference}")), "{inside:?}");
    let list = browser.open(&format!("{}/console/messages", world.told("url"))).is(200);
    browser.submit(&list, "/console/messages", &[("reference", "KX7M 4TQ9")]).is(422);
    let typed = reference.to_lowercase();
    let shown = browser.submit(&list, "/console/messages", &[("reference", &typed)]).is(200);
    for part in ["届きません。", "&#60;script&#62;", "me@home.example", "••78", &flow.id, "1回目"] {
        assert!(shown.html().contains(part), "{part} is missing: {shown:?}");
    }
    assert!(!shown.html().contains("090-1234-5678"), "the number stays masked");
    assert!(shown.html().contains("認証コードが違っていた"), "what happened: {shown:?}");
    assert!(!browser.open(&format!("{}?lang=en", shown_at(&world, &reference))).is(200).html().contains("起きたこと"));
    assert!(!browser.open(&shown_at(&world, &reference)).html().contains("起きたこと"), "the language stays");
}

#[test]
fn v5_each_step_of_a_guide_tells_support_when_why_and_what_came_of_it() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut person, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let mut page = person.open(&format!("{}/help", flow.url)).is(200);
    for outcome in ["not_helped", "cannot_do", "passed_over"] {
        assert!(!page.html().contains("class=\"reasons\""), "reasons are for support alone: {page:?}");
        page = person.until_remedy(page);
        page = person.submit(&page, "/outcome", &[("outcome", outcome)]).is(200);
        world.advance(7_000);
    }
    let form = person.open(&format!("{}/message", flow.url)).is(200);
    let reference = reference_of(&person.submit(&form, "/message", &[("text", "届きません。")]).is(200));
    let (mut operator, _) = signed_in(&world);
    let shown = operator.open(&shown_at(&world, &reference)).is(200);
    let came = |text: &str| shown.html().matches(&format!("<p class=\"came\">{text}")).count();
    for text in ["試したが、変わらなかった（", "できなかった（", "原因ではないとして、しないで進んだ（", "表示したまま"]
    {
        assert_eq!(came(text), 1, "{text}: {shown:?}");
    }
    assert!(shown.html().contains("<p class=\"reasons\"><span>見込み"), "{shown:?}");
    assert!(shown.html().contains("新しくあてはまらないと分かった原因"), "{shown:?}");
}

fn shown_at(world: &World, reference: &str) -> String {
    format!("{}/console/messages/{reference}", world.told("url"))
}

#[rstest]
fn guides_and_arrival_are_shown(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let (mut browser, _) = signed_in(&world);
    let verification = world.create(AOI);
    world.check(&verification, &world.sms_to(AOI).code()).is_approved();
    world.advance(minutes(20));
    eventually("the hour's sums are written", || {
        (world.metric("tegata_arrival_messages{route=\"demo\",carrier=\"unknown\",country=\"JP\",what=\"back\"}")
            == Some(1.0))
        .then_some(())
    });
    let open = |browser: &mut Browser, path: &str| browser.open(&format!("{}{path}", world.told("url"))).is(200);
    let arrival = eventually("the chart has its hour", || {
        Some(open(&mut browser.clone(), "/console/arrival")).filter(|page| page.html().contains("100 %"))
    });
    assert!(arrival.html().contains("src=\"data:image/svg+xml;base64,"), "{arrival:?}");
    let guides = open(&mut browser, "/console/guides");
    assert!(guides.html().contains("/console/guides/sms-not-arriving"), "{guides:?}");
    let guide = open(&mut browser, "/console/guides/sms-not-arriving");
    assert!(guide.html().contains("/drawing.svg"), "{guide:?}");
    let of_docomo = guide.html().split("<details").find(|part| part.contains("group=carrier-docomo"));
    assert!(of_docomo.is_some_and(|part| part.contains("docomo-by-phone") && !part.contains("au-sms-filter")));
    let asked = "/console/guides/sms-not-arriving/order?message=undelivered&number=fixed&number_right=yes&nothing=such";
    let order = open(&mut browser, asked);
    assert!(order.html().contains("1. ガイドの") && order.html().contains("class=\"reasons\""), "{order:?}");
    assert!(order.html().contains("<option value=\"undelivered\" selected>"), "what was picked stays: {order:?}");
    let drawing = open(&mut browser, "/console/guides/sms-not-arriving/drawing.svg");
    assert_eq!(drawing.answer.header("content-type"), Some("image/svg+xml"));
    let group = open(&mut browser, "/console/guides/sms-not-arriving/drawing.svg?group=carrier-docomo");
    assert!(group.html().contains(">docomo-sms-settings ·") && !group.html().contains(">au-sms-filter ·"));
    browser.open(&format!("{}/console/guides/sms-not-arriving/drawing.svg?group=none", world.told("url"))).is(404);
    browser.open(&format!("{}/console/guides/nothing", world.told("url"))).is(404);
}

/// The number and the time stand with the message, where support reads it, and nowhere else.
#[test]
fn a_call_is_asked_for_with_a_number_and_a_time() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let (mut browser, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let form = browser.open(&format!("{}/message?call", flow.url)).is(200);
    assert!(form.html().contains("value=\"090-1234-5678\""), "the number that was typed here: {form:?}");
    let none = browser.submit(&form, "/message", &[("reply", "me@home.example"), ("time", "午前")]).is(422);
    assert!(none.html().contains("id=\"reply-slip\"") && none.html().contains("午前"), "{none:?}");
    let done = browser.submit(&none, "/message", &[("reply", "03-1234-5678"), ("time", "平日の午前")]).is(200);
    assert!(done.html().contains("書いた番号に、担当者が電話します"), "{done:?}");
    let reference = reference_of(&done);
    let (mut operator, _) = signed_in(&world);
    let shown = operator.open(&shown_at(&world, &reference)).is(200);
    assert!(shown.html().contains("03-1234-5678") && shown.html().contains("平日の午前"), "{shown:?}");
}
