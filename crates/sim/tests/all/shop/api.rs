//! The API's side of the shop's two calls, as the API document says, over a real socket; it notes what it hears.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

/// The key that it knows.
pub const KEY: &str = "tgt_0123456789abcdefghijklmnop";

/// A call.
#[derive(Clone)]
pub struct Heard {
    pub path: String,
    pub body: Value,
}

#[derive(Clone)]
pub struct Api {
    pub url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Api {
    pub async fn start() -> Api {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let api = Api { url, heard: Arc::default() };
        let router = Router::new()
            .route("/v1/flows", post(create))
            .route("/v1/flows/{flow}/redeem", post(redeem))
            .with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        api
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// Notes a call; says how often the same was heard before.
    fn hear(&self, path: String, body: &Value) -> usize {
        let mut heard = self.heard.lock().unwrap();
        let before = heard.iter().filter(|call| call.path == path && call.body == *body).count();
        heard.push(Heard { path, body: body.clone() });
        before
    }
}

async fn create(State(api): State<Api>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if headers[header::AUTHORIZATION] != format!("Bearer {KEY}") {
        return problem(StatusCode::UNAUTHORIZED, "unauthorized");
    }
    api.hear("/v1/flows".into(), &body);
    let url = format!("{}/f/flw_1.secret-of-the-page", api.url);
    let flow = json!({"id": "flw_1", "url": url, "status": "open", "expires_at": "2026-11-22T01:00:00Z"});
    (StatusCode::CREATED, Json(flow)).into_response()
}

async fn redeem(State(api): State<Api>, Path(flow): Path<String>, Json(body): Json<Value>) -> Response {
    let before = api.hear(format!("/v1/flows/{flow}/redeem"), &body);
    let approved = |to: &str| {
        let verification = json!({"id": "ver_1", "status": "approved", "to": to});
        Json(json!({"id": flow, "status": "approved", "verification": verification})).into_response()
    };
    match (body["result"].as_str().unwrap(), before) {
        ("res_busy", 0) => problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        ("res_late", _) => problem(StatusCode::GONE, "expired-result"),
        ("res_wrong", _) => problem(StatusCode::NOT_FOUND, "not-found"),
        ("res_nonsense", _) => (StatusCode::OK, "approved").into_response(),
        ("res_endless", _) => (StatusCode::OK, format!("\"{}\"", "x".repeat(1 << 20))).into_response(),
        ("res_canceled", _) => Json(json!({"id": flow, "status": "canceled", "verification": null})).into_response(),
        ("res_pending", _) => {
            let verification = json!({"id": "ver_1", "status": "pending", "to": "+819012345678"});
            Json(json!({"id": flow, "status": "approved", "verification": verification})).into_response()
        }
        ("res_other_number", _) => approved("+818012345678"),
        ("res_markup", _) => approved("<b>+81</b>"),
        ("res_busy", 1) | (_, 0) => approved("+819012345678"),
        (_, _) => problem(StatusCode::CONFLICT, "already-used"),
    }
}

fn problem(status: StatusCode, code: &str) -> Response {
    let body = json!({"type": format!("/problems/{code}"), "status": status.as_u16(), "reference": "7KQ2M9XT"});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
