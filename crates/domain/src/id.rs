//! Ids as TypeIDs: a prefix that says what is named, and a UUID in base 32.
//!
//! An id names, it never opens (rule V7). Things whose beginning may be known use UUIDv7, which sorts by time;
//! flows use UUIDv4.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use uuid::Uuid;

use crate::time::Time;

/// Why a text is no id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 26 characters of base 32: 130 bits, of which the first two are zero.
fn encode(value: u128) -> [u8; 26] {
    let mut text = [0; 26];
    for (place, byte) in text.iter_mut().enumerate() {
        let shift = 5 * (25 - place);
        *byte = ALPHABET[usize::try_from((value >> shift) & 31).expect("five bits fit")];
    }
    text
}

/// The value of each letter; `NO_LETTER` for all other bytes.
const VALUES: [u8; 256] = {
    let mut values = [NO_LETTER; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};
const NO_LETTER: u8 = u8::MAX;

fn decode(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() != 26 || bytes[0] > b'7' {
        return None;
    }
    bytes.iter().try_fold(0u128, |value, byte| {
        let digit = VALUES[usize::from(*byte)];
        (digit != NO_LETTER).then_some((value << 5) | u128::from(digit))
    })
}

/// A UUIDv7 of an instant, whose first random byte is `shard`: what is named with the same shard reaches the
/// same worker of the store. `random` is ten random bytes; the version and variant bits are laid over them.
pub fn v7(at: Time, shard: u8, mut random: [u8; 10]) -> Uuid {
    random[9] = shard;
    let millis = u64::try_from(at.ms()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A UUIDv4 of sixteen random bytes.
pub fn v4(random: [u8; 16]) -> Uuid {
    uuid::Builder::from_random_bytes(random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id whose sixteen bytes these are, as the store keeps them.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map($name)
            }

            /// The sixteen bytes, as the store keeps them.
            pub fn bytes(&self) -> [u8; 16] {
                *self.0.as_bytes()
            }

            /// The byte that chooses the store's worker.
            pub fn shard(&self) -> u8 {
                self.0.as_bytes()[15]
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = encode(self.0.as_u128());
                f.write_str($prefix)?;
                f.write_str(std::str::from_utf8(&text).expect("the alphabet is ASCII"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let rest = text.strip_prefix($prefix).ok_or(NotAnId)?;
                decode(rest).map(|value| $name(Uuid::from_u128(value))).ok_or(NotAnId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Written(PhantomData))
            }
        }
    )*};
}

/// Reads an id's text.
struct Written<T>(PhantomData<T>);

impl<T: FromStr> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|_| E::custom("not an id of this kind"))
    }
}

ids! {
    /// A verification of a number.
    VerificationId = "ver_";
    /// A message to a phone: one row of the outbox.
    MessageId = "msg_";
    /// A service: one application's settings, keys and verifications.
    ServiceId = "svc_";
    /// A hosted page's flow; UUIDv4, since when it began is nobody's business.
    FlowId = "flw_";
    /// One person's way through a guide; UUIDv4, as flows.
    GuideSessionId = "gui_";
    /// An API key's name (never the key itself).
    ApiKeyId = "key_";
    /// One operation on the store, so that a replay recognises itself.
    OperationId = "opn_";
    /// A line of the audit.
    AuditId = "aud_";
    /// A webhook: one endpoint of a service.
    WebhookId = "whk_";
    /// An event that webhooks tell of.
    EventId = "evt_";
}

impl VerificationId {
    /// When it was made: the time that its UUIDv7 begins with.
    pub fn began(self) -> Time {
        // 48 bits fit.
        Time::from_ms((self.0.as_u128() >> 80) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_the_typeid_specification_says() {
        // The specification's own valid vector.
        let uuid: Uuid = "01890a5d-ac96-774b-bcce-b302099a8057".parse().expect("a UUID");
        assert_eq!(VerificationId(uuid).to_string(), "ver_01h455vb4pex5vsknk084sn02q");
        assert_eq!("ver_01h455vb4pex5vsknk084sn02q".parse(), Ok(VerificationId(uuid)));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "ver_",
            "msg_01h455vb4pex5vsknk084sn02q",
            "ver_81h455vb4pex5vsknk084sn02q",
            "ver_01h455vb4pex5vsknk084sn02Q",
            "ver_01h455vb4pex5vsknk084sn02qq",
            "ver_é1h455vb4pex5vsknk084sn02",
        ] {
            assert_eq!(text.parse::<VerificationId>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn a_verification_tells_when_it_began() {
        let at = Time::from_ms(1_795_305_600_123);
        assert_eq!(VerificationId(v7(at, 7, [0xff; 10])).began(), at);
    }

    #[test]
    fn the_shard_survives() {
        for shard in [0, 7, 255] {
            assert_eq!(VerificationId(v7(Time::from_ms(1), shard, [9; 10])).shard(), shard);
        }
    }
}
