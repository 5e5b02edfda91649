//! Logs go to standard error, as text or JSON.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt;

use crate::config::{Log, LogFormat, LogLevel};

/// Starts logging; once a process.
pub fn start(log: &Log) {
    let level = match log.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // Colours are for people's eyes: a file or a log collector gets plain lines.
    let lines = fmt().with_max_level(level).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    // A line that cannot be written is lost: to say so on the same standard error would panic in whoever logs.
    let lines = lines.log_internal_errors(false);
    // A second start in one process (tests) keeps the first: that is no fault.
    let _already = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
