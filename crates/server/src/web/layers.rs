//! What surrounds every request: its id and bounds, and how a refusal is written for whoever reads it.
//!
//! Around the router as a whole, and not a layer of each route: those are copied for each request, with all that they hold.

use std::{
    convert::Infallible,
    net::IpAddr,
    ops::Deref,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{code::DIGITS_MIN, digest::Fixed, id::ServiceId, locale::Locale, reference, refusal::Refusal};
use futures::FutureExt;
use serde_json::Value;
use tower::{ServiceExt, service_fn};

use super::{
    body, host,
    language::{self, Answers},
    problem::{self, No},
    source::{self, Peer},
    traced::{self, Asked, traceparent},
};
use crate::{app::App, clock, telemetry::trace::Traces};

const _: () = assert!(DIGITS_MIN >= 6, "NIST SP 800-63B-4 §3.1.3.2");

/// What is known of a request before its handler runs; clones share it.
#[derive(Clone, Debug)]
pub struct Seen(Arc<AtDoor>);

/// What [`Seen`] has.
#[derive(Debug)]
pub struct AtDoor {
    /// The code that a person reads out to support; in logs as well.
    pub reference: String,
    /// The language by address and browser; a flow may know better.
    pub lang: Locale,
    /// The language of problem documents.
    pub answers: Answers,
    /// The service whose API key was shown: its humans are named where waiting is all that helps.
    pub asker: OnceLock<ServiceId>,
    /// Where it came from.
    pub ip: IpAddr,
    nonce: OnceLock<String>,
    /// Whether it asks for JSON and takes no page.
    pub asks_json: bool,
    /// The path that was asked for: where the languages of a refusal lead.
    pub path: String,
}

impl Deref for Seen {
    type Target = AtDoor;

    fn deref(&self) -> &AtDoor {
        &self.0
    }
}

/// What surrounds every request, and how a refusal looks to a browser.
pub struct Around {
    /// What requests may do.
    pub app: Arc<App>,
    /// The page of a refusal.
    pub page: fn(&App, &Seen, &Refusal) -> Response,
    /// What answers.
    pub routes: Router,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A caller's request id is kept if it cannot harm a log (rule D8).
fn request_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(REQUEST_ID)?;
    let text = value.to_str().ok()?;
    let sound = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    sound.then(|| value.clone())
}

impl Around {
    /// A router that answers everything.
    pub fn router(mut self) -> Router {
        if self.app.traces.are_on() {
            self.routes = traced::told(self.routes);
        }
        let around = Arc::new(self);
        Router::new().fallback_service(service_fn(move |request| {
            let around = around.clone();
            async move { Ok::<_, Infallible>(around.answer(request).await) }
        }))
    }

    /// Answers, within the time that a request may take.
    async fn answer(&self, mut request: Request) -> Response {
        let app = &self.app;
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0.ip());
        let ip = source::client(peer, request.headers(), &app.config.http.trusted_proxies);
        let seen = Seen::of(&request, ip);
        let id = request_id(request.headers()).or_else(|| HeaderValue::from_str(&seen.reference).ok());
        let wants = Wants::of(&request);
        request.extensions_mut().insert(seen.clone());
        let limit = Duration::from_millis(app.config.http.request_timeout_ms);
        let span = app.traces.request(|| traceparent(request.headers()));
        let asked = span.as_ref().map(|_| Asked::of(&mut request));
        let work = tokio::time::timeout(limit, AssertUnwindSafe(self.route(request)).catch_unwind());
        let response = match Traces::within(span.as_ref(), work).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => No(Refusal::Internal).into_response(),
            Err(_) => No(Refusal::Unavailable).into_response(),
        };
        let mut response = render(response, self, &seen, wants).await;
        app.metrics.answered(response.status().as_u16());
        if let (Some(span), Some(asked)) = (span, asked) {
            asked.end(span, response.status().as_u16());
        }
        if response.status() == StatusCode::REQUEST_TIMEOUT {
            // What may still come of the body is no request (RFC 9110 §15.5.9).
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        secure(response.headers_mut(), &seen, app.config.is_https());
        if let Some(id) = id {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }

    /// Answers by the route, if the host that was asked has it.
    async fn route(&self, mut request: Request) -> Response {
        let sound = host::told(request.version(), request.headers()).and_then(|()| body::is_plain(request.headers()));
        if let Err(refusal) = sound {
            return No(refusal).into_response();
        }
        match host::of(&self.app, request.uri(), request.headers()).await {
            Ok(host) => request.extensions_mut().insert(host),
            Err(refusal) => return No(refusal).into_response(),
        };
        self.routes.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

impl Seen {
    fn of(request: &Request, ip: IpAddr) -> Seen {
        let asked = language::asked(request.uri(), request.headers());
        Seen(Arc::new(AtDoor {
            reference: reference::make(clock::random()),
            lang: asked.unwrap_or_default(),
            answers: Answers::of(asked),
            asker: OnceLock::new(),
            ip,
            nonce: OnceLock::new(),
            asks_json: accepts(request).contains("json") && !accepts(request).contains("text/html"),
            // With two slashes at its start a link would lead to another host.
            path: format!("/{}", request.uri().path().trim_start_matches('/')),
        }))
    }

    /// The nonce of the one script: a page's, and its policy's.
    pub fn nonce(&self) -> &str {
        self.nonce.get_or_init(|| Fixed(clock::random::<16>()).hex())
    }
}

fn accepts(request: &Request) -> &str {
    request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("")
}

#[derive(Clone, Copy)]
enum Wants {
    Page,
    Document,
}

impl Wants {
    /// Browsers ask for HTML; everything under `/v1` is for programs.
    fn of(request: &Request) -> Wants {
        let path = request.uri().path();
        let program = path.starts_with("/v1/") || path.starts_with("/receipts/");
        if accepts(request).contains("text/html") && !program { Wants::Page } else { Wants::Document }
    }
}

/// Writes a refusal's body.
async fn render(response: Response, around: &Around, seen: &Seen, wants: Wants) -> Response {
    let refusal = match response.extensions().get::<No>() {
        Some(No(refusal)) => refusal.clone(),
        None => match by_status(&response) {
            Some(refusal) => refusal,
            None => return response,
        },
    };
    let now = around.app.now();
    tracing::info!(reference = seen.reference, code = refusal.code(), "refused");
    if refusal == Refusal::Internal {
        tracing::error!(reference = seen.reference, "a request failed inside");
    }
    let mut written = match wants {
        Wants::Document => {
            let contacts = contacts(&around.app, seen, &refusal).await;
            problem::document(&refusal, contacts, seen.answers.language(), &seen.reference, now)
        }
        Wants::Page => problem::retry_after(&refusal, now, (around.page)(&around.app, seen, &refusal)),
    };
    // What the router knows of the address: a 405 must say which methods there are (RFC 9110 §15.5.6).
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        written.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    written
}

/// Who helps those who cannot wait, as their service names them.
async fn contacts(app: &App, seen: &Seen, refusal: &Refusal) -> Vec<Value> {
    let asker = seen.asker.get().filter(|_| refusal.retry_at().is_some());
    let Some(service) = asker else { return Vec::new() };
    // A service that cannot be read now names nobody: the refusal stands without.
    let known = app.service(*service).await.ok();
    known.map_or(Vec::new(), |known| problem::contacts(&known.service, seen.answers.language(), app.now()))
}

/// What the framework itself says no to, in our words.
fn by_status(response: &Response) -> Option<Refusal> {
    let empty =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    match response.status().as_u16() {
        404 if empty => Some(Refusal::NotFound),
        405 => Some(Refusal::MethodNotAllowed),
        413 if empty => Some(Refusal::PayloadTooLarge),
        415 if empty => Some(Refusal::UnsupportedMediaType),
        400 | 422 if empty => {
            Some(Refusal::BadRequest { field: String::new(), must: "be a request that can be read".into() })
        }
        500 if empty => Some(Refusal::Internal),
        _ => None,
    }
}

/// What a page is to pages around it.
#[derive(Clone, Copy, Default)]
pub struct Framing<'a> {
    /// The origin that its forms may be redirected to: browsers hold `form-action` against redirects too.
    pub leads_to: Option<&'a str>,
    /// The origins that may show it in a frame. `X-Frame-Options` can name none, so it is not sent along then.
    pub ancestors: &'a [String],
}

impl Framing<'_> {
    /// The Content-Security-Policy of the page.
    pub fn policy(self, nonce: &str) -> String {
        let ancestors = if self.ancestors.is_empty() { "'none'".to_owned() } else { self.ancestors.join(" ") };
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'nonce-{nonce}'; \
             connect-src 'self'; form-action 'self' {}; frame-ancestors {ancestors}; base-uri 'none'",
            self.leads_to.unwrap_or_default()
        )
    }
}

/// Whether a page's own policy names somebody who may show it in a frame.
fn may_be_framed(headers: &HeaderMap) -> bool {
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let ancestors = policy.and_then(|policy| policy.split_once("frame-ancestors "));
    ancestors.is_some_and(|(_, named)| !named.starts_with("'none'"))
}

/// What every answer says, unless it says something else itself.
static FIXED: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    ),
];
/// Of what is for programs, should a browser show it.
const DATA_POLICY: &str = "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
/// As many headers as an answer has, and room for some of its own.
const HEADERS: usize = 16;

/// No framing, no sniffing, no referrer, no caching, nothing from elsewhere.
fn secure(headers: &mut HeaderMap, seen: &Seen, https: bool) {
    headers.reserve(HEADERS);
    for (name, value) in &FIXED {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    if !may_be_framed(headers) {
        headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        return;
    }
    let kind = headers.get(header::CONTENT_TYPE).map_or(&[][..], HeaderValue::as_bytes);
    let policy = if kind.starts_with(b"application/") {
        Ok(HeaderValue::from_static(DATA_POLICY))
    } else {
        HeaderValue::from_str(&Framing::default().policy(seen.nonce()))
    };
    // A nonce has nothing that a header could not hold.
    let _set = policy.map(|policy| headers.insert(header::CONTENT_SECURITY_POLICY, policy));
}
