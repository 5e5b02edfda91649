//! Optional parameters as they are on the wire: tag and bytes.
//!
//! They are read here and not by the codec, which decodes each value by its tag and ignores its length: one
//! `receipted_message_id` without its final NUL, as several SMSCs send it, would cost the whole receipt.

use bytes::{Buf, Bytes};

/// The tags that this crate reads or writes.
pub mod tag {
    pub const RECEIPTED_MESSAGE_ID: u16 = 0x001E;
    pub const SAR_MSG_REF_NUM: u16 = 0x020C;
    pub const SAR_TOTAL_SEGMENTS: u16 = 0x020E;
    pub const SAR_SEGMENT_SEQNUM: u16 = 0x020F;
    pub const NETWORK_ERROR_CODE: u16 = 0x0423;
    pub const MESSAGE_PAYLOAD: u16 = 0x0424;
    pub const MESSAGE_STATE: u16 = 0x0427;
}

/// The optional parameters of one message, in the order they came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tlvs(Vec<(u16, Bytes)>);

impl Tlvs {
    /// Reads parameters until the bytes end; a last one that is cut off is left out.
    pub fn read(mut bytes: Bytes) -> Tlvs {
        let mut list = Vec::new();
        while bytes.remaining() >= 4 {
            let (tag, length) = (bytes.get_u16(), usize::from(bytes.get_u16()));
            if bytes.remaining() < length {
                break;
            }
            list.push((tag, bytes.split_to(length)));
        }
        Tlvs(list)
    }

    /// Adds a parameter. Values longer than 65,535 octets are not representable and are left out.
    pub fn push(&mut self, tag: u16, value: impl Into<Bytes>) {
        let value = value.into();
        if u16::try_from(value.len()).is_ok() {
            self.0.push((tag, value));
        }
    }

    /// The value of the first parameter with this tag.
    pub fn get(&self, tag: u16) -> Option<&Bytes> {
        self.0.iter().find(|(found, _)| *found == tag).map(|(_, value)| value)
    }

    /// Takes out the value of the first parameter with this tag.
    pub fn take(&mut self, tag: u16) -> Option<Bytes> {
        let index = self.0.iter().position(|(found, _)| *found == tag)?;
        Some(self.0.remove(index).1)
    }

    /// The value as a number, if it is one octet long.
    pub fn get_u8(&self, tag: u16) -> Option<u8> {
        match self.get(tag)?.as_ref() {
            [value] => Some(*value),
            _ => None,
        }
    }

    /// The value as a number, if it is two octets long.
    pub fn get_u16(&self, tag: u16) -> Option<u16> {
        match self.get(tag)?.as_ref() {
            [high, low] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        }
    }

    /// The value as text up to its NUL, if it has one, and if it is ASCII.
    pub fn get_text(&self, tag: u16) -> Option<&str> {
        let value = self.get(tag)?;
        let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
        std::str::from_utf8(&value[..end]).ok().filter(|text| text.is_ascii())
    }

    /// All parameters.
    pub fn iter(&self) -> impl Iterator<Item = &(u16, Bytes)> {
        self.0.iter()
    }
}
