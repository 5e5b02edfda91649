//! The only file that reads time and randomness; everything else is given them.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use domain::time::{Millis, Time};
use tokio::sync::watch;

/// The clock of one process. The demo moves it; otherwise it is the system's.
#[derive(Debug)]
pub struct Clock {
    ahead_ms: AtomicI64,
    moved: watch::Sender<()>,
}

impl Default for Clock {
    fn default() -> Self {
        Clock { ahead_ms: AtomicI64::new(0), moved: watch::Sender::new(()) }
    }
}

impl Clock {
    /// Now.
    pub fn now(&self) -> Time {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ms = i64::try_from(system.as_millis()).unwrap_or(i64::MAX);
        Time::from_ms(ms).plus(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves the clock forward and wakes whoever sleeps by it.
    pub fn advance(&self, span: Millis) {
        self.ahead_ms.fetch_add(span.max(0), Ordering::Relaxed);
        self.moved.send_replace(());
    }

    /// Waits until `at`, also when the clock is moved meanwhile.
    pub async fn sleep_until(&self, at: Time) {
        let mut moved = self.moved.subscribe();
        loop {
            let left = at.since(self.now());
            if left <= 0 {
                return;
            }
            let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

/// `N` bytes from the operating system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a random generator");
    bytes
}

#[cfg(test)]
mod tests {
    use domain::time::hours;

    use super::*;

    #[tokio::test]
    async fn moving_the_clock_wakes_sleepers() {
        let clock = Clock::default();
        let at = clock.now().plus(hours(1));
        let sleeper = clock.sleep_until(at);
        tokio::join!(sleeper, async {
            tokio::task::yield_now().await;
            clock.advance(hours(1));
        });
        assert!(clock.now() >= at);
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random::<16>(), random::<16>());
    }
}
