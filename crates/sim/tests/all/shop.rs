//! The sample shop: a person who registers, what the API gets to hear of it, and the attacks of rule V8.

mod api;
mod browser;

use axum::http::StatusCode;
use rstest::rstest;
use serde_json::json;

use api::{Api, KEY};
use browser::Browser;

async fn open() -> (Api, Browser) {
    let api = Api::start().await;
    let browser = Browser::of(&api.url, KEY);
    (api, browser)
}

/// Begins, and gives the `state` that the hosted page was asked to bring back.
async fn begin(api: &Api, browser: &mut Browser) -> String {
    let answer = browser.submit("/shop/begin?lang=en").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    api.heard().last().unwrap().body["state"].as_str().unwrap().to_owned()
}

fn back(state: &str, result: &str) -> String {
    format!("/shop/back?flow=flw_1&state={state}&result={result}")
}

#[tokio::test]
async fn a_person_registers() {
    let (api, mut browser) = open().await;
    let front = browser.open("/shop?lang=en").await;
    assert!(front.text.contains("action=\"/shop/begin?lang=en\""), "{}", front.text);

    let away = browser.submit("/shop/begin?lang=en").await;
    assert_eq!(away.location(), format!("{}/f/flw_1.secret-of-the-page", api.url));
    let asked = api.heard().pop().unwrap();
    let state = asked.body["state"].as_str().unwrap().to_owned();
    assert!(state.len() == 32 && state.bytes().all(|byte| byte.is_ascii_hexdigit()), "{state}");
    let expected = json!({
        "kind": "verify_phone", "purpose": "sign_up", "return_url": format!("{}/shop/back", api.url),
        "state": state, "locale": "en",
    });
    assert_eq!((asked.path.as_str(), asked.body), ("/v1/flows", expected));
    let cookie = format!("shop_state={state}; Path=/shop; HttpOnly; SameSite=Lax; Max-Age=3600");
    assert_eq!(away.cookies, [cookie]);

    let home = browser.open(&back(&state, "res_0123456789abcdef")).await;
    assert_eq!((home.status, home.location()), (StatusCode::SEE_OTHER, "/shop/account?lang=en"));
    assert!(home.cookies[0].starts_with("shop_session=") && home.cookies[0].ends_with("; HttpOnly; SameSite=Lax"));
    assert_eq!(home.cookies[1], "shop_state=; Path=/shop; HttpOnly; SameSite=Lax; Max-Age=0");
    let redeemed = api.heard().pop().unwrap();
    assert_eq!(redeemed.path, "/v1/flows/flw_1/redeem");
    assert_eq!(redeemed.body, json!({"result": "res_0123456789abcdef"}));

    let account = browser.open(home.location()).await;
    for shown in ["+819012345678</strong>", "090-1234-5678", "POST /v1/flows/flw_1/redeem", "verify_phone"] {
        assert!(account.text.contains(shown), "{shown}");
    }
    for secret in [KEY, &state, "res_0123456789abcdef", "secret-of-the-page"] {
        assert!(!account.text.contains(secret), "{secret}");
    }
    assert!(browser.open("/shop").await.text.contains("/shop/account"));
}

#[tokio::test]
async fn a_payment_is_confirmed_by_the_number_on_file() {
    let (api, mut browser) = open().await;
    let front = browser.open("/shop?lang=en").await;
    assert!(front.text.contains("action=\"/shop/pay?lang=en\""), "{}", front.text);
    browser.submit("/shop/pay?lang=en").await;
    let asked = api.heard().pop().unwrap().body;
    assert_eq!((&asked["to"], &asked["known"]), (&json!("+819012345678"), &json!(true)));
    assert_eq!((&asked["purpose"], &asked["binding"]), (&json!("payment"), &json!("order-1042;JPY;1200")));
    let home = browser.open(&back(asked["state"].as_str().unwrap(), "res_good")).await;
    let account = browser.open(home.location()).await;
    assert!(account.text.contains("<h1>Payment confirmed</h1>"), "{}", account.text);
}

#[tokio::test]
async fn another_number_confirms_no_payment() {
    let (api, mut browser) = open().await;
    browser.submit("/shop/pay?lang=en").await;
    let state = api.heard().pop().unwrap().body["state"].as_str().unwrap().to_owned();
    let answer = browser.open(&back(&state, "res_other_number")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.open("/shop/account").await.status, StatusCode::SEE_OTHER, "there is no session");
}

#[rstest]
#[case("ja", "みなと&#60;b&#62;ペイ")]
#[case("en", "Minato &#60;b&#62;Pay")]
#[tokio::test]
async fn its_name_is_in_the_readers_language(#[case] lang: &str, #[case] name: &str) {
    let front = Browser::of("http://127.0.0.1:1", KEY).open(&format!("/shop?lang={lang}")).await;
    assert_eq!(front.text.matches(name).count(), 2, "in title and header: {}", front.text);
}

#[tokio::test]
async fn v8_a_way_back_that_was_not_begun_here_is_refused() {
    let (api, mut attacker) = open().await;
    let his = begin(&api, &mut attacker).await;
    let mut stranger = Browser::of(&api.url, KEY);
    let asked = api.heard().len();
    for address in [back(&his, "res_good"), back("", "res_good"), "/shop/back?flow=flw_1&result=res_good".into()] {
        let answer = stranger.open(&address).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}");
        assert!(!answer.text.contains(&his) && answer.cookies.is_empty());
    }
    assert_eq!(api.heard().len(), asked, "nothing was redeemed");
}

#[tokio::test]
async fn v8_a_strangers_link_does_not_end_what_she_began() {
    let (api, mut attacker) = open().await;
    let his = begin(&api, &mut attacker).await;
    let mut her = Browser::of(&api.url, KEY);
    let own = begin(&api, &mut her).await;
    let doubled = format!("{}&state={his}", back(&own, "res_good"));
    for address in [back(&his, "res_good"), format!("/shop/back?state={his}&error=canceled"), doubled] {
        assert_eq!(her.open(&address).await.status, StatusCode::FORBIDDEN, "{address}");
    }
    assert_eq!(her.open(&back(&own, "res_good")).await.location(), "/shop/account?lang=en");
}

/// Each tab may be away at a hosted page of its own, and comes back from it in any order.
#[tokio::test]
async fn two_tabs_come_back_each_from_its_own_page() {
    let (api, mut browser) = open().await;
    let (first, second) = (begin(&api, &mut browser).await, begin(&api, &mut browser).await);
    for (state, result) in [(&first, "res_good"), (&second, "res_another")] {
        assert_eq!(browser.open(&back(state, result)).await.location(), "/shop/account?lang=en");
        assert_eq!(browser.open(&format!("/shop/back?flow=flw_2&state={state}&result=res_good")).await.status, 403);
    }
}

#[tokio::test]
async fn of_a_browser_s_flows_the_newest_five_are_remembered() {
    let (api, mut browser) = open().await;
    let mut begun = Vec::new();
    for _ in 0..6 {
        begun.push(begin(&api, &mut browser).await);
    }
    assert_eq!(browser.open(&back(&begun[0], "res_good")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.open(&back(&begun[1], "res_good")).await.status, StatusCode::SEE_OTHER);
    // What stands in the cookie besides is passed on to nobody.
    browser.keep("shop_state", &format!("{}.x%0d%0a.{}", begun[2], "g".repeat(32)));
    let more = browser.submit("/shop/begin?lang=en").await;
    let state = api.heard().last().unwrap().body["state"].as_str().unwrap().to_owned();
    assert!(more.cookies[0].starts_with(&format!("shop_state={state}.{}; Path=", begun[2])), "{}", more.cookies[0]);
}

#[tokio::test]
async fn v8_a_result_is_good_once() {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    let mut twin = browser.clone();
    assert_eq!(browser.open(&back(&state, "res_good")).await.status, StatusCode::SEE_OTHER);
    let asked = api.heard().len();
    // Back in the browser, and on once more: it is done, and nothing happens again.
    for state in [&state, ""] {
        let again = browser.open(&back(state, "res_good")).await;
        assert_eq!((again.location(), again.cookies.len()), ("/shop/account?lang=ja", 0));
    }
    let other = format!("/shop/back?flow=flw_2&state={state}&result=res_good");
    assert_eq!(browser.open(&other).await.status, StatusCode::FORBIDDEN);
    assert_eq!(api.heard().len(), asked, "nothing was redeemed");
    // In a copy of the browser that still has the cookie.
    let answer = twin.open(&back(&state, "res_good")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(twin.open("/shop/account").await.status, StatusCode::SEE_OTHER, "no session came of it");
}

#[tokio::test]
async fn v8_whoever_registers_gets_a_session_of_their_own() {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    browser.keep("shop_session", "chosen-by-somebody-else");
    let home = browser.open(&back(&state, "res_good")).await;
    assert!(!home.cookies[0].contains("chosen-by-somebody-else"));
    let mut other = Browser::of(&api.url, KEY);
    other.keep("shop_session", "chosen-by-somebody-else");
    assert_eq!(other.open("/shop/account").await.status, StatusCode::SEE_OTHER);

    let mut old = browser.clone();
    let state = begin(&api, &mut browser).await;
    browser.open(&back(&state, "res_another")).await;
    assert_eq!(browser.open("/shop/account").await.status, StatusCode::OK);
    assert_eq!(old.open("/shop/account").await.status, StatusCode::SEE_OTHER, "the session before is over");
}

#[rstest]
#[case::expired("res_late", StatusCode::GONE)]
#[case::unknown("res_wrong", StatusCode::UNPROCESSABLE_ENTITY)]
#[case::nonsense("res_nonsense", StatusCode::BAD_GATEWAY)]
#[case::canceled("res_canceled", StatusCode::BAD_GATEWAY)]
#[case::not_approved("res_pending", StatusCode::BAD_GATEWAY)]
#[case::endless("res_endless", StatusCode::BAD_GATEWAY)]
#[tokio::test]
async fn each_refusal_is_a_page_with_a_way_on(#[case] result: &str, #[case] status: StatusCode) {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    let answer = browser.open(&back(&state, result)).await;
    assert_eq!(answer.status, status);
    assert!(answer.text.contains("href=\"/shop?lang=en\""));
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(!answer.text.contains(&state) && !answer.text.contains(KEY));
    assert_eq!(browser.open("/shop/account").await.status, StatusCode::SEE_OTHER, "nobody is registered");
    assert_eq!(browser.open(&back(&state, "res_good")).await.status, StatusCode::FORBIDDEN, "the state is used up");
}

#[tokio::test]
async fn while_the_api_is_busy_the_same_address_can_be_tried_again() {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    let busy = browser.open(&back(&state, "res_busy")).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(busy.text.contains("href=\"\"") && busy.text.contains("7KQ2M9XT"), "{}", busy.text);
    assert_eq!(browser.open(&back(&state, "res_busy")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn without_an_api_nothing_begins() {
    let mut browser = Browser::of("http://127.0.0.1:1", KEY);
    let answer = browser.submit("/shop/begin?lang=en").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.cookies.is_empty() && answer.text.contains("does not answer") && !answer.text.contains(KEY));
}

#[tokio::test]
async fn a_wrong_key_is_the_shops_fault() {
    let api = Api::start().await;
    let answer = Browser::of(&api.url, "tgt_another-key").submit("/shop/begin?lang=en").await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.text.contains("set up wrongly"), "{}", answer.text);
}

#[tokio::test]
async fn whoever_stops_is_told_that_nothing_happened() {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    let home = browser.open(&format!("/shop/back?flow=flw_1&state={state}&error=canceled")).await;
    assert_eq!(home.location(), "/shop?canceled&lang=en");
    assert!(browser.open(home.location()).await.text.contains("Nothing was registered or paid"));
    assert_eq!(browser.open(&back(&state, "res_good")).await.status, StatusCode::FORBIDDEN);
}

#[rstest]
#[case("..%2F..%2Fv1%2Fservices", "res_good")]
#[case("flw_1%3Fx%3D", "res_good")]
#[case("", "res_good")]
#[case("flw_1", "")]
#[case("flw_1", "%00")]
#[tokio::test]
async fn what_is_no_id_never_becomes_a_call(#[case] flow: &str, #[case] result: &str) {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    let answer = browser.open(&format!("/shop/back?flow={flow}&state={state}&result={result}")).await;
    assert_eq!((answer.status, api.heard().len()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
}

#[rstest]
#[case::foreign(&[("origin", "https://evil.example")])]
#[case::opaque(&[("origin", "null")])]
#[case::another_port(&[("origin", "http://127.0.0.1:1")])]
#[case::cross_site(&[("sec-fetch-site", "cross-site")])]
#[case::same_site(&[("sec-fetch-site", "same-site")])]
#[case::they_differ(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")])]
#[case::neither(&[])]
#[tokio::test]
async fn forms_of_other_sites_are_refused(#[case] headers: &[(&str, &str)]) {
    let (api, mut browser) = open().await;
    for path in ["/shop/begin", "/shop/pay", "/shop/leave"] {
        let answer = browser.send("POST", path, headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.cookies.is_empty());
    }
    assert!(api.heard().is_empty());
}

#[tokio::test]
async fn unknown_hosts_are_refused_and_other_names_of_ours_lead_home() {
    let (api, mut browser) = open().await;
    let own = browser.host.clone();
    for host in ["evil.example", "127.0.0.1.evil.example", "", &format!("evil.example:{}", &own[10..])] {
        browser.host = host.into();
        for (method, path) in [("GET", "/shop"), ("POST", "/shop/begin")] {
            let origin = format!("http://{host}");
            let answer = browser.send(method, path, &[("origin", &origin), ("sec-fetch-site", "same-origin")]).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
    }
    browser.host = own.replace("127.0.0.1", "localhost");
    let answer = browser.open("/shop/back?state=x&result=res_good&lang=en").await;
    assert_eq!(answer.location(), format!("{}/shop?lang=en", api.url));
    assert!(api.heard().is_empty());
}

#[tokio::test]
async fn leaving_ends_the_session() {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    browser.open(&back(&state, "res_good")).await;
    let copy = browser.clone();
    assert_eq!(browser.submit("/shop/leave?lang=en").await.location(), "/shop?lang=en");
    for mut browser in [browser, copy] {
        assert_eq!(browser.open("/shop/account").await.status, StatusCode::SEE_OTHER);
    }
}

#[rstest]
#[case("/shop", "", "ja")]
#[case("/shop", "en-GB,ja;q=0.8", "en")]
#[case("/shop", "fr,ja;q=0.8", "ja")]
#[case("/shop?lang=en", "ja", "en")]
#[case("/shop?lang=xx", "en", "en")]
#[tokio::test]
async fn the_language_is_asked_for_then_accepted_then_japanese(
    #[case] path: &str,
    #[case] accepted: &str,
    #[case] lang: &str,
) {
    let mut browser = Browser::of("http://127.0.0.1:1", KEY);
    let answer = browser.send("GET", path, &[("accept-language", accepted)]).await;
    assert_eq!(answer.header("content-language"), lang);
    assert!(answer.text.contains(&format!("<html lang=\"{lang}\">")));
}

#[tokio::test]
async fn nothing_can_run_on_its_pages() {
    let (api, mut browser) = open().await;
    let state = begin(&api, &mut browser).await;
    browser.open(&back(&state, "res_markup")).await;
    for path in ["/shop", "/shop/account", "/shop/nowhere", "/shop/begin"] {
        let answer = browser.open(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains(&format!("form-action 'self' {};", api.url)), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("cache-control"), "no-store");
        for foreign in ["<script", "style=\"", "onclick", "src=", "<b>"] {
            assert!(!answer.text.contains(foreign), "{path} has {foreign}");
        }
    }
}

#[tokio::test]
async fn the_number_that_it_suggests_is_a_phone_of_the_simulator() {
    let front = Browser::of("http://127.0.0.1:1", KEY).open("/shop").await;
    assert!(front.text.contains("090-1234-5678") && front.text.contains(&format!("href=\"{}?", sim::MOUNT)));
    let (status, phone) = crate::support::lab().await.get("/v1/phones/+819012345678").await;
    assert_eq!((status, phone["owner"].as_str()), (StatusCode::OK, Some("Aoi 葵")));
}
