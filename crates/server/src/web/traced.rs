//! A request's span: what its caller said that it is part of, and what is told of it.

use std::sync::{Arc, OnceLock};

use axum::{
    Extension, Router,
    extract::{MatchedPath, Request},
    http::{HeaderMap, Method},
    middleware::{self, Next},
    response::Response,
};

use crate::telemetry::trace::{Live, Value};

/// What is told of a request: its method and its route's pattern, never its path.
pub struct Asked {
    method: &'static str,
    route: Route,
}

/// The pattern of a request's route: set inside of the router, which alone knows it.
#[derive(Clone, Default)]
struct Route(Arc<OnceLock<String>>);

/// A router that tells the spans which routes they are of.
pub fn told(routes: Router) -> Router {
    routes.layer(middleware::from_fn(tell))
}

async fn tell(route: Option<Extension<Route>>, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    if let (Some(Extension(route)), Some(path)) = (route, path) {
        // A request has one route.
        let _told = route.0.set(path.as_str().to_owned());
    }
    next.run(request).await
}

/// The one `traceparent`; of several none is believed.
pub fn traceparent(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all("traceparent").iter();
    let one = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(one)
}

impl Asked {
    /// Of a request that is on its way to its route.
    pub fn of(request: &mut Request) -> Asked {
        let route = Route::default();
        request.extensions_mut().insert(route.clone());
        Asked { method: method(request.method()), route }
    }

    /// Its span is over: it was answered with this status.
    pub fn end(self, span: Live<'_>, status: u16) {
        let route = self.route.0.get();
        let name = route.map_or_else(|| self.method.to_owned(), |route| format!("{} {route}", self.method));
        let mut attributes = vec![
            ("http.request.method", Value::Name(self.method.to_owned())),
            ("http.response.status_code", Value::Number(status.into())),
        ];
        attributes.extend(route.map(|route| ("http.route", Value::Name(route.clone()))));
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
