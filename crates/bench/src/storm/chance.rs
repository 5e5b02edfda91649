//! Chance, all of it made from a seed (SplitMix64).

use std::ops::Range;

/// A source of chance.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    /// Another one, which goes its own way from here on.
    pub fn fork(&mut self) -> Chance {
        Chance(self.next())
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of a range that is not empty.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start).max(1)
    }

    /// Whether something happens that does so many times in a thousand.
    pub fn per_mille(&mut self, times: u64) -> bool {
        self.within(0..1_000) < times
    }

    /// One of some.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.within(0..of.len() as u64) as usize]
    }

    /// One of some, each as likely as its weight says.
    pub fn weighed<T: Copy>(&mut self, of: &[(u64, T)]) -> T {
        let mut left = self.within(0..of.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in of {
            match left.checked_sub(*weight) {
                Some(less) => left = less,
                None => return *one,
            }
        }
        of[0].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_another_seed_something_else() {
        let some = |seed| {
            std::iter::repeat_with({
                let mut chance = Chance::new(seed);
                move || chance.within(10..20)
            })
            .take(20)
            .collect::<Vec<_>>()
        };
        assert_eq!(some(1), some(1));
        assert_ne!(some(1), some(2));
        assert!(some(3).iter().all(|one| (10..20).contains(one)));
    }

    #[test]
    fn what_weighs_nothing_never_comes() {
        let mut chance = Chance::new(5);
        assert!((0..1_000).all(|_| chance.weighed(&[(3, true), (0, false), (1, true)])));
    }
}
