//! Fixed-length bytes that name things without telling what they are: HMACs and hashes, written as hexadecimal.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest as _, Sha256};

/// A SHA-256 of something that only its sender needs to read: a context, a binding, a secret's stored form.
pub type Digest = Fixed<32>;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `N` bytes; written and read as `2 N` hexadecimal digits.
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
        serializer.serialize_str(&self.hex())
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fixed<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Fixed::from_hex(&text).ok_or_else(|| D::Error::custom("not hexadecimal of the right length"))
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
}
