//! `[guides]`: which guides people are led by.

use serde::{Deserialize, Serialize};

/// The section.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guides {
    /// The operator's guides, a folder each, over those of the binary.
    pub folder: Option<String>,
    /// Whether each session draws what may be the likeliest order (Thompson sampling) instead of taking the mean.
    pub sampling: bool,
}
