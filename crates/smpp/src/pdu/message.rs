//! The message that `submit_sm` and `deliver_sm` carry: the two have the same body, so there is one type.

use std::fmt;

use bytes::Bytes;
use rusmpp::types::COctetString;

use super::{
    tlv::{Tlvs, tag},
    validity,
};
use crate::text::{self, Encoded};

/// `esm_class` bit: the message begins with a user data header.
pub const UDHI: u8 = 0x40;
/// `esm_class` bits 2 to 5: what kind of message this is.
const ESM_TYPE_MASK: u8 = 0x3C;

/// A text that does not fit its field: not ASCII, containing NUL, or longer than `max` octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadField {
    pub field: &'static str,
    pub octets_max: usize,
}

impl fmt::Display for BadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be ASCII of at most {} octets", self.field, self.octets_max)
    }
}

impl std::error::Error for BadField {}

/// A C-octet string's content from text; `MAX` counts the final NUL.
pub(crate) fn field<const MAX: usize>(name: &'static str, text: &str) -> Result<COctetString<1, MAX>, BadField> {
    let refused = BadField { field: name, octets_max: MAX - 1 };
    COctetString::from_string(text.to_owned()).map_err(|_| refused)
}

/// A sender's or receiver's address. Its `Debug` hides the digits: numbers do not belong in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// Type of number: 0 unknown, 1 international, 2 national, 5 alphanumeric …
    pub ton: u8,
    /// Numbering plan: 0 unknown, 1 E.164 …
    pub npi: u8,
    pub(crate) value: COctetString<1, 21>,
}

impl Address {
    /// An address with the given type and plan; at most 20 ASCII octets.
    pub fn new(ton: u8, npi: u8, value: &str) -> Result<Address, BadField> {
        Ok(Address { ton, npi, value: field("address", value)? })
    }

    /// A number in E.164; a leading `+` is left off, as SMPP wants it.
    pub fn international(number: &str) -> Result<Address, BadField> {
        Address::new(1, 1, number.strip_prefix('+').unwrap_or(number))
    }

    /// A sender's name, such as `Tegata`. Networks allow 11 characters, the protocol 20.
    pub fn alphanumeric(name: &str) -> Result<Address, BadField> {
        Address::new(5, 0, name)
    }

    /// The digits or letters, without `+`.
    pub fn as_str(&self) -> &str {
        self.value.as_str()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address(ton {}, npi {})", self.ton, self.npi)
    }
}

/// What a message is, by `esm_class`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A short message.
    Message,
    /// A delivery receipt with a final state.
    Receipt,
    /// A delivery receipt on the way.
    Intermediate,
    /// An acknowledgement by the receiving side or another type: nothing we asked for.
    Other,
}

/// The body of a `submit_sm` or `deliver_sm`. Its `Debug` shows neither text nor numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub source: Address,
    pub destination: Address,
    pub esm_class: u8,
    /// Bits 0 and 1 ask for a receipt: 0 none, 1 always, 2 on failure.
    pub registered_delivery: u8,
    pub data_coding: u8,
    /// How long the SMSC should try, in milliseconds. On the wire a relative time in whole seconds, at most 30 days;
    /// an absolute time from a peer reads as `None`.
    pub validity_ms: Option<i64>,
    /// `short_message`, or `message_payload` when that is there instead.
    pub body: Bytes,
    /// All other optional parameters.
    pub tlvs: Tlvs,
}

impl Message {
    /// A plain message. No receipt is asked for and the SMSC's own validity applies.
    pub fn new(source: Address, destination: Address, text: Encoded) -> Message {
        Message {
            source,
            destination,
            esm_class: 0,
            registered_delivery: 0,
            data_coding: text.data_coding,
            validity_ms: None,
            body: text.bytes,
            tlvs: Tlvs::default(),
        }
    }

    /// Asks for a delivery receipt on success and on failure.
    pub fn with_receipt(mut self) -> Message {
        self.registered_delivery = 1;
        self
    }

    /// Limits the time the SMSC tries to deliver: a code that arrives after it has expired only confuses.
    pub fn valid_for_ms(mut self, validity_ms: i64) -> Message {
        self.validity_ms = Some(validity_ms.clamp(1_000, validity::MS_MAX));
        self
    }

    /// What the message is, by its `esm_class`.
    pub fn kind(&self) -> Kind {
        match self.esm_class & ESM_TYPE_MASK {
            0x00 => Kind::Message,
            0x04 => Kind::Receipt,
            0x20 => Kind::Intermediate,
            _ => Kind::Other,
        }
    }

    /// Whether the sender wants to hear that the message reached this end: `delivered` or not.
    pub fn wants_receipt(&self, delivered: bool) -> bool {
        match self.registered_delivery & 0x03 {
            1 => true,
            2 => !delivered,
            3 => delivered,
            _ => false,
        }
    }

    /// The text of this message (or of this part of one), without its user data header. `None` if the data coding is
    /// one we do not read.
    pub fn text(&self) -> Option<String> {
        text::decode(self.data_coding, self.split().1)
    }

    /// Which part of a longer message this is, from the user data header or from the `sar_*` parameters.
    pub fn part(&self) -> Option<Part> {
        self.split().0.or_else(|| self.sar_part())
    }

    fn split(&self) -> (Option<Part>, &[u8]) {
        if self.esm_class & UDHI == 0 { (None, &self.body) } else { split_header(&self.body) }
    }

    fn sar_part(&self) -> Option<Part> {
        Part::checked(
            self.tlvs.get_u16(tag::SAR_MSG_REF_NUM)?,
            self.tlvs.get_u8(tag::SAR_TOTAL_SEGMENTS)?,
            self.tlvs.get_u8(tag::SAR_SEGMENT_SEQNUM)?,
        )
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("esm_class", &self.esm_class)
            .field("data_coding", &self.data_coding)
            .field("octets", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Which part of a concatenated message this is. Parts belong together by source, destination and `reference`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub reference: u16,
    pub total: u8,
    /// From 1 to `total`.
    pub number: u8,
}

impl Part {
    fn checked(reference: u16, total: u8, number: u8) -> Option<Part> {
        (1..=total).contains(&number).then_some(Part { reference, total, number })
    }
}

/// Splits the user data header off; a header longer than the body leaves no text.
fn split_header(body: &[u8]) -> (Option<Part>, &[u8]) {
    let Some((length, rest)) = body.split_first() else { return (None, body) };
    let Some((mut header, text)) = rest.split_at_checked(usize::from(*length)) else {
        return (None, &[]);
    };
    let mut part = None;
    while let [id, length, tail @ ..] = header {
        let Some((element, next)) = tail.split_at_checked(usize::from(*length)) else { break };
        part = match (id, element) {
            (0x00, [reference, total, number]) => Part::checked(u16::from(*reference), *total, *number),
            (0x08, [high, low, total, number]) => Part::checked(u16::from_be_bytes([*high, *low]), *total, *number),
            _ => part,
        };
        header = next;
    }
    (part, text)
}
