//! `[traces]`: whether spans of requests go to a collector, and how many.

use serde::{Deserialize, Serialize};

use super::hidden::Hidden;

/// The section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traces {
    /// Where spans are posted (OTLP over HTTP); empty: there are none.
    pub endpoint: String,
    /// The header by which the collector knows us.
    pub authorization: Option<Hidden>,
    /// The share of requests whose spans are kept, from 0 to 1.
    pub share: f64,
}

impl Default for Traces {
    fn default() -> Self {
        Traces { endpoint: String::new(), authorization: None, share: 1.0 }
    }
}

impl Traces {
    /// Whether there are any.
    pub fn are_on(&self) -> bool {
        !self.endpoint.is_empty()
    }

    pub(super) fn problem(&self) -> Option<String> {
        let rest = self.endpoint.strip_prefix("https://").or_else(|| self.endpoint.strip_prefix("http://"));
        let sound = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        if self.are_on() && !sound {
            return Some("endpoint: must be the collector's URL, such as http://127.0.0.1:4318/v1/traces".into());
        }
        (!(0.0..=1.0).contains(&self.share)).then(|| "share: must be 0 to 1".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_and_a_share() {
        let problem =
            |endpoint: &str, share| Traces { endpoint: endpoint.into(), share, authorization: None }.problem();
        assert_eq!(problem("", 1.0), None);
        assert_eq!(problem("https://otel.example.jp:4318/v1/traces", 0.0), None);
        for (endpoint, share) in [("127.0.0.1:4318", 1.0), ("http://", 1.0), ("", 1.5), ("", f64::NAN)] {
            assert!(problem(endpoint, share).is_some(), "{endpoint} {share}");
        }
    }
}
