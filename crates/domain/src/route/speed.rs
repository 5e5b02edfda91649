//! How many messages a second a route really takes: as many as fit into its window while an answer is on its way.

use crate::time::Millis;

/// How much of what was known a new answer leaves standing.
const KEPT: f64 = 0.9;

/// A route's speed, by how long its answers take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Speed {
    answer_ms: Option<f64>,
}

impl Speed {
    /// An answer came after so long.
    pub fn answered(&mut self, after_ms: Millis) {
        // What takes no time that the clock sees takes a part of a millisecond.
        #[expect(clippy::cast_precision_loss, reason = "answers take far less than 2^52 milliseconds")]
        let after_ms = (after_ms as f64).max(0.2);
        self.answer_ms = Some(self.answer_ms.map_or(after_ms, |known| known * KEPT + after_ms * (1.0 - KEPT)));
    }

    /// Messages a second with a window of so many; `None` before the first answer.
    pub fn per_second(&self, window: usize) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "windows are small")]
        self.answer_ms.map(|answer_ms| window as f64 * 1_000.0 / answer_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_messages_goes_in_the_time_of_an_answer() {
        let mut speed = Speed::default();
        assert_eq!(speed.per_second(10), None);
        speed.answered(100);
        assert_eq!(speed.per_second(10), Some(100.0));
        for _ in 0..50 {
            speed.answered(1_000);
        }
        let slower = speed.per_second(10).expect("it is known");
        assert!((10.0..11.0).contains(&slower), "{slower}");
    }
}
