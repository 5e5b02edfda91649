//! How many connections each source holds: none takes every place (rule D9).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    app::source::subscriber,
    config::{Http, Network},
};

/// Connections by source. It holds sources with a connection only, so that the bound of connections is its own.
pub struct Sources {
    held: Mutex<HashMap<IpAddr, usize>>,
    each_max: usize,
    trusted: Vec<Network>,
}

/// One connection of a source, until it is dropped.
pub struct Held {
    sources: Arc<Sources>,
    source: Option<IpAddr>,
}

impl Sources {
    /// Nobody has connected yet.
    pub fn new(http: &Http) -> Arc<Sources> {
        let (each_max, trusted) = (http.connections_source_max, http.trusted_proxies.clone());
        Arc::new(Sources { held: Mutex::default(), each_max, trusted })
    }

    /// One more connection from this address, unless its source has its share. A trusted proxy's are many people's.
    pub fn take(self: &Arc<Sources>, peer: IpAddr) -> Option<Held> {
        if self.trusted.iter().any(|network| network.contains(peer)) {
            return Some(Held { sources: self.clone(), source: None });
        }
        let source = subscriber(peer);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(source).or_default();
        if *count >= self.each_max {
            return None;
        }
        *count += 1;
        Some(Held { sources: self.clone(), source: Some(source) })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(source) = self.source else { return };
        let mut held = self.sources.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get_mut(&source) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => drop(held.remove(&source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d9_a_source_holds_its_share_of_the_connections() {
        let trusted = vec!["10.0.0.0/8".parse().expect("a network")];
        let sources = Sources::new(&Http { connections_source_max: 2, trusted_proxies: trusted, ..Http::default() });
        let take = |peer: &str| sources.take(peer.parse().expect("an address"));
        let held = [take("192.0.2.1"), take("::ffff:192.0.2.1")];
        assert!(held.iter().all(Option::is_some) && take("192.0.2.1").is_none(), "one source");
        let others = [take("192.0.2.2"), take("2001:db8:0:1::1"), take("2001:db8:0:1::2"), take("2001:db8:0:2::1")];
        assert!(others.iter().all(Option::is_some), "other sources");
        assert!(take("2001:db8:0:1:ffff::1").is_none(), "one network");
        assert!((0..9).map(|_| take("10.0.0.1")).collect::<Option<Vec<_>>>().is_some(), "a trusted proxy");
        drop(held);
        assert!(take("192.0.2.1").is_some(), "there is room again");
        drop(others);
        assert!(sources.held.lock().expect("nobody panicked").is_empty(), "nothing is left of who went");
    }
}
