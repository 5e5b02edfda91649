//! The clock that server and simulator share.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Body;
use super::phones::object;
use super::problem::Problem;
use crate::exchange::Exchange;
use crate::times::rfc3339;

/// The furthest that the clock moves at once, in milliseconds: ten years.
const ADVANCE_MAX_MS: i64 = 10 * 366 * 24 * 3_600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: i64,
}

pub(super) async fn show(State(exchange): State<Arc<Exchange>>) -> Json<Value> {
    now(&exchange)
}

pub(super) async fn advance(State(exchange): State<Arc<Exchange>>, body: Body) -> Result<Json<Value>, Problem> {
    let Advance { advance_ms } = serde_json::from_value(object(body)?.into())
        .map_err(|error| Problem::malformed(format!("The body: {error}.")))?;
    forward(&exchange, advance_ms)?;
    Ok(now(&exchange))
}

/// Moves the clock; what has come due is at its phone when this returns.
pub(crate) fn forward(exchange: &Exchange, advance_ms: i64) -> Result<(), Problem> {
    if !(0..=ADVANCE_MAX_MS).contains(&advance_ms) {
        return Err(Problem::malformed(format!(
            "`advance_ms` must be from 0 to {ADVANCE_MAX_MS}: time does not go back."
        )));
    }
    exchange.clock().advance(advance_ms).map_err(|error| Problem::unsaved("clock", &error))?;
    exchange.bring_due();
    Ok(())
}

fn now(exchange: &Exchange) -> Json<Value> {
    Json(json!({ "now": rfc3339(exchange.clock().now_ms()) }))
}
