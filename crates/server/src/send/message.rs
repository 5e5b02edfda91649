//! What a message says: who asks, what for, the code, to tell nobody, and the line that binds the code to the page.
//!
//! The last line is the origin-bound form (`@host #code`), by which phones offer the code on that host only. It always
//! fits into one segment: that is checked with eight digits whenever brand or host are set (rule M5).

use domain::{locale::Locale, verification::Purpose};
use smpp::text;

use super::MessageText;
use crate::web::text::Lang;

/// The longest code that a message may have to carry: rule V4 makes codes of 8 digits under attack.
const STRICT_DIGITS: u8 = 8;

/// The text of a message: the full one where it fits into one SMS, else the short one.
pub fn compose(locale: Locale, brand: &str, purpose: Purpose, code: &str, host: &str) -> MessageText {
    let lang = Lang::from(locale);
    let purpose = lang.text(purpose_key(purpose));
    let arguments = [("brand", brand.into()), ("purpose", purpose.into()), ("code", code.into())];
    let with = |key| format!("{}\n@{host} #{code}", lang.text_with(key, &arguments));
    let full = with("sms-full");
    MessageText(if text::one_segment(&full).is_ok() { full } else { with("sms-short") })
}

/// Why a service's messages would not fit into one SMS, if they would not.
pub fn problem(brand: &str, host: &str, digits: u8) -> Option<String> {
    let code = "0".repeat(usize::from(digits.max(STRICT_DIGITS)));
    let purposes = [Purpose::VerifyPhone, Purpose::SignUp, Purpose::SignIn, Purpose::Payment, Purpose::Recovery];
    let texts = Locale::ALL.iter().flat_map(|locale| purposes.map(|p| compose(*locale, brand, p, &code, host)));
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
    use super::*;

    #[test]
    fn m5_ends_in_the_origin_line() {
        let text = compose(Locale::Ja, "みなとペイ", Purpose::SignUp, "123456", "verify.example.jp");
        assert!(text.0.ends_with("\n@verify.example.jp #123456"), "{}", text.0);
        assert!(text.0.starts_with("みなとペイ"), "{}", text.0);
        assert!(text.0.contains("教えない"), "{}", text.0);
    }

    #[test]
    fn m5_one_segment_with_eight_digits() {
        assert_eq!(problem("みなとペイ", "verify.minato-pay.jp", 6), None);
        assert!(problem("みなとペイ", "verification.minato-pay.example.co.jp", 6).is_some());
        assert!(problem("みなとペイみなとペイみなとペイ", "verify.minato-pay.jp", 10).is_some());
    }
}
