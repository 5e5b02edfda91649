//! The demo's sample shop: a small application like any customer's. It knows Tegata by its API alone, sends the person
//! to the hosted page and gets the verified number back; its pages show each call, for developers to learn from.
//!
//! | file | what it is |
//! | --- | --- |
//! | `begin` | the way out and back: the two handlers worth copying |
//! | `errand` | what a person came for: to register a number, or to confirm a payment by the number on file |
//! | `tegata` | the two calls to the API |
//! | `guard` | hosts, foreign forms, headers |
//! | `record` | what was said, with secrets shortened, for the page to show |
//! | `shelf`, `cookie`, `token` | what the shop remembers, and by which name |
//! | `view`, `words` | pages and their texts, in both languages |
//! | `trouble`, `told` | what can go wrong, and what the pages say of it |

mod begin;
mod cookie;
mod errand;
mod guard;
mod record;
mod shelf;
mod tegata;
mod token;
mod told;
mod trouble;
mod view;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use errand::Errand;
use record::Record;
use shelf::Shelf;
use tegata::Tegata;
use trouble::Trouble;
use words::Lang;

/// Where the binary mounts the shop's router; its links and cookies begin with it.
pub const MOUNT: &str = "/shop";
/// The most people who are on their way, and the most who have registered; the oldest are forgotten.
const PEOPLE_MAX: usize = 500;

/// The shop as the demo opens it.
pub struct Shop {
    /// Tegata's base URL, such as `http://127.0.0.1:8080`; the shop is reached under the same.
    pub url: String,
    /// The API key of the shop's service.
    pub api_key: String,
    /// The shop's name.
    pub brand: String,
    /// Its name in English.
    pub brand_en: String,
}

impl Shop {
    /// The shop's pages, to be nested at [`MOUNT`]. They answer under `allowed_hosts` only; ports do not matter.
    pub fn router(self, allowed_hosts: Vec<String>) -> Router {
        let premises = Arc::new(Premises {
            tegata: Tegata::new(self.url, self.api_key),
            brand: self.brand,
            brand_en: self.brand_en,
            hosts: allowed_hosts,
            begun: Shelf::new(PEOPLE_MAX),
            members: Shelf::new(PEOPLE_MAX),
        });
        Router::new()
            .route("/", get(view::front))
            .route("/begin", post(begin::register))
            .route("/pay", post(begin::pay))
            .route("/back", get(begin::back))
            .route("/account", get(view::account))
            .route("/leave", post(begin::leave))
            .fallback(view::nothing_here)
            .method_not_allowed_fallback(view::wrong_method)
            .layer(axum::middleware::from_fn_with_state(Arc::clone(&premises), guard::guard))
            .with_state(premises)
    }
}

/// What every handler works with.
struct Premises {
    tegata: Tegata,
    brand: String,
    brand_en: String,
    hosts: Vec<String>,
    /// By `state`.
    begun: Shelf<Begun>,
    /// By session.
    members: Shelf<Member>,
}

/// Somebody who was sent to the hosted page.
#[derive(Clone)]
struct Begun {
    lang: Lang,
    errand: Errand,
    records: Vec<Record>,
}

/// Somebody who came back with a verified number, and what for.
#[derive(Clone)]
struct Member {
    errand: Errand,
    /// E.164, as the API gave it.
    number: String,
    /// The flow that it came of.
    flow: String,
    records: Vec<Record>,
}
