//! PDUs by hand, for tests that play the peer: written through the codec itself, not through the crate under test.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use rusmpp::{
    Command, CommandId, CommandStatus, Pdu,
    encode::{Length, owned::Encode},
    pdus::{
        BindReceiver, BindTransceiver, BindTransceiverResp, BindTransmitter, DeliverSm, DeliverSmResp, QuerySm,
        SubmitSm, SubmitSmResp,
    },
    types::{COctetString, OctetString},
};

/// A PDU with a body.
pub fn pdu(body: impl Into<Pdu>, sequence: u32, status: u32) -> Bytes {
    let command = Command::new(CommandStatus::from(status), sequence, body);
    let mut bytes = BytesMut::new();
    bytes.put_u32(u32::try_from(4 + command.length()).expect("it is short"));
    command.encode(&mut bytes);
    bytes.freeze()
}

/// A PDU from parts, right or wrong.
pub fn raw(command: u32, sequence: u32, status: u32, body: &[u8]) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u32(u32::try_from(16 + body.len()).expect("it is short"));
    bytes.put_u32(command);
    bytes.put_u32(status);
    bytes.put_u32(sequence);
    bytes.put_slice(body);
    bytes.freeze()
}

/// One of every PDU that matters, by name.
pub fn named(name: &str, sequence: u32, status: u32) -> Bytes {
    let body: Pdu = match name {
        "bind_transceiver" => BindTransceiver::default().into(),
        "bind_transmitter" => BindTransmitter::default().into(),
        "bind_receiver" => BindReceiver::default().into(),
        "bind_transceiver_resp" => BindTransceiverResp::default().into(),
        "submit_sm" => {
            let mut submit = SubmitSm::default();
            submit.set_short_message(OctetString::from_static_slice(b"hi").expect("it fits"));
            submit.into()
        }
        "submit_sm_resp" => {
            let id = COctetString::from_static_slice(b"4711\0").expect("it fits");
            SubmitSmResp::builder().message_id(id).build().into()
        }
        "deliver_sm" => DeliverSm::default().into(),
        "deliver_sm_resp" => DeliverSmResp::default().into(),
        "query_sm" => QuerySm::default().into(),
        "enquire_link" => Pdu::EnquireLink,
        "enquire_link_resp" => Pdu::EnquireLinkResp,
        "unbind" => Pdu::Unbind,
        "unbind_resp" => Pdu::UnbindResp,
        "generic_nack" => Pdu::GenericNack,
        other => panic!("no PDU is called {other}"),
    };
    pdu(body, sequence, status)
}

/// Takes every PDU off the front and names it: `EnquireLinkResp#7` or, with a status, `GenericNack#7/0x3`.
pub fn names(bytes: &mut BytesMut) -> Vec<String> {
    let mut names = Vec::new();
    while bytes.len() >= 16 {
        let length = usize::try_from(bytes.get_u32()).expect("it is short");
        let (id, status, sequence) = (CommandId::from(bytes.get_u32()), bytes.get_u32(), bytes.get_u32());
        bytes.advance(length - 16);
        let status = if status == 0 { String::new() } else { format!("/{status:#x}") };
        names.push(format!("{id:?}#{sequence}{status}"));
    }
    assert!(bytes.is_empty(), "only whole PDUs are written");
    names
}
