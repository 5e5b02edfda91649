//! Receipts and texts over SMPP: any octets are read or refused, within bounds, and what we write reads back.

use bytes::Bytes;
use smpp::{
    Address, Message, MessageIds, Receipt,
    pdu::tlv::Tlvs,
    receipt::{self, Form},
    text,
};

/// No message id of SMPP 3.4 is longer, §5.2.23.
const ID_OCTETS_MAX: usize = 64;

/// Three octets, `esm_class`, `data_coding` and the text's length; the text; then optional parameters as on the wire.
pub fn holds(bytes: &[u8]) {
    let [esm_class, data_coding, length, rest @ ..] = bytes else { return };
    let (body, parameters) = rest.split_at(usize::from(*length).min(rest.len()));
    a_text(*data_coding, body);
    let [from, to] = [Address::international("+819012345678"), Address::alphanumeric("Tegata")]
        .map(|address| address.expect("it fits"));
    let mut message = Message::new(from, to, text::one_segment("").expect("nothing fits"));
    (message.esm_class, message.data_coding) = (*esm_class, *data_coding);
    message.body = Bytes::copy_from_slice(body);
    message.tlvs = Tlvs::read(Bytes::copy_from_slice(parameters));
    if let Some(part) = message.part() {
        assert!((1..=part.total).contains(&part.number), "{part:?}");
    }
    let carried = body.len() + parameters.len();
    assert!(message.text().is_none_or(|text| text.chars().count() <= body.len()), "nothing is made up");
    for ids in [MessageIds::AsIs, MessageIds::HexInResponse] {
        if let Ok(receipt) = receipt::read(&message, ids) {
            a_receipt(&receipt, carried);
        }
    }
}

fn a_text(data_coding: u8, body: &[u8]) {
    let Some(read) = text::decode(data_coding, body) else { return };
    let size = text::size(&read);
    let most =
        if size.segments == 1 { size.alphabet.units_max() } else { size.segments * size.alphabet.part_units_max() };
    assert!(size.segments >= 1 && size.units <= most, "{size:?}");
    match text::one_segment(&read) {
        Ok(written) => {
            assert_eq!(size.segments, 1, "{read:?}");
            assert_eq!(text::decode(written.data_coding, &written.bytes).as_deref(), Some(read.as_str()));
        }
        Err(long) => assert!(size.segments > 1 && long.units > long.units_max, "{long:?}"),
    }
}

fn a_receipt(receipt: &Receipt, carried: usize) {
    let id = &receipt.message_id;
    assert!(!id.is_empty() && id.len() <= carried.max(39), "an id comes from the receipt, or is a number: {id:?}");
    for field in [&receipt.error, &receipt.submitted, &receipt.done].into_iter().flatten() {
        assert!(field.len() <= 3 * ID_OCTETS_MAX + 3, "{field:?}");
    }
    for form in [Form::Parameters, Form::Both] {
        let again = receipt::read(&receipt.write(form), MessageIds::AsIs).expect("what we write can be read");
        assert_eq!((&again.message_id, again.state, again.intermediate), (id, receipt.state, receipt.intermediate));
        assert_eq!(again.network_error, receipt.network_error);
    }
}
