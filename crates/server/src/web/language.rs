//! Which language a reader gets: asked for in the address, else by the browser, else Japanese. A program that asks for
//! none is answered in the language of what it asks about.

use std::sync::OnceLock;

use axum::{
    body::Bytes,
    http::{HeaderMap, Uri, header},
};
use domain::locale::Locale;
use serde::Deserialize;

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
#[derive(Debug, Default)]
pub struct Answers {
    locale: OnceLock<Locale>,
    /// A body that may ask for one: read for that if somebody wants to know, which is who refuses.
    body: OnceLock<Bytes>,
}

impl Answers {
    /// In the language that was asked for, if one was.
    pub fn of(asked: Option<Locale>) -> Answers {
        let answers = Answers::default();
        answers.in_language(asked);
        answers
    }

    /// In this language, unless one was said before.
    pub fn in_language(&self, locale: Option<Locale>) {
        if self.are_open() {
            let _said = locale.map(|locale| self.locale.set(locale));
        }
    }

    /// In the language that a body asks for, whatever else is wrong with it, unless one was said before.
    pub fn in_language_of(&self, body: Bytes) {
        // A request has one body.
        let _said = self.body.set(body);
    }

    /// Whether nothing was said yet.
    pub fn are_open(&self) -> bool {
        self.said().is_none()
    }

    /// The language.
    pub fn language(&self) -> Locale {
        self.said().unwrap_or_default()
    }

    fn said(&self) -> Option<Locale> {
        self.locale.get().copied().or_else(|| of_body(self.body.get()?))
    }
}

fn of_body(body: &[u8]) -> Option<Locale> {
    #[derive(Deserialize)]
    struct Asked {
        locale: Option<String>,
    }
    let asked: Asked = serde_json::from_slice(body).ok()?;
    asked.locale.as_deref().and_then(Locale::from_tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_was_said_stands() {
        let body = || Bytes::from_static(br#"{"locale":"en","to":7}"#);
        let asked = Answers::of(Some(Locale::Ja));
        asked.in_language_of(body());
        assert_eq!((asked.are_open(), asked.language()), (false, Locale::Ja), "asked for");
        let told = Answers::of(None);
        assert!(told.are_open());
        told.in_language_of(body());
        told.in_language(Some(Locale::Ja));
        assert_eq!((told.are_open(), told.language()), (false, Locale::En), "the body's own");
        let silent = Answers::of(None);
        silent.in_language_of(Bytes::from_static(b"{}"));
        silent.in_language(Some(Locale::En));
        assert_eq!(silent.language(), Locale::En, "that of what is asked about");
    }
}
