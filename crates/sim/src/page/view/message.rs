//! Messages and numbers as people see them.

use crate::times;
use crate::world::{Message, Number};

/// The most messages of one folder on a page; the API has them all.
const BUBBLES_MAX: usize = 30;

/// One message, its code apart from what stands around it.
pub(super) struct Bubble {
    pub(super) from: String,
    pub(super) time: String,
    pub(super) instant: String,
    pub(super) before: String,
    pub(super) code: String,
    pub(super) after: String,
    pub(super) lang: &'static str,
}

pub(super) fn bubbles<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Bubble> {
    messages.take(BUBBLES_MAX).map(bubble).collect()
}

pub(super) fn bubble(message: &Message) -> Bubble {
    let (before, code, after) = around_code(&message.text);
    Bubble {
        from: message.from.clone(),
        time: times::time_of_day(message.received_ms),
        instant: times::rfc3339(message.received_ms),
        before: before.into(),
        code: code.into(),
        after: after.into(),
        lang: if is_japanese(&message.text) { "ja" } else { "en" },
    }
}

/// Whether a text has Japanese letters; what people wrote is in whichever language the page is not.
pub(super) fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'))
}

/// Splits a text around its code: the first run of 4 to 10 digits.
fn around_code(text: &str) -> (&str, &str, &str) {
    let mut at = 0;
    while let Some(found) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + found;
        let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
        if (4..=10).contains(&length) {
            return (&text[..start], &text[start..start + length], &text[start + length..]);
        }
        at = start + length;
    }
    (text, "", "")
}

/// A Japanese mobile or 050 number as people write it; others in E.164.
pub(super) fn pretty(number: Number) -> String {
    let e164 = number.to_string();
    match e164.strip_prefix("+81").filter(|national| national.len() == 10 && national.as_bytes()[1] == b'0') {
        Some(national) => format!("0{}-{}-{}", &national[..2], &national[2..6], &national[6..]),
        None => e164,
    }
}
