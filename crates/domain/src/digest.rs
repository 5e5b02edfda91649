//! Fixed-length bytes that name things without telling what they are: HMACs and hashes, shown as hexadecimal, and stored in
//! base64, which is shorter.

use std::fmt;

use base64::{Engine, display::Base64Display, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use sha2::{Digest as _, Sha256};

/// A SHA-256 of something that only its sender needs to read: a context, a binding, a secret's stored form.
pub type Digest = Fixed<32>;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `N` bytes; shown as `2 N` hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed<const N: usize>(pub [u8; N]);

impl<const N: usize> Fixed<N> {
    /// Whether it stands for nothing: all zeros. Rows leave such fields out.
    pub fn is_zero(&self) -> bool {
        self.0 == [0; N]
    }

    /// The bytes, if there are exactly `N` of them.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Fixed)
    }

    /// Lower-case hexadecimal.
    pub fn hex(&self) -> String {
        let mut text = String::with_capacity(2 * N);
        for digit in self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
            text.push(char::from(DIGITS[usize::from(digit)]));
        }
        text
    }

    /// Reads what [`Fixed::hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 2 * N {
            return None;
        }
        let mut bytes = [0; N];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Fixed(bytes))
    }
}

/// Nothing: what [`Fixed::is_zero`] recognises.
impl<const N: usize> Default for Fixed<N> {
    fn default() -> Self {
        Fixed([0; N])
    }
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Fixed(Sha256::digest(bytes).into())
}

impl<const N: usize> fmt::Debug for Fixed<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl<const N: usize> Serialize for Fixed<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(&self.0, &URL_SAFE_NO_PAD))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fixed<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Stored)
    }
}

/// Reads what stands in rows: base64, or hexadecimal, which is what rows of before have.
struct Stored<const N: usize>;

impl<const N: usize> Visitor<'_> for Stored<N> {
    type Value = Fixed<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} bytes in base64 or hexadecimal")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Fixed<N>, E> {
        if text.len() == 2 * N {
            return Fixed::from_hex(text).ok_or_else(|| E::custom("not hexadecimal"));
        }
        let mut bytes = [0; N];
        let read = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes);
        read.ok()
            .filter(|length| *length == N)
            .map(|_| Fixed(bytes))
            .ok_or_else(|| E::custom("not base64 of the right length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_back() {
        let digest = sha256(b"tegata");
        assert_eq!(Digest::from_hex(&digest.hex()), Some(digest));
        assert_eq!(Digest::from_hex("00"), None);
        assert_eq!(Fixed::<1>::from_hex("0g"), None);
        assert_eq!(Fixed::<1>::from_hex("é"), None);
    }

    #[test]
    fn rows_of_before_have_hexadecimal_and_are_read() {
        let digest = sha256(b"tegata");
        let stored = serde_json::to_string(&digest).expect("a text");
        assert_eq!(stored.len(), 43 + 2);
        for text in [stored, format!("\"{}\"", digest.hex())] {
            assert_eq!(serde_json::from_str::<Digest>(&text).ok(), Some(digest), "{text}");
        }
        let salt = Fixed([0xfb; 16]);
        assert_eq!(serde_json::from_str::<Fixed<16>>("\"-_v7-_v7-_v7-_v7-_v7-w\"").ok(), Some(salt));
        for text in ["", "-_v7", "-_v7-_v7-_v7-_v7-_v7-w==", "+/v7+/v7+/v7+/v7+/v7+w", "-_v7-_v7-_v7-_v7-_v7-_v7"] {
            assert!(serde_json::from_str::<Fixed<16>>(&format!("\"{text}\"")).is_err(), "{text}");
        }
    }
}
