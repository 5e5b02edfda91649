//! What a call says: who calls, what for, the code digit by digit, twice, and to tell nobody.
//!
//! The provider asks for a key before it reads this out (docs/http-provider.md): else a code would be left on an answering
//! machine, and whoever can listen to that would have it.

use domain::{locale::Locale, verification::Purpose};

use crate::{
    sms::{MessageText, purpose_key},
    text::Speak,
};

/// The text to read out.
pub fn compose(locale: Locale, brand: &str, purpose: Purpose, code: &str) -> MessageText {
    let purpose = locale.text(purpose_key(purpose));
    let arguments = [("brand", brand.into()), ("purpose", purpose.into()), ("code", spelt(locale, code).into())];
    MessageText(locale.text_with("call-text", &arguments))
}

/// Digit by digit, each followed by a pause; else six digits would be read out as a number.
fn spelt(locale: Locale, code: &str) -> String {
    let pause = match locale {
        Locale::Ja => "、",
        Locale::En => ", ",
    };
    code.chars().map(String::from).collect::<Vec<String>>().join(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_who_calls_what_for_and_each_digit_twice() {
        for (locale, digits, nobody) in
            [(Locale::Ja, "0、4、2、1、1、9", "教えないで"), (Locale::En, "0, 4, 2, 1, 1, 9", "anyone")]
        {
            for purpose in [Purpose::VerifyPhone, Purpose::SignUp, Purpose::SignIn, Purpose::Payment, Purpose::Recovery]
            {
                let text = compose(locale, "Minato", purpose, "042119").0;
                assert_eq!(text.matches(digits).count(), 2, "{text}");
                assert!(text.contains("Minato") && text.contains(nobody), "{text}");
                assert!(text.contains(&locale.text(purpose_key(purpose))), "{text}");
            }
        }
    }
}
