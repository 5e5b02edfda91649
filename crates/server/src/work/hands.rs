//! What a node has in hand: each thing once, until whoever has it lets go of it, also by a panic.

use std::{
    collections::HashSet,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Everything that is in hand; clones share it.
#[derive(Clone)]
pub(super) struct Hands<T>(Arc<Mutex<HashSet<T>>>);

impl<T> Default for Hands<T> {
    fn default() -> Hands<T> {
        Hands(Arc::default())
    }
}

/// One thing that is in hand while this lives.
pub(super) struct InHand<T: Copy + Eq + Hash> {
    hands: Hands<T>,
    thing: T,
}

impl<T: Copy + Eq + Hash> Hands<T> {
    /// Takes it; `None` if it is in hand already.
    pub fn take(&self, thing: T) -> Option<InHand<T>> {
        self.all().insert(thing).then(|| InHand { hands: self.clone(), thing })
    }

    /// All of them.
    pub fn all(&self) -> MutexGuard<'_, HashSet<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Copy + Eq + Hash> Drop for InHand<T> {
    fn drop(&mut self) {
        self.hands.all().remove(&self.thing);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn a_thing_is_in_hand_once_until_it_is_let_go_of_also_by_a_panic() {
        let hands = Hands::default();
        let one = hands.take(1);
        assert!(one.is_some() && hands.take(1).is_none() && hands.take(2).is_some());
        drop(one);
        let panics = catch_unwind(AssertUnwindSafe(|| {
            let _one = hands.take(1).expect("it was let go of");
            panic!("a defect");
        }));
        assert!(panics.is_err() && hands.take(1).is_some());
    }
}
