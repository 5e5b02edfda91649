//! `Authorization: Bearer <API key>`.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::refusal::Refusal;

use crate::{
    app::caller::Caller,
    web::{Web, layers::Seen, problem::No},
};

/// Whoever has shown a key.
pub struct Authorized(pub Caller);

impl FromRequestParts<Web> for Authorized {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, No> {
        let mut shown = parts.headers.get_all(header::AUTHORIZATION).iter();
        // Of two it could not be told whose request it is.
        let one = shown.next().filter(|_| shown.next().is_none());
        let value = one.and_then(|value| value.to_str().ok());
        let (scheme, key) = value.and_then(|value| value.split_once(' ')).ok_or(No(Refusal::Unauthorized))?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(No(Refusal::Unauthorized));
        }
        let caller = web.app.caller(key.trim()).await?;
        // Another key in one request is not possible.
        let _named = parts.extensions.get::<Seen>().map(|seen| seen.asker.set(caller.service));
        Ok(Authorized(caller))
    }
}
