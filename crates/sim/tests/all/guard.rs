//! D6: the simulator shows every code, so other sites' pages must not reach it.

use axum::body::Body;
use axum::http::StatusCode;
use rstest::rstest;

use crate::support::{lab, request};

const PHONE: &str = "/v1/phones/+819012345678";
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OWN: (&str, &str) = ("origin", "http://127.0.0.1:8080");

#[rstest]
#[case::without_origin("PUT", PHONE, "{}", &[JSON], 200)]
#[case::own_origin("PUT", PHONE, "{}", &[JSON, OWN], 200)]
#[case::json_with_charset("PUT", PHONE, "{}", &[("content-type", "application/json; charset=utf-8")], 200)]
#[case::foreign_origin("PUT", PHONE, "{}", &[JSON, ("origin", "https://evil.example")], 403)]
#[case::null_origin("PUT", PHONE, "{}", &[JSON, ("origin", "null")], 403)]
#[case::another_port("PUT", PHONE, "{}", &[JSON, ("origin", "http://127.0.0.1:9999")], 403)]
#[case::cross_site("GET", PHONE, "", &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], 403)]
#[case::foreign_origin_reading("GET", PHONE, "", &[("origin", "https://evil.example")], 403)]
#[case::link_from_elsewhere("GET", "/", "", &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], 200)]
#[case::not_json("PUT", PHONE, "{}", &[("content-type", "text/plain")], 415)]
#[case::no_content_type("PUT", PHONE, "{}", &[], 415)]
#[case::form_to_the_api("POST", "/v1/clock", "advance_ms=1", &[FORM, OWN], 415)]
#[case::own_form("POST", "/clock", "advance_ms=1", &[FORM, OWN], 303)]
#[case::own_form_by_fetch_metadata("POST", "/clock", "advance_ms=1", &[FORM, ("sec-fetch-site", "same-origin")], 303)]
#[case::form_that_does_not_say("POST", "/clock", "advance_ms=1", &[FORM], 403)]
#[case::form_of_another_site("POST", "/clock", "advance_ms=1", &[FORM, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], 403)]
#[case::form_of_a_sister_site("POST", "/clock", "advance_ms=1", &[FORM, ("sec-fetch-site", "same-site")], 403)]
#[tokio::test]
async fn d6_who_may_ask(
    #[case] method: &str,
    #[case] path: &str,
    #[case] body: &'static str,
    #[case] headers: &[(&str, &str)],
    #[case] expected: u16,
) {
    let lab = lab().await;
    let request = headers.iter().fold(request(method, path), |request, (name, value)| request.header(*name, *value));
    let response = lab.ask(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(response.status().as_u16(), expected);
    assert!(!response.headers().keys().any(|name| name.as_str().starts_with("access-control-")), "no CORS");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
}

#[rstest]
#[case("127.0.0.1", 200)]
#[case("127.0.0.1:1", 200)]
#[case("LOCALHOST:8080", 200)]
#[case("evil.example", 421)]
#[case("evil.example:8080", 421)]
#[case("127.0.0.1.evil.example", 421)]
#[case("127.0.0.1@evil.example", 421)]
#[case("", 421)]
#[tokio::test]
async fn d6_unknown_hosts_are_refused(#[case] host: &str, #[case] expected: u16) {
    let lab = lab().await;
    let request = axum::http::Request::builder().uri("/v1/phones").header("host", host);
    assert_eq!(lab.ask(request.body(Body::empty()).unwrap()).await.status().as_u16(), expected);
}

#[tokio::test]
async fn d6_no_host_is_refused() {
    let lab = lab().await;
    let request = axum::http::Request::builder().uri("/v1/phones").body(Body::empty()).unwrap();
    assert_eq!(lab.ask(request).await.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[rstest]
#[case("GET", "/v1/nothing", 404)]
#[case("PATCH", PHONE, 405)]
#[case("DELETE", PHONE, 405)]
#[case("GET", "/v1/phones/090", 422)]
#[tokio::test]
async fn unknown_addresses_are_problems(#[case] method: &str, #[case] path: &str, #[case] expected: u16) {
    let lab = lab().await;
    let response = lab.ask(request(method, path).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status().as_u16(), expected);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}
