//! `[log]`: what is written about requests.

use serde::{Deserialize, Serialize};

/// The section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The least severe level that is written.
    pub level: LogLevel,
    /// How a line looks.
    pub format: LogFormat,
}

/// How severe something is that is written, the severest first.
///
/// A list of its own: the filter that it becomes takes any word for the name of a module, and then writes nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum LogLevel {
    /// What nobody but an operator can mend.
    Error,
    /// What an operator should know of.
    Warn,
    /// What happened to the server as a whole.
    Info,
    /// For whoever looks for a fault.
    Debug,
    /// Everything.
    Trace,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

// What reads the configuration names no word that would do.
impl TryFrom<String> for LogLevel {
    type Error = String;

    fn try_from(word: String) -> Result<LogLevel, String> {
        match word.as_str() {
            "error" => Ok(LogLevel::Error),
            "warn" => Ok(LogLevel::Warn),
            "info" => Ok(LogLevel::Info),
            "debug" => Ok(LogLevel::Debug),
            "trace" => Ok(LogLevel::Trace),
            _ => Err(format!("{word:?} must be error, warn, info, debug or trace")),
        }
    }
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(word: String) -> Result<LogFormat, String> {
        match word.as_str() {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(format!("{word:?} must be text or json")),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log { level: LogLevel::Info, format: LogFormat::Text }
    }
}
