//! Which addresses are of the public internet, and what may stand as a host in an address that somebody gave (rule D2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 networks that are not of the public internet (IANA's special-purpose registry; RFC 6890 and later).
const SPECIAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // carrier-grade NAT
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local, and clouds' metadata
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocol assignments
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // 6to4 relays
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved, and broadcast
];

/// IPv6 networks within `2000::/3` that are not of the public internet. All else outside of it is refused as it is:
/// loopback, mapped IPv4, NAT64, link-local, unique local, multicast.
const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: an IPv4 address inside
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Whether an address is of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4
            .iter()
            .any(|(network, prefix)| (address.to_bits() ^ Ipv4Addr::from(*network).to_bits()) >> (32 - prefix) == 0),
        IpAddr::V6(address) => {
            let within =
                |network: &Ipv6Addr, prefix: u32| (address.to_bits() ^ network.to_bits()) >> (128 - prefix) == 0;
            within(&Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
                && !SPECIAL_V6.iter().any(|(network, prefix)| within(network, *prefix))
        }
    }
}

/// Whether host and port of an address may lead to the public internet: a port that there is, and a name or a public address.
/// Where a name leads is looked at when it is called.
pub fn may_be_public(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host.parse().is_ok_and(|address| is_public(IpAddr::V6(address))), port),
        None => {
            let at = authority.find(':').unwrap_or(authority.len());
            (is_public_host(&authority[..at]), &authority[at..])
        }
    };
    let is_port = |port: &str| !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port != 0);
    host && port.strip_prefix(':').map_or(port.is_empty(), is_port)
}

/// A name, or an IPv4 address as it is usually written. What ends in a number is an address for whoever calls it, however it is
/// written (WHATWG URL, "ends in a number checker").
fn is_public_host(host: &str) -> bool {
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with(|c: char| c.is_ascii_digit());
    match host.parse::<Ipv4Addr>() {
        Ok(address) => is_public(IpAddr::V4(address)),
        Err(_) => plain && !last.is_empty() && !is_number && last != "localhost",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::unspecified("0.0.0.0")]
    #[case::private("10.1.2.3")]
    #[case::carrier_grade_nat("100.64.0.1")]
    #[case::carrier_grade_nat_end("100.127.255.255")]
    #[case::loopback("127.0.0.1")]
    #[case::loopback_other("127.1.2.3")]
    #[case::link_local_metadata("169.254.169.254")]
    #[case::private_172("172.31.255.255")]
    #[case::protocol("192.0.0.8")]
    #[case::documentation("192.0.2.1")]
    #[case::relay("192.88.99.1")]
    #[case::private_192("192.168.1.1")]
    #[case::benchmark("198.19.0.1")]
    #[case::multicast("224.0.0.1")]
    #[case::reserved("240.0.0.1")]
    #[case::broadcast("255.255.255.255")]
    #[case::unspecified_v6("::")]
    #[case::loopback_v6("::1")]
    #[case::mapped_loopback("::ffff:127.0.0.1")]
    #[case::mapped_public("::ffff:8.8.8.8")]
    #[case::compatible("::127.0.0.1")]
    #[case::nat64("64:ff9b::7f00:1")]
    #[case::nat64_local("64:ff9b:1::a00:1")]
    #[case::discard("100::1")]
    #[case::teredo("2001:0:4136:e378::1")]
    #[case::documentation_v6("2001:db8::1")]
    #[case::six_to_four("2002:7f00:1::1")]
    #[case::documentation_new("3fff:0fff::1")]
    #[case::segment_routing("5f00::1")]
    #[case::unique_local("fd00::1")]
    #[case::link_local_v6("fe80::1")]
    #[case::site_local("fec0::1")]
    #[case::multicast_v6("ff02::1")]
    fn d2_what_is_not_public_is_refused(#[case] address: IpAddr) {
        assert!(!is_public(address));
    }

    #[rstest]
    #[case("1.1.1.1")]
    #[case("9.255.255.255")]
    #[case("11.0.0.1")]
    #[case("100.63.255.255")]
    #[case("100.128.0.1")]
    #[case("172.15.255.255")]
    #[case("172.32.0.1")]
    #[case("192.167.255.255")]
    #[case("198.17.255.255")]
    #[case("198.20.0.1")]
    #[case("223.255.255.255")]
    #[case("2001:200::1")]
    #[case("2400:8500::1")]
    #[case("2606:4700:4700::1111")]
    fn public_addresses_are_called(#[case] address: IpAddr) {
        assert!(is_public(address));
    }

    #[rstest]
    #[case("shop.example", true)]
    #[case("shop.example:8443", true)]
    #[case("Shop.Example.", true)]
    #[case("1.1.1.1:443", true)]
    #[case("[2606:4700:4700::1111]:8443", true)]
    #[case("127.0.0.1", false)]
    #[case("127.0.0.1.", false)]
    #[case("127.1", false)]
    #[case("0x7f.1", false)]
    #[case("2130706433", false)]
    #[case("0x7f000001", false)]
    #[case("017700000001", false)]
    #[case("169.254.169.254", false)]
    #[case("%31%32%37.0.0.1", false)]
    #[case("localhost:9000", false)]
    #[case("app.localhost", false)]
    #[case("[::1]", false)]
    #[case("[::ffff:10.0.0.1]", false)]
    #[case("[64:ff9b::7f00:1]", false)]
    #[case("[fe80::1%25eth0]", false)]
    #[case("[::1", false)]
    #[case("shop.example:99999", false)]
    #[case("shop.example:0", false)]
    #[case("shop.example:+80", false)]
    #[case("shop.example:", false)]
    #[case("[2606:4700:4700::1111]8443", false)]
    #[case("", false)]
    fn d2_what_can_never_be_called_is_seen_in_the_address(#[case] authority: &str, #[case] may_be: bool) {
        assert_eq!(may_be_public(authority), may_be);
    }
}
