//! A node that lacks a key which others use: it gives back the messages that need it, and leaves the queue to the others for
//! a while, since it would only be given the same ones again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use domain::{
    key::KeyId,
    time::{Millis, Time, seconds},
    verification::Verification,
};
use store::seal;
use tokio::sync::watch;

use super::{Back, Dispatcher};

/// How long the queue is left to others before this node tries again, as it must where it is alone.
const REST_MS: Millis = seconds(10);
/// How often it is looked whether the key is there.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The key that was lacking, and until when this node rests.
#[derive(Default)]
pub(super) struct Rest(Mutex<Option<(KeyId, Time)>>);

impl Dispatcher {
    /// A key that a verification's message needs, and that this node has not got.
    pub(super) fn lacks(&self, verification: &Verification) -> Option<KeyId> {
        let keys = self.app.keys.load();
        let needed = [Some(verification.newest().key), seal::key_of(&verification.address)];
        needed.into_iter().flatten().find(|key| keys.get(*key).is_none())
    }

    /// Leaves a message to whoever has the key. What is wrong is told once, by whoever reads the key file.
    pub(super) fn leave_to_others(&self, key: KeyId) -> Back {
        let now = self.app.now();
        *self.rest.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, now.plus(REST_MS)));
        self.app.key_file.want();
        Back { again_at: now, lane: None }
    }

    /// Whether the queue is left to others: until the key is there, or it is time to try again.
    pub(super) fn rests(&self) -> bool {
        let rest = *self.rest.0.lock().unwrap_or_else(PoisonError::into_inner);
        rest.is_some_and(|(key, until)| self.app.now() < until && self.app.keys.load().get(key).is_none())
    }

    /// Waits a moment, or until the stop.
    pub(super) async fn rest_a_moment(&self, stop: &mut watch::Receiver<bool>) {
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
