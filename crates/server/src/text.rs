//! Texts for people: Fluent files of each language, built into the binary, and the choice of a language.
//!
//! A text that is missing at run time is shown in English and logged; the tests of the pages make sure that none is.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The files of one language: `(name, content)`.
macro_rules! files {
    ($lang:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../texts/", $lang, "/", $name, ".ftl")))),*]
    };
}

type Files = &'static [(&'static str, &'static str)];

const JA: Files = files!("ja": "frame", "verification", "problems", "problem_pages", "refusals", "countries", "sms");
const EN: Files = files!("en": "frame", "verification", "problems", "problem_pages", "refusals", "countries", "sms");

static JA_TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new("ja", JA));
static EN_TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new("en", EN));

/// A language that Tegata speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Japanese: written first.
    Ja,
    /// English: its equal.
    En,
}

impl Lang {
    /// Every language, in the order in which the pages offer them.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The BCP 47 tag: `lang` in HTML and in addresses (`?lang=en`).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
        }
    }

    /// The language of a BCP 47 tag (`ja`, `en-GB`), if it is one of ours. RFC 4647 §3.4, on the primary subtag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|lang| primary.eq_ignore_ascii_case(lang.tag()))
    }

    /// The best of ours for an `Accept-Language` header (RFC 9110 §12.5.4), `None` if it names none of them.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',').take(ACCEPT_LANGUAGE_RANGES_MAX) {
            let mut parts = range.split(';');
            let lang = parts.next().and_then(Self::from_tag);
            let quality = parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if let Some(lang) = lang
                && quality > best.map_or(0.0, |(q, _)| q)
            {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// The text of `key`.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        self.text_with(key, &[])
    }

    /// The text of `key` with its placeholders filled.
    #[must_use]
    pub fn text_with(self, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
        if let Some(text) = self.texts().format(key, arguments) {
            return text;
        }
        tracing::error!(key, lang = self.tag(), "a text is missing");
        Self::En.texts().format(key, arguments).unwrap_or_else(|| format!("{MISSING}{key}"))
    }

    /// What a refusal says happened: the `title` of its problem document and the heading of its page.
    #[must_use]
    pub fn problem_title(self, code: &str) -> String {
        self.text(&format!("problem-{code}-title"))
    }

    /// What to do about a refusal: the `detail` of its problem document.
    #[must_use]
    pub fn problem_detail(self, code: &str) -> String {
        self.text(&format!("problem-{code}-detail"))
    }

    /// Whether this language has a text of its own for `key`.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.texts().bundle.has_message(key)
    }

    /// The files of this language, `(name, Fluent source)`: what the tests compare.
    #[must_use]
    pub const fn files(self) -> Files {
        match self {
            Self::Ja => JA,
            Self::En => EN,
        }
    }

    /// The keys of one of its files, in the order in which they stand there.
    pub fn keys(self, file: &str) -> impl Iterator<Item = &'static str> {
        let source = self.files().iter().find(|(name, _)| *name == file).map_or("", |(_, source)| source);
        source.lines().filter_map(|line| {
            let (key, _) = line.split_once('=')?;
            line.starts_with(|first: char| first.is_ascii_lowercase()).then(|| key.trim_end())
        })
    }

    fn texts(self) -> &'static Texts {
        match self {
            Self::Ja => &JA_TEXTS,
            Self::En => &EN_TEXTS,
        }
    }
}

/// What stands before a key that no language has; the tests look for it in every page.
pub const MISSING: &str = "⟦missing⟧ ";

/// Language ranges of a header that are looked at: more than any browser sends.
const ACCEPT_LANGUAGE_RANGES_MAX: usize = 16;

/// The texts of one language, parsed.
struct Texts {
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    fn new(tag: &str, files: Files) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().expect("our own tags are well formed")]);
        // The marks around placeholders would be spoken and copied; no text here mixes directions.
        bundle.set_use_isolating(false);
        for (name, source) in files {
            let resource = FluentResource::try_new((*source).to_owned())
                .unwrap_or_else(|(_, errors)| panic!("{tag}/{name}.ftl, built in, must parse: {errors:?}"));
            bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{tag}/{name}.ftl repeats a key: {errors:?}"));
        }
        Self { bundle }
    }

    /// `None` if the key is missing here. A placeholder without an argument is shown as `{$name}` and logged.
    fn format(&self, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a text lacks a placeholder");
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_best_of_ours() {
        for (header, expected) in [
            ("ja", Some(Lang::Ja)),
            ("en-GB,en;q=0.9,ja;q=0.8", Some(Lang::En)),
            ("fr, ja;q=0.3, en;q=0.7", Some(Lang::En)),
            ("fr, zh-TW", None),
            ("en;q=0, ja;q=0.1", Some(Lang::Ja)),
            ("en;q=zero", None),
            ("", None),
            (",,;;q=,", None),
        ] {
            assert_eq!(Lang::from_accept_language(header), expected, "{header}");
        }
    }

    #[test]
    fn a_missing_text_says_so() {
        assert_eq!(Lang::Ja.text("no-such-text"), format!("{MISSING}no-such-text"));
    }
}
