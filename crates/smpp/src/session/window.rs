//! Requests we sent that wait for their responses.

use std::collections::VecDeque;

struct Entry<T> {
    sequence: u32,
    until_ms: i64,
    tag: T,
}

/// At most `max` requests, oldest first. All wait equally long, so the oldest is the next to time out; responses mostly
/// come in order, so the search from the front is short.
pub(super) struct Window<T> {
    entries: VecDeque<Entry<T>>,
    max: usize,
}

impl<T> Window<T> {
    pub(super) fn new(max: usize) -> Window<T> {
        // Without a place nothing would ever be sent, and nobody would hear why.
        let max = max.max(1);
        Window { entries: VecDeque::with_capacity(max.min(1_024)), max }
    }

    pub(super) fn free(&self) -> usize {
        self.max - self.entries.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The caller has looked for a free place.
    pub(super) fn put(&mut self, sequence: u32, until_ms: i64, tag: T) {
        debug_assert!(self.free() > 0, "the window is enforced before a request is written");
        self.entries.push_back(Entry { sequence, until_ms, tag });
    }

    /// Takes the request that a response answers.
    pub(super) fn take(&mut self, sequence: u32) -> Option<T> {
        let index = self.entries.iter().position(|entry| entry.sequence == sequence)?;
        self.entries.remove(index).map(|entry| entry.tag)
    }

    /// Takes the oldest request if its time is over.
    pub(super) fn take_expired(&mut self, now_ms: i64) -> Option<T> {
        let expired = self.next_deadline_ms()? <= now_ms;
        self.entries.pop_front_if(|_| expired).map(|entry| entry.tag)
    }

    /// Takes the oldest request.
    pub(super) fn take_any(&mut self) -> Option<T> {
        self.entries.pop_front().map(|entry| entry.tag)
    }

    pub(super) fn next_deadline_ms(&self) -> Option<i64> {
        self.entries.front().map(|entry| entry.until_ms)
    }
}
