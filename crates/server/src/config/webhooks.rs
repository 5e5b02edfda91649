//! `[webhooks]`: where applications' endpoints may be besides the public internet (rule D2).

use serde::{Deserialize, Serialize};

/// The section.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// Origins of the operator's own that endpoints may have though they are not public, or without TLS.
    pub own_origins: Vec<String>,
    /// An authority of the operator's own that signed their certificates, as a PEM file.
    pub ca_file: Option<String>,
}

impl Webhooks {
    pub(super) fn problem(&self) -> Option<String> {
        let wrong = self.own_origins.iter().find(|origin| !is_origin(origin))?;
        Some(format!(
            "own_origins: {wrong:?} must be a scheme and a host, such as http://10.0.0.5:3000, without a path or a scheme's own port"
        ))
    }
}

/// As a browser writes it: no path, no user name, no capital letters, no port that goes without saying.
fn is_origin(origin: &str) -> bool {
    if origin.starts_with("http://") && origin.ends_with(":80")
        || origin.starts_with("https://") && origin.ends_with(":443")
    {
        return false;
    }
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b);
        !rest.is_empty() && rest.bytes().all(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        let problem = |origin: &str| Webhooks { own_origins: vec![origin.to_owned()], ca_file: None }.problem();
        for sound in ["http://127.0.0.1:3000", "https://app.internal", "http://[::1]:81", "https://a:80"] {
            assert_eq!(problem(sound), None);
        }
        for wrong in [
            "",
            "app.internal",
            "http://",
            "http://app.internal/",
            "http://a@b",
            "http://App",
            "ftp://a",
            "http://a:80",
        ] {
            assert!(
                problem(wrong).is_some_and(|told| told.contains("without a path or a scheme's own port")),
                "{wrong}"
            );
        }
    }
}
