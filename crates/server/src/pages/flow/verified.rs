//! The browser's memory of numbers that it verified before: a signed cookie (rule V4). While a number is under attack
//! from strangers, who verified it here before goes on.

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};
use domain::{
    digest::Digest,
    id::ServiceId,
    key::{KeyRing, NumberKey},
    time::{Millis, Time, days},
};
use subtle::ConstantTimeEq;

use crate::web::browser::cookie;

const COOKIE: &str = "tegata_verified";
/// Numbers remembered; a family may share a browser.
const NUMBERS_MAX: usize = 5;
/// 128 bits in hexadecimal.
const MAC_CHARS: usize = 32;
/// 90 days: a number that was not proved for longer may be another person's by now (rule A8). The browser is asked to
/// forget it then; whether it did is not left to the browser.
const LIFETIME_MS: Millis = days(90);

/// A number of one service, verified in this browser, as it stands in the cookie: when, and a MAC of that and the number.
/// It tells nobody which number it is, and two browsers have different ones.
struct Mark<'a> {
    at: Time,
    mac: &'a str,
}

impl<'a> Mark<'a> {
    /// The marks of a browser that are not over; of what was never a mark there is none.
    fn all(headers: &'a HeaderMap, now: Time) -> impl Iterator<Item = Mark<'a>> {
        let marks = cookie(headers, COOKIE).unwrap_or_default().split('.').take(NUMBERS_MAX);
        let marks = marks.filter_map(|mark| {
            let (at, mac) = mark.split_once('-').filter(|(_, mac)| mac.len() == MAC_CHARS)?;
            Some(Mark { at: Time::from_ms(at.parse().ok()?), mac })
        });
        marks.filter(move |mark| (0..LIFETIME_MS).contains(&now.since(mark.at)))
    }

    fn is_of(&self, keys: &KeyRing, service: ServiceId, number: &NumberKey) -> bool {
        self.mac.as_bytes().ct_eq(mac(keys, service, number, self.at).as_bytes()).into()
    }
}

impl fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.ms(), self.mac)
    }
}

fn mac(keys: &KeyRing, service: ServiceId, number: &NumberKey, at: Time) -> String {
    let at = at.ms().to_be_bytes();
    let mac: Digest = keys.index().cookie.hmac(&[b"verified at", &service.bytes(), &number.0, &at]);
    mac.hex()[..MAC_CHARS].to_owned()
}

/// Whether this browser verified the number before.
pub fn knows(headers: &HeaderMap, keys: &KeyRing, service: ServiceId, number: &NumberKey, now: Time) -> bool {
    Mark::all(headers, now).any(|mark| mark.is_of(keys, service, number))
}

/// The header that makes the browser remember a number, the newest first.
pub fn remember(
    headers: &HeaderMap,
    keys: &KeyRing,
    service: ServiceId,
    number: &NumberKey,
    now: Time,
    https: bool,
) -> Option<HeaderValue> {
    let newest = Mark { at: now, mac: &mac(keys, service, number, now) }.to_string();
    let others = Mark::all(headers, now).filter(|mark| !mark.is_of(keys, service, number));
    let others = others.map(|mark| mark.to_string());
    let marks: Vec<String> = std::iter::once(newest).chain(others).take(NUMBERS_MAX).collect();
    let (marks, secure) = (marks.join("."), if https { "; Secure" } else { "" });
    let seconds = LIFETIME_MS / 1_000;
    let text = format!("{COOKIE}={marks}; Path=/f; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
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

    const NOW: Time = Time::from_ms(1_800_000_000_000);

    fn keys(secret: u8) -> KeyRing {
        KeyRing::new(&[(KeyId(1), Secret::new([secret; 32]))]).expect("one key")
    }

    fn service() -> ServiceId {
        ServiceId(v4([1; 16]))
    }

    /// Has the browser remember a number; what its cookie is then.
    fn verified(headers: &mut HeaderMap, n: u8, now: Time) -> String {
        let set = remember(headers, &keys(7), service(), &Fixed([n; 32]), now, true).expect("a header");
        let pair = set.to_str().expect("ASCII").split(';').next().expect("a pair").to_owned();
        headers.insert("cookie", pair.parse().expect("a header"));
        pair
    }

    fn known(headers: &HeaderMap, now: Time) -> Vec<u8> {
        (0..7).filter(|n| knows(headers, &keys(7), service(), &Fixed([*n; 32]), now)).collect()
    }

    #[test]
    fn v4_a_browser_knows_the_numbers_that_it_verified() {
        let mut headers = HeaderMap::new();
        for n in 0..7u8 {
            verified(&mut headers, n, NOW);
        }
        assert_eq!(known(&headers, NOW), [2, 3, 4, 5, 6]);
        let six = Fixed([6; 32]);
        assert!(!knows(&headers, &keys(7), ServiceId(v4([2; 16])), &six, NOW), "another service's");
        assert!(!knows(&headers, &keys(8), service(), &six, NOW), "forged");
    }

    #[test]
    fn v4_a_browser_is_known_for_90_days_and_by_a_cookie_of_its_own() {
        let (mut headers, mut other) = (HeaderMap::new(), HeaderMap::new());
        let before = verified(&mut headers, 1, NOW);
        assert_ne!(before, verified(&mut other, 1, NOW.plus(1)), "two browsers");
        let (over, no_one) = (NOW.plus(days(90)), Vec::<u8>::new());
        assert_eq!((known(&headers, over.plus(-1)), known(&headers, over)), (vec![1], no_one.clone()));
        assert_eq!(known(&headers, NOW.plus(-1)), no_one, "of the future");
        let moved = before.replacen(&NOW.ms().to_string(), &over.ms().to_string(), 1);
        headers.insert("cookie", moved.parse().expect("a header"));
        assert_eq!(known(&headers, over), no_one, "the time is under the MAC");
        // Verified again it stands there once, and what is over is not carried on.
        headers.insert("cookie", before.parse().expect("a header"));
        assert_eq!(verified(&mut headers, 1, NOW.plus(5)).matches('-').count(), 1);
        assert_eq!(verified(&mut headers, 2, over.plus(5)).matches('-').count(), 1);
        // As cookies were before: no longer known, and no fault.
        headers.insert("cookie", format!("{COOKIE}={}", "a".repeat(MAC_CHARS)).parse().expect("a header"));
        assert_eq!(known(&headers, NOW), no_one);
    }
}
