//! Names that nobody guesses. The one file of this crate that reads randomness.

use std::fmt::Write;

/// 128 random bits in hexadecimal.
pub(super) fn token() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("an operating system without randomness runs no server");
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _cannot_fail = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a text could be one.
pub(super) fn is_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
