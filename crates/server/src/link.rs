//! Whether a route's link is up: set by its sender, told to people who wait.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether a route's link is up, as its own task last saw it.
#[derive(Clone, Debug, Default)]
pub struct LinkState(Arc<AtomicBool>);

impl LinkState {
    /// Whether messages can go out now.
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, up: bool) {
        self.0.store(up, Ordering::Relaxed);
    }
}
