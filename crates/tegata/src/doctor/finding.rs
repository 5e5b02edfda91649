//! What was found: one line a check, in plain words or as JSON.

use std::process::ExitCode;

use serde::Serialize;

use super::say;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Severity {
    /// As it should be.
    Ok,
    /// It works, or it may.
    Warning,
    /// People will notice.
    Wrong,
}

#[derive(Serialize)]
struct Finding {
    /// What was looked at.
    check: String,
    severity: Severity,
    /// How it is.
    says: String,
    /// What to do.
    #[serde(skip_serializing_if = "str::is_empty")]
    advice: String,
}

/// All that was found.
#[derive(Default)]
pub struct Report(Vec<Finding>);

impl Report {
    pub fn ok(&mut self, check: &str, says: impl Into<String>) {
        self.add(check, Severity::Ok, says.into(), "");
    }

    /// As it should be, as far as that is seen.
    pub fn note(&mut self, check: &str, says: impl Into<String>, advice: &str) {
        self.add(check, Severity::Ok, says.into(), advice);
    }

    pub fn warning(&mut self, check: &str, says: impl Into<String>, advice: &str) {
        self.add(check, Severity::Warning, says.into(), advice);
    }

    pub fn wrong(&mut self, check: &str, says: impl Into<String>, advice: &str) {
        self.add(check, Severity::Wrong, says.into(), advice);
    }

    fn add(&mut self, check: &str, severity: Severity, says: String, advice: &str) {
        self.0.push(Finding { check: check.to_owned(), severity, says, advice: advice.to_owned() });
    }

    fn worst(&self) -> Severity {
        self.0.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Ok)
    }

    /// 0, 1 or 2 for the worst.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self.worst() {
            Severity::Ok => 0,
            Severity::Warning => 1,
            Severity::Wrong => 2,
        })
    }

    pub fn print(&self, json: bool) {
        if json {
            return say(&serde_json::json!({ "worst": self.worst(), "findings": self.0 }).to_string());
        }
        for finding in &self.0 {
            let word = match finding.severity {
                Severity::Ok => "ok     ",
                Severity::Warning => "warning",
                Severity::Wrong => "WRONG  ",
            };
            let advice = if finding.advice.is_empty() { String::new() } else { format!(" → {}", finding.advice) };
            // One line a check, whatever an error's text has in it.
            let says = finding.says.split_whitespace().collect::<Vec<_>>().join(" ");
            say(&format!("{word}  {}: {says}{advice}", finding.check));
        }
    }
}
