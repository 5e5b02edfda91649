//! Headers that anybody writes: languages, cookies, where a request came from, what a browser says it is.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use domain::locale::Locale;
use server::{
    config::Network,
    web::{browser::Browser, device, language, source},
};

/// A request's target in the first line, then a header a line.
pub fn holds(bytes: &[u8]) {
    let (target, block) = split(bytes, b'\n');
    let headers = read(block);
    languages(&Uri::try_from(target).unwrap_or_default(), &headers);
    cookies(&headers);
    sources(headers.clone());
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (fact, value) in device::of(agent) {
        let known = match fact.as_str() {
            "phone" => ["iphone", "android"].contains(&value.as_str()),
            "ios" => ["26", "18", "older"].contains(&value.as_str()),
            _ => false,
        };
        assert!(known, "{fact} = {value}");
    }
}

/// Headers of a block: a line each, `name: value`; lines that are none are passed over, as many as a server takes.
pub fn read(block: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in block.split(|byte| *byte == b'\n').take(100) {
        let (name, value) = split(line, b':');
        let (name, value) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value.trim_ascii()));
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// What stands before and after the first of these bytes.
pub fn split(bytes: &[u8], at: u8) -> (&[u8], &[u8]) {
    let place = bytes.iter().position(|byte| *byte == at);
    place.map_or((bytes, &[]), |place| (&bytes[..place], &bytes[place + 1..]))
}

/// A language that is answered in was asked for, and letters' cases say nothing (RFC 9110 §12.4.2, §12.5.4).
fn languages(uri: &Uri, headers: &HeaderMap) {
    let asked = language::asked(uri, headers);
    let Some(accepted) = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
        return assert_eq!(asked, language::picked(uri));
    };
    let best = Locale::from_accept_language(accepted);
    assert_eq!(asked, language::picked(uri).or(best));
    assert_eq!(Locale::from_accept_language(&accepted.to_ascii_uppercase()), best, "{accepted:?}");
    if let Some(best) = best {
        assert!(accepted.to_ascii_lowercase().contains(best.tag()), "{accepted:?}");
        let preferred = format!("{};q=1, {accepted}", best.tag());
        assert_eq!(Locale::from_accept_language(&preferred), Some(best), "{preferred:?}");
    }
}

/// A browser that is known is known again by the cookie that it is given, and the header that gives it has one meaning.
fn cookies(headers: &HeaderMap) {
    let browser = Browser::of(headers);
    let set = browser.set_cookie("flow", true).expect("nothing in it needs escaping");
    let text = set.to_str().expect("it is ASCII");
    let parts: Vec<&str> = text.split("; ").collect();
    let [pair, rest @ ..] = parts.as_slice() else { panic!("{text}") };
    assert_eq!(rest, ["Path=/f/flow", "HttpOnly", "SameSite=Lax", "Max-Age=3600", "Secure"], "{text}");
    let again = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(pair).expect("it is ASCII"))]);
    let again = Browser::of(&again);
    assert!(!again.is_new && again.digest() == browser.digest() && again.picked == browser.picked, "{text}");
}

/// Rule M1: what a caller writes moves nothing, neither without a trusted proxy nor left of what that one wrote.
fn sources(mut headers: HeaderMap) {
    let [near, far] = ["10.0.0.1", "198.51.100.7"].map(|address| address.parse::<IpAddr>().expect("an address"));
    let trusted: [Network; 1] = ["10.0.0.0/8".parse().expect("a network")];
    assert_eq!(source::client(far, &headers, &trusted), far, "no proxy");
    assert_eq!(source::client(near, &headers, &[]), near, "nobody is trusted");
    headers.append("x-forwarded-for", HeaderValue::from_static("198.51.100.7"));
    assert_eq!(source::client(near, &headers, &trusted), far, "what the proxy wrote stands");
}
