//! Which language a reader gets: asked for in the address, else by the browser, else Japanese.

use axum::http::{HeaderMap, Uri, header};
use domain::locale::Locale;

/// The language that `?lang=` asks for.
pub fn picked(uri: &Uri) -> Option<Locale> {
    let pairs = uri.query()?.split('&');
    pairs.filter_map(|pair| pair.strip_prefix("lang=")).find_map(Locale::from_tag)
}

/// The language of a request by itself.
pub fn of(uri: &Uri, headers: &HeaderMap) -> Locale {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Locale::from_accept_language);
    picked(uri).or_else(accepted).unwrap_or_default()
}
