//! The pages without JavaScript: what they show, and their forms.

use axum::body::Body;
use axum::http::StatusCode;
use futures::StreamExt;
use rstest::rstest;
use serde_json::json;

use crate::support::{Lab, lab, request, text};

const NUMBER: &str = "+819012345678";

impl Lab {
    pub async fn page(&self, path: &str) -> String {
        let response = self.ask(request("GET", path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        text(response).await
    }

    async fn submit(&self, path: &str, body: &'static str) -> (StatusCode, String) {
        let request = request("POST", path)
            .header("origin", "http://127.0.0.1:8080")
            .header("content-type", "application/x-www-form-urlencoded");
        let response = self.ask(request.body(Body::from(body)).unwrap()).await;
        let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (
            response.status(),
            match location {
                Some(location) => location,
                None => text(response).await,
            },
        )
    }
}

#[rstest]
#[case("/", None, "仮想の電話")]
#[case("/", Some("en-GB,en;q=0.9,ja;q=0.8"), "Virtual phones")]
#[case("/", Some("fr,ja;q=0.5"), "仮想の電話")]
#[case("/", Some("fr"), "仮想の電話")]
#[case("/?lang=en", Some("ja"), "Virtual phones")]
#[case("/?lang=xx", Some("en"), "Virtual phones")]
#[tokio::test]
async fn the_page_speaks_both_languages(#[case] path: &str, #[case] accept: Option<&str>, #[case] title: &str) {
    let lab = lab().await;
    let mut request = request("GET", path);
    if let Some(accept) = accept {
        request = request.header("accept-language", accept);
    }
    let page = text(lab.ask(request.body(Body::empty()).unwrap()).await).await;
    assert!(page.contains(&format!("<h1>{title}</h1>")));
}

#[tokio::test]
async fn a_message_is_shown_with_its_code_marked_and_its_text_escaped() {
    let lab = lab().await;
    lab.bind().await.send(NUMBER, "<b>Shop</b> code 482913 & more").await;
    lab.sms_to(NUMBER).await;
    let page = lab.page("/").await;
    assert!(page.contains("&#60;b&#62;Shop&#60;/b&#62; code <strong>482913</strong> &#38; more"), "{page}");
}

#[tokio::test]
async fn hidden_waiting_and_refused_messages_are_told() {
    let lab = lab().await;
    let client = lab.bind().await;
    for (setting, told) in [
        ("unknown_sender_filter", "Hidden: Unknown Senders"),
        ("airplane_mode", "Waiting: 1"),
        ("all_sms_rejection", "refused: barred by a setting"),
    ] {
        lab.set(&format!("/v1/phones/{NUMBER}"), json!({ setting: true })).await;
        client.send(NUMBER, "code 482913").await;
        lab.advance(10_000).await;
        let card = lab.page(&format!("/phones/{NUMBER}?lang=en")).await;
        assert!(card.contains(told), "{setting}: {card}");
        lab.set(&format!("/v1/phones/{NUMBER}"), json!({ setting: false })).await;
        lab.advance(10_000).await;
    }
}

#[tokio::test]
async fn a_phones_form_sets_all_it_shows_and_leads_back() {
    let lab = lab().await;
    let body =
        "owner=Aoi&carrier=docomo&system=android&blocked_senders=TEGATA%2C+SHOP&airplane_mode=on&sms_contract=on";
    let (status, to) = lab.submit(&format!("/phones/{NUMBER}?lang=en"), body).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sim/phones/+819012345678?lang=en"));
    let (_, phone) = lab.get(&format!("/v1/phones/{NUMBER}")).await;
    assert_eq!(phone["airplane_mode"], true);
    assert_eq!(phone["blocked_senders"], json!(["TEGATA", "SHOP"]));
    assert_eq!((&phone["carrier"], &phone["system"]), (&json!("docomo"), &json!("android")));
    let (_, _) =
        lab.submit(&format!("/phones/{NUMBER}"), "owner=&carrier=docomo&system=android&blocked_senders=").await;
    let (_, phone) = lab.get(&format!("/v1/phones/{NUMBER}")).await;
    assert_eq!((&phone["airplane_mode"], &phone["sms_contract"]), (&json!(false), &json!(false)));
    assert_eq!(phone["blocked_senders"], json!([]));
}

#[tokio::test]
async fn a_phone_is_added_by_its_national_number() {
    let lab = lab().await;
    let (status, to) = lab.submit("/phones?lang=ja", "phone=090-5555-6666&owner=Mei&carrier=au&system=ios").await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sim/phones/+819055556666?lang=ja"));
    assert_eq!(lab.get("/v1/phones/+819055556666").await.1["owner"], "Mei");
}

#[tokio::test]
async fn a_number_that_cannot_be_read_is_said_in_the_title_and_in_words() {
    let lab = lab().await;
    let (status, page) = lab.submit("/phones?lang=en", "phone=hello&owner=&carrier=au&system=ios").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("<title>Error: ") && page.contains("Write the phone number like"));
    assert!(page.contains(r#"value="hello""#), "what was typed is still there");
}

#[tokio::test]
async fn a_carriers_form_sets_it() {
    let lab = lab().await;
    let body = "delay_ms=2500&loss=0.25&throttle_per_second=&receipts=late&outage=on";
    let (status, to) = lab.submit("/carriers/softbank?lang=en", body).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/sim/carriers?lang=en#carrier-softbank"));
    let (_, softbank) = lab.get("/v1/carriers/softbank").await;
    let expected = json!({"name": "softbank", "delay_ms": 2500, "loss": 0.25, "throttle_per_second": null, "receipts": "late", "outage": true, "reasons": false});
    assert_eq!(softbank, expected);
    let body = "delay_ms=soon&loss=0&throttle_per_second=&receipts=late";
    let (status, page) = lab.submit("/carriers/softbank?lang=en", body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains(r##"<a href="#softbank-delay_ms">Use a whole number"##), "{page}");
    assert!(page.contains(r#"value="soon" aria-invalid="true""#), "what was typed is still there");
}

#[tokio::test]
async fn the_phone_with_the_newest_message_comes_first() {
    let lab = lab().await;
    let client = lab.bind().await;
    for number in ["+819012345678", "+818012345678"] {
        client.send(number, "code 482913").await;
        lab.sms_to(number).await;
        let page = lab.page("/?lang=en").await;
        let first = page.split("<h2><a href=\"").nth(1).unwrap();
        assert!(first.starts_with(&format!("/sim/phones/{number}?lang=en\"")), "{number}: {page}");
        lab.advance(1_000).await;
    }
}

#[tokio::test]
async fn a_phone_that_is_none_has_no_page() {
    let response = lab().await.ask(request("GET", "/phones/+12025550199").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_but_the_pages_own_script_and_style_may_run() {
    let lab = lab().await;
    let response = lab.ask(request("GET", "/").body(Body::empty()).unwrap()).await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"));
    let page = text(response).await;
    for foreign in ["src=", "http://", "https://", "style=\"", "onclick"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[tokio::test]
async fn events_name_the_phones_that_change() {
    let lab = lab().await;
    let response = lab.ask(request("GET", "/events").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    lab.set("/v1/phones/+12025550123", json!({"wifi": true})).await;
    let mut events = response.into_body().into_data_stream();
    let event = events.next().await.unwrap().unwrap();
    assert_eq!(event.as_ref(), b"data: +12025550123\n\n");
}

#[tokio::test]
async fn an_open_page_does_not_hold_up_the_end() {
    let lab = lab().await;
    let response = lab.ask(request("GET", "/events").body(Body::empty()).unwrap()).await;
    let mut events = response.into_body().into_data_stream();
    lab.sim.stop().await;
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn the_page_says_where_smpp_clients_connect_and_where_their_account_stands() {
    let lab = lab().await;
    let page = lab.page("/?lang=en").await;
    let address = lab.sim.smpp_address();
    assert!(page.contains(&format!("<code>{address}</code>")) && page.contains("<code>sim.toml</code>"), "{page}");
}
