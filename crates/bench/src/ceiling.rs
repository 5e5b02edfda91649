//! The bare ceiling: the server's accept loop and a router of two routes, each answering a constant of the usual size.

use axum::{
    Router,
    body::Bytes,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use server::{config::Http, web::accept};
use tokio::{net::TcpListener, sync::watch};

/// As long as an answer to a create.
const ANSWER: &str = r#"{"id":"ver_00000000000000000000000000","service":"svc_00000000000000000000000000","to":"+819012345678","channel":"sms","purpose":"verify_phone","status":"pending","sends":1,"checks_left":5,"created_at":"2026-01-01T00:00:00.000Z","expires_at":"2026-01-01T00:10:00.000Z","resend_at":"2026-01-01T00:00:30.000Z","message":{"state":"queued","ahead":0,"carrier_reachable":false,"updated_at":"2026-01-01T00:00:00.000Z"}}"#;

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/v1/verifications", post(async |body: Bytes| constant(StatusCode::CREATED, body)))
        .route("/v1/verifications/{id}/check", post(async |body: Bytes| constant(StatusCode::OK, body)));
    accept::serve(listener, router, Http::default(), stop).await;
}

/// The body was read, and nothing more is done with it.
fn constant(status: StatusCode, _body: Bytes) -> impl IntoResponse {
    (status, [(header::CONTENT_TYPE, "application/json")], ANSWER)
}
