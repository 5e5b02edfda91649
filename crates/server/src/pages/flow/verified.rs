//! The browser's memory of numbers that it verified before: a signed cookie (rule V4). While a number is under attack
//! from strangers, who verified it here before goes on.

use axum::http::{HeaderMap, HeaderValue};
use domain::{
    digest::Digest,
    id::ServiceId,
    key::{KeyRing, NumberKey},
};

use crate::web::browser::cookie;

const COOKIE: &str = "tegata_verified";
/// Numbers remembered; a family may share a browser.
const NUMBERS_MAX: usize = 5;
/// 90 days: a number that was not proved for longer may be another person's by now (rule A8).
const LIFETIME_SECONDS: u32 = 90 * 24 * 60 * 60;

/// What stands in the cookie for one number of one service; tells nobody which number it is.
fn token(keys: &KeyRing, service: ServiceId, number: &NumberKey) -> String {
    let mac: Digest = keys.index().cookie.hmac(&[b"verified", &service.bytes(), &number.0]);
    mac.hex()[..32].to_owned()
}

/// Whether this browser verified the number before.
pub fn knows(headers: &HeaderMap, keys: &KeyRing, service: ServiceId, number: &NumberKey) -> bool {
    let wanted = token(keys, service, number);
    cookie(headers, COOKIE).is_some_and(|value| value.split('.').take(NUMBERS_MAX).any(|known| known == wanted))
}

/// The header that makes the browser remember a number, the newest first.
pub fn remember(
    headers: &HeaderMap,
    keys: &KeyRing,
    service: ServiceId,
    number: &NumberKey,
    https: bool,
) -> Option<HeaderValue> {
    let newest = token(keys, service, number);
    let before = cookie(headers, COOKIE).unwrap_or_default().split('.');
    let others = before.filter(|known| known.len() == 32 && *known != newest);
    let value: Vec<&str> = std::iter::once(newest.as_str()).chain(others).take(NUMBERS_MAX).collect();
    let secure = if https { "; Secure" } else { "" };
    let value = value.join(".");
    let text = format!("{COOKIE}={value}; Path=/f; HttpOnly; SameSite=Lax; Max-Age={LIFETIME_SECONDS}{secure}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use domain::{
        digest::Fixed,
        id::v4,
        key::{KeyId, Secret},
    };

    use super::*;

    #[test]
    fn v4_a_browser_knows_the_numbers_that_it_verified() {
        let keys = KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).expect("one key");
        let service = ServiceId(v4([1; 16]));
        let mut headers = HeaderMap::new();
        for n in 0..7u8 {
            let set = remember(&headers, &keys, service, &Fixed([n; 32]), true).expect("a header");
            let pair = set.to_str().expect("ASCII").split(';').next().expect("a pair").to_owned();
            headers.insert("cookie", pair.parse().expect("a header"));
        }
        let known: Vec<u8> = (0..7).filter(|n| knows(&headers, &keys, service, &Fixed([*n; 32]))).collect();
        assert_eq!(known, [2, 3, 4, 5, 6]);
        assert!(!knows(&headers, &keys, ServiceId(v4([2; 16])), &Fixed([6; 32])), "another service's");
        let other = KeyRing::new(&[(KeyId(1), Secret::new([8; 32]))]).expect("one key");
        assert!(!knows(&headers, &other, service, &Fixed([6; 32])), "forged");
    }
}
