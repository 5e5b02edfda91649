//! The keys in use: everybody reads them, and they are replaced as a whole when the key file has changed.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use domain::key::KeyRing;

/// The keys of a process that runs; clones share them.
#[derive(Clone)]
pub struct LiveRing(Arc<ArcSwap<KeyRing>>);

impl LiveRing {
    /// The keys as they are now, without waiting for anybody. Whoever needs two answers that fit each other asks the
    /// same ones twice.
    pub fn load(&self) -> Guard<Arc<KeyRing>> {
        self.0.load()
    }

    /// From now on everybody is given these; what is under way ends with those that it had.
    pub fn replace(&self, ring: KeyRing) {
        self.0.store(Arc::new(ring));
    }
}

impl From<KeyRing> for LiveRing {
    fn from(ring: KeyRing) -> LiveRing {
        LiveRing::from(Arc::new(ring))
    }
}

impl From<Arc<KeyRing>> for LiveRing {
    fn from(ring: Arc<KeyRing>) -> LiveRing {
        LiveRing(Arc::new(ArcSwap::new(ring)))
    }
}
