//! Who may ask, and what every answer carries.

use std::sync::{Arc, LazyLock};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::view::{self, STYLE};
use super::words::Lang;
use super::{Premises, Trouble};

/// The hash of the one style, so that nothing else may style or run.
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(Sha256::digest(STYLE.as_bytes())));

/// Refuses unknown hosts and other sites' forms; leads to the shop's own name; closes every answer's doors.
pub(super) async fn guard(State(premises): State<Arc<Premises>>, request: Request, next: Next) -> Response {
    let (headers, lang) = (request.headers(), Lang::asked(request.uri().query(), request.headers()));
    let host = text(headers, header::HOST.as_str()).unwrap_or_default();
    let url = &premises.tegata.url;
    let mut response = if !premises.hosts.iter().any(|known| name(known).eq_ignore_ascii_case(name(host))) {
        view::trouble(&premises, lang, Trouble::UnknownHost)
    } else if *request.method() == Method::POST && !is_own_form(headers, host) {
        view::trouble(&premises, lang, Trouble::ForeignForm)
    } else if !host.eq_ignore_ascii_case(authority(url)) {
        // Cookies set under another name of this machine would not be there on the way back.
        view::see_other(&format!("{url}{}", view::address("?", lang)))
    } else {
        next.run(request).await
    };
    close(response.headers_mut(), url);
    response
}

fn close(headers: &mut HeaderMap, url: &str) {
    // Browsers hold `form-action` against the redirect, too: it leads to the hosted page.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; img-src data:; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'none'",
        *STYLE_HASH,
        origin(url)
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // Not `no-referrer`: with it browsers send `Origin: null` with the page's own forms.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Whether one of the shop's own pages sent the form. Every browser of today says so in one of the two headers.
fn is_own_form(headers: &HeaderMap, host: &str) -> bool {
    let site = text(headers, "sec-fetch-site");
    let mut origins = headers.get_all(header::ORIGIN).iter().peekable();
    let says = site.is_some() || origins.peek().is_some();
    let own = |origin: &HeaderValue| origin.to_str().is_ok_and(|origin| authority(origin).eq_ignore_ascii_case(host));
    says && site.is_none_or(|site| site == "same-origin") && origins.all(own)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A host without its port: a foreign name stays foreign on any port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// `http://127.0.0.1:8080` of `http://127.0.0.1:8080/x`.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    &url[..end]
}

/// `127.0.0.1:8080` of `http://127.0.0.1:8080/x`; `null` stays `null`.
fn authority(url: &str) -> &str {
    let origin = origin(url);
    origin.split_once("://").map_or(origin, |(_, authority)| authority)
}
