//! Chance without randomness: the same seed, number and count give the same luck, over any connection and after any
//! restart, so that a failed run can be repeated by its seed.

use sha2::{Digest, Sha256};

use super::number::Number;

/// What chance has in store for one message or call; each value is in `0.0..1.0`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Luck {
    /// Below the carrier's loss: it is lost.
    pub loss: f64,
    /// How much of the carrier's jitter this message suffers.
    pub jitter: f64,
}

/// The luck of the `nth` message (from 0) to `number` in the world of `seed`.
pub fn luck(seed: u64, number: Number, nth: u64) -> Luck {
    mixed(b"tegata sim luck 1", seed, number, nth)
}

/// The luck of the `nth` call (from 0): another one than the message's, so that a call changes no later message.
pub fn call_luck(seed: u64, number: Number, nth: u64) -> Luck {
    mixed(b"tegata sim call luck 1", seed, number, nth)
}

fn mixed(label: &[u8], seed: u64, number: Number, nth: u64) -> Luck {
    let mut hash = Sha256::new();
    hash.update(label);
    for part in [seed, number.digits(), nth] {
        hash.update(part.to_be_bytes());
    }
    let bytes: [u8; 32] = hash.finalize().into();
    Luck { loss: share(&bytes[..8]), jitter: share(&bytes[8..16]) }
}

/// Eight bytes as a share of one: 53 bits, what an `f64` holds exactly.
fn share(bytes: &[u8]) -> f64 {
    let word = bytes.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
    (word >> 11) as f64 / (1u64 << 53) as f64
}
