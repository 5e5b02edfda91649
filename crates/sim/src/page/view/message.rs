//! Messages, calls and numbers as people see them.

use std::cmp::Reverse;

use crate::page::labels;
use crate::page::words::Lang;
use crate::times;
use crate::world::{Call, Mailbox, Message, Number};

/// The most messages of one folder on a page; the API has them all.
const BUBBLES_MAX: usize = 30;

/// The longest pause between two digits, in characters.
const PAUSE_CHARS_MAX: usize = 3;

/// One message or call, its code apart from what stands around it.
pub(super) struct Bubble {
    pub(super) is_call: bool,
    pub(super) from: String,
    pub(super) time: String,
    pub(super) instant: String,
    pub(super) before: String,
    pub(super) code: String,
    pub(super) after: String,
    pub(super) lang: &'static str,
}

/// What a person finds who looks into a folder.
pub(super) fn bubbles<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Bubble> {
    messages.take(BUBBLES_MAX).map(of_message).collect()
}

/// What a phone's owner sees and has heard, newest first.
pub(super) fn shown(mailbox: &Mailbox, lang: Lang) -> Vec<Bubble> {
    let messages = of_owner(mailbox).take(BUBBLES_MAX).map(|message| (message.received_ms, of_message(message)));
    let calls = heard(mailbox).take(BUBBLES_MAX).map(|(call, text)| (call.rang_ms, of_call(call, text, lang)));
    let mut all: Vec<(i64, Bubble)> = messages.chain(calls).collect();
    all.sort_by_key(|(at_ms, _)| Reverse(*at_ms));
    all.into_iter().map(|(_, bubble)| bubble).take(BUBBLES_MAX).collect()
}

/// The newest of those.
pub(super) fn newest(mailbox: &Mailbox, lang: Lang) -> Option<Bubble> {
    match (of_owner(mailbox).next(), heard(mailbox).next()) {
        (Some(message), Some((call, _))) if message.received_ms > call.rang_ms => Some(of_message(message)),
        (_, Some((call, text))) => Some(of_call(call, text, lang)),
        (message, None) => message.map(of_message),
    }
}

fn of_owner(mailbox: &Mailbox) -> impl Iterator<Item = &Message> {
    mailbox.messages.iter().filter(|message| message.folder.is_none())
}

fn heard(mailbox: &Mailbox) -> impl Iterator<Item = (&Call, &str)> {
    mailbox.calls.list.iter().filter_map(|call| Some((call, call.text.as_deref()?)))
}

fn of_message(message: &Message) -> Bubble {
    let (before, code, after) = around_code(&message.text);
    Bubble {
        is_call: false,
        from: message.from.clone(),
        time: times::time_of_day(message.received_ms),
        instant: times::rfc3339(message.received_ms),
        before: before.into(),
        code: code.into(),
        after: after.into(),
        lang: if is_japanese(&message.text) { "ja" } else { "en" },
    }
}

fn of_call(call: &Call, text: &str, lang: Lang) -> Bubble {
    let (before, code, after) = around_spoken_code(text);
    Bubble {
        is_call: true,
        from: labels::caller(&call.from, lang),
        time: times::time_of_day(call.rang_ms),
        instant: times::rfc3339(call.rang_ms),
        before: before.into(),
        code: code.into(),
        after: after.into(),
        lang: call.language.tag(),
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

/// Splits what was read out around its code: the first 4 to 10 digits with nothing but pauses between them.
fn around_spoken_code(text: &str) -> (&str, &str, &str) {
    let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let is_pause = |between: &str| (1..=PAUSE_CHARS_MAX).contains(&between.chars().count()) && !has_letters(between);
    let goes_on = |pair: &[usize]| is_pause(&text[pair[0] + 1..pair[1]]);
    let mut first = 0;
    for last in 0..digits.len() {
        if digits[last..].len() > 1 && goes_on(&digits[last..last + 2]) {
            continue;
        }
        if (4..=10).contains(&(last + 1 - first)) {
            let (start, end) = (digits[first], digits[last] + 1);
            return (&text[..start], &text[start..end], &text[end..]);
        }
        first = last + 1;
    }
    (text, "", "")
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A Japanese mobile or 050 number as people write it; others in E.164.
pub(super) fn pretty(number: Number) -> String {
    let e164 = number.to_string();
    match e164.strip_prefix("+81").filter(|national| national.len() == 10 && national.as_bytes()[1] == b'0') {
        Some(national) => format!("0{}-{}-{}", &national[..2], &national[2..6], &national[6..]),
        None => e164,
    }
}
