//! Texts for people: Fluent files of each language, built into the binary.
//!
//! A text that is missing at run time is shown in English and logged; the tests of the pages make sure that none is.

use std::sync::LazyLock;

use domain::locale::Locale;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The files of one language: `(name, content)`. Every language has the same.
macro_rules! files {
    ($lang:literal) => {
        files!($lang:
            "frame",
            "verification",
            "guide",
            "support",
            "console",
            "drawing",
            "problems",
            "problem_pages",
            "refusals",
            "countries",
            "sms",
        )
    };
    ($lang:literal: $($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../texts/", $lang, "/", $name, ".ftl")))),*]
    };
}

type Files = &'static [(&'static str, &'static str)];

const JA: Files = files!("ja");
const EN: Files = files!("en");

static JA_TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new("ja", JA));
static EN_TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new("en", EN));

/// What a language says: the texts of people's pages, messages and problems.
pub trait Speak: Copy {
    /// The text of `key`.
    #[must_use]
    fn text(self, key: &str) -> String;

    /// The text of `key` with its placeholders filled.
    #[must_use]
    fn text_with(self, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String;

    /// What a refusal says happened: the `title` of its problem document and the heading of its page.
    #[must_use]
    fn problem_title(self, code: &str) -> String;

    /// What to do about a refusal: the `detail` of its problem document.
    #[must_use]
    fn problem_detail(self, code: &str) -> String;

    /// Whether this language has a text of its own for `key`.
    #[must_use]
    fn has(self, key: &str) -> bool;

    /// The files of this language, `(name, Fluent source)`: what the tests compare.
    #[must_use]
    fn files(self) -> Files;

    /// The keys of one of its files, in the order in which they stand there.
    fn keys(self, file: &str) -> impl Iterator<Item = &'static str>;
}

impl Speak for Locale {
    fn text(self, key: &str) -> String {
        self.text_with(key, &[])
    }

    fn text_with(self, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
        if let Some(text) = texts(self).format(key, arguments) {
            return text;
        }
        tracing::error!(key, lang = self.tag(), "a text is missing");
        texts(Locale::En).format(key, arguments).unwrap_or_else(|| format!("{MISSING}{key}"))
    }

    fn problem_title(self, code: &str) -> String {
        self.text(&format!("problem-{code}-title"))
    }

    fn problem_detail(self, code: &str) -> String {
        self.text(&format!("problem-{code}-detail"))
    }

    fn has(self, key: &str) -> bool {
        texts(self).bundle.has_message(key)
    }

    fn files(self) -> Files {
        match self {
            Locale::Ja => JA,
            Locale::En => EN,
        }
    }

    fn keys(self, file: &str) -> impl Iterator<Item = &'static str> {
        let source = self.files().iter().find(|(name, _)| *name == file).map_or("", |(_, source)| source);
        source.lines().filter_map(|line| {
            let (key, _) = line.split_once('=')?;
            line.starts_with(|first: char| first.is_ascii_lowercase()).then(|| key.trim_end())
        })
    }
}

fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::Ja => &JA_TEXTS,
        Locale::En => &EN_TEXTS,
    }
}

/// What stands before a key that no language has; the tests look for it in every page.
pub const MISSING: &str = "⟦missing⟧ ";

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
    fn a_missing_text_says_so() {
        assert_eq!(Locale::Ja.text("no-such-text"), format!("{MISSING}no-such-text"));
    }
}
