//! The hosted pages: what people see.
pub mod view;
