//! What every way in shares: accepting connections, who asks and from where, and how a no looks.

pub mod accept;
pub mod body;
pub mod browser;
mod connections;
pub mod device;
pub mod host;
pub mod json;
pub mod language;
pub mod layers;
pub mod problem;
pub mod source;
pub mod strict;
mod traced;

use std::sync::{Arc, LazyLock};

use tokio::sync::mpsc;

use crate::{app::App, receipt::Incoming};

/// What handlers are given.
#[derive(Clone)]
pub struct Web {
    /// What requests may do.
    pub app: Arc<App>,
    /// The OpenAPI document.
    pub document: &'static LazyLock<serde_json::Value>,
    /// Where receipts go.
    pub receipts: mpsc::Sender<Incoming>,
}
