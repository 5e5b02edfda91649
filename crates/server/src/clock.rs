//! The only file that reads time and randomness; everything else is given them.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use domain::time::{Millis, Time, seconds};
use tokio::sync::watch;
use tracing::warn;

/// A machine's clock that is set back by less is not worth a word.
const SET_BACK_MS: Millis = seconds(1);

/// The clock of one process. The demo moves it; otherwise it is the machine's, except that it never goes back.
#[derive(Debug)]
pub struct Clock {
    ahead_ms: AtomicI64,
    steady: Mutex<Steady>,
    moved: watch::Sender<()>,
}

impl Default for Clock {
    fn default() -> Self {
        Clock::ahead_by(0)
    }
}

impl Clock {
    /// A clock that is so far ahead of the machine's.
    pub fn ahead_by(ahead_ms: Millis) -> Clock {
        let steady = Mutex::new(Steady { at: machine(), read: Instant::now(), set_back: false });
        Clock { ahead_ms: AtomicI64::new(ahead_ms), steady, moved: watch::Sender::new(()) }
    }

    /// How far it was moved ahead of the machine's, in milliseconds.
    pub fn ahead_ms(&self) -> Millis {
        self.ahead_ms.load(Ordering::Relaxed)
    }

    /// Now.
    pub fn now(&self) -> Time {
        // Nothing panics with it.
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        steady.now(machine(), Instant::now()).plus(self.ahead_ms())
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

/// The machine's clock, made never to go back: messages would wait for the time that they were due at, and codes,
/// links and leases would last longer. Set back, it goes on at half the pace until the machine's has caught up.
#[derive(Debug)]
struct Steady {
    /// The last time that was the machine's, …
    at: Time,
    /// … and when that was.
    read: Instant,
    /// Whether the machine's clock is known to have been set back.
    set_back: bool,
}

impl Steady {
    fn now(&mut self, machine: Time, read: Instant) -> Time {
        let passed = read.saturating_duration_since(self.read).as_millis() / 2;
        let least = self.at.plus(Millis::try_from(passed).unwrap_or(Millis::MAX));
        if machine >= least {
            *self = Steady { at: machine, read, set_back: false };
            return machine;
        }
        let by_ms = least.since(machine);
        if by_ms >= SET_BACK_MS && !self.set_back {
            self.set_back = true;
            warn!(
                by_ms,
                "the machine's clock was set back: this server's goes on at half the pace until it is caught up"
            );
        }
        least
    }
}

/// When something began and ended, to the nanosecond, by the machine's clock: for traces. Both times are of one clock: what
/// is within something else is within its times.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    began_ns: u64,
}

impl Stopwatch {
    /// Begins now.
    pub fn start() -> Stopwatch {
        Stopwatch { began_ns: machine_ns() }
    }

    /// Its beginning and now, in nanoseconds since 1970; what it measures takes a nanosecond at least.
    pub fn between_ns(self) -> (u64, u64) {
        (self.began_ns, machine_ns().max(self.began_ns.saturating_add(1)))
    }
}

fn machine_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn machine() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// `N` bytes from the operating system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a random generator");
    bytes
}

#[cfg(test)]
mod tests {
    use domain::time::{hours, minutes};

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

    /// Set back by an hour, the machine's clock is caught up with after two, and no instant comes before an earlier one.
    #[test]
    fn d11_the_clock_never_goes_back() {
        let (began, at) = (Instant::now(), Time::from_ms(hours(1_000)));
        let mut steady = Steady { at, read: began, set_back: false };
        let mut told = at;
        for minute in 1..=180 {
            let read = began + Duration::from_secs(60 * minute);
            let passed = minutes(minute as i64);
            let now = steady.now(at.plus(passed - hours(1)), read);
            assert!(now > told, "minute {minute}: {now:?} after {told:?}");
            assert_eq!(now, at.plus((passed / 2).max(passed - hours(1))), "minute {minute}");
            told = now;
        }
        assert!(!steady.set_back, "caught up");
    }

    /// However often it is read: half a millisecond is none, and must not be lost each time.
    #[test]
    fn d11_a_clock_that_was_set_back_goes_on() {
        let (began, at) = (Instant::now(), Time::from_ms(hours(1_000)));
        let mut steady = Steady { at, read: began, set_back: false };
        let last = (1..=100).map(|ms| steady.now(at.plus(-hours(1)), began + Duration::from_millis(ms))).last();
        assert_eq!(last, Some(at.plus(50)));
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random::<16>(), random::<16>());
    }
}
