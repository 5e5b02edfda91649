//! `[http]`: how requests come in, and their bounds.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Where the API and the pages are served.
    pub listen: SocketAddr,
    /// Where readiness and metrics are served.
    pub admin_listen: SocketAddr,
    /// Proxies whose forwarding header is believed (rule M1).
    pub trusted_proxies: Vec<Network>,
    /// Networks behind whose addresses many unrelated people are, such as a mobile carrier's (rule M1).
    pub shared_networks: Vec<Network>,
    /// The largest request body in bytes.
    pub body_bytes_max: usize,
    /// Connections held open at once.
    pub connections_max: usize,
    /// Connections that one source holds at once, unless it is a trusted proxy (rule D9).
    pub connections_source_max: usize,
    /// How long a request's head may take, in milliseconds.
    pub header_timeout_ms: u64,
    /// How long its body may take after that, in milliseconds.
    pub body_timeout_ms: u64,
    /// How long a request may take in all, in milliseconds.
    pub request_timeout_ms: u64,
    /// How long requests may still take after a stop was asked for, in milliseconds.
    pub drain_timeout_ms: u64,
}

impl Default for Http {
    fn default() -> Self {
        Http {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            admin_listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            trusted_proxies: Vec::new(),
            shared_networks: Vec::new(),
            body_bytes_max: 65_536,
            connections_max: 4_096,
            connections_source_max: 1_024,
            header_timeout_ms: 10_000,
            body_timeout_ms: 10_000,
            request_timeout_ms: 30_000,
            drain_timeout_ms: 20_000,
        }
    }
}

impl Http {
    pub(super) fn problem(&self) -> Option<String> {
        let rules = [
            ((1_024..=16_777_216).contains(&self.body_bytes_max), "body_bytes_max: must be 1024 to 16777216"),
            ((1..=1_000_000).contains(&self.connections_max), "connections_max: must be 1 to 1000000"),
            ((1..=1_000_000).contains(&self.connections_source_max), "connections_source_max: must be 1 to 1000000"),
            ((100..=600_000).contains(&self.header_timeout_ms), "header_timeout_ms: must be 100 to 600000"),
            ((100..=600_000).contains(&self.body_timeout_ms), "body_timeout_ms: must be 100 to 600000"),
            ((100..=600_000).contains(&self.request_timeout_ms), "request_timeout_ms: must be 100 to 600000"),
            // Else a slow client would look like a slow server.
            (self.body_timeout_ms < self.request_timeout_ms, "body_timeout_ms: must be less than request_timeout_ms"),
            (self.drain_timeout_ms <= 600_000, "drain_timeout_ms: must be at most 600000"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem.to_owned())
    }
}

/// A network in CIDR form; a lone address is a network of one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether every address of a kind belongs to it.
    pub fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    /// Whether an address belongs to it. An IPv4 address that came as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                (u64::from(network.to_bits()) >> shift) == (u64::from(address.to_bits()) >> shift)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let must = || format!("{text:?} must be an address or a network such as 10.0.0.0/8");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| must())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), |p| p.parse::<u8>().map_err(|_| must()))?;
        if prefix > longest { Err(must()) } else { Ok(Network { address, prefix }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("10.0.0.0/8", "10.255.0.1", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    #[case("0.0.0.0/0", "203.0.113.7", true)]
    #[case("192.0.2.1", "192.0.2.1", true)]
    #[case("192.0.2.1", "192.0.2.2", false)]
    #[case("2001:db8::/32", "2001:db8:1::1", true)]
    #[case("2001:db8::/32", "2001:db9::1", false)]
    #[case("::/0", "2001:db9::1", true)]
    #[case("::1", "127.0.0.1", false)]
    fn networks_contain(#[case] network: Network, #[case] address: IpAddr, #[case] inside: bool) {
        assert_eq!(network.contains(address), inside);
    }

    #[test]
    fn a_body_s_time_is_over_before_the_request_s() {
        assert_eq!(Http::default().problem(), None);
        let http = Http { body_timeout_ms: 30_000, ..Http::default() };
        assert!(http.problem().is_some_and(|problem| problem.starts_with("body_timeout_ms")));
    }

    #[rstest]
    #[case("10.0.0.0/33")]
    #[case("::/129")]
    #[case("example.com")]
    #[case("10.0.0.0/x")]
    fn other_texts_are_no_networks(#[case] text: &str) {
        assert!(text.parse::<Network>().is_err());
    }
}
