//! `/v1/services`: who asks, and under which rules. Needs a key with the scope `admin`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    contact::Contact,
    digest::Digest,
    id::{ServiceId, v7},
    refusal::Refusal,
    service::{Policy, Service},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{caller::Authorized, idempotent, schema};
use crate::{
    app::{App, caller::Scope, idempotency::Birth, logo},
    web::{
        Web,
        json::{Body, read, read_changed, text},
        problem::No,
    },
};

/// A service's settings; what is left out keeps its default.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name that people know: on pages and in messages, at most 20 characters.
    #[schema(min_length = 1, max_length = 20, example = "みなとペイ")]
    brand: String,
    /// The name in English, if it is another.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 20, example = "Minato Pay")]
    brand_en: Option<String>,
    /// Sender shown in messages: up to 15 digits, or up to 11 letters, digits and spaces.
    #[serde(default)]
    #[schema(pattern = "^(\\+*[0-9]{1,15}|[A-Za-z0-9 ]{1,11})$")]
    sender: Option<String>,
    /// Accent colour of its pages.
    #[serde(default)]
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$", example = "#0a4f9c")]
    color: Option<String>,
    /// Addresses that hosted pages may lead back to, compared as a whole.
    #[serde(default)]
    #[schema(max_items = 20)]
    return_urls: Vec<String>,
    /// The host of its hosted pages, where it has one of its own; messages end in it.
    #[serde(default)]
    #[schema(max_length = 253, example = "verify.shop.example")]
    host: Option<String>,
    /// Origins whose pages may show a guide in a frame.
    #[serde(default)]
    #[schema(max_items = 20)]
    embed_origins: Vec<String>,
    /// Where the application gives a code by e-mail instead, if it does: guides lead there.
    #[serde(default)]
    #[schema(max_length = 500, example = "https://shop.example/code-by-email")]
    email_code_url: Option<String>,
    /// Humans who help, in the order in which they are offered.
    #[serde(default)]
    #[schema(value_type = Vec<schema::Contact>, max_items = 10)]
    contacts: Vec<Contact>,
    /// The rules of its verifications, what is left out keeps its default.
    #[serde(default)]
    #[schema(value_type = schema::PolicySettings)]
    policy: Policy,
}

/// A service.
#[derive(Serialize, ToSchema)]
pub struct ServiceView {
    /// Its id.
    #[schema(pattern = "^svc_[0-7][0-9a-hjkmnp-tv-z]{25}$")]
    id: String,
    /// The name that people know.
    brand: String,
    /// The name in English, if it is another.
    brand_en: Option<String>,
    /// Sender shown in messages.
    sender: Option<String>,
    /// Accent colour of its pages.
    color: Option<String>,
    /// Addresses that hosted pages may lead back to.
    return_urls: Vec<String>,
    /// The host of its hosted pages, where it has one of its own.
    host: Option<String>,
    /// Origins whose pages may show a guide in a frame.
    embed_origins: Vec<String>,
    /// Where the application gives a code by e-mail instead, if it does.
    email_code_url: Option<String>,
    /// Humans who help.
    #[schema(value_type = Vec<schema::Contact>)]
    contacts: Vec<Contact>,
    /// The path of its logo, where it has one; set by `PUT /v1/services/{id}/logo`.
    logo: Option<String>,
    /// The rules of its verifications.
    #[schema(value_type = schema::Policy)]
    policy: Policy,
    /// When it last changed (RFC 3339, UTC).
    #[schema(format = DateTime)]
    changed_at: String,
}

impl ServiceView {
    pub(super) fn of(service: Service) -> ServiceView {
        ServiceView {
            id: service.id.to_string(),
            logo: service.logo.map(|logo| logo::path(service.id, &logo)),
            brand: service.brand,
            brand_en: service.brand_en,
            sender: service.sender,
            color: service.color,
            return_urls: service.return_urls,
            host: service.host,
            embed_origins: service.embed_origins,
            email_code_url: service.email_code_url,
            contacts: service.contacts,
            policy: service.policy,
            changed_at: service.changed_at.rfc3339(),
        }
    }
}

impl Settings {
    fn of(service: Service) -> Settings {
        let Service {
            id: _,
            brand,
            brand_en,
            sender,
            color,
            return_urls,
            host,
            embed_origins,
            email_code_url,
            contacts,
            logo: _,
            policy,
            changed_at: _,
        } = service;
        Settings { brand, brand_en, sender, color, return_urls, host, embed_origins, email_code_url, contacts, policy }
    }

    fn into_service(self, app: &App, id: ServiceId, logo: Option<Digest>) -> Service {
        Service {
            id,
            brand: self.brand,
            brand_en: self.brand_en,
            sender: self.sender,
            color: self.color,
            return_urls: self.return_urls,
            host: self.host,
            embed_origins: self.embed_origins,
            email_code_url: self.email_code_url,
            contacts: self.contacts,
            logo,
            policy: self.policy,
            changed_at: app.now(),
        }
    }
}

pub(super) fn id(text: &str) -> Result<ServiceId, No> {
    text.parse().map_err(|_| No(Refusal::NotFound))
}

/// Make a service.
#[utoipa::path(post, operation_id = "create_service", path = "/v1/services", tag = "Services", request_body = Settings,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, description = "It is there; make a key for it with `tegata key create`.", body = ServiceView)))]
pub async fn create(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    key: idempotent::Key,
    body: Body<serde_json::Value>,
) -> Result<Response, No> {
    caller.may(Scope::Admin)?;
    let given: Settings = with_country(&web.app, &body.bytes)?;
    let app = web.app.clone();
    let act = move |birth: Birth| async move {
        let id = ServiceId(v7(birth.at, 0, birth.random));
        if birth.again
            && let Ok(known) = app.service(id).await
        {
            return Ok((StatusCode::CREATED, ServiceView::of(known.service.clone())));
        }
        let service = given.into_service(&app, id, None);
        app.create_service(service.clone()).await?;
        Ok((StatusCode::CREATED, ServiceView::of(service)))
    };
    idempotent::once(&web.app, &caller, "/v1/services", key, &body.bytes, act).await
}

/// A fresh service accepts its installation's own country only (rule M2).
fn with_country(app: &App, bytes: &[u8]) -> Result<Settings, No> {
    let mut settings: Settings = read(bytes)?;
    let told: serde_json::Value = read(bytes)?;
    if told.pointer("/policy/countries").is_none() {
        settings.policy.countries = vec![app.config.country];
    }
    text("brand", &settings.brand, 20)?;
    Ok(settings)
}

/// A service's settings.
#[utoipa::path(get, operation_id = "fetch_service", path = "/v1/services/{id}", tag = "Services", params(("id" = String, Path)),
    responses((status = 200, description = "As they stand.", body = ServiceView)))]
pub async fn fetch(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
) -> Result<Json<ServiceView>, No> {
    let id = id(&name)?;
    if id != caller.service {
        caller.may(Scope::Admin).map_err(|_| No(Refusal::NotFound))?;
    }
    Ok(Json(ServiceView::of(web.app.service(id).await?.service.clone())))
}

/// Change some of a service's settings.
#[utoipa::path(patch, operation_id = "change_service", path = "/v1/services/{id}", tag = "Services", params(("id" = String, Path)), request_body = schema::ServiceChanges,
    responses((status = 200, description = "As they stand now. Verifications under way keep their codes; new rules apply from now on.", body = ServiceView)))]
pub async fn change(
    State(web): State<Web>,
    Authorized(caller): Authorized,
    Path(name): Path<String>,
    body: Body<serde_json::Value>,
) -> Result<Json<ServiceView>, No> {
    caller.may(Scope::Admin)?;
    let id = id(&name)?;
    let known = web.app.service(id).await?;
    let mut settings = serde_json::to_value(Settings::of(known.service.clone())).map_err(|_| No(Refusal::Internal))?;
    merge(&mut settings, body.value);
    let settings: Settings = read_changed(settings)?;
    let service = settings.into_service(&web.app, id, known.service.logo);
    web.app.update_service(service.clone(), known.version).await?;
    Ok(Json(ServiceView::of(service)))
}

/// JSON Merge Patch (RFC 7396).
fn merge(target: &mut serde_json::Value, patch: serde_json::Value) {
    match (target, patch) {
        (serde_json::Value::Object(target), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    // What was not there is no field, or has nothing to take back: whoever reads it says which.
                    if target.remove(&key).is_none() {
                        target.insert(key, value);
                    }
                } else {
                    merge(target.entry(key).or_insert(serde_json::Value::Null), value);
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(patch: serde_json::Value) -> Result<Settings, No> {
        let mut settings = json!({ "brand": "a", "color": "#000000", "policy": { "code_digits": 8 } });
        merge(&mut settings, patch);
        read(settings.to_string().as_bytes())
    }

    #[test]
    fn null_takes_a_setting_back_and_unknown_ones_are_refused() {
        let back = changed(json!({ "color": null, "host": null, "policy": { "code_digits": null } }));
        assert!(back.is_ok_and(|settings| settings.color.is_none() && settings.policy.code_digits == 6));
        for unknown in [json!({ "": null }), json!({ "colour": null }), json!({ "policy": { "digits": null } })] {
            assert!(changed(unknown.clone()).is_err(), "{unknown}");
        }
    }
}
