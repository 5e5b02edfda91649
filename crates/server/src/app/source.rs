//! Where a request came from, as rows that are charged (rule M1).

use std::net::{IpAddr, Ipv6Addr};

use domain::{
    digest::Digest,
    id::{ApiKeyId, ServiceId},
    key::Keys,
    limit::{LimitKey, Rule, SourceRules},
};

use super::watch::STREAMS_MAX;
use crate::config::Network;

/// What a request came from, as far as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The end user's address.
    pub ip: Option<IpAddr>,
    /// The end user's account, as the application names it.
    pub account: Option<String>,
    /// The API key that was shown.
    pub key: Option<ApiKeyId>,
}

/// Who has places in the queue (rule D9): an end user of a service, or where none is told, an API key of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asker {
    service: ServiceId,
    subscriber: Option<IpAddr>,
    key: Option<ApiKeyId>,
}

/// Wider networks hold more people: how many times as many a /56 and a /48 may ask for.
const WIDER: [(u8, u32); 3] = [(64, 1), (56, 4), (48, 16)];

/// Event streams that one address may have open at once on a node: an office full of people.
const STREAMS_OF_AN_ADDRESS: usize = 256;

impl Source {
    /// Who it is in the queue.
    pub fn asker(&self, service: ServiceId) -> Asker {
        let subscriber = self.ip.map(subscriber);
        Asker { service, subscriber, key: self.key.filter(|_| subscriber.is_none()) }
    }

    /// How many event streams may be open at once on a node (rule D9), by what they come from: the networks, else the
    /// key. Nobody has more than a quarter of them.
    pub fn streams(&self) -> Vec<(String, usize)> {
        let quarter = STREAMS_MAX / 4;
        let max = |widening: u32| STREAMS_OF_AN_ADDRESS.saturating_mul(widening as usize).min(quarter);
        let key = self.key.map(|key| (key.to_string(), quarter));
        let told = self.ip.map(networks).unwrap_or_default();
        let told: Vec<_> = told.into_iter().map(|(network, widening)| (network, max(widening))).collect();
        if told.is_empty() { key.into_iter().collect() } else { told }
    }

    /// What it is counted by: the networks, each with how many times as many people it holds, else the key.
    pub fn names(&self) -> Vec<(String, u32)> {
        match (self.ip, self.key) {
            (Some(ip), _) => networks(ip),
            (None, Some(key)) => vec![(key.to_string(), 1)],
            (None, None) => Vec::new(),
        }
    }

    /// What its samples of a day are counted by (rules M1, M6), each with how many there may be: `of_address` of a
    /// network, more of wider ones, or `of_key` of an API key.
    pub fn samples(
        &self,
        keys: &Keys,
        service: ServiceId,
        kind: &str,
        (of_address, of_key): (u32, u32),
    ) -> Vec<(Digest, u32)> {
        let max = |widening: u32| if self.ip.is_some() { of_address * widening } else { of_key };
        let row = |(name, widening): (String, u32)| (keys.source(service, kind, &name), max(widening));
        self.names().into_iter().map(row).collect()
    }

    /// The rows to charge. Without an end user the key itself is the source. Behind a `shared` network are many who have
    /// nothing to do with each other: its addresses only slow.
    pub fn limits(
        &self,
        keys: &Keys,
        service: ServiceId,
        rules: &SourceRules,
        shared: &[Network],
    ) -> Vec<(LimitKey, Vec<Rule>)> {
        let mut limits = Vec::new();
        if let Some(ip) = self.ip {
            let is_shared = is_shared(ip, shared);
            let rule = |rule: Rule| if is_shared { rule.slowing() } else { rule };
            limits.extend(networks(ip).into_iter().map(|(network, widening)| {
                let rules = rules.address(widening).into_iter().map(rule).collect();
                (keys.source(service, "network", &network), rules)
            }));
        }
        if let Some(account) = &self.account {
            limits.push((keys.source(service, "account", account), rules.account()));
        }
        if let (true, Some(key)) = (limits.is_empty(), self.key) {
            limits.push((keys.source(service, "key", &key.to_string()), rules.key()));
        }
        limits
    }
}

/// What counts as one subscriber: an IPv4 address, or the first of an IPv6 network of 64 bits, since one customer has at
/// least that.
pub fn subscriber(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// Whether many who have nothing to do with each other are behind this address (rule M1).
pub fn is_shared(ip: IpAddr, shared: &[Network]) -> bool {
    shared.iter().any(|network| network.contains(ip))
}

/// An IPv4 address by itself; an IPv6 address by its /64, /56 and /48, since one subscriber has a whole one.
pub fn networks(ip: IpAddr) -> Vec<(String, u32)> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => vec![(ip.to_string(), 1)],
        IpAddr::V6(ip) => WIDER
            .into_iter()
            .map(|(prefix, widening)| {
                let network = ip.to_bits() & (u128::MAX << (128 - u32::from(prefix)));
                (format!("{}/{prefix}", Ipv6Addr::from_bits(network)), widening)
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        id::v4,
        key::{KeyId, Secret},
        limit::Over,
    };
    use rstest::rstest;

    use super::*;

    #[test]
    fn m1_ipv6_counts_by_network() {
        let one = networks("2001:db8:1:2:3:4:5:6".parse().expect("an address"));
        let other = networks("2001:db8:1:2:ffff::1".parse().expect("an address"));
        assert_eq!(one, other);
        assert_eq!(one[0], ("2001:db8:1:2::/64".into(), 1));
        assert_eq!(one[2], ("2001:db8:1::/48".into(), 16));
        assert_eq!(networks("::ffff:192.0.2.1".parse().expect("an address")), [("192.0.2.1".into(), 1)]);
    }

    #[test]
    fn m1_without_an_end_user_the_key_is_the_source() {
        let keys = Keys::from_secret(KeyId(1), &Secret::new([7; 32]));
        let (service, rules) = (ServiceId(v4([1; 16])), SourceRules::default());
        let key = Some(ApiKeyId(v4([2; 16])));
        let only_key = Source { key, ..Source::default() };
        assert_eq!(only_key.limits(&keys, service, &rules, &[]).len(), 1);
        assert_eq!(only_key.limits(&keys, service, &rules, &[])[0].1, rules.key());
        let told = Source { ip: "192.0.2.1".parse().ok(), account: Some("a".into()), key };
        let limits = told.limits(&keys, service, &rules, &[]).into_iter().map(|(_, rules)| rules);
        assert_eq!(limits.collect::<Vec<_>>(), [rules.address(1), rules.account()]);
    }

    #[test]
    fn d9_whoever_is_told_has_the_places_else_the_key() {
        let of = |ip: &str, key: u8| {
            let source = Source { ip: ip.parse().ok(), account: None, key: Some(ApiKeyId(v4([key; 16]))) };
            source.asker(ServiceId(v4([1; 16])))
        };
        assert_eq!(of("2001:db8:1:2::3", 1), of("2001:db8:1:2:ffff::", 2), "one subscriber, whichever key");
        assert_ne!(of("2001:db8:1:2::3", 1), of("2001:db8:1:3::3", 1));
        assert_eq!(of("192.0.2.1", 1), of("::ffff:192.0.2.1", 1));
        assert_ne!(of("", 1), of("", 2));
    }

    #[test]
    fn m6_samples_are_few_of_each_width() {
        let keys = Keys::from_secret(KeyId(1), &Secret::new([7; 32]));
        let service = ServiceId(v4([1; 16]));
        let of = |ip: &str| {
            let source = Source { ip: ip.parse().ok(), account: None, key: Some(ApiKeyId(v4([2; 16]))) };
            source.samples(&keys, service, "arrival", (10, 500))
        };
        let (one, neighbour) = (of("2001:db8:1:2::3"), of("2001:db8:1:ffff::3"));
        assert_eq!(one.iter().map(|(_, max)| *max).collect::<Vec<_>>(), [10, 40, 160]);
        assert!(one[0] != neighbour[0] && one[1] != neighbour[1], "each has its own /64 and /56");
        assert_eq!(one[2], neighbour[2], "a /48 gives as much as it does, however many addresses it has");
        assert_eq!(of("192.0.2.1").len(), 1);
        let key = Source { key: Some(ApiKeyId(v4([2; 16]))), ..Source::default() };
        let samples = key.samples(&keys, service, "arrival", (10, 500));
        assert_eq!(samples.iter().map(|(_, max)| *max).collect::<Vec<_>>(), [500]);
    }

    #[rstest]
    #[case("198.51.100.7", true)]
    #[case("::ffff:198.51.100.7", true)]
    #[case("198.51.101.7", false)]
    #[case("2001:db8:1:2::3", true)]
    #[case("2001:db9:1:2::3", false)]
    fn m1_in_a_shared_network_addresses_slow_and_accounts_refuse(#[case] ip: IpAddr, #[case] slows: bool) {
        let keys = Keys::from_secret(KeyId(1), &Secret::new([7; 32]));
        let shared = ["198.51.100.0/24", "2001:db8::/32"].map(|text| text.parse().expect("a network"));
        let source = Source { ip: Some(ip), account: Some("a".into()), key: Some(ApiKeyId(v4([2; 16]))) };
        let mut limits = source.limits(&keys, ServiceId(v4([1; 16])), &SourceRules::default(), &shared);
        let (_, account) = limits.pop().expect("the account's row");
        assert!(account.iter().all(|rule| rule.over == Over::Refused));
        let over = if slows { Over::Slowed } else { Over::Refused };
        assert!(limits.iter().flat_map(|(_, rules)| rules).all(|rule| rule.over == over));
        assert_eq!(limits.len(), networks(ip).len());
    }
}
