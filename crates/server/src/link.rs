//! Whether a route's link is up: set by its sender, told to people who wait.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether a route's link is up, as its own task last saw it.
#[derive(Clone, Debug, Default)]
pub struct LinkState(Arc<watch::Sender<Seen>>);

/// What was last seen of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether messages can go out.
    pub up: bool,
    /// How often it came up.
    pub times: u32,
}

impl LinkState {
    /// Whether messages can go out now.
    pub fn is_up(&self) -> bool {
        self.0.borrow().up
    }

    /// How it was last seen.
    pub fn seen(&self) -> Seen {
        *self.0.borrow()
    }

    /// Tells when it goes down or comes up.
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.0.subscribe()
    }

    pub(crate) fn set(&self, up: bool) {
        self.0.send_if_modified(|seen| {
            let turned = seen.up != up;
            *seen = Seen { up, times: seen.times.saturating_add(u32::from(turned && up)) };
            turned
        });
    }
}
