//! Who may ask: the simulator shows every code, so a page of another site must not reach it through the visitor's
//! browser, neither by its name (a foreign host that resolves to this machine) nor by a request across origins.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Doors;
use super::problem::Problem;

/// Refuses unknown hosts and other sites' requests; marks every answer as not to be kept or framed.
pub(crate) async fn same_site_only(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let mut response = if !is_known_host(headers, &doors.hosts) {
        Problem::unknown_host().into_response()
    } else if !is_own_origin(headers, request.method()) {
        Problem::foreign_origin().into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with it browsers send `Origin: null` with the page's own forms.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Refuses writes that are not JSON; a form of another site cannot send JSON unasked.
pub(crate) async fn json_only(request: Request, next: Next) -> Response {
    let is_write = matches!(*request.method(), Method::PUT | Method::POST | Method::PATCH);
    if is_write && !is_json(request.headers()) {
        return Problem::not_json().into_response();
    }
    next.run(request).await
}

/// Whether a form was sent by the page itself. Every browser of today says so in one of the two headers.
pub(crate) fn is_own_form(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site")
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The port does not matter: a foreign name stays foreign on any port.
fn is_known_host(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(host) = text(headers, header::HOST.as_str()) else { return false };
    let name = without_port(host);
    allowed.iter().any(|allowed| without_port(allowed).eq_ignore_ascii_case(name))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

fn is_own_origin(headers: &HeaderMap, method: &Method) -> bool {
    let host = text(headers, header::HOST.as_str()).unwrap_or_default();
    let same = |origin: &str| {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host))
    };
    if headers.get_all(header::ORIGIN).iter().any(|origin| !origin.to_str().is_ok_and(same)) {
        return false;
    }
    match text(headers, "sec-fetch-site") {
        None | Some("same-origin" | "none") => true,
        // A link from elsewhere may open the page; nothing may be changed or read by script.
        Some(_) => method == Method::GET && text(headers, "sec-fetch-mode") == Some("navigate"),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
