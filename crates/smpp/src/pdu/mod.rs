//! PDUs between bytes and our types, on `rusmpp`'s codec.
//!
//! The codec reads and writes the bodies that have fields: binds, `submit_sm`, `deliver_sm`. Optional parameters ([`tlv`])
//! and the bodies of responses are read here, more leniently, because real SMSCs are sloppy with both (a final NUL or the
//! whole body is missing) and a response that is thrown away costs a message its id.

pub mod frame;
pub mod message;
pub mod tlv;
mod validity;

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use rusmpp::{
    Command, CommandId, CommandStatus, Pdu as Codec,
    decode::{Decode, DecodeWithLength},
    encode::{Length, owned::Encode},
    pdus::{BindTransceiver, DeliverSm, SubmitSm},
    tlvs::{MessageDeliveryRequestTlvValue, MessageSubmissionRequestTlvValue, TlvTag},
    types::{AnyOctetString, COctetString, EmptyOrFullCOctetString, OctetString},
    values::{EsmClass, InterfaceVersion},
};

use self::{
    frame::{Frame, HEADER_BYTES},
    message::{Address, BadField, Message, field},
    tlv::{Tlvs, tag},
};
use crate::status::Status;

/// The bit that makes a command id a response's.
pub const RESPONSE: u32 = 0x8000_0000;
/// The longest `message_id` that the protocol carries.
pub const MESSAGE_ID_OCTETS_MAX: usize = 64;
/// `short_message` holds at most this; longer bodies go into `message_payload`.
const SHORT_MESSAGE_BYTES_MAX: usize = 254;
/// `sc_interface_version` = 3.4, as a whole optional parameter.
const SC_INTERFACE_VERSION: [u8; 5] = [0x02, 0x10, 0x00, 0x01, 0x34];

/// Which ways a bound session carries messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindMode {
    /// The client only submits.
    Transmitter,
    /// The client only receives.
    Receiver,
    /// Both.
    Transceiver,
}

/// Who binds. Its `Debug` does not show the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Bind {
    system_id: COctetString<1, 16>,
    password: COctetString<1, 9>,
    system_type: COctetString<1, 13>,
}

impl Bind {
    /// The account's name (15 octets), its password (8) and system type (12, usually empty).
    pub fn new(system_id: &str, password: &str, system_type: &str) -> Result<Bind, BadField> {
        Ok(Bind {
            system_id: field("system_id", system_id)?,
            password: field("password", password)?,
            system_type: field("system_type", system_type)?,
        })
    }

    /// The account's name.
    pub fn system_id(&self) -> &str {
        self.system_id.as_str()
    }

    /// The account's password.
    pub fn password(&self) -> &str {
        self.password.as_str()
    }

    /// The account's system type.
    pub fn system_type(&self) -> &str {
        self.system_type.as_str()
    }
}

impl fmt::Debug for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bind").field("system_id", &self.system_id()).finish_non_exhaustive()
    }
}

/// What a frame says.
pub(crate) enum Incoming {
    Bind(BindMode, Bind),
    /// The peer's `system_id`.
    BindResponse(String),
    Submit(Message),
    /// The `message_id`; empty if refused.
    SubmitResponse(String),
    Deliver(Message),
    DeliverResponse,
    EnquireLink,
    Unbind,
    UnbindResponse,
    GenericNack,
    /// Nothing to do and nothing to answer: `enquire_link_resp`, notifications, responses to what we never ask.
    Nothing,
    /// A request that we do not know or do not serve.
    Unknown,
    /// A request that we serve, with a body that cannot be read.
    Unreadable,
}

/// Reads a frame; whatever the bytes are, there is an answer.
pub(crate) fn read(frame: Frame) -> Incoming {
    let body = frame.body;
    let read = match CommandId::from(frame.command) {
        CommandId::BindTransmitter => read_bind(BindMode::Transmitter, body),
        CommandId::BindReceiver => read_bind(BindMode::Receiver, body),
        CommandId::BindTransceiver => read_bind(BindMode::Transceiver, body),
        CommandId::SubmitSm => read_submit(body).map(Incoming::Submit),
        CommandId::DeliverSm => read_deliver(body).map(Incoming::Deliver),
        CommandId::BindTransmitterResp | CommandId::BindReceiverResp | CommandId::BindTransceiverResp => {
            Some(Incoming::BindResponse(first_text(&body)))
        }
        CommandId::SubmitSmResp => Some(Incoming::SubmitResponse(first_text(&body))),
        CommandId::DeliverSmResp => Some(Incoming::DeliverResponse),
        CommandId::EnquireLink => Some(Incoming::EnquireLink),
        CommandId::Unbind => Some(Incoming::Unbind),
        CommandId::UnbindResp => Some(Incoming::UnbindResponse),
        CommandId::GenericNack => Some(Incoming::GenericNack),
        CommandId::Outbind | CommandId::AlertNotification => Some(Incoming::Nothing),
        _ if frame.command & RESPONSE != 0 => Some(Incoming::Nothing),
        _ => Some(Incoming::Unknown),
    };
    read.unwrap_or(Incoming::Unreadable)
}

/// Writes a header and a body of a response or of a command without fields.
pub(crate) fn write_plain(out: &mut BytesMut, command: u32, status: Status, sequence: u32, body: &[u8]) {
    let length = u32::try_from(HEADER_BYTES + body.len()).expect("our bodies are short");
    out.reserve(HEADER_BYTES + body.len());
    out.put_u32(length);
    out.put_u32(command);
    out.put_u32(status.0);
    out.put_u32(sequence);
    out.put_slice(body);
}

/// Writes a positive response whose body begins with a text; an SMSC's bind response also names its version.
pub(crate) fn write_text(out: &mut BytesMut, command: u32, sequence: u32, text: &[u8], bind: bool) {
    let mut body = Vec::with_capacity(text.len() + 1 + SC_INTERFACE_VERSION.len());
    body.extend_from_slice(text);
    body.push(0);
    if bind {
        body.extend_from_slice(&SC_INTERFACE_VERSION);
    }
    write_plain(out, command, Status::OK, sequence, &body);
}

/// Writes `bind_transceiver`.
pub(crate) fn write_bind(out: &mut BytesMut, sequence: u32, bind: &Bind) {
    let body = BindTransceiver {
        system_id: bind.system_id.clone(),
        password: bind.password.clone(),
        system_type: bind.system_type.clone(),
        interface_version: InterfaceVersion::Smpp3_4,
        ..BindTransceiver::default()
    };
    write(out, sequence, body);
}

/// Fills the codec's `submit_sm` or `deliver_sm`: two types with the same fields.
macro_rules! codec_body {
    ($codec:ty, $message:expr, $tlv:expr) => {{
        let message: &Message = $message;
        let mut body = <$codec>::default();
        body.source_addr_ton = message.source.ton.into();
        body.source_addr_npi = message.source.npi.into();
        body.source_addr = message.source.value.clone();
        body.dest_addr_ton = message.destination.ton.into();
        body.dest_addr_npi = message.destination.npi.into();
        body.destination_addr = message.destination.value.clone();
        // Always set: the codec's default is not 0 but 0x08, a delivery acknowledgement.
        body.esm_class = EsmClass::from(message.esm_class);
        body.validity_period = validity_field(message.validity_ms);
        body.registered_delivery = message.registered_delivery.into();
        body.data_coding = message.data_coding.into();
        let (short_message, payload) = split_body(message);
        body.set_short_message(short_message);
        let tlvs = message.tlvs.iter().cloned().chain(payload);
        body.set_tlvs(tlvs.map($tlv).collect());
        body
    }};
}

/// The reverse: a message from the codec's `submit_sm` or `deliver_sm`, whose parameters have been cut off before.
macro_rules! read_body {
    ($codec:ty, $body:expr) => {{
        let mut body: BytesMut = $body;
        let mut tlvs = split_tlvs(&mut body)?;
        let length = body.len();
        let (pdu, _) = <$codec as DecodeWithLength>::decode(&mut body, length).ok()?;
        let short_message = pdu.short_message().clone().into_bytes();
        let payload = tlvs.take(tag::MESSAGE_PAYLOAD).filter(|_| short_message.is_empty());
        Some(Message {
            source: Address {
                ton: pdu.source_addr_ton.into(),
                npi: pdu.source_addr_npi.into(),
                value: pdu.source_addr,
            },
            destination: Address {
                ton: pdu.dest_addr_ton.into(),
                npi: pdu.dest_addr_npi.into(),
                value: pdu.destination_addr,
            },
            esm_class: pdu.esm_class.into(),
            registered_delivery: pdu.registered_delivery.into(),
            data_coding: pdu.data_coding.into(),
            validity_ms: validity::read(pdu.validity_period.as_str()),
            body: payload.unwrap_or(short_message),
            tlvs,
        })
    }};
}

/// Writes `submit_sm`.
pub(crate) fn write_submit(out: &mut BytesMut, sequence: u32, message: &Message) {
    write(out, sequence, codec_body!(SubmitSm, message, submit_tlv));
}

/// Writes `deliver_sm`.
pub(crate) fn write_deliver(out: &mut BytesMut, sequence: u32, message: &Message) {
    write(out, sequence, codec_body!(DeliverSm, message, deliver_tlv));
}

fn write(out: &mut BytesMut, sequence: u32, body: impl Into<Codec>) {
    let command = Command::new(CommandStatus::EsmeRok, sequence, body);
    let length = 4 + command.length();
    out.reserve(length);
    out.put_u32(u32::try_from(length).expect("our bodies are bounded"));
    command.encode(out);
}

fn submit_tlv((tag, value): (u16, Bytes)) -> MessageSubmissionRequestTlvValue {
    let (tag, value) = (TlvTag::from(tag), AnyOctetString::from_bytes(value));
    MessageSubmissionRequestTlvValue::Other { tag, value }
}

fn deliver_tlv((tag, value): (u16, Bytes)) -> MessageDeliveryRequestTlvValue {
    let (tag, value) = (TlvTag::from(tag), AnyOctetString::from_bytes(value));
    MessageDeliveryRequestTlvValue::Other { tag, value }
}

fn validity_field(validity_ms: Option<i64>) -> EmptyOrFullCOctetString<17> {
    validity_ms.map_or_else(EmptyOrFullCOctetString::empty, |ms| {
        let mut octets = validity::write(ms).into_bytes();
        octets.push(0);
        EmptyOrFullCOctetString::from_bytes(octets.into()).expect("16 digits and NUL fill the field")
    })
}

/// The body as `short_message`, or as a `message_payload` parameter if it is too long for that.
fn split_body(message: &Message) -> (OctetString<0, 255>, Option<(u16, Bytes)>) {
    if message.body.len() > SHORT_MESSAGE_BYTES_MAX {
        let payload = message.body.slice(..message.body.len().min(usize::from(u16::MAX)));
        return (OctetString::empty(), Some((tag::MESSAGE_PAYLOAD, payload)));
    }
    let short = OctetString::from_bytes(message.body.clone()).expect("at most 254 octets");
    (short, None)
}

fn read_bind(mode: BindMode, mut body: BytesMut) -> Option<Incoming> {
    // The three binds have the same fields.
    let (bind, _) = <BindTransceiver as Decode>::decode(&mut body).ok()?;
    let BindTransceiver { system_id, password, system_type, .. } = bind;
    Some(Incoming::Bind(mode, Bind { system_id, password, system_type }))
}

fn read_submit(body: BytesMut) -> Option<Message> {
    read_body!(SubmitSm, body)
}

fn read_deliver(body: BytesMut) -> Option<Message> {
    read_body!(DeliverSm, body)
}

/// Cuts the optional parameters off the body of a `submit_sm` or `deliver_sm`, by walking its fields.
fn split_tlvs(body: &mut BytesMut) -> Option<Tlvs> {
    // service_type; source ton, npi, address; destination likewise; esm_class, protocol_id, priority_flag; two times;
    // registered_delivery, replace_if_present, data_coding, sm_default_msg_id.
    let mut at = 0;
    for octets_after in [2, 2, 3, 0, 4] {
        at += body.get(at..)?.iter().position(|octet| *octet == 0)? + 1 + octets_after;
    }
    let end = at + 1 + usize::from(*body.get(at)?);
    (end <= body.len()).then(|| Tlvs::read(body.split_off(end).freeze()))
}

/// A response body's first field up to its NUL or to the body's end. Octets that are not ASCII would not be an id.
fn first_text(body: &[u8]) -> String {
    let end = body.iter().position(|octet| *octet == 0).unwrap_or(body.len());
    String::from_utf8_lossy(&body[..end.min(MESSAGE_ID_OCTETS_MAX)]).into_owned()
}
