//! What every way in shares: texts, negotiation, rendering.
pub mod text;
