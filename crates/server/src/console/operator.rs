//! Whoever is signed in: their cookie, their forms' token, and the frame of their pages.

use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{digest::Fixed, locale::Locale, refusal::Refusal};
use subtle::ConstantTimeEq;

use crate::{
    app::{App, console},
    pages::{
        brand, frame, rendered,
        view::{
            Page,
            frame::{Frame, Role},
        },
    },
    web::{Web, browser, language, layers::Seen, problem::No},
};

/// Kept to this very host by browsers, where there is TLS.
const COOKIE_SECURE: &str = "__Host-tegata_console";
const COOKIE_PLAIN: &str = "tegata_console";

/// One request of somebody who is signed in.
#[derive(Clone)]
pub struct Operator {
    /// What is served from.
    pub web: Web,
    /// The request.
    pub seen: Seen,
    /// The session's secret.
    pub secret: String,
    picked: Option<Locale>,
    is_picked_now: bool,
}

/// Lets a request in that has a session; every other one gets the same answer, whatever it asks for.
pub async fn admit(
    State(web): State<Web>,
    Extension(seen): Extension<Seen>,
    mut request: Request,
    next: Next,
) -> Response {
    let cookie = browser::cookie(request.headers(), cookie_name(&web.app)).unwrap_or_default().to_owned();
    let picked = language::picked(request.uri());
    let operator = match Operator::of(&web, seen, &cookie, picked).await {
        Ok(operator) => operator,
        Err(refusal) => return No(refusal).into_response(),
    };
    let cookie = operator.is_picked_now.then(|| set_cookie(&web.app, &operator.secret, operator.picked));
    request.extensions_mut().insert(operator);
    let mut response = next.run(request).await;
    if let Some(cookie) = cookie.flatten() {
        response.headers_mut().entry(header::SET_COOKIE).or_insert(cookie);
    }
    response
}

impl Operator {
    async fn of(web: &Web, seen: Seen, cookie: &str, now: Option<Locale>) -> Result<Operator, Refusal> {
        let (secret, lang) = cookie.split_once('.').unwrap_or((cookie, ""));
        if Fixed::<16>::from_hex(secret).is_none() {
            return Err(Refusal::SignInNeeded);
        }
        web.app.console_session(secret).await?;
        let (picked, secret) = (now.or_else(|| Locale::from_tag(lang)), secret.to_owned());
        Ok(Operator { web: web.clone(), seen, secret, picked, is_picked_now: now.is_some() })
    }

    /// The page's language.
    pub fn lang(&self) -> Locale {
        self.picked.unwrap_or(self.seen.lang)
    }

    /// What surrounds a page at `path`.
    pub fn frame(&self, path: &str) -> Frame {
        let frame = frame(&self.web.app, &self.seen, self.lang(), Role::Console, brand(), path);
        Frame { form_token: self.token(), ..frame }
    }

    /// The token of this session's forms.
    fn token(&self) -> String {
        let session = console::digest(&self.secret);
        self.web.app.keys.load().index().cookie.hmac(&[b"console form", &session.0]).hex()
    }

    /// Takes a form from our own page in this session only.
    ///
    /// # Errors
    /// `foreign-form`.
    pub fn check(&self, token: Option<&str>, headers: &HeaderMap) -> Result<(), Refusal> {
        let right: bool = self.token().as_bytes().ct_eq(token.unwrap_or("").as_bytes()).into();
        let here = browser::is_same_origin(headers, &self.web.app.config.public_url);
        if right && here { Ok(()) } else { Err(Refusal::ForeignForm) }
    }

    /// Renders a page.
    pub fn page(&self, status: StatusCode, page: &impl Page) -> Response {
        rendered(status, page)
    }
}

impl FromRequestParts<Web> for Operator {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, No> {
        parts.extensions.get::<Operator>().cloned().ok_or(No(Refusal::SignInNeeded))
    }
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { COOKIE_SECURE } else { COOKIE_PLAIN }
}

/// The header that keeps a session in the browser.
pub fn set_cookie(app: &App, secret: &str, lang: Option<Locale>) -> Option<HeaderValue> {
    let seconds = console::SESSION_LIFETIME_MS / 1_000;
    cookie_header(app, &format!("{secret}.{}", lang.map_or("", Locale::tag)), seconds)
}

/// The header that ends it.
pub fn drop_cookie(app: &App) -> Option<HeaderValue> {
    cookie_header(app, "", 0)
}

fn cookie_header(app: &App, value: &str, seconds: i64) -> Option<HeaderValue> {
    let (name, secure) = (cookie_name(app), if app.config.is_https() { "; Secure" } else { "" });
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}
