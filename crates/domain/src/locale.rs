//! The languages that people are spoken to in.

use serde::{Deserialize, Serialize};

/// Language ranges of a header that are looked at: more than any browser sends.
const ACCEPT_LANGUAGE_RANGES_MAX: usize = 16;

/// A language with a full set of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

impl Locale {
    /// All of them, the first one first.
    pub const ALL: [Locale; 2] = [Locale::Ja, Locale::En];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::Ja => "ja",
            Locale::En => "en",
        }
    }

    /// The language of a BCP 47 tag such as `en-GB`, if there are texts in it.
    pub fn from_tag(tag: &str) -> Option<Locale> {
        let language = tag.split(['-', '_']).next()?.trim();
        Locale::ALL.into_iter().find(|locale| language.eq_ignore_ascii_case(locale.tag()))
    }

    /// The language's name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Locale::Ja => "日本語",
            Locale::En => "English",
        }
    }

    /// The best of ours for an `Accept-Language` header (RFC 9110 §12.5.4), `None` if it names none of them.
    pub fn from_accept_language(header: &str) -> Option<Locale> {
        let mut best: Option<(f32, Locale)> = None;
        for range in header.split(',').take(ACCEPT_LANGUAGE_RANGES_MAX) {
            let mut parts = range.split(';');
            let lang = parts.next().and_then(Locale::from_tag);
            let quality = parts.find_map(weight).unwrap_or(1.0);
            if let Some(lang) = lang
                && quality > best.map_or(0.0, |(q, _)| q)
            {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

/// How much a range is wanted, if this parameter says so, in letters of either case (RFC 9110 §12.4.2); what is no weight
/// wants nothing.
fn weight(parameter: &str) -> Option<f32> {
    let (name, value) = parameter.trim().split_once('=')?;
    let weight = value.parse().ok().filter(|weight| (0.0..=1.0).contains(weight));
    name.eq_ignore_ascii_case("q").then(|| weight.unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_best_of_ours() {
        for (header, expected) in [
            ("ja", Some(Locale::Ja)),
            ("en-GB,en;q=0.9,ja;q=0.8", Some(Locale::En)),
            ("fr, ja;q=0.3, en;q=0.7", Some(Locale::En)),
            ("fr, zh-TW", None),
            ("en;q=0, ja;q=0.1", Some(Locale::Ja)),
            ("en;q=zero", None),
            ("EN;Q=0.2, JA;Q=0.9", Some(Locale::Ja)),
            ("ja, en;q=inf", Some(Locale::Ja)),
            ("", None),
            (",,;;q=,", None),
        ] {
            assert_eq!(Locale::from_accept_language(header), expected, "{header}");
        }
    }
}
