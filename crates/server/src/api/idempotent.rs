//! `Idempotency-Key` on the calls that create (rule D4).

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::refusal::Refusal;
use serde::Serialize;
use serde_json::value::RawValue;
use tracing::Instrument;

use crate::{
    app::{
        App,
        caller::Caller,
        idempotency::{Birth, Repeatable, Replay},
    },
    web::problem::No,
};

/// An answer that can be given again as it was.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    status: u16,
    body: Box<RawValue>,
}

/// What a request names as its key, judged when it is used.
pub struct Key(Vec<HeaderValue>);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Key(parts.headers.get_all("idempotency-key").iter().cloned().collect()))
    }
}

impl Key {
    /// Its text.
    ///
    /// # Errors
    /// `bad-request` for one that is too long or not text, and for several.
    fn text(&self) -> Result<Option<&str>, No> {
        let text = match self.0.as_slice() {
            [] => return Ok(None),
            [one] => one.to_str().unwrap_or("").trim_matches('"'),
            _ => "",
        };
        let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if (1..=255).contains(&text.len()) && printable {
            return Ok(Some(text));
        }
        let must = "be one, of 1 to 255 printable ASCII characters; a space is one".into();
        Err(No(Refusal::BadRequest { field: "Idempotency-Key".into(), must }))
    }
}

/// Answers as before, or does it once and keeps the answer. Refusals are not kept: trying again may help.
///
/// `act` makes something under an id of the birth that it is given; what is there already it answers with.
///
/// # Errors
/// Those of `act`, and those of rule D4.
pub async fn once<T, F>(
    app: &Arc<App>,
    caller: &Caller,
    path: &str,
    key: Key,
    body: &[u8],
    act: impl FnOnce(Birth) -> F + Send + 'static,
) -> Result<Response, No>
where
    T: Serialize + Send + 'static,
    F: Future<Output = Result<(StatusCode, T), No>> + Send + 'static,
{
    let Some(key) = key.text()? else {
        let (status, answer) = act(Birth::new(app.now())).await?;
        return Ok((status, axum::Json(answer)).into_response());
    };
    let request = Repeatable::new(caller.key, "POST", path, key, body);
    // A task of its own: whoever hangs up, or waits no longer, repeats the request and finds its answer.
    let kept = tokio::spawn(kept(app.clone(), request, act).in_current_span());
    answer(&kept.await.map_err(|_| No(Refusal::Internal))??)
}

/// The answer from before, or that of what is done now.
async fn kept<T, F>(app: Arc<App>, request: Repeatable, act: impl FnOnce(Birth) -> F) -> Result<Vec<u8>, No>
where
    T: Serialize + Send,
    F: Future<Output = Result<(StatusCode, T), No>>,
{
    let birth = match app.replay(request).await? {
        Replay::Answered(kept) => return Ok(kept),
        Replay::Do(birth) => birth,
    };
    let (status, value) = match act(birth).await {
        Ok(done) => done,
        Err(no) => {
            app.forget(request).await?;
            return Err(no);
        }
    };
    let body = serde_json::value::to_raw_value(&value).map_err(|_| No(Refusal::Internal))?;
    let kept = Kept { status: status.as_u16(), body };
    let bytes = serde_json::to_vec(&kept).map_err(|_| No(Refusal::Internal))?;
    Ok(app.remember(request, bytes).await?)
}

fn answer(kept: &[u8]) -> Result<Response, No> {
    let kept: Kept = serde_json::from_slice(kept).map_err(|_| No(Refusal::Internal))?;
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let json = HeaderValue::from_static("application/json");
    Ok((status, [(header::CONTENT_TYPE, json)], kept.body.get().to_owned()).into_response())
}
