//! Latencies: every one is kept, so that percentiles are exact.

/// Latencies of one span, in microseconds.
#[derive(Default)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    /// Room for so many without growing while time is measured.
    pub fn with_room(count: usize) -> Latencies {
        Latencies(Vec::with_capacity(count))
    }

    /// Adds one.
    pub fn add(&mut self, took: std::time::Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Adds those of another connection.
    pub fn append(&mut self, mut others: Latencies) {
        self.0.append(&mut others.0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest latency that at least `percent` (1 to 100) of all do not exceed (nearest rank), in milliseconds;
    /// 0 if there are none.
    pub fn percentile_ms(&mut self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        let Some(place) = self.0.len().checked_sub(1).map(|last| last.min(rank - 1)) else { return 0.0 };
        let (_, found, _) = self.0.select_nth_unstable(place);
        f64::from(*found) / 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn of(ms: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        ms.into_iter().for_each(|ms| latencies.add(Duration::from_millis(ms)));
        latencies
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut hundred = of((1..=100).rev());
        assert_eq!([1, 50, 99, 100].map(|percent| hundred.percentile_ms(percent)), [1.0, 50.0, 99.0, 100.0]);
        let mut five = of([15, 20, 35, 40, 50]);
        assert_eq!([5, 30, 40, 50, 100].map(|percent| five.percentile_ms(percent)), [15.0, 20.0, 20.0, 35.0, 50.0]);
    }

    #[test]
    fn few_and_long_ones() {
        assert_eq!(of([]).percentile_ms(99), 0.0);
        assert_eq!([1, 50, 99].map(|percent| of([7]).percentile_ms(percent)), [7.0; 3]);
        let mut long = of([1]);
        long.append(of([u64::MAX / 1_000_000]));
        assert_eq!((long.count(), long.percentile_ms(99)), (2, f64::from(u32::MAX) / 1_000.0));
    }
}
