//! A request's span: what its caller said that it is part of, and what is told of it.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, Method},
};

use crate::telemetry::trace::{Live, Value};

/// What is told of a request: its method and its route's pattern, never its path.
pub struct Asked {
    method: &'static str,
    route: Option<String>,
}

/// The one `traceparent`; of several none is believed.
pub fn traceparent(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all("traceparent").iter();
    let one = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(one)
}

impl Asked {
    /// Of a request.
    pub fn of(request: &Request) -> Asked {
        let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        Asked { method: method(request.method()), route }
    }

    /// Its span is over: it was answered with this status.
    pub fn end(self, span: Live<'_>, status: u16) {
        let name =
            self.route.as_ref().map_or_else(|| self.method.to_owned(), |route| format!("{} {route}", self.method));
        let mut attributes = vec![
            ("http.request.method", Value::Name(self.method.to_owned())),
            ("http.response.status_code", Value::Number(status.into())),
        ];
        attributes.extend(self.route.map(|route| ("http.route", Value::Name(route))));
        span.end(name, attributes, status >= 500);
    }
}

/// A method of HTTP's own; any other is not repeated.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}
