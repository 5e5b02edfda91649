//! Sealing: AES-256-GCM-SIV, bound to the row that it belongs to, with the key's id in front.
//!
//! Layout: key id (4 bytes, big endian), nonce (12), ciphertext with tag. SIV bears a nonce that comes twice.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use domain::key::{KeyId, KeyRing, Keys, Secret};

/// Random bytes for one sealing.
pub type SealNonce = [u8; 12];

const KEY_LEN: usize = 4;
const HEAD_LEN: usize = KEY_LEN + 12;

/// Why sealed bytes cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsealable {
    /// The key file has lost the key (rule D11).
    KeyGone(KeyId),
    /// They belong to another row, or were altered.
    Altered,
}

/// Seals bytes for the row of this id.
pub fn seal(keys: &Keys, row: &[u8], nonce: SealNonce, plain: &[u8]) -> Vec<u8> {
    let sealed = cipher(&keys.seal).encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: row });
    let sealed = sealed.expect("what is sealed is far below the cipher's 64 GB");
    [&keys.id.0.to_be_bytes()[..], &nonce, &sealed].concat()
}

/// Opens what was sealed for the row of this id.
///
/// # Errors
/// If the key is gone, or the bytes are not what was sealed for this row.
pub fn open(keys: &KeyRing, row: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
    let (head, body) = sealed.split_at_checked(HEAD_LEN).ok_or(Unsealable::Altered)?;
    let (id, nonce) = head.split_at(KEY_LEN);
    let id = KeyId(u32::from_be_bytes(id.try_into().map_err(|_| Unsealable::Altered)?));
    let nonce: SealNonce = nonce.try_into().map_err(|_| Unsealable::Altered)?;
    let keys = keys.get(id).ok_or(Unsealable::KeyGone(id))?;
    let plain = cipher(&keys.seal).decrypt(&Nonce::from(nonce), Payload { msg: body, aad: row });
    plain.map_err(|_| Unsealable::Altered)
}

/// Which key sealed bytes need; `None` of none, and of those that were erased.
pub fn key_of(sealed: &[u8]) -> Option<KeyId> {
    Some(KeyId(u32::from_be_bytes(*sealed.first_chunk::<KEY_LEN>()?)))
}

/// The same, sealed with the current key; `None` of what is already, or with a later one: another node was sooner.
///
/// # Errors
/// As [`open`].
pub fn again(keys: &KeyRing, row: &[u8], nonce: SealNonce, sealed: &[u8]) -> Result<Option<Vec<u8>>, Unsealable> {
    if key_of(sealed).is_some_and(|id| id >= keys.current().id) {
        return Ok(None);
    }
    open(keys, row, sealed).map(|plain| Some(seal(keys.current(), row, nonce, &plain)))
}

fn cipher(key: &Secret) -> Aes256GcmSiv {
    Aes256GcmSiv::new(key.bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(ids: &[u32]) -> KeyRing {
        let secrets: Vec<_> = ids.iter().map(|id| (KeyId(*id), Secret::new([*id as u8; 32]))).collect();
        KeyRing::new(&secrets).unwrap()
    }

    #[test]
    fn opens_for_its_row_and_with_its_key_only() {
        let old = ring(&[1]);
        let sealed = seal(old.current(), b"row", [7; 12], b"+819012345678");
        assert!(!sealed.windows(4).any(|bytes| bytes == b"+819"));
        assert_eq!(open(&ring(&[1, 2]), b"row", &sealed), Ok(b"+819012345678".to_vec()));
        assert_eq!(open(&old, b"other", &sealed), Err(Unsealable::Altered));
        assert_eq!(open(&ring(&[2]), b"row", &sealed), Err(Unsealable::KeyGone(KeyId(1))));
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert!(open(&old, b"row", &altered).is_err(), "byte {place}");
        }
        assert_eq!(open(&old, b"row", b"short"), Err(Unsealable::Altered));
    }

    #[test]
    fn what_an_older_key_sealed_is_sealed_anew() {
        let (old, both) = (ring(&[1]), ring(&[1, 2]));
        let sealed = seal(old.current(), b"row", [7; 12], b"+819012345678");
        let anew = again(&both, b"row", [8; 12], &sealed).unwrap().unwrap();
        assert_eq!(open(&ring(&[2]), b"row", &anew), Ok(b"+819012345678".to_vec()));
        assert_eq!(again(&both, b"row", [9; 12], &anew), Ok(None), "nothing is older");
        assert_eq!(again(&old, b"row", [9; 12], &anew), Ok(None), "another node has a newer key");
        assert_eq!(again(&ring(&[2, 3]), b"row", [9; 12], &sealed), Err(Unsealable::KeyGone(KeyId(1))));
    }
}
