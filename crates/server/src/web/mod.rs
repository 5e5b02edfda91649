//! What every way in shares: accepting connections, who asks and from where, texts, and how a no looks.

pub mod accept;
pub mod browser;
pub mod json;
pub mod language;
pub mod layers;
pub mod problem;
pub mod receipts;
pub mod source;
pub mod text;

use std::{collections::HashMap, sync::Arc};

use tokio::sync::mpsc;

use crate::{
    app::App,
    send::{Incoming, http::Gateway},
};

/// What handlers are given.
#[derive(Clone)]
pub struct Web {
    /// What requests may do.
    pub app: Arc<App>,
    /// The HTTP routes, whose receipts come in here.
    pub gateways: Arc<HashMap<String, Arc<Gateway>>>,
    /// The OpenAPI document.
    pub document: Arc<serde_json::Value>,
    /// Where receipts go.
    pub receipts: mpsc::Sender<Incoming>,
}
