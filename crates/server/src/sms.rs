//! What a message says: who asks, what for, the code, to tell nobody, and the line that binds the code to the page.
//!
//! The last line is the origin-bound form (`@host #code`), by which phones offer the code on that host only. It always
//! fits into one segment: that is checked with eight digits whenever brand or host are set (rule M5).

use crate::text::Speak;
use std::fmt;

use domain::{locale::Locale, service::Service, verification::Purpose};
use smpp::text;

/// The longest code that a message may have to carry: rule V4 makes codes of 8 digits under attack.
const STRICT_DIGITS: u8 = 8;

/// A text with a code in it.
#[derive(Clone)]
pub struct MessageText(pub String);

impl fmt::Debug for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The text of a message: the full one where it fits into one SMS, else the short one.
pub fn compose(locale: Locale, brand: &str, purpose: Purpose, code: &str, host: &str) -> MessageText {
    let purpose = locale.text(purpose_key(purpose));
    let arguments = [("brand", brand.into()), ("purpose", purpose.into()), ("code", code.into())];
    let with = |key| format!("{}\n@{host} #{code}", locale.text_with(key, &arguments));
    let full = with("sms-full");
    MessageText(if text::one_segment(&full).is_ok() { full } else { with("sms-short") })
}

/// What `tegata doctor` sends to an operator's own phone; there is no code in it.
pub fn test(locale: Locale) -> MessageText {
    MessageText(locale.text("sms-test"))
}

/// Why a service's messages would not fit into one SMS, if they would not; they end in its own host, or in this one.
pub fn problem(service: &Service, public_host: &str) -> Option<String> {
    let host = service.host.as_deref().unwrap_or(public_host);
    let digits = service.policy.code_digits;
    let code = "0".repeat(usize::from(digits.max(STRICT_DIGITS)));
    let purposes = [Purpose::VerifyPhone, Purpose::SignUp, Purpose::SignIn, Purpose::Payment, Purpose::Recovery];
    let texts = Locale::ALL
        .iter()
        .flat_map(|locale| purposes.map(|p| compose(*locale, service.brand_in(*locale), p, &code, host)));
    let over = texts.filter_map(|text| text::one_segment(&text.0).err());
    let most = over.map(|long| long.units.saturating_sub(long.units_max)).max()?;
    Some(format!("be shorter: a message would be {most} characters longer than one SMS; a shorter host name helps too"))
}

/// The key of a purpose's words.
pub fn purpose_key(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::VerifyPhone => "sms-purpose-verify-phone",
        Purpose::SignUp => "sms-purpose-sign-up",
        Purpose::SignIn => "sms-purpose-sign-in",
        Purpose::Payment => "sms-purpose-payment",
        Purpose::Recovery => "sms-purpose-recovery",
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        id::{ServiceId, v4},
        service::Policy,
        time::Time,
    };

    use super::*;

    #[test]
    fn a_test_message_is_one_sms() {
        assert!(Locale::ALL.iter().all(|locale| text::one_segment(&test(*locale).0).is_ok()));
    }

    #[test]
    fn m5_ends_in_the_origin_line() {
        let text = compose(Locale::Ja, "みなとペイ", Purpose::SignUp, "123456", "verify.example.jp");
        assert!(text.0.ends_with("\n@verify.example.jp #123456"), "{}", text.0);
        assert!(text.0.starts_with("みなとペイ"), "{}", text.0);
        assert!(text.0.contains("教えない"), "{}", text.0);
    }

    /// The full text and the short one, in every language, for every purpose.
    #[test]
    fn m5_every_text_names_service_and_purpose_and_says_to_tell_nobody() {
        let purposes = [Purpose::VerifyPhone, Purpose::SignUp, Purpose::SignIn, Purpose::Payment, Purpose::Recovery];
        for (locale, nobody) in
            [(Locale::Ja, ["教えないでください", "教えない"]), (Locale::En, ["Do not tell it", "Tell nobody"])]
        {
            for (host, nobody) in [("v.example", nobody[0]), (&*format!("{}.example", "long".repeat(30)), nobody[1])] {
                for purpose in purposes {
                    let text = compose(locale, "Minato", purpose, "12345678", host).0;
                    for part in ["Minato", &locale.text(purpose_key(purpose)), "12345678", nobody] {
                        assert!(text.contains(part), "no {part}: {text}");
                    }
                    assert!(text.ends_with(&format!("\n@{host} #12345678")), "{text}");
                }
            }
        }
    }

    fn service(brand: &str, brand_en: Option<&str>, digits: u8) -> Service {
        let id = ServiceId(v4([1; 16]));
        let policy = Policy { code_digits: digits, ..Policy::default() };
        Service {
            id,
            brand: brand.into(),
            brand_en: brand_en.map(str::to_owned),
            sender: None,
            color: None,
            return_urls: Vec::new(),
            host: None,
            embed_origins: Vec::new(),
            email_code_url: None,
            contacts: Vec::new(),
            logo: None,
            policy,
            changed_at: Time::default(),
        }
    }

    #[test]
    fn m5_one_segment_with_eight_digits() {
        let pay = service("みなとペイ", Some("Minato Pay"), 6);
        assert_eq!(problem(&pay, "verify.minato-pay.jp"), None);
        assert_eq!(problem(&service("みなとペイ", None, 6), "verify.minato-pay.jp"), None);
        assert!(problem(&pay, "verification.minato-pay.example.co.jp").is_some());
        let own = Service { host: Some("verification.minato-pay.example.co.jp".into()), ..pay.clone() };
        assert!(problem(&own, "v.example").is_some(), "its own host counts");
        let short = Service { host: Some("v.example".into()), ..pay.clone() };
        assert_eq!(problem(&short, "verification.minato-pay.example.co.jp"), None);
        let long = service("みなとペイみなとペイみなとペイ", None, 10);
        assert!(problem(&long, "verify.minato-pay.jp").is_some());
    }

    #[test]
    fn the_full_text_is_sent_where_it_fits() {
        let english = compose(Locale::En, "Minato Pay", Purpose::SignIn, "123456", "verify.minato-pay.jp");
        assert!(english.0.contains("Do not tell it to anyone"), "{}", english.0);
    }
}
