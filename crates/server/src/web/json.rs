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
        No(Refusal::BadRequest { field: wrong::<T>(bytes), must: as_the_api_says(&error.to_string()) })
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
        No(Refusal::BadRequest { field: path(&error), must: as_the_api_says(&error.inner().to_string()) })
    })
}

/// What a reader said, without the value that it read: a code may stand there, or a number.
fn as_the_api_says(said: &str) -> String {
    let said = ["invalid type: ", "invalid value: ", "unknown variant "]
        .into_iter()
        .find_map(|begin| {
            let (value, expected) = said.strip_prefix(begin)?.rsplit_once(", expected ")?;
            let kind = value.split(['`', '"']).next().unwrap_or("").trim();
            let begin = begin.trim_end();
            Some(if kind.is_empty() {
                format!("{begin}, expected {expected}")
            } else {
                format!("{begin} {kind}, expected {expected}")
            })
        })
        .unwrap_or_else(|| said.to_owned());
    format!("be as the API says: {said}")
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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read to be refused")]
    struct Check {
        code: String,
        #[serde(default)]
        way: Option<Way>,
        #[serde(default)]
        few: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        Sms,
        Call,
    }

    #[test]
    fn d8_what_was_sent_is_not_said_again() {
        for (body, told) in [
            (r#"{"code": 123456}"#, "invalid type: integer, expected a string"),
            (r#"{"code": 123456.5}"#, "invalid type: floating point, expected a string"),
            (r#"{"code": "1", "few": "123456, expected `x`"}"#, "invalid type: string, expected u8"),
            (r#"{"code": "1", "few": 123456}"#, "invalid value: integer, expected u8"),
            (r#"{"code": "1", "way": "123456"}"#, "unknown variant, expected `sms` or `call`"),
            (r#"{"code": ["123456"]}"#, "invalid type: sequence, expected a string"),
        ] {
            let Err(No(Refusal::BadRequest { must, .. })) = read::<Check>(body.as_bytes()) else { panic!("{body}") };
            assert!(must.contains(told) && !must.contains("123456"), "{body}: {must}");
        }
    }
}
