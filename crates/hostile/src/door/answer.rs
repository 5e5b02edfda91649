//! What every answer must be, whatever was asked.

use axum::http::{HeaderMap, Response, header};
use domain::refusal::Refusal;
use serde_json::Value;

/// No page has an element of this name; requests write it wherever they can.
const MARK: &[u8] = b"<x-";
/// Where an answer may lead besides the server's own pages.
const RETURN_URL: &str = "https://shop.example/verified";
/// The cookies that there are.
const COOKIES: [&str; 3] = ["tegata_flow=", "tegata_verified=", "tegata_console="];

/// Holds an answer to it.
///
/// # Panics
/// Where it is not so.
pub fn holds(head: &Response<()>, body: &[u8]) {
    let (status, headers) = (head.status().as_u16(), head.headers());
    assert!((200..500).contains(&status), "{status}: {}", String::from_utf8_lossy(body));
    let kind = text(headers, header::CONTENT_TYPE.as_str());
    for (name, must) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(text(headers, name), must, "{name}");
    }
    assert!(text(headers, "content-security-policy").contains("default-src 'none'"));
    let id = text(headers, "x-request-id");
    assert!(
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)),
        "{id}"
    );
    if kind.starts_with("text/html") {
        assert!(!body.windows(MARK.len()).any(|part| part == MARK), "{}", String::from_utf8_lossy(body));
    }
    if kind.starts_with("application/problem+json") {
        a_problem(status, body);
    } else if kind.starts_with("application/json") {
        assert!(serde_json::from_slice::<Value>(body).is_ok(), "{}", String::from_utf8_lossy(body));
        assert!(status < 400, "a refusal is a problem document or a page: {status}");
    }
    leads(text(headers, header::LOCATION.as_str()));
    headers.get_all(header::SET_COOKIE).iter().for_each(|cookie| a_cookie(cookie.to_str().expect("it is ASCII")));
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().expect("answers' headers are ASCII"))
}

/// One of those that are documented, with its status and words.
fn a_problem(status: u16, body: &[u8]) {
    let problem: Value = serde_json::from_slice(body).expect("it is JSON");
    let code = problem["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/")).expect("it has a type");
    let known = Refusal::samples().iter().any(|sample| sample.code() == code && sample.status() == status);
    assert!(known && problem["status"] == status, "{problem}");
    for member in ["title", "detail", "reference"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    }
}

/// To a page of ours, or back to the application (rule V8).
fn leads(to: &str) {
    let own = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    let back = to.strip_prefix(RETURN_URL).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
    assert!(to.is_empty() || own || back, "{to}");
}

/// One of ours, which scripts cannot read and other sites' forms do not carry.
fn a_cookie(cookie: &str) {
    let value = COOKIES.iter().find_map(|name| cookie.strip_prefix(name)).expect("it is one of ours");
    let (value, rest) = value.split_once("; ").expect("it has attributes");
    assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)), "{cookie}");
    assert!(rest.contains("HttpOnly") && rest.contains("SameSite=") && rest.matches("Path=").count() == 1, "{cookie}");
}
