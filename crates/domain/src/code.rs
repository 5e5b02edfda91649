//! Codes: derived when they are needed, never stored (rule V3).
//!
//! A code is the HMAC of everything that it is bound to. Neither the database (which has the salt) nor the key
//! alone gives it. NIST SP 800-63B-4 §3.1.3.2 asks for six digits or more from an approved generator.

use std::fmt;

use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

use crate::{
    digest::{Digest, Fixed},
    id::{ServiceId, VerificationId},
    key::{NumberKey, Secret},
};

/// The fewest digits a code may have.
pub const DIGITS_MIN: u8 = 6;
/// The most digits a code may have.
pub const DIGITS_MAX: u8 = 10;

/// 128 random bits of one generation, which never leave the store.
pub type Salt = Fixed<16>;

/// A code as decimal digits; never shown by `Debug`.
#[derive(Clone, Eq)]
pub struct Code(String);

/// What a code belongs to. Each field has a fixed length, so that no two inputs run together.
#[derive(Clone, Copy)]
pub struct Binding<'a> {
    /// The generation's random bits.
    pub salt: &'a Salt,
    /// The service that asks.
    pub service: ServiceId,
    /// The verification.
    pub verification: VerificationId,
    /// Which of its codes this is.
    pub generation: u8,
    /// The number that it is sent to.
    pub number: &'a NumberKey,
    /// What else the caller bound it to (a payment); zeros if nothing.
    pub binding: &'a Digest,
}

impl Code {
    /// The code of `digits` digits that belongs to `to`.
    pub fn derive(key: &Secret, to: Binding<'_>, digits: u8) -> Code {
        let range = 10u64.pow(u32::from(digits.clamp(DIGITS_MIN, DIGITS_MAX)));
        let verification = to.verification.bytes();
        let service = to.service.bytes();
        for round in 0u8..=u8::MAX {
            let mac = key.hmac(&[
                b"tegata code v1",
                &[round, digits],
                &to.salt.0,
                &service,
                &verification,
                &[to.generation],
                &to.number.0,
                &to.binding.0,
            ]);
            if let Some(value) = mac.0.chunks_exact(8).find_map(|word| unbiased(word, range)) {
                return Code(format!("{value:0width$}", width = usize::from(digits)));
            }
        }
        unreachable!("each round fails with a chance below 2^-100")
    }

    /// Reads a code as people type it: full-width digits, spaces and hyphens, or the whole SMS pasted, in which
    /// exactly one run has the right length. `None` when no code can be read.
    pub fn read(typed: &str, digits: u8) -> Option<Code> {
        if typed.chars().count() > 400 {
            return None;
        }
        let text: String = typed.nfkc().collect();
        let joined: String = text.chars().filter(|c| !is_separator(*c)).collect();
        if joined.len() == usize::from(digits) && joined.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Code(joined));
        }
        let mut runs: Vec<&str> =
            text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == usize::from(digits)).collect();
        runs.dedup();
        match runs.as_slice() {
            [run] => Some(Code((*run).to_owned())),
            _ => None,
        }
    }

    /// The digits, for the message and nothing else.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// A word that falls into the largest multiple of `range`, reduced to it; others are thrown away.
fn unbiased(word: &[u8], range: u64) -> Option<u64> {
    let value = u64::from_be_bytes(word.try_into().ok()?);
    let limit = u64::MAX - u64::MAX % range;
    (value < limit).then_some(value % range)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '#')
}

/// In constant time (OWASP ASVS 11.2.4).
impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{v4, v7};
    use crate::time::Time;

    fn derive(change: impl FnOnce(&mut (Salt, ServiceId, VerificationId, u8, NumberKey, Digest, u8))) -> Code {
        let verification = VerificationId(v7(Time::from_ms(5), 1, [2; 10]));
        let mut fields = (Fixed([1; 16]), ServiceId(v4([3; 16])), verification, 1, Fixed([4; 32]), Fixed([0; 32]), 6);
        change(&mut fields);
        let (salt, service, verification, generation, number, binding, digits) = &fields;
        let to =
            Binding { salt, service: *service, verification: *verification, generation: *generation, number, binding };
        Code::derive(&Secret::new([9; 32]), to, *digits)
    }

    #[test]
    fn v3_a_code_depends_on_all_that_it_is_bound_to() {
        let code = derive(|_| ());
        assert_eq!(code, derive(|_| ()));
        assert_ne!(code, derive(|f| f.0 = Fixed([8; 16])));
        assert_ne!(code, derive(|f| f.1 = ServiceId(v4([8; 16]))));
        assert_ne!(code, derive(|f| f.2 = VerificationId(v7(Time::from_ms(6), 1, [2; 10]))));
        assert_ne!(code, derive(|f| f.3 = 2));
        assert_ne!(code, derive(|f| f.4 = Fixed([8; 32])));
        assert_ne!(code, derive(|f| f.5 = Fixed([8; 32])));
        assert_eq!(derive(|f| f.6 = 8).digits().len(), 8);
    }

    #[test]
    fn v3_digits_are_spread_evenly() {
        let mut counts = [0u32; 10];
        for n in 0..4_000u16 {
            let code = derive(|f| f.0.0[..2].copy_from_slice(&n.to_be_bytes()));
            for digit in code.digits().bytes() {
                counts[usize::from(digit - b'0')] += 1;
            }
        }
        // 24,000 digits: 2,400 each, standard deviation 46.
        assert!(counts.iter().all(|count| (2_170..2_630).contains(count)), "{counts:?}");
    }

    #[test]
    fn read_as_typed_or_pasted() {
        let read = |typed: &str| Code::read(typed, 6).map(|code| code.0);
        assert_eq!(read("012345"), Some("012345".into()));
        assert_eq!(read(" ０１２ ３４５ "), Some("012345".into()));
        assert_eq!(read("012-345"), Some("012345".into()));
        assert_eq!(read("【店】認証コード: 012345（10分間有効）\n@example.com #012345"), Some("012345".into()));
        assert_eq!(read("12345"), None);
        assert_eq!(read("1234567"), None);
        assert_eq!(read("111111 or 222222"), None);
        assert_eq!(read("abc"), None);
        assert_eq!(read(""), None);
        assert_eq!(read(&"1".repeat(500)), None);
    }
}
