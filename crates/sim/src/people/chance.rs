//! Chance by name: the same seed, person and question give the same answer, whatever was asked before. So a person slips
//! at the same remedy with the guide as with the page, and the two are compared without noise.

/// A stream of random numbers (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of this name for one person of a run.
    pub(super) fn of(seed: u64, person: u32, name: &str) -> Chance {
        let parts = [&seed.to_be_bytes()[..], &person.to_be_bytes()[..], name.as_bytes()];
        // FNV-1a: what it mixes badly, SplitMix mixes well.
        let hash = parts.iter().copied().flatten().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Chance(hash)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Above 0, below 1.
    pub(super) fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// True in this share of all cases.
    pub(super) fn is(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// Anywhere between two numbers.
    pub(super) fn between(&mut self, [from, to]: [f64; 2]) -> f64 {
        from + (to - from) * self.unit()
    }

    /// Any whole number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// Around 1, most of the time within a factor of e^±`spread` (log-normal with mean 1).
    pub(super) fn around_one(&mut self, spread: f64) -> f64 {
        let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        (spread * normal - spread * spread / 2.0).exp()
    }

    /// One of several by their weights; `None` if no weight is above 0.
    pub(super) fn pick<T>(&mut self, all: impl IntoIterator<Item = (T, f64)>) -> Option<T> {
        let all: Vec<(T, f64)> = all.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
        let mut left = self.unit() * all.iter().map(|(_, weight)| weight).sum::<f64>();
        let last = all.len().checked_sub(1)?;
        let place = all.iter().position(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        all.into_iter().nth(place.unwrap_or(last)).map(|(one, _)| one)
    }
}
