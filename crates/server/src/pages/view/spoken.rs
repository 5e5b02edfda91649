//! Japanese words on a page in another language: the exact name of a setting, marked so that it is read out, and drawn, as
//! Japanese (WCAG 2.2, 3.1.2).

use askama::filters::{Html, Safe, escape};
use domain::locale::Locale;

/// A text for a page in `lang`: escaped, and what is Japanese in it marked as such.
#[must_use]
pub fn spoken(text: &str, lang: Locale) -> Safe<String> {
    let Ok(escaped) = escape(text, Html);
    spoken_html(&escaped.to_string(), lang)
}

/// The same for what is HTML already, whose tags and attributes have no Japanese.
#[must_use]
pub fn spoken_html(html: &str, lang: Locale) -> Safe<String> {
    let foreign = match lang {
        Locale::Ja => return Safe(html.to_owned()),
        Locale::En => is_japanese,
    };
    let mut marked = String::new();
    let mut rest = html;
    while let Some(from) = rest.find(foreign) {
        let (before, found) = rest.split_at(from);
        let (words, after) = found.split_at(found.find(|c| !foreign(c)).unwrap_or(found.len()));
        marked += &format!("{before}<span lang=\"ja\">{words}</span>");
        rest = after;
    }
    Safe(marked + rest)
}

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
        assert_eq!(spoken(text, Locale::En).0, "Tap “<span lang=\"ja\">メール</span>” &#60;b&#62;");
        assert_eq!(spoken(text, Locale::Ja).0, "Tap “メール” &#60;b&#62;");
        assert_eq!(
            spoken_html("<strong>拒否</strong>", Locale::En).0,
            "<strong><span lang=\"ja\">拒否</span></strong>"
        );
    }
}
