//! Which language a reader gets: asked for in the address, else by the browser, else Japanese.

use axum::http::{HeaderMap, Uri, header};
use domain::locale::Locale;

use crate::text::Lang;

/// The language that `?lang=` asks for.
pub fn picked(uri: &Uri) -> Option<Lang> {
    let pairs = uri.query()?.split('&');
    pairs.filter_map(|pair| pair.strip_prefix("lang=")).find_map(Lang::from_tag)
}

/// The language of a request by itself.
pub fn of(uri: &Uri, headers: &HeaderMap) -> Lang {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Lang::from_accept_language);
    picked(uri).or_else(accepted).unwrap_or(Lang::from(Locale::default()))
}

impl From<Locale> for Lang {
    fn from(locale: Locale) -> Lang {
        match locale {
            Locale::Ja => Lang::Ja,
            Locale::En => Lang::En,
        }
    }
}

impl Lang {
    /// The language as rows keep it.
    pub fn locale(self) -> Locale {
        match self {
            Lang::Ja => Locale::Ja,
            Lang::En => Locale::En,
        }
    }
}
