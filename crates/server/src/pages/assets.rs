//! The pages' own files, embedded. Their addresses carry their hash, so that browsers may keep them for good.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use domain::{digest::sha256, refusal::Refusal};

use crate::web::problem::No;

/// One embedded file.
pub struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
    hash: LazyLock<String, fn() -> String>,
}

/// The style of every page.
pub static STYLE: Asset = Asset {
    name: "tegata.css",
    kind: "text/css; charset=utf-8",
    text: include_str!("../../assets/tegata.css"),
    hash: LazyLock::new(|| hash(include_str!("../../assets/tegata.css"))),
};

/// What the console's pages need besides.
pub static CONSOLE: Asset = Asset {
    name: "console.css",
    kind: "text/css; charset=utf-8",
    text: include_str!("../../assets/console.css"),
    hash: LazyLock::new(|| hash(include_str!("../../assets/console.css"))),
};

/// The one script.
pub static SCRIPT: Asset = Asset {
    name: "page.js",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("../../assets/page.js"),
    hash: LazyLock::new(|| hash(include_str!("../../assets/page.js"))),
};

/// The stamp.
pub static MARK: Asset = Asset {
    name: "mark.svg",
    kind: "image/svg+xml",
    text: include_str!("../../assets/mark.svg"),
    hash: LazyLock::new(|| hash(include_str!("../../assets/mark.svg"))),
};

fn hash(text: &str) -> String {
    sha256(text.as_bytes()).hex()[..16].to_owned()
}

impl Asset {
    /// Its address.
    pub fn href(&self) -> String {
        format!("/assets/{}/{}", *self.hash, self.name)
    }
}

/// Serves one; an old hash gets the present file, but is not kept.
///
/// # Errors
/// `not-found` for another name.
pub async fn fetch(Path((hash, name)): Path<(String, String)>) -> Result<Response, No> {
    let asset = [&STYLE, &CONSOLE, &SCRIPT, &MARK].into_iter().find(|asset| asset.name == name);
    let asset = asset.ok_or(No(Refusal::NotFound))?;
    let kept = if hash == *asset.hash { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers: [(HeaderName, &str); 2] = [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, kept)];
    Ok((headers, asset.text).into_response())
}
