//! Which language a reader gets: asked for in the address, else by the browser, else Japanese. A program that asks for
//! none is answered in the language of what it asks about.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, Uri, header};
use domain::locale::Locale;

/// The language that `?lang=` asks for.
pub fn picked(uri: &Uri) -> Option<Locale> {
    let pairs = uri.query()?.split('&');
    pairs.filter_map(|pair| pair.strip_prefix("lang=")).find_map(Locale::from_tag)
}

/// The language that a request asks for.
pub fn asked(uri: &Uri, headers: &HeaderMap) -> Option<Locale> {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Locale::from_accept_language);
    picked(uri).or_else(accepted)
}

/// The language of a request's problem documents. Whoever learns one says it; the first that was said stands.
#[derive(Clone, Debug, Default)]
pub struct Answers(Arc<OnceLock<Locale>>);

impl Answers {
    /// In the language that was asked for, if one was.
    pub fn of(asked: Option<Locale>) -> Answers {
        let answers = Answers::default();
        answers.in_language(asked);
        answers
    }

    /// In this language, unless one was said before.
    pub fn in_language(&self, locale: Option<Locale>) {
        // Said before: that one stands.
        let _said = locale.map(|locale| self.0.set(locale));
    }

    /// Whether nothing was said yet.
    pub fn are_open(&self) -> bool {
        self.0.get().is_none()
    }

    /// The language.
    pub fn language(&self) -> Locale {
        self.0.get().copied().unwrap_or_default()
    }
}
