//! A browser on hosted pages: its cookie, and the token that its forms carry.

use axum::http::{HeaderMap, HeaderValue, header};
use domain::locale::Locale;
use domain::{
    digest::{Digest, Fixed, sha256},
    key::KeyRing,
    refusal::Refusal,
};
use subtle::ConstantTimeEq;

use crate::clock;

/// The cookie's name. It is bound to one flow by its path (NIST SP 800-63B-4 §5.1.1: the narrowest).
const COOKIE: &str = "tegata_flow";

/// One browser on one flow: 128 random bits in a cookie, and the language that was picked.
#[derive(Clone)]
pub struct Browser {
    secret: String,
    /// The language that the person picked on a page.
    pub picked: Option<Locale>,
    /// Whether it has just been made up: the answer sets the cookie.
    pub is_new: bool,
}

impl Browser {
    /// The browser of a request.
    pub fn of(headers: &HeaderMap) -> Browser {
        let (secret, picked) = cookie(headers, COOKIE).and_then(|value| value.split_once('.')).unwrap_or(("", ""));
        if Fixed::<16>::from_hex(secret).is_some() {
            return Browser { secret: secret.to_owned(), picked: Locale::from_tag(picked), is_new: false };
        }
        Browser { secret: Fixed(clock::random::<16>()).hex(), picked: None, is_new: true }
    }

    /// What is stored of it.
    pub fn digest(&self) -> Digest {
        sha256(self.secret.as_bytes())
    }

    /// The token of this browser's forms on one flow.
    pub fn token(&self, keys: &KeyRing, flow: &str) -> String {
        keys.index().cookie.hmac(&[b"form", &self.digest().0, flow.as_bytes()]).hex()
    }

    /// A form is taken from our own page in this browser only (ASVS 5.0 V3.5: anti-forgery).
    ///
    /// # Errors
    /// `foreign-form`.
    pub fn check(
        &self,
        keys: &KeyRing,
        flow: &str,
        token: &str,
        headers: &HeaderMap,
        own: &str,
    ) -> Result<(), Refusal> {
        let right: bool = self.token(keys, flow).as_bytes().ct_eq(token.as_bytes()).into();
        if right && !self.is_new && is_same_origin(headers, own) { Ok(()) } else { Err(Refusal::ForeignForm) }
    }

    /// The header that sets the cookie for a flow's pages.
    pub fn set_cookie(&self, flow: &str, https: bool) -> Option<HeaderValue> {
        let secure = if https { "; Secure" } else { "" };
        let picked = self.picked.map_or("", Locale::tag);
        let text =
            format!("{COOKIE}={}.{picked}; Path=/f/{flow}; HttpOnly; SameSite=Lax; Max-Age=3600{secure}", self.secret);
        HeaderValue::from_str(&text).ok()
    }
}

/// Browsers that say where a form stood must say that it stood here.
pub fn is_same_origin(headers: &HeaderMap, own: &str) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(header::HeaderName::from_static("sec-fetch-site")).is_none_or(|site| site == "same-origin");
    // `no-referrer` pages send `Origin: null` with their own forms.
    let origin = text(header::ORIGIN).is_none_or(|origin| origin == own || origin == "null");
    site && origin
}

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
