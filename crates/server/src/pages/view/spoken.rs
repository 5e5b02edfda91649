//! What is marked in texts: Japanese words on a page in another language, such as the exact name of a setting, so that they are
//! read out, and drawn, as Japanese (WCAG 2.2, 3.1.2); phone numbers, so that none is broken where it fits on a line; code.

use askama::filters::{Html, Safe, escape};
use domain::locale::Locale;

/// A text for a page in `lang`: escaped, and what is Japanese in it marked as such.
#[must_use]
pub fn spoken(text: &str, lang: Locale) -> Safe<String> {
    let Ok(escaped) = escape(text, Html);
    spoken_html(&escaped.to_string(), lang)
}

/// The same for what is HTML already, whose tags and attributes have no Japanese and no phone numbers.
#[must_use]
pub fn spoken_html(html: &str, lang: Locale) -> Safe<String> {
    const WHOLE: &str = "<span class=\"whole\">";
    let whole = wrapped(html, WHOLE, "</span>", phone_number);
    Safe(match lang {
        Locale::Ja => whole,
        Locale::En => {
            let named = wrapped(&whole, WHOLE, "</span>", |text, _| japanese_name(text));
            wrapped(&named, "<span lang=\"ja\">", "</span>", |text, _| japanese(text))
        }
    })
}

/// A text in which what stands between backticks is code.
#[must_use]
pub fn coded(text: &str, lang: Locale) -> Safe<String> {
    let part = |(nth, part): (usize, &str)| {
        let spoken = spoken(part, lang).0;
        if nth % 2 == 1 { format!("<code>{spoken}</code>") } else { spoken }
    };
    Safe(text.split('`').enumerate().map(part).collect())
}

/// `html` with each part that `find` measures in bytes between two tags. What comes before the rest is told as well.
fn wrapped(html: &str, open: &str, close: &str, find: impl Fn(&str, Option<char>) -> usize) -> String {
    let mut marked = String::new();
    let (mut rest, mut before) = (html, None);
    while let Some(first) = rest.chars().next() {
        let found = find(rest, before);
        let (part, after) = rest.split_at(found.max(first.len_utf8()));
        if found > 0 {
            marked += open;
            marked += part;
            marked += close;
        } else {
            marked.push(first);
        }
        (before, rest) = (part.chars().last(), after);
    }
    marked
}

/// How much of the beginning is a Japanese name in quotation marks, which a line's end would part from it; 0 if none is.
fn japanese_name(text: &str) -> usize {
    let name = text.strip_prefix('“').and_then(|rest| rest.split_once('”')).map(|(name, _)| name);
    let name = name.filter(|name| name.contains(is_japanese) && !name.contains('<'));
    name.map_or(0, |name| name.len() + '“'.len_utf8() + '”'.len_utf8())
}

fn japanese(text: &str) -> usize {
    text.find(|c| !is_japanese(c)).unwrap_or(text.len())
}

/// How much of the beginning is a phone number with hyphens or a leading plus, masked or not; 0 if none is.
fn phone_number(text: &str, before: Option<char>) -> usize {
    let is_digit = |c: char| c.is_ascii_digit() || c == '•';
    if before.is_some_and(|c| is_digit(c) || matches!(c, '+' | '-' | '#')) {
        return 0;
    }
    let international = text.starts_with('+');
    let inside = |c: char| is_digit(c) || matches!(c, '+' | '-') || (international && c == ' ');
    let number = text[..text.find(|c| !inside(c)).unwrap_or(text.len())].trim_end_matches(['-', ' ']);
    let is_one = international || number.matches('-').count() >= 2;
    if is_one && number.chars().filter(|c| is_digit(*c)).count() >= DIGITS_MIN { number.len() } else { 0 }
}

/// Fewer digits are no phone number.
const DIGITS_MIN: usize = 7;

/// Kana, kanji, and the punctuation and full-width signs among them.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_is_marked_where_the_page_is_not() {
        let text = "Tap “メール” <b>";
        let name = "<span class=\"whole\">“<span lang=\"ja\">メール</span>”</span>";
        assert_eq!(spoken(text, Locale::En).0, format!("Tap {name} &#60;b&#62;"));
        assert_eq!(spoken("“Messages”", Locale::En).0, "“Messages”");
        assert_eq!(spoken(text, Locale::Ja).0, "Tap “メール” &#60;b&#62;");
        assert_eq!(
            spoken_html("<strong>拒否</strong>", Locale::En).0,
            "<strong><span lang=\"ja\">拒否</span></strong>"
        );
    }

    #[test]
    fn phone_numbers_are_kept_whole() {
        let whole = |number: &str| format!("<span class=\"whole\">{number}</span>");
        for number in ["090-1234-5678", "•••-••••-••78", "+81 90-1234-5678", "+44 7400 123456", "0120-800-000"]
        {
            let text = format!("送り先は {number} です。");
            assert_eq!(spoken(&text, Locale::Ja).0, format!("送り先は {} です。", whole(number)));
            assert_eq!(spoken(&format!("Sent to {number}"), Locale::En).0, format!("Sent to {}", whole(number)));
        }
        for other in ["151", "10:15 JST", "060, 070, 080", "iOS 26-18", "&", "+81", "10時-11時-12時"] {
            assert!(!spoken(other, Locale::Ja).0.contains("whole"), "{other}");
        }
    }

    #[test]
    fn code_is_marked_as_code() {
        assert_eq!(coded("Run `a <b>` or", Locale::En).0, "Run <code>a &#60;b&#62;</code> or");
    }
}
