//! What the shop remembers, by token: in memory, and never more than a fixed number.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A bounded store; the oldest goes first.
pub(super) struct Shelf<T> {
    max: usize,
    kept: Mutex<VecDeque<(String, T)>>,
}

impl<T: Clone> Shelf<T> {
    pub(super) fn new(max: usize) -> Shelf<T> {
        Shelf { max, kept: Mutex::default() }
    }

    pub(super) fn put(&self, token: String, value: T) {
        let mut kept = self.lock();
        kept.push_back((token, value));
        if kept.len() > self.max {
            kept.pop_front();
        }
    }

    pub(super) fn find(&self, token: &str) -> Option<T> {
        self.lock().iter().find(|(known, _)| known == token).map(|(_, value)| value.clone())
    }

    pub(super) fn take(&self, token: &str) -> Option<T> {
        let mut kept = self.lock();
        let at = kept.iter().position(|(known, _)| known == token)?;
        kept.remove(at).map(|(_, value)| value)
    }

    /// A panic elsewhere leaves no half-made change behind here.
    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, T)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn the_oldest_goes_first() {
        let shelf = Shelf::new(2);
        for number in 1..=3 {
            shelf.put(number.to_string(), number);
        }
        assert_eq!((shelf.find("1"), shelf.find("2"), shelf.find("3")), (None, Some(2), Some(3)));
        assert_eq!((shelf.take("2"), shelf.take("2")), (Some(2), None));
    }
}
