//! What a page's browser tells of the phone that it runs on: only where it runs on a phone.

use axum::http::{HeaderMap, header};
use domain::guide::Known;

/// The facts of a request's browser.
pub fn facts(headers: &HeaderMap) -> Known {
    of(headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or(""))
}

/// The facts `phone` and `ios`, as far as a `User-Agent` tells them. A tablet or computer tells nothing: the code goes
/// to another device.
pub fn of(agent: &str) -> Known {
    let mut known = Known::new();
    if agent.contains("iPhone") {
        known.insert("phone".into(), "iphone".into());
        if let Some(version) = ios(agent) {
            known.insert("ios".into(), version.into());
        }
    } else if agent.contains("Android") && agent.contains("Mobile") {
        known.insert("phone".into(), "android".into());
    }
    known
}

/// Browsers went on saying "iPhone OS 18" on iOS 26; their own version tells.
fn ios(agent: &str) -> Option<&'static str> {
    let after = |mark: &str| -> Option<u32> {
        let rest = agent.split_once(mark)?.1;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    match after("Version/").max(after("iPhone OS "))? {
        26.. => Some("26"),
        18..26 => Some("18"),
        _ => Some("older"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
        Some("iphone"),
        Some("26")
    )]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
        Some("iphone"),
        Some("18")
    )]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1",
        Some("iphone"),
        Some("older")
    )]
    #[case(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        Some("android"),
        None
    )]
    #[case(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        None,
        None
    )]
    #[case(
        "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
        None,
        None
    )]
    #[case("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0", None, None)]
    #[case("", None, None)]
    fn only_a_phone_tells(#[case] agent: &str, #[case] phone: Option<&str>, #[case] ios: Option<&str>) {
        let known = of(agent);
        assert_eq!(known.get("phone").map(String::as_str), phone);
        assert_eq!(known.get("ios").map(String::as_str), ios);
    }
}
