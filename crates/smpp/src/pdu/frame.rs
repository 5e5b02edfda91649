//! Cutting the stream into PDUs, each then decoded by itself.
//!
//! The codec's own framing decodes bodies from the shared stream buffer, so that a body shorter than its fields eats
//! the beginning of the next PDU. Here a bad body costs one PDU.

use bytes::{Buf, BytesMut};

use crate::status::Status;

/// `command_length`, `command_id`, `command_status`, `sequence_number`: four octets each.
pub const HEADER_BYTES: usize = 16;

/// The longest PDU we accept. A `submit_sm` with a full `message_payload` is just over 64 KiB; none that we want is.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;

/// One PDU: the header's fields and the body still encoded.
pub struct Frame {
    pub command: u32,
    pub status: Status,
    pub sequence: u32,
    pub body: BytesMut,
}

/// A `command_length` that cannot be followed: the stream has no next PDU to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLength(pub u32);

/// Takes the next whole PDU from the front of `input`, or `None` if more bytes must come first.
pub fn next_frame(input: &mut BytesMut) -> Result<Option<Frame>, BadLength> {
    let Some(length) = input.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes)) else {
        return Ok(None);
    };
    let bytes = usize::try_from(length).map_err(|_| BadLength(length))?;
    if !(HEADER_BYTES..=FRAME_BYTES_MAX).contains(&bytes) {
        return Err(BadLength(length));
    }
    if input.len() < bytes {
        return Ok(None);
    }
    let mut body = input.split_to(bytes);
    body.advance(4);
    let (command, status, sequence) = (body.get_u32(), Status(body.get_u32()), body.get_u32());
    Ok(Some(Frame { command, status, sequence, body }))
}
