//! What is counted and what is logged. Neither holds codes, numbers, addresses or secrets (rule D8).

mod log;
mod metrics;
mod rate;

pub use log::start as start_log;
pub use metrics::{METRICS, Metrics, UsedUp};
