//! The address that a request really came from (rule M1).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

use crate::config::Network;

/// The address at the other end of the connection, put there by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The right-most address that is no trusted proxy. Without trusted proxies every forwarding header is ignored: anybody
/// can write one.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer.to_canonical();
    }
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.iter().rev() {
        match address(hop) {
            Some(address) if is_trusted(address) => {}
            Some(address) => return address.to_canonical(),
            // What a trusted proxy wrote cannot be read: whatever stands left of it proves nothing.
            None => return peer.to_canonical(),
        }
    }
    peer.to_canonical()
}

/// An address as proxies write it: alone, or with the port that it came from, IPv6 then in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    hop.parse().ok().or_else(with_port).or_else(bare)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("203.0.113.9", "198.51.100.1", &[], "203.0.113.9")]
    #[case("10.0.0.1", "198.51.100.1", &["10.0.0.0/8"], "198.51.100.1")]
    #[case("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", &["10.0.0.0/8"], "198.51.100.1")]
    #[case("10.0.0.1", "198.51.100.1, garbage", &["10.0.0.0/8"], "10.0.0.1")]
    #[case("10.0.0.1", "", &["10.0.0.0/8"], "10.0.0.1")]
    #[case("10.0.0.1", "198.51.100.1:51112", &["10.0.0.0/8"], "198.51.100.1")]
    #[case("10.0.0.1", "[2001:db8::7]:51112, 10.0.0.2:80", &["10.0.0.0/8"], "2001:db8::7")]
    #[case("10.0.0.1", "[2001:db8::7]", &["10.0.0.0/8"], "2001:db8::7")]
    #[case("10.0.0.1", "198.51.100.1:", &["10.0.0.0/8"], "10.0.0.1")]
    #[case("10.0.0.1", "[198.51.100.1]", &["10.0.0.0/8"], "10.0.0.1")]
    #[case("::ffff:10.0.0.1", "2001:db8::7", &["10.0.0.0/8"], "2001:db8::7")]
    fn m1_only_trusted_proxies_are_believed(
        #[case] peer: IpAddr,
        #[case] header: &str,
        #[case] trusted: &[&str],
        #[case] client_is: IpAddr,
    ) {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().expect("a network")).collect();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", header.parse().expect("a header"));
        assert_eq!(client(peer, &headers, &trusted), client_is);
    }
}
