//! Requests to the server, whole: JSON and form bodies, headers, addresses, call-backs.

use std::sync::{Mutex, PoisonError};

use crate::Door;

/// Requests to one door, which keeps what they leave behind; after so many there is a new one.
const REQUESTS_MAX: u32 = 50_000;

static OPEN: Mutex<Option<(Door, u32)>> = Mutex::new(None);

/// One request: see [`Door::ask`].
pub fn holds(bytes: &[u8]) {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let (door, asked) = open.get_or_insert_with(|| (Door::open(), 0));
    door.ask(bytes);
    *asked += 1;
    if *asked == REQUESTS_MAX {
        *open = None;
    }
}

/// Closes the door, if one is open, and removes its files.
pub fn close() {
    *OPEN.lock().unwrap_or_else(PoisonError::into_inner) = None;
}
