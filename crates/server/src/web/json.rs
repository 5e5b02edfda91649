//! JSON bodies: read strictly, refused with the field that is wrong.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};
use domain::refusal::Refusal;
use serde::de::DeserializeOwned;

use super::{Web, body::whole, layers::Seen, problem::No, strict::Strict};

/// A JSON body that was read whole, with the bytes that it came as.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// As it came: what an `Idempotency-Key` is bound to.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Web> for Body<T> {
    type Rejection = No;

    async fn from_request(request: Request, web: &Web) -> Result<Self, No> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(No(Refusal::UnsupportedMediaType));
        }
        let seen = request.extensions().get::<Seen>().cloned();
        let bytes = whole(request.into_body(), web, web.app.config.http.body_bytes_max).await?;
        if let Some(seen) = seen {
            seen.answers.in_language_of(bytes.clone());
        }
        let value = read(&bytes)?;
        Ok(Body { value, bytes })
    }
}

/// Reads a body; an error names the field by its path.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, No> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(No(Refusal::BadRequest { field: String::new(), must: "be a JSON object".into() }));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(Strict(&mut reader)).map_err(|error| {
        No(Refusal::BadRequest { field: wrong::<T>(bytes), must: format!("be as the API says: {error}") })
    })?;
    reader.end().map_err(|_| {
        No(Refusal::BadRequest { field: String::new(), must: "be one JSON object and nothing after it".into() })
    })?;
    Ok(value)
}

/// Reads what a body's changes came to; an error names the field, and no place in a text that nobody sent.
///
/// # Errors
/// `bad-request`.
pub fn read_changed<T: DeserializeOwned>(changed: serde_json::Value) -> Result<T, No> {
    serde_path_to_error::deserialize(Strict(changed)).map_err(|error| {
        No(Refusal::BadRequest { field: path(&error), must: format!("be as the API says: {}", error.inner()) })
    })
}

/// The path of what is wrong: read once more, since to remember the way costs more than to read.
fn wrong<T: DeserializeOwned>(bytes: &[u8]) -> String {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize::<_, T>(Strict(&mut reader));
    read.err().map_or_else(String::new, |error| path(&error))
}

fn path<E>(error: &serde_path_to_error::Error<E>) -> String {
    let field = error.path().to_string();
    if field == "." || field == "?" { String::new() } else { field }
}

/// A text field within its bounds and without what a store could refuse (rule D3).
///
/// # Errors
/// `bad-request` naming the field.
pub fn text(field: &str, value: &str, chars_max: usize) -> Result<(), No> {
    let must = if value.chars().count() > chars_max {
        format!("be at most {chars_max} characters")
    } else if value.chars().any(|c| c.is_control()) {
        "have no control characters".to_owned()
    } else {
        return Ok(());
    };
    Err(No(Refusal::BadRequest { field: field.to_owned(), must }))
}
