//! Who may take places in the store's queue (rule D9): one API key or source at most a quarter of it, everything that
//! begins something at most three quarters, so that a check always finds room.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::refusal::Refusal;

use super::source::Asker;

/// Places taken by what begins something.
#[derive(Clone)]
pub(crate) struct Fairness {
    taken: Arc<Mutex<Taken>>,
    all_max: usize,
    one_max: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<Asker, usize>,
}

/// A place, given back when dropped.
pub(crate) struct Place {
    fairness: Fairness,
    by: Asker,
}

impl Fairness {
    /// For a queue of so many places.
    pub fn new(queue_max: usize) -> Fairness {
        Fairness { taken: Arc::default(), all_max: (queue_max * 3 / 4).max(1), one_max: (queue_max / 4).max(1) }
    }

    /// Takes a place for a source.
    ///
    /// # Errors
    /// `unavailable` when its share, or everybody's, is taken.
    pub fn take(&self, by: Asker) -> Result<Place, Refusal> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.by.get(&by).copied().unwrap_or(0);
        if taken.all >= self.all_max || own >= self.one_max {
            return Err(Refusal::Unavailable);
        }
        taken.all += 1;
        taken.by.insert(by, own + 1);
        Ok(Place { fairness: self.clone(), by })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.fairness.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let left = taken.by.get(&self.by).copied().unwrap_or(1).saturating_sub(1);
        if left == 0 {
            taken.by.remove(&self.by);
        } else {
            taken.by.insert(self.by, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{ApiKeyId, ServiceId, v4};

    use super::*;
    use crate::app::source::Source;

    fn of(key: u8) -> Asker {
        let source = Source { key: Some(ApiKeyId(v4([key; 16]))), ..Source::default() };
        source.asker(ServiceId(v4([1; 16])))
    }

    #[test]
    fn d9_one_source_takes_a_quarter_and_all_leave_room_for_checks() {
        let fairness = Fairness::new(8);
        let one: Vec<Place> = (0..2).map(|_| fairness.take(of(1)).expect("a place")).collect();
        assert!(fairness.take(of(1)).is_err());
        let others: Vec<Place> = (2..6).map(|n| fairness.take(of(n)).expect("a place")).collect();
        assert!(fairness.take(of(9)).is_err());
        drop((one, others));
        assert!(fairness.take(of(1)).is_ok());
        assert!(fairness.taken.lock().expect("nobody panicked").by.len() <= 1);
    }
}
