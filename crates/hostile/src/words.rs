//! What comes in words: names that messages carry, codes and references as they are typed, addresses of webhooks.

use domain::{code::Code, name, reference, webhook};

/// A text, taken for each of them.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    a_name(text);
    a_code(text);
    a_webhook(text);
    if let Some(read) = reference::read(text) {
        assert_eq!(reference::read(&reference::grouped(&read)).as_deref(), Some(read.as_str()), "as it is shown");
    }
}

/// Rule M5: no second code, address or line.
fn a_name(text: &str) {
    if !name::is_plain(text) {
        return;
    }
    assert!(!text.is_empty() && text.encode_utf16().count() <= 20, "{text:?}");
    assert!(!text.contains(['\n', '\r', '@', '#', '\u{202e}', '\0']), "{text:?}");
    assert!(text.chars().filter(char::is_ascii_digit).count() <= 5, "{text:?}");
    for mark in ["http:", "tel:", "mailto:"] {
        let stands = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "+-.".contains(c));
        let leads = |at: usize| text[at + mark.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
        assert!(!text.match_indices(mark).any(|(at, _)| stands(at) && leads(at)), "{text:?}");
    }
    for digits in 6..=10 {
        assert!(Code::read(text, digits).is_none(), "{text:?} reads as a code");
    }
}

fn a_code(text: &str) {
    for digits in 6..=10 {
        let Some(code) = Code::read(text, digits) else { continue };
        let read = code.digits();
        assert!(read.len() == usize::from(digits) && read.bytes().all(|b| b.is_ascii_digit()), "{text:?}");
        assert!(Code::read(read, digits).is_some_and(|again| again == code), "{text:?}");
    }
}

/// Rule D2: what may be called is `https`, names a host, and hides nothing before an `@`.
fn a_webhook(text: &str) {
    if webhook::url_problem(text, &[]).is_some() {
        return;
    }
    let rest = text.strip_prefix("https://").expect("nothing else is called");
    let host = rest.split(['/', '?', ':']).next().unwrap_or_default();
    assert!(!host.is_empty() && text.len() <= webhook::URL_MAX, "{text:?}");
    assert!(text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['@', '#', '\\']), "{text:?}");
}
