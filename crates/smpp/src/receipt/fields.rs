//! `key:value` pairs in a receipt's text.

use crate::pdu::MESSAGE_ID_OCTETS_MAX;

/// The keys we read, each with the spellings seen in the wild, without spaces and underscores.
const KEYS: [(&str, &[&str]); 5] = [
    ("id", &["id", "messageid", "msgid"]),
    ("stat", &["stat", "status", "state"]),
    ("err", &["err", "error"]),
    ("submitdate", &["submitdate"]),
    ("donedate", &["donedate"]),
];

/// The values found, in the order of [`KEYS`].
#[derive(Default)]
pub(super) struct Fields<'a>([Option<&'a str>; KEYS.len()]);

impl<'a> Fields<'a> {
    /// Reads up to `text:`, behind which the message itself is quoted and could say anything. Of two equal keys the
    /// first counts.
    pub(super) fn of(text: &'a str) -> Fields<'a> {
        let mut fields = Fields::default();
        for (colon, _) in text.match_indices(':') {
            let key = key_before(&text[..colon]);
            if key == "text" {
                break;
            }
            let known = KEYS.iter().position(|(_, spellings)| spellings.contains(&key.as_str()));
            if let Some(index) = known {
                let slot = &mut fields.0[index];
                *slot = slot.or_else(|| value_after(&text[colon + 1..]));
            }
        }
        fields
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let index = KEYS.iter().position(|(name, _)| *name == key)?;
        self.0[index]
    }
}

/// The key that ends before a colon, in lower case, without underscores; `date` takes its first word with it.
fn key_before(text: &str) -> String {
    let (rest, last) = last_word(text);
    let word = if last.eq_ignore_ascii_case("date") { format!("{}{last}", last_word(rest).1) } else { last.to_owned() };
    word.to_ascii_lowercase().replace('_', "")
}

/// The text before its last word, and that word.
fn last_word(text: &str) -> (&str, &str) {
    let text = text.trim_end();
    let word = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
    text.split_at(word.len())
}

/// The value after a colon: up to white space or a separator. A key that follows at once means that there is none.
fn value_after(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let value = text.split(separator).next()?;
    // No value is longer than an id, and none has what a C-octet string could not hold, nor a database's text.
    let sound = value.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    let usable = sound && !value.is_empty() && value.len() <= MESSAGE_ID_OCTETS_MAX;
    usable.then_some(value)
}
