//! The hosted pages: handlers turn requests into what `app` does, and what came of it into a page struct of `view`.

pub mod assets;
pub mod flow;
pub mod guide;
mod logo;
pub mod reference;
mod service;
pub mod view;

use axum::{
    Router,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use domain::locale::Locale;
use domain::refusal::Refusal;

use self::view::{
    Page,
    clock::Clock,
    frame::{Assets, Brand, Frame, LanguageLink, Role},
    refusal::RefusalPage,
};
use crate::{
    app::App,
    web::{Web, layers::Seen, problem},
};

/// Every page.
pub fn router() -> Router<Web> {
    Router::new()
        .nest("/f/{flow}", flow::router())
        .nest("/g/{guide}", guide::router())
        .route("/problems", get(reference::problems))
        .route("/problems/{code}", get(reference::problem))
        .route("/docs", get(reference::calls))
        .route("/logos/{service}/{hash}", get(logo::fetch))
        .route("/assets/{hash}/{name}", get(assets::fetch))
}

/// A refusal met outside of a flow: it has no service to name, so Tegata speaks for itself.
pub fn refused(app: &App, seen: &Seen, refusal: &Refusal) -> Response {
    let frame = frame(app, seen, seen.lang, Role::Verification, brand(), &seen.path);
    let refusal = refusal.clone();
    let page =
        RefusalPage { frame, refusal, unsent: None, number: None, way: None, besides: None, contacts: Vec::new() };
    rendered(problem::status(&page.refusal), &page)
}

pub(crate) fn brand() -> Brand {
    Brand { name: "Tegata".into(), colour: None, logo: None }
}

/// What surrounds a page at `path`; an empty path leaves the languages out.
pub(crate) fn frame(app: &App, seen: &Seen, lang: Locale, role: Role, brand: Brand, path: &str) -> Frame {
    let link = |lang: Locale| LanguageLink { lang, href: with_lang(path, lang) };
    Frame {
        lang,
        brand,
        role,
        languages: if path.is_empty() { Vec::new() } else { Locale::ALL.map(link).to_vec() },
        reference: seen.reference.clone(),
        nonce: seen.nonce().to_owned(),
        form_token: String::new(),
        assets: Assets {
            style: assets::STYLE.href(),
            console: assets::CONSOLE.href(),
            script: assets::SCRIPT.href(),
            icon: assets::MARK.href(),
        },
        clock: Clock { now_ms: app.now().ms() },
    }
}

fn with_lang(path: &str, lang: Locale) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}lang={}", lang.tag())
}

/// Renders a page. A template that fails is a fault of ours: its reference is in the log.
pub(crate) fn rendered(status: StatusCode, page: &impl Page) -> Response {
    match page.render() {
        Ok(html) => {
            let language = [(header::CONTENT_LANGUAGE, page.frame().lang.tag())];
            (status, language, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, reference = page.frame().reference, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
