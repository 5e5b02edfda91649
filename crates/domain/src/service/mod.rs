//! A service: one application that asks, with the rules it asks under.

mod policy;

pub use policy::Policy;
use serde::{Deserialize, Serialize};

use crate::{contact::Contact, digest::Digest, id::ServiceId, locale::Locale, name, time::Time};

/// Who asks: what people see, and the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// The name that people know; on pages and in messages.
    pub brand: String,
    /// The name in English, on English pages and in English messages; `None` if it is the same.
    #[serde(default)]
    pub brand_en: Option<String>,
    /// Sender shown in messages: digits, or up to 11 letters; `None` leaves it to the route.
    #[serde(default)]
    pub sender: Option<String>,
    /// Accent colour of its pages, `#rrggbb`.
    #[serde(default)]
    pub color: Option<String>,
    /// Addresses that hosted pages may lead back to, compared as a whole (rule V8).
    #[serde(default)]
    pub return_urls: Vec<String>,
    /// The host of its hosted pages, where it has one of its own: `verify.shop.example` (rule D5).
    #[serde(default)]
    pub host: Option<String>,
    /// Origins whose pages may show a guide in a frame: `https://help.shop.example`.
    #[serde(default)]
    pub embed_origins: Vec<String>,
    /// Where the application gives a code by e-mail instead, if it does: guides lead there.
    #[serde(default)]
    pub email_code_url: Option<String>,
    /// Humans who help, in the order in which they are offered.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// The SHA-256 of its logo, where it has one: by it browsers know which they have kept.
    #[serde(default)]
    pub logo: Option<Digest>,
    /// The rules.
    #[serde(default)]
    pub policy: Policy,
    /// Since when it stands as it is.
    #[serde(default)]
    pub changed_at: Time,
}

impl Service {
    /// The name in a language.
    pub fn brand_in(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.brand,
            Locale::En => self.brand_en.as_deref().unwrap_or(&self.brand),
        }
    }

    /// What is wrong with it, as `(field, what it must)`; empty if nothing.
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems: Vec<(String, String)> = Vec::new();
        let mut check = |holds: bool, field: &str, must: &str| {
            if !holds {
                problems.push((field.to_owned(), must.to_owned()));
            }
        };
        let color = self.color.as_deref().unwrap_or("#000000");
        let is_color = color.len() == 7 && color.starts_with('#') && color[1..].bytes().all(|b| b.is_ascii_hexdigit());
        check(name::is_plain(&self.brand), "brand", name::MUST);
        check(self.brand_en.as_deref().is_none_or(name::is_plain), "brand_en", name::MUST);
        check(self.sender.as_deref().is_none_or(is_sender), "sender", SENDER_MUST);
        check(is_color, "color", "be #rrggbb");
        check(self.return_urls.len() <= 20, "return_urls", "have at most 20 addresses");
        check(
            self.return_urls.iter().all(|url| is_return_url(url)),
            "return_urls",
            "be https addresses (http to loopback only), without user name and fragment",
        );
        check(
            self.host.as_deref().is_none_or(is_host),
            "host",
            "be a host name in small letters, such as verify.shop.example",
        );
        check(self.embed_origins.len() <= 20, "embed_origins", "have at most 20 origins");
        check(
            self.embed_origins.iter().all(|origin| is_origin(origin)),
            "embed_origins",
            "be https origins (http to loopback only), without a path",
        );
        check(
            self.email_code_url.as_deref().is_none_or(is_return_url),
            "email_code_url",
            "be an https address (http to loopback only), without user name and fragment",
        );
        check(self.contacts.len() <= 10, "contacts", "have at most 10 of them");
        for (field, must) in self.policy.problems() {
            check(false, &format!("policy.{field}"), must);
        }
        for (place, contact) in self.contacts.iter().enumerate() {
            if let Some(must) = contact.problem() {
                check(false, &format!("contacts.{place}"), &must);
            }
        }
        problems
    }
}

/// What a sender must be.
pub const SENDER_MUST: &str = "be up to 15 digits, or up to 11 letters, digits and spaces";

/// Whether SMS carries it as their sender: a number, or a name (GSM 03.40 §9.1.2.5).
pub fn is_sender(sender: &str) -> bool {
    let digits = sender.trim_start_matches('+');
    let number = (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let name = (1..=11).contains(&sender.len()) && sender.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
    number || name
}

/// An https address with a host, without user name and fragment.
pub(crate) fn is_https_url(url: &str) -> bool {
    url.starts_with("https://") && is_return_url(url)
}

/// Rule V8: https, or http to loopback for the demo; no user name, no fragment, nothing that breaks a header.
fn is_return_url(url: &str) -> bool {
    let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let after = url.strip_prefix("https://").or_else(|| {
        loopback.iter().find_map(|start| {
            url.strip_prefix(start).filter(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
        })
    });
    let Some(rest) = after else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    let printable = url.bytes().all(|b| b.is_ascii_graphic() && !b"#\\<>\"".contains(&b));
    url.len() <= 500 && printable && !authority.contains('@') && (!url.starts_with("https://") || !authority.is_empty())
}

/// A name as DNS has it (RFC 1123 §2.1), as browsers write it: in small letters, no address, no port, no dot at its end.
pub fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (1..=63).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    // A last label that begins with a digit would be read as an address.
    let named = host.rsplit_once('.').is_some_and(|(_, last)| last.starts_with(|c: char| c.is_ascii_lowercase()));
    host.len() <= 253 && named && host.split('.').all(is_label)
}

/// As [`is_return_url`], without a path, and of nothing that could end a directive of a page's policy.
fn is_origin(origin: &str) -> bool {
    let plain = origin.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:/[]".contains(&b));
    is_return_url(origin) && plain && origin.matches('/').count() == 2
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://shop.example/back?x=1", true)]
    #[case("http://127.0.0.1:8080/shop", true)]
    #[case("http://localhost", true)]
    #[case("http://shop.example/back", false)]
    #[case("http://127.0.0.1.evil.example/", false)]
    #[case("http://localhost@evil.example/", false)]
    #[case("https://user@shop.example/", false)]
    #[case("https://shop.example/#x", false)]
    #[case("https:///path", false)]
    #[case("javascript:alert(1)", false)]
    #[case("https://shop.example/\r\nSet-Cookie: x", false)]
    fn v8_return_addresses(#[case] url: &str, #[case] sound: bool) {
        assert_eq!(is_return_url(url), sound);
    }

    #[rstest]
    #[case("https://help.shop.example", true)]
    #[case("http://127.0.0.1:8080", true)]
    #[case("https://help.shop.example/", false)]
    #[case("https://a.example;script-src", false)]
    #[case("https://a.example,b", false)]
    #[case("http://help.shop.example", false)]
    #[case("*", false)]
    #[case("'self'", false)]
    fn frames_stand_in_listed_origins(#[case] origin: &str, #[case] sound: bool) {
        assert_eq!(is_origin(origin), sound);
    }

    #[rstest]
    #[case("verify.shop.example", true)]
    #[case("minato.localhost", true)]
    #[case("xn--eckwd4c7c.example", true)]
    #[case("", false)]
    #[case("shop", false)]
    #[case("Verify.shop.example", false)]
    #[case("verify.shop.example.", false)]
    #[case("verify.shop.example:8443", false)]
    #[case("https://verify.shop.example", false)]
    #[case("127.0.0.1", false)]
    #[case("[::1]", false)]
    #[case("a..example", false)]
    #[case("-a.example", false)]
    #[case("ショップ.example", false)]
    #[case("a b.example", false)]
    #[case("shop.example #123456", false)]
    fn d5_a_host_is_a_name_as_browsers_write_it(#[case] host: &str, #[case] sound: bool) {
        assert_eq!(is_host(host), sound);
    }

    #[test]
    fn m5_a_name_in_english_is_held_to_the_same() {
        let service = |name: Option<&str>| {
            let text = serde_json::json!({ "id": crate::id::ServiceId(crate::id::v4([1; 16])), "brand": "みなとペイ", "brand_en": name });
            serde_json::from_value::<Service>(text).expect("a service")
        };
        assert_eq!(service(None).problems(), []);
        assert_eq!(service(Some("Minato Pay")).problems(), []);
        for name in ["", "@evil #123456", "a\nb", "evil.example", "1234567 call", "\u{202e}yaP"] {
            let fields: Vec<String> = service(Some(name)).problems().into_iter().map(|(field, _)| field).collect();
            assert_eq!(fields, ["brand_en"], "{name:?}");
        }
    }

    #[test]
    fn the_defaults_are_sound_and_waits_grow() {
        let policy = Policy::default();
        assert_eq!(policy.problems(), []);
        let waits: Vec<_> = (1..=6).map(|sends| policy.resend_wait_ms(sends) / 1_000).collect();
        assert_eq!(waits, [30, 60, 120, 240, 240, 240]);
    }

    /// A problem document, the command line and the configuration's error all write "`field` must …".
    #[test]
    fn what_a_field_must_reads_on_from_must() {
        let wrong = serde_json::json!({
            "id": crate::id::ServiceId(crate::id::v4([1; 16])), "brand": "", "brand_en": "", "sender": "", "color": "red",
            "return_urls": vec!["ftp://x"; 21], "host": "X", "embed_origins": vec!["*"; 21], "email_code_url": "javascript:x",
            "contacts": vec![serde_json::json!({ "kind": "phone", "name_ja": "窓口", "name_en": "Desk", "to": "x" }); 11],
            "policy": { "code_digits": 1, "code_lifetime_ms": 1, "checks_max": 0, "sends_max": 0, "resend_after_ms": [0],
                "countries": [], "retention_ms": 1 },
        });
        let service: Service = serde_json::from_value(wrong).expect("a service, if a wrong one");
        let problems = service.problems();
        assert!(problems.len() >= 26, "{problems:?}");
        for (field, must) in problems {
            assert!(["be ", "have "].iter().any(|verb| must.starts_with(verb)), "{field} must {must}");
        }
    }
}
