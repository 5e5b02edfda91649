//! What is counted, what is logged, and what is traced. None of it holds codes, numbers, addresses or secrets (rule D8).

mod catalogue;
mod log;
mod metrics;
pub mod otlp;
mod rate;
pub mod trace;

pub use catalogue::{METRICS, Of};
pub use log::start as start_log;
pub use metrics::{Metrics, UsedUp};
