//! The simulator reads no clock of its own: whoever starts it gives it one, so that a test or a visitor can move the
//! time of server and simulator together.

use std::future::Future;
use std::io;
use std::pin::Pin;

/// A clock that can be moved forward.
pub trait Clock: Send + Sync {
    /// The time, in Unix milliseconds. It never goes back.
    fn now_ms(&self) -> i64;

    /// Resolves once [`Clock::now_ms`] has reached `at_ms`, Unix milliseconds.
    fn sleep_until<'a>(&'a self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

    /// Moves the time `ms` milliseconds forward and wakes whoever sleeps until then.
    ///
    /// # Errors
    /// When that cannot be kept for the next start; then nothing is moved.
    fn advance(&self, ms: i64) -> io::Result<()>;
}
