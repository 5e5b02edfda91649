//! A service: one application that asks, with the rules it asks under.

use serde::{Deserialize, Serialize};

use crate::{
    budget::{Budget, Caps, PLACES_MAX},
    code,
    contact::Contact,
    count,
    country::Country,
    digest::Digest,
    id::ServiceId,
    limit::{SourceRules, Tuned},
    locale::Locale,
    name,
    time::{Millis, Time, days, minutes, seconds},
};

/// The rules of a service's verifications; the defaults are those of docs/configuration.md.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Digits of a code, 6 to 10 (NIST SP 800-63B-4 §3.1.3.2: at least 6).
    #[serde(deserialize_with = "count::nearest")]
    pub code_digits: u8,
    /// How long each code is good, at most ten minutes (NIST SP 800-63B-4 §3.1.3.2, ASVS 6.5.5).
    pub code_lifetime_ms: Millis,
    /// Wrong codes until a verification is locked.
    #[serde(deserialize_with = "count::nearest")]
    pub checks_max: u8,
    /// Messages for one verification, and for one number and context in an hour.
    #[serde(deserialize_with = "count::nearest")]
    pub sends_max: u8,
    /// How long to wait after the first, second … message before the next; the last one repeats.
    pub resend_after_ms: Vec<Millis>,
    /// Whether a resend repeats the code instead of making a new one. Never across numbers (rule V2).
    pub same_code_on_resend: bool,
    /// Whether another message may be a phone call, in which the code is read out.
    pub calls: bool,
    /// Countries whose numbers are accepted; a fresh service allows its own only (rule M2).
    pub countries: Vec<Country>,
    /// SMS that the service may send in a day (UTC).
    pub sms_per_day: u32,
    /// SMS that it may send in a month (UTC); `None` is as many as its days let.
    pub sms_per_month: Option<u32>,
    /// What they may cost in a day, in minor units of the installation's currency; `None` is whatever they cost.
    pub cost_per_day: Option<u32>,
    /// The same in a month.
    pub cost_per_month: Option<u32>,
    /// Budgets of countries and prefixes, within those of the service.
    pub budgets: Vec<Budget>,
    /// How long a number is kept, sealed, after its verification began.
    pub retention_ms: Millis,
    /// How long it is remembered, by blind index, that a number was verified, for the reserve of the budgets (rule M2);
    /// `None` is not at all, and then there is no reserve.
    pub remember_verified_ms: Option<Millis>,
    /// What one source may ask for.
    pub sources: SourceRules,
    /// Rules that are only counted: what they would refuse goes on.
    pub shadow: Vec<Tuned>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            code_digits: code::DIGITS_MIN,
            code_lifetime_ms: minutes(10),
            checks_max: 5,
            sends_max: 5,
            resend_after_ms: vec![seconds(30), seconds(60), seconds(120), seconds(240)],
            same_code_on_resend: false,
            calls: false,
            countries: vec![Country::JP],
            sms_per_day: 1_000,
            sms_per_month: None,
            cost_per_day: None,
            cost_per_month: None,
            budgets: Vec::new(),
            retention_ms: days(7),
            remember_verified_ms: None,
            sources: SourceRules::default(),
            shadow: Vec::new(),
        }
    }
}

impl Policy {
    /// What is wrong with it, as `(field, what it must)`; empty if nothing.
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let rules = [
            ((code::DIGITS_MIN..=code::DIGITS_MAX).contains(&self.code_digits), "code_digits", "be 6 to 10"),
            (
                (minutes(1)..=minutes(10)).contains(&self.code_lifetime_ms),
                "code_lifetime_ms",
                "be 60000 to 600000 (10 minutes)",
            ),
            ((1..=10).contains(&self.checks_max), "checks_max", "be 1 to 10"),
            ((1..=10).contains(&self.sends_max), "sends_max", "be 1 to 10"),
            ((1..=10).contains(&self.resend_after_ms.len()), "resend_after_ms", "have 1 to 10 waits"),
            (
                self.resend_after_ms.iter().all(|wait| (seconds(1)..=minutes(60)).contains(wait)),
                "resend_after_ms",
                "have waits of 1000 to 3600000 each",
            ),
            ((1..=250).contains(&self.countries.len()), "countries", "have 1 to 250 countries"),
            (
                self.countries.iter().enumerate().all(|(nth, country)| !self.countries[..nth].contains(country)),
                "countries",
                "have each country once",
            ),
            (self.shadow.len() <= Tuned::ALL.len(), "shadow", "have at most 5 rules"),
            (self.budgets.len() <= PLACES_MAX, "budgets", "have at most 50 places"),
            (
                self.budgets.iter().enumerate().all(|(nth, b)| self.budgets[..nth].iter().all(|a| a.place != b.place)),
                "budgets",
                "have one for each place",
            ),
            (
                (minutes(120)..=days(400)).contains(&self.retention_ms),
                "retention_ms",
                "be 7200000 (2 hours) to 34560000000 (400 days)",
            ),
            (
                self.remember_verified_ms.is_none_or(|span| (days(14)..=days(400)).contains(&span)),
                "remember_verified_ms",
                "be null, or 1209600000 (14 days) to 34560000000 (400 days)",
            ),
        ];
        rules.into_iter().filter(|(holds, ..)| !holds).map(|(_, field, must)| (field, must)).collect()
    }

    /// What the service may send everywhere together.
    pub fn caps(&self) -> Caps {
        Caps { sms: [Some(self.sms_per_day), self.sms_per_month], cost: [self.cost_per_day, self.cost_per_month] }
    }

    /// Whether a rule is only counted.
    pub fn shadows(&self, rule: Tuned) -> bool {
        self.shadow.contains(&rule)
    }

    /// How long to wait after so many messages.
    pub fn resend_wait_ms(&self, sends: u8) -> Millis {
        let place = usize::from(sends.saturating_sub(1));
        let wait = self.resend_after_ms.get(place).or(self.resend_after_ms.last());
        wait.copied().unwrap_or(seconds(30))
    }
}

/// Who asks: what people see, and the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
        check(
            self.sender.as_deref().is_none_or(is_sender),
            "sender",
            "be up to 15 digits, or up to 11 letters, digits and spaces",
        );
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

fn is_sender(sender: &str) -> bool {
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
fn is_host(host: &str) -> bool {
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

    #[test]
    fn what_is_wrong_is_named() {
        let policy = Policy { code_digits: 4, code_lifetime_ms: minutes(11), countries: vec![], ..Policy::default() };
        let fields: Vec<_> = policy.problems().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["code_digits", "code_lifetime_ms", "countries"]);
        let twice = Policy { countries: vec![Country::JP, Country::JP], ..Policy::default() };
        assert_eq!(twice.problems(), [("countries", "have each country once")]);
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
