//! `Idempotency-Key` on the calls that create (rule D4).

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::refusal::Refusal;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    app::{App, caller::Caller, idempotency::Repeatable},
    web::problem::No,
};

/// An answer that can be given again as it was.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    status: u16,
    body: Box<RawValue>,
}

/// The key of a request, if it has one.
///
/// # Errors
/// `bad-request` for one that is too long or not text.
fn key(headers: &HeaderMap) -> Result<Option<String>, No> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or("").trim_matches('"');
    if (1..=255).contains(&key.len()) {
        return Ok(Some(key.to_owned()));
    }
    let must = "be 1 to 255 visible ASCII characters".into();
    Err(No(Refusal::BadRequest { field: "Idempotency-Key".into(), must }))
}

/// Answers as before, or does it once and keeps the answer. Refusals are not kept: trying again may help.
///
/// # Errors
/// Those of `act`, and those of rule D4.
pub async fn once<T: Serialize>(
    app: &App,
    caller: &Caller,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
    act: impl Future<Output = Result<(StatusCode, T), No>>,
) -> Result<Response, No> {
    let Some(key) = key(headers)? else {
        let (status, answer) = act.await?;
        return Ok((status, axum::Json(answer)).into_response());
    };
    let request = Repeatable::new(caller.key, "POST", path, &key, body);
    if let Some(kept) = app.replay(request).await? {
        return answer(&kept);
    }
    let done = act.await;
    let (status, value) = match done {
        Ok(done) => done,
        Err(no) => {
            app.forget(request).await?;
            return Err(no);
        }
    };
    let body = serde_json::value::to_raw_value(&value).map_err(|_| No(Refusal::Internal))?;
    let kept = Kept { status: status.as_u16(), body };
    let bytes = serde_json::to_vec(&kept).map_err(|_| No(Refusal::Internal))?;
    answer(&app.remember(request, bytes).await?)
}

fn answer(kept: &[u8]) -> Result<Response, No> {
    let kept: Kept = serde_json::from_slice(kept).map_err(|_| No(Refusal::Internal))?;
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let json = HeaderValue::from_static("application/json");
    Ok((status, [(header::CONTENT_TYPE, json)], kept.body.get().to_owned()).into_response())
}
