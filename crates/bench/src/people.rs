//! Who asks: every request comes from another person, with a number and an address of their own, so that no two meet
//! in one row, and rows are spread over their tables as in life.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU64, Ordering},
};

/// Japanese mobile numbers: 070, 080 or 090, then eight digits of which the first is not 0.
const NUMBERS: u64 = 3 * PER_PREFIX;
const PER_PREFIX: u64 = 90_000_000;
/// Shares no divisor with [`NUMBERS`]: steps of it visit every number once, far from the one before.
const STEP: u64 = 61_803_401;

/// People without end.
#[derive(Default)]
pub struct People(AtomicU64);

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their number's digits, E.164 without the `+`.
    pub number: u64,
    /// Where they are.
    pub ip: Ipv4Addr,
}

impl People {
    /// The next one.
    pub fn next(&self) -> Person {
        Person::nth(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

impl Person {
    fn nth(n: u64) -> Person {
        let place = n % NUMBERS * STEP % NUMBERS;
        let prefix = 70 + 10 * (place / PER_PREFIX);
        let number = (8_100 + prefix) * 100_000_000 + 10_000_000 + place % PER_PREFIX;
        let [_, a, b, c] = u32::try_from(n % (1 << 24)).unwrap_or(0).to_be_bytes();
        Person { number, ip: Ipv4Addr::new(10, a, b, c) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::address::PhoneNumber;

    use super::*;

    #[test]
    fn everybody_has_a_mobile_number_and_an_address_of_their_own() {
        let people = People::default();
        let met: Vec<Person> = (0..10_000).map(|_| people.next()).collect();
        for person in &met {
            let number = PhoneNumber::parse(&format!("+{}", person.number), None).expect("a mobile number");
            assert_eq!(number.e164(), format!("+{}", person.number));
        }
        assert_eq!(met.iter().map(|p| p.number).collect::<HashSet<_>>().len(), met.len());
        assert_eq!(met.iter().map(|p| p.ip).collect::<HashSet<_>>().len(), met.len());
        assert_eq!(Person::nth(NUMBERS).number, Person::nth(0).number);
    }
}
