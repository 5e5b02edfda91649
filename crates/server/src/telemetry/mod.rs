//! What is counted and what is logged. Neither holds codes, numbers, addresses or secrets (rule D8).

mod catalogue;
mod log;
mod metrics;
mod rate;

pub use catalogue::METRICS;
pub use log::start as start_log;
pub use metrics::{Metrics, UsedUp};
