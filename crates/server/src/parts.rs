//! The tasks that a node is made of. What one of them did would wait unseen once it is gone, so that a panic in one ends
//! the node, in order; whoever started it starts it again.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tokio::{sync::watch, task::JoinHandle};

/// Starts parts, and tells when one broke.
#[derive(Clone)]
pub struct Parts {
    broken: watch::Sender<Option<String>>,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts { broken: watch::Sender::new(None) }
    }
}

impl Parts {
    /// Starts one.
    pub fn start(&self, name: impl Into<String>, work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let (name, broken) = (name.into(), self.broken.clone());
        tokio::spawn(async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                broken.send_replace(Some(name));
            }
        })
    }

    /// The name of one that broke, once one does.
    pub async fn broken(&self) -> String {
        let mut broken = self.broken.subscribe();
        loop {
            if let Some(name) = broken.borrow_and_update().clone() {
                return name;
            }
            // The sender is ours: it is never closed.
            let _changed = broken.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::ready, time::Duration};

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_part_that_ends_is_no_trouble_and_one_that_panics_is_named() {
        let parts = Parts::default();
        parts.start("guides", ready(())).await.expect("it ends");
        assert!(timeout(Duration::from_millis(200), parts.broken()).await.is_err());
        parts.start("dispatch", async { panic!("a defect") }).await.expect("the panic goes no further");
        assert_eq!(parts.broken().await, "dispatch");
    }
}
