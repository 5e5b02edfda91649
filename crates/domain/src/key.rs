//! Keys: one secret per key id, from which each use has a key of its own by HKDF (rule V3).
//!
//! The secrets live in a file outside the database and its backups; rows name the key that they need.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    address::PhoneNumber,
    digest::{Digest, Fixed},
    id::{MessageId, ServiceId},
    time::Time,
};

/// Names one secret of the key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub u32);

/// A key that never leaves the process, and is wiped when it is dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Secret {
        Secret(bytes)
    }

    /// The bytes, for a cipher.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 of several fields, one after the other; callers keep the fields' lengths fixed.
    pub fn hmac(&self, fields: &[&[u8]]) -> Digest {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for field in fields {
            mac.update(field);
        }
        Fixed(mac.finalize().into_bytes().into())
    }

    fn derive(&self, label: &str) -> Secret {
        let mut key = [0; 32];
        let hkdf = Hkdf::<Sha256>::new(None, &self.0);
        hkdf.expand(label.as_bytes(), &mut key).expect("32 bytes are within HKDF's bound");
        Secret(key)
    }
}

/// What one secret of the file is used for; each use has its own key.
#[derive(Clone)]
pub struct Keys {
    /// Which secret these come from.
    pub id: KeyId,
    /// From when new rows are given it: by then every node has to know it.
    pub used_from: Time,
    /// Derives codes.
    pub code: Secret,
    /// Seals addresses.
    pub seal: Secret,
    /// Signs cookies and form tokens.
    pub cookie: Secret,
    index: Secret,
}

/// Finds a number without telling which it is: its HMAC under a key of its own per service.
pub type NumberKey = Digest;

impl Keys {
    /// The keys of one secret, for new rows at once.
    pub fn from_secret(id: KeyId, secret: &Secret) -> Keys {
        Keys {
            id,
            used_from: Time::from_ms(0),
            code: secret.derive("tegata code v1"),
            seal: secret.derive("tegata seal v1"),
            cookie: secret.derive("tegata cookie v1"),
            index: secret.derive("tegata index v1"),
        }
    }

    /// Tells one secret from another of the same id, and nothing else about it.
    pub fn fingerprint(&self) -> String {
        self.index.hmac(&[b"fingerprint"]).hex()[..16].to_owned()
    }

    /// The blind index of a number within a service.
    pub fn number(&self, service: ServiceId, number: &PhoneNumber) -> NumberKey {
        self.index.hmac(&[b"number", &service.bytes(), number.e164().as_bytes()])
    }

    /// The blind index of a number over all services, for limits that belong to the phone.
    pub fn phone(&self, number: &PhoneNumber) -> Digest {
        self.index.hmac(&[b"phone", &[0; 16], number.e164().as_bytes()])
    }

    /// The blind index of where a request came from: a network, an account, an API key.
    pub fn source(&self, service: ServiceId, kind: &str, source: &str) -> Digest {
        self.index.hmac(&[b"source", &service.bytes(), kind.as_bytes(), &[0], source.as_bytes()])
    }

    /// Whether it is followed what becomes of a message: its id says so to whoever has the key, on any node, and not to
    /// providers, which could treat those messages better.
    pub fn is_followed(&self, message: MessageId) -> bool {
        self.index.hmac(&[b"followed", &message.bytes()]).0[0] & 1 == 1
    }
}

/// Every secret of the key file, oldest first. The last one is for new rows, but for those that wait for their time.
#[derive(Clone)]
pub struct KeyRing {
    all: Vec<Keys>,
    /// How many of the first are revoked; fewer than there are.
    revoked: usize,
    /// How many of the last are not for new rows yet; fewer than are not revoked.
    waiting: usize,
}

impl KeyRing {
    /// The keys of a file whose last secret is the current one; `None` of an empty list.
    pub fn new(secrets: &[(KeyId, Secret)]) -> Option<KeyRing> {
        KeyRing::with_revoked(secrets, 0)
    }

    /// As [`KeyRing::new`]; the first `revoked` secrets may have leaked, and only read what they sealed. `None` if
    /// that leaves none.
    pub fn with_revoked(secrets: &[(KeyId, Secret)], revoked: usize) -> Option<KeyRing> {
        KeyRing::of(secrets.iter().map(|(id, secret)| Keys::from_secret(*id, secret)).collect(), revoked)
    }

    /// As [`KeyRing::with_revoked`], of keys that were derived; none of them waits.
    pub fn of(all: Vec<Keys>, revoked: usize) -> Option<KeyRing> {
        (revoked < all.len()).then_some(KeyRing { all, revoked, waiting: 0 })
    }

    /// The same keys as they are used at `now`: the last ones wait for their time, as long as one is left that is not
    /// revoked and need not.
    pub fn at(&self, now: Time) -> KeyRing {
        let others = &self.all[self.revoked + 1..];
        let waiting = others.iter().rev().take_while(|keys| keys.used_from > now).count();
        KeyRing { all: self.all.clone(), revoked: self.revoked, waiting }
    }

    /// The keys for new rows.
    pub fn current(&self) -> &Keys {
        &self.all[self.all.len() - 1 - self.waiting]
    }

    /// The keys that were added last; new rows may not be given them yet.
    pub fn newest(&self) -> &Keys {
        &self.all[self.all.len() - 1]
    }

    /// Whether another ring is of the same secrets, and uses them in the same way.
    pub fn is_same(&self, other: &KeyRing) -> bool {
        let shape = |ring: &KeyRing| (ring.all.len(), ring.revoked, ring.waiting);
        let told = |keys: &Keys| (keys.id, keys.used_from, keys.fingerprint());
        shape(self) == shape(other) && self.all.iter().map(told).eq(other.all.iter().map(told))
    }

    /// All of them, oldest first.
    pub fn all(&self) -> &[Keys] {
        &self.all
    }

    /// The keys that a row names; `None` when the file has lost them (rule D11: then nothing is counted).
    pub fn get(&self, id: KeyId) -> Option<&Keys> {
        self.all.iter().find(|keys| keys.id == id)
    }

    /// Whether a key may have leaked: a code under it proves nothing (rule V3).
    pub fn is_revoked(&self, id: KeyId) -> bool {
        self.all[..self.revoked].iter().any(|keys| keys.id == id)
    }

    /// The keys whose index numbers are found by, and which sign cookies: those of the first secret that is not
    /// revoked, since a blind index that changed with each rotation would forget failures and limits.
    pub fn index(&self) -> &Keys {
        &self.all[self.revoked]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::v4;

    /// The current key at some instant of a file whose keys are used from these instants, of which the first are revoked.
    fn current_at(used_from: &[i64], revoked: usize, now: i64) -> u32 {
        let keys = |(id, from): (u32, &i64)| Keys {
            used_from: Time::from_ms(*from),
            ..Keys::from_secret(KeyId(id), &Secret::new([7; 32]))
        };
        let ring = KeyRing::of((1..).zip(used_from).map(keys).collect(), revoked).expect("one is good");
        ring.at(Time::from_ms(now)).current().id.0
    }

    #[test]
    fn v3_a_key_is_for_new_rows_from_its_time_on() {
        assert_eq!([99, 100, 101].map(|now| current_at(&[0, 100], 0, now)), [1, 2, 2]);
        assert_eq!([50, 150, 250].map(|now| current_at(&[0, 100, 200], 0, now)), [1, 2, 3]);
        assert_eq!(current_at(&[100], 0, 0), 1, "there is no other");
        assert_eq!(current_at(&[0, 100], 1, 0), 2, "what may have leaked makes no code");
        assert_eq!(current_at(&[0, 100, 0], 0, 0), 3, "the last one is used already");
    }

    #[test]
    fn v3_each_use_has_a_key_of_its_own() {
        let keys = Keys::from_secret(KeyId(1), &Secret::new([7; 32]));
        let mut all = vec![*keys.code.bytes(), *keys.seal.bytes(), *keys.cookie.bytes(), *keys.index.bytes(), [7; 32]];
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5);
        let anna = PhoneNumber::from_e164("+819012345678").expect("a number");
        let [one, other] = [1, 2].map(|n| keys.number(ServiceId(v4([n; 16])), &anna));
        assert!(one != other && one != keys.phone(&anna), "the index is a service's own");
    }
}
