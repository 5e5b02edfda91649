//! Where a flow leads back to.

use domain::digest::Digest;

use super::Flow;

impl Flow {
    /// The address that leads back, with `name=value` pairs added to its query.
    pub(super) fn back(&self, more: &[(&str, &str)]) -> String {
        let mut url = self.return_url.clone();
        let pairs = [("flow", self.id.to_string()), ("state", self.state.clone())];
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        for (name, value) in pairs.into_iter().chain(more) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.extend(form_encoded(&value));
        }
        url
    }

    /// Where a browser goes that comes when it is over: its own with what the application gave it, unless that has the
    /// result; another to the service's own address.
    pub fn back_when_over(&self, browser: &Digest) -> Option<String> {
        if self.belongs_to(browser) && !self.redeemed {
            Some(self.back(&[("error", "expired")]))
        } else {
            self.origin().map(str::to_owned)
        }
    }

    /// Scheme and authority of the address that it leads back to.
    pub fn origin(&self) -> Option<&str> {
        let url = &self.return_url;
        let start = url.find("://")? + 3;
        let end = url[start..].find(['/', '?']).map_or(url.len(), |place| start + place);
        Some(&url[..end])
    }
}

/// Percent-encoding of everything but unreserved characters (RFC 3986 §2.3).
fn form_encoded(value: &str) -> impl Iterator<Item = char> + '_ {
    value.bytes().flat_map(|byte| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let text = if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.chars().collect::<Vec<_>>()
    })
}
