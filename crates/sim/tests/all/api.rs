//! Conversations with the API.

use axum::http::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::lab;

const NUMBER: &str = "+819012345678";

#[tokio::test]
async fn the_cast_is_there_from_the_start() {
    let lab = lab().await;
    let (status, phones) = lab.get("/v1/phones").await;
    assert_eq!(status, StatusCode::OK);
    let kinds: Vec<(&str, &str)> =
        phones.as_array().unwrap().iter().map(|phone| (text(phone, "carrier"), text(phone, "system"))).collect();
    for expected in [
        ("au", "ios"),
        ("docomo", "android"),
        ("softbank", "ios"),
        ("rakuten", "android"),
        ("mvno-docomo", "android"),
        ("docomo", "feature_phone"),
        ("voip", "other"),
        ("foreign", "ios"),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} in {kinds:?}");
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[tokio::test]
async fn a_phone_is_made_and_changed_field_by_field() {
    let lab = lab().await;
    let path = "/v1/phones/+819055556666";
    assert_eq!(lab.get(path).await.0, StatusCode::NOT_FOUND);
    lab.set(path, json!({"owner": "Mei", "carrier": "softbank", "system": "ios"})).await;
    lab.set(path, json!({"unknown_sender_filter": true, "blocked_senders": ["TEGATA"]})).await;
    let (_, phone) = lab.get(path).await;
    assert_eq!(phone["owner"], "Mei");
    assert_eq!(phone["unknown_sender_filter"], true);
    assert_eq!(phone["blocked_senders"], json!(["TEGATA"]));
    assert_eq!(phone["sms_contract"], true);
}

#[rstest]
#[case::unknown_field(json!({"aeroplane": true}), "aeroplane")]
#[case::not_a_switch(json!({"airplane_mode": "yes"}), "airplane_mode")]
#[case::no_such_carrier(json!({"carrier": "acme"}), "carrier")]
#[case::the_centre_has_no_customers(json!({"carrier": "smsc"}), "carrier")]
#[case::no_such_system(json!({"system": 3}), "system")]
#[case::another_number(json!({"number": "+819000000000"}), "number")]
#[case::long_owner(json!({"owner": "x".repeat(61)}), "owner")]
#[case::two_lines(json!({"owner": "a\nb"}), "owner")]
#[case::too_many_blocked(json!({"blocked_senders": vec!["a"; 21]}), "blocked_senders")]
#[case::blocked_numbers(json!({"blocked_senders": [1]}), "blocked_senders")]
#[tokio::test]
async fn a_wrong_field_is_named_and_nothing_changes(#[case] body: Value, #[case] field: &str) {
    let lab = lab().await;
    let path = format!("/v1/phones/{NUMBER}");
    let before = lab.get(&path).await.1;
    let (status, problem) = lab.put(&path, body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["field"], field);
    assert_eq!(lab.get(&path).await.1, before);
}

#[rstest]
#[case(json!({"delay_ms": -1}), "delay_ms")]
#[case(json!({"delay_ms": 3_600_001}), "delay_ms")]
#[case(json!({"loss": 1.1}), "loss")]
#[case(json!({"throttle_per_second": "many"}), "throttle_per_second")]
#[case(json!({"receipts": "often"}), "receipts")]
#[case(json!({"outage": 1}), "outage")]
#[case(json!({"speed": 1}), "speed")]
#[tokio::test]
async fn a_carriers_wrong_field_is_named(#[case] body: Value, #[case] field: &str) {
    let lab = lab().await;
    let (status, problem) = lab.put("/v1/carriers/au", body).await;
    assert_eq!((status, &problem["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
}

#[tokio::test]
async fn a_carrier_is_changed_field_by_field() {
    let lab = lab().await;
    lab.set("/v1/carriers/au", json!({"delay_ms": 2000, "loss": 0.5, "throttle_per_second": 3})).await;
    lab.set("/v1/carriers/au", json!({"receipts": "late", "outage": true, "throttle_per_second": null})).await;
    let (_, au) = lab.get("/v1/carriers/au").await;
    let expected = json!({"name": "au", "delay_ms": 2000, "loss": 0.5, "throttle_per_second": null, "receipts": "late", "outage": true, "reasons": true});
    assert_eq!(au, expected);
    assert_eq!(lab.get("/v1/carriers/acme").await.0, StatusCode::NOT_FOUND);
}

#[rstest]
#[case("PUT", "/v1/phones/+819012345678", "[1]")]
#[case("PUT", "/v1/phones/+819012345678", "{")]
#[case("PUT", "/v1/phones/+819012345678", "")]
#[case("POST", "/v1/clock", "{}")]
#[case("POST", "/v1/clock", r#"{"advance_ms": -1}"#)]
#[case("POST", "/v1/clock", r#"{"advance_ms": 1, "by": 2}"#)]
#[case("POST", "/v1/clock", r#"{"advance_ms": 9000000000000000}"#)]
#[case("GET", "/v1/phones/+819012345678/messages?wait_ms=x", "")]
#[tokio::test]
async fn what_cannot_be_read_is_refused(#[case] method: &str, #[case] path: &str, #[case] body: &'static str) {
    let lab = lab().await;
    let request =
        crate::support::request(method, path).header("content-type", "application/json").body(body.into()).unwrap();
    assert_eq!(lab.ask(request).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let lab = lab().await;
    let (status, problem) = lab.ask_put(&format!("/v1/phones/{NUMBER}"), &"x".repeat(17 << 10)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(problem.contains("The body cannot be read"), "{problem}");
}

impl crate::support::Lab {
    async fn ask_put(&self, path: &str, owner: &str) -> (StatusCode, String) {
        let body = json!({ "owner": owner }).to_string();
        let request = crate::support::request("PUT", path).header("content-type", "application/json");
        let response = self.ask(request.body(body.into()).unwrap()).await;
        (response.status(), crate::support::text(response).await)
    }
}

#[tokio::test]
async fn messages_are_told_newest_first_with_what_is_hidden() {
    let lab = lab().await;
    let client = lab.bind().await;
    client.send(NUMBER, "code 111111").await;
    let first = lab.sms_to(NUMBER).await;
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({"unknown_sender_filter": true})).await;
    client.send(NUMBER, "code 222222").await;
    let after = first[0]["id"].as_u64().unwrap();
    let (_, newer) = lab.get(&format!("/v1/phones/{NUMBER}/messages?wait_ms=2000&after={after}")).await;
    assert_eq!(newer.as_array().unwrap().len(), 1);
    let messages = lab.sms_to(NUMBER).await;
    assert_eq!((&messages[0]["text"], &messages[0]["shown"]), (&json!("code 222222"), &json!(false)));
    assert_eq!((&messages[1]["text"], &messages[1]["shown"]), (&json!("code 111111"), &json!(true)));
    assert_eq!((&messages[0]["folder"], &messages[1]["from"]), (&json!("unknown_senders"), &json!("TEGATA")));
    let received = messages[0]["received_at"].as_str().unwrap();
    assert!(received.starts_with("2026-11-22T00:00:") && received.ends_with('Z'), "{received}");
}

#[tokio::test]
async fn any_number_is_a_phone_once_a_message_is_sent_to_it() {
    let lab = lab().await;
    let number = "+818077778888";
    assert_eq!(lab.get(&format!("/v1/phones/{number}/messages")).await, (StatusCode::OK, json!([])));
    lab.bind().await.send(number, "code 111111").await;
    assert_eq!(lab.sms_to(number).await.len(), 1);
    let (_, phones) = lab.get("/v1/phones").await;
    assert!(phones.as_array().unwrap().iter().any(|phone| phone["number"] == number));
}

#[tokio::test]
async fn a_wait_ends_without_messages_when_its_time_is_over() {
    let lab = lab().await;
    let began = std::time::Instant::now();
    let (status, messages) = lab.get(&format!("/v1/phones/{NUMBER}/messages?wait_ms=200")).await;
    assert_eq!((status, messages), (StatusCode::OK, json!([])));
    assert!(began.elapsed().as_millis() >= 200);
}

#[tokio::test]
async fn deleting_a_phones_messages_empties_it() {
    let lab = lab().await;
    lab.bind().await.send(NUMBER, "code 111111").await;
    assert_eq!(lab.sms_to(NUMBER).await.len(), 1);
    let request = crate::support::request("DELETE", &format!("/v1/phones/{NUMBER}/messages"));
    assert_eq!(lab.ask(request.body(axum::body::Body::empty()).unwrap()).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(lab.get(&format!("/v1/phones/{NUMBER}/messages")).await.1, json!([]));
}

#[tokio::test]
async fn moving_the_clock_brings_what_has_come_due() {
    let lab = lab().await;
    lab.set("/v1/carriers/au", json!({"delay_ms": 600_000})).await;
    lab.bind().await.send(NUMBER, "code 111111").await;
    let before = lab.get("/v1/clock").await.1["now"].as_str().unwrap().to_owned();
    lab.advance(800_000).await;
    let (_, messages) = lab.get(&format!("/v1/phones/{NUMBER}/messages")).await;
    assert_eq!(messages.as_array().unwrap().len(), 1);
    assert!(lab.get("/v1/clock").await.1["now"].as_str().unwrap() > before.as_str());
}
