//! The language of hosted pages and of the messages that they ask for.

use serde_json::json;

use crate::{
    flows::HOME,
    world::{AOI, Browser, Page, World, seconds},
};

#[test]
fn the_language_can_be_switched_at_every_step_and_stays() {
    let world = World::new();
    let flow = world.create_flow(json!({}));
    let mut browser = Browser::new();
    let language = |page: &Page| page.attribute("lang").map(str::to_owned).expect("a page says its language");
    assert_eq!(language(&browser.open(&flow.url)), "ja");
    let english = browser.open(&format!("{}?lang=en", flow.url)).is(200);
    assert_eq!((language(&english).as_str(), english.asks_for("number")), ("en", true));
    let code = browser.submit(&english, "/number", &HOME).is(200);
    assert_eq!((language(&code).as_str(), code.asks_for("code")), ("en", true));
    let sms = world.sms_to(AOI);
    assert!(!sms.text.contains("コード"), "the message speaks it too: {sms:?}");
    let japanese = browser.open(&format!("{}?lang=ja", flow.url)).is(200);
    assert_eq!((language(&japanese).as_str(), japanese.asks_for("code")), ("ja", true));
    assert_eq!(language(&browser.submit(&japanese, "/code", &[("code", &sms.wrong_code())]).slips()), "ja");
    assert_eq!(language(&Browser::english().open(&world.create_flow(json!({})).url)), "en");
    assert_eq!(language(&Browser::new().open(&world.create_flow(json!({ "locale": "en" })).url)), "en");
}

/// Whatever the application said, and whatever the last one was in.
#[test]
fn a_message_is_in_the_language_of_its_page() {
    let world = World::new();
    let flow = world.create_flow(json!({ "locale": "ja" }));
    let mut browser = Browser::new();
    let number = browser.open(&format!("{}?lang=en", flow.url)).is(200);
    let code = browser.submit(&number, "/number", &HOME).is(200);
    let look = format!(
        "<noscript><p class=\"look\"><a class=\"go\" href=\"/f/{}\">See how it stands now</a>",
        flow.url.rsplit('/').next().expect("a token")
    );
    assert!(code.html().contains(&look), "{look}: {code:?}");
    let english = world.sms_to(AOI).text;
    assert!(english.is_ascii(), "{english}");
    world.advance(seconds(30));
    let japanese = browser.open(&format!("{}?lang=ja", flow.url)).is(200);
    browser.submit(&japanese, "/resend", &[]).is(200);
    let japanese = world.sms_to(AOI).text;
    assert!(japanese.contains("コード"), "{japanese}");
}
