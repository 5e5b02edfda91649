//! What a flow's own browser carries for us from one answer to its next request, so that the store holds none of it.

use domain::{digest::Digest, key::KeyRing};
use store::seal;

use super::{Flow, hex, unhex};
use crate::clock;

/// Keeps what is sealed here apart from what is sealed for rows.
const LABEL: &[u8] = b"carried";

impl Flow {
    /// Seals a text that this browser alone can bring back, and to this flow alone.
    pub fn carried(&self, keys: &KeyRing, browser: &Digest, text: &str) -> String {
        hex(&seal::seal(keys.current(), &self.carrier(browser), clock::random(), text.as_bytes()))
    }

    /// The text, if it is one that this browser was given for this flow.
    pub fn brought(&self, keys: &KeyRing, browser: &Digest, sealed: &str) -> Option<String> {
        String::from_utf8(seal::open(keys, &self.carrier(browser), &unhex(sealed)?).ok()?).ok()
    }

    fn carrier(&self, browser: &Digest) -> Vec<u8> {
        [LABEL, &self.id.bytes(), &browser.0].concat()
    }
}
