//! `/logos/{service}/{hash}`: a service's logo, for its own pages.

use axum::{
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{id::ServiceId, refusal::Refusal};

use crate::web::{Web, host::Host, problem::No};

/// Serves one; an old hash gets the present picture, but is not kept.
///
/// # Errors
/// `not-found` for a service that has none, and under another service's host.
pub async fn fetch(
    State(web): State<Web>,
    Extension(host): Extension<Host>,
    Path((service, hash)): Path<(String, String)>,
) -> Result<Response, No> {
    let id: ServiceId = service.parse().map_err(|_| Refusal::NotFound)?;
    if !host.shows(id) {
        return Err(No(Refusal::NotFound));
    }
    let png = web.app.logo(id).await?;
    let is_kept = domain::digest::sha256(&png).hex() == hash;
    let kept = if is_kept { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, kept),
        // Opened by itself it is a picture and nothing else.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ];
    Ok((headers, png).into_response())
}
