//! `/v1/services/{id}/logo`: the picture beside a service's name. Needs a key with the scope `admin`.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
};

use super::{caller::Authorized, service::ServiceView};
use crate::{
    app::caller::Scope,
    picture,
    web::{Web, body::whole, problem::No},
};

/// A picture as it came. What it is, its bytes say, whatever the request calls it.
pub struct Picture(Bytes);

impl FromRequest<Web> for Picture {
    type Rejection = No;

    async fn from_request(request: Request, web: &Web) -> Result<Self, No> {
        Ok(Picture(whole(request.into_body(), web, picture::BYTES_MAX).await?))
    }
}

/// Set a service's logo: a PNG, JPEG or WebP of at most 256 KiB and 40 to 2048 pixels on each side, best a square. It is
/// drawn anew, and shown in a square beside the name.
#[utoipa::path(put, operation_id = "set_service_logo", path = "/v1/services/{id}/logo", tag = "Services", params(("id" = String, Path)),
    request_body(content(("image/png"), ("image/jpeg"), ("image/webp"))),
    responses((status = 200, description = "The service as it stands now.", body = ServiceView)))]
pub async fn set(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    Picture(picture): Picture,
) -> Result<Json<ServiceView>, No> {
    caller.may(Scope::Admin)?;
    let service = web.app.set_logo(super::service::id(&name)?, Some(picture.into())).await?;
    Ok(Json(ServiceView::of(service)))
}

/// Take a service's logo away.
#[utoipa::path(delete, operation_id = "remove_service_logo", path = "/v1/services/{id}/logo", tag = "Services", params(("id" = String, Path)),
    responses((status = 200, description = "The service as it stands now.", body = ServiceView)))]
pub async fn remove(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Json<ServiceView>, No> {
    caller.may(Scope::Admin)?;
    let service = web.app.set_logo(super::service::id(&name)?, None).await?;
    Ok(Json(ServiceView::of(service)))
}
