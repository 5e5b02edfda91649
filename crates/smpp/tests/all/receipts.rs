//! Receipts as tables: vendors' spellings, parameters, ids.

use proptest::prelude::*;
use rstest::rstest;
use smpp::{
    Message, MessageIds, MessageState, Receipt,
    pdu::tlv::tag,
    receipt::{Form, NetworkError, NoReceipt, read},
};

use crate::world::{message, phone, sender};

/// A receipt with this text and no parameters.
fn with_text(text: &str) -> Message {
    let mut message = message("");
    (message.source, message.destination) = (phone(), sender());
    message.esm_class = 0x04;
    message.body = text.as_bytes().to_vec().into();
    message
}

fn read_text(text: &str) -> Result<Receipt, NoReceipt> {
    read(&with_text(text), MessageIds::AsIs)
}

#[rstest]
#[case::appendix_b(
    "id:0123456789 sub:001 dlvrd:001 submit date:2611011200 done date:2611011201 stat:DELIVRD err:000 text:hello",
    "0123456789",
    MessageState::Delivered,
    Some("000"),
    Some("2611011201")
)]
#[case::seconds(
    "id:4711 sub:001 dlvrd:000 submit date:261101120000 done date:261101120105 stat:EXPIRED err:027 text:",
    "4711",
    MessageState::Expired,
    Some("027"),
    Some("261101120105")
)]
#[case::upper_case(
    "ID:4711 SUB:001 DLVRD:001 SUBMIT DATE:2611011200 DONE DATE:2611011201 STAT:UNDELIV ERR:1 TEXT:",
    "4711",
    MessageState::Undeliverable,
    Some("1"),
    Some("2611011201")
)]
#[case::spaces_after_colons(
    "Id: 4711 Submit Date: 2611011200 Done Date: 2611011201 Stat: REJECTD Err: 69",
    "4711",
    MessageState::Rejected,
    Some("69"),
    Some("2611011201")
)]
#[case::underscores_and_other_order(
    "stat:ACCEPTD done_date:2611011201 submit_date:2611011200 err:0 id:f3c1-22_a@b",
    "f3c1-22_a@b",
    MessageState::Accepted,
    Some("0"),
    Some("2611011201")
)]
#[case::id_in_gsm7(
    "id:f3c1-22\x11a\x00b stat:DELIVRD err:000",
    "f3c1-22_a@b",
    MessageState::Delivered,
    Some("000"),
    None
)]
#[case::only_what_is_needed("id:4711 stat:DELIVERED", "4711", MessageState::Delivered, None, None)]
#[case::commas("id:4711,stat:FAILED,err:5", "4711", MessageState::Undeliverable, Some("5"), None)]
#[case::lines("id:4711\r\nstat:ENROUTE\r\nerr:0\r\n", "4711", MessageState::Enroute, Some("0"), None)]
#[case::long_names(
    "message_id:4711 status:Undeliverable error:3",
    "4711",
    MessageState::Undeliverable,
    Some("3"),
    None
)]
#[case::unknown_word("id:4711 stat:WHATEVR err:000", "4711", MessageState::Unknown, Some("000"), None)]
#[case::empty_error("id:4711 err: stat:DELETED text:", "4711", MessageState::Deleted, None, None)]
#[case::quoted_message_lies(
    "id:4711 stat:UNDELIV text:id:666 stat:DELIVRD err:9",
    "4711",
    MessageState::Undeliverable,
    None,
    None
)]
#[case::first_counts("id:4711 id:666 stat:EXPIRED stat:DELIVRD", "4711", MessageState::Expired, None, None)]
fn spellings(
    #[case] text: &str,
    #[case] id: &str,
    #[case] state: MessageState,
    #[case] error: Option<&str>,
    #[case] done: Option<&str>,
) {
    let receipt = read_text(text).expect("a receipt");
    assert_eq!((receipt.message_id.as_str(), receipt.state), (id, state));
    assert_eq!((receipt.error.as_deref(), receipt.done.as_deref()), (error, done));
    assert_eq!((receipt.recipient, receipt.sender), (phone(), sender()));
}

#[rstest]
#[case("")]
#[case("hello")]
#[case("id:4711")]
#[case("stat:DELIVRD")]
#[case("id: stat:DELIVRD")]
#[case("text:id:4711 stat:DELIVRD")]
#[case(&format!("id:{} stat:DELIVRD", "9".repeat(65)))]
fn unreadable(#[case] text: &str) {
    assert_eq!(read_text(text), Err(NoReceipt::Unreadable));
}

#[rstest]
#[case::message(0x00, Err(NoReceipt::OtherKind))]
#[case::receipt(0x04, Ok(false))]
#[case::receipt_with_mode(0x07, Ok(false))]
#[case::delivery_acknowledgement(0x08, Err(NoReceipt::OtherKind))]
#[case::manual_acknowledgement(0x10, Err(NoReceipt::OtherKind))]
#[case::conversation_abort(0x18, Err(NoReceipt::OtherKind))]
#[case::intermediate(0x20, Ok(true))]
fn only_when_esm_class_says_so(#[case] esm_class: u8, #[case] intermediate: Result<bool, NoReceipt>) {
    let mut message = with_text("id:4711 stat:DELIVRD");
    message.esm_class = esm_class;
    let read = read(&message, MessageIds::AsIs).map(|receipt| receipt.intermediate);
    assert_eq!(read, intermediate);
}

#[test]
fn parameters_win_over_text() {
    let mut message = with_text("id:666 stat:DELIVRD err:000");
    message.tlvs.push(tag::RECEIPTED_MESSAGE_ID, &b"4711\0"[..]);
    message.tlvs.push(tag::MESSAGE_STATE, &[5][..]);
    message.tlvs.push(tag::NETWORK_ERROR_CODE, &[3, 0, 27][..]);
    let receipt = read(&message, MessageIds::AsIs).expect("a receipt");
    assert_eq!((receipt.message_id.as_str(), receipt.state), ("4711", MessageState::Undeliverable));
    assert_eq!(receipt.network_error, Some(NetworkError { network: 3, code: 27 }));
}

#[rstest]
#[case::id_without_nul(&b"4711"[..], &[2][..], "4711", MessageState::Delivered)]
#[case::empty_id(&b"\0"[..], &[2][..], "1", MessageState::Delivered)]
#[case::state_of_two_octets(&b"4711\0"[..], &[0, 2][..], "4711", MessageState::Rejected)]
#[case::unknown_state(&b"4711\0"[..], &[99][..], "4711", MessageState::Unknown)]
fn sloppy_parameters(
    #[case] id: &'static [u8],
    #[case] state: &'static [u8],
    #[case] read_id: &str,
    #[case] read_state: MessageState,
) {
    let mut message = with_text("id:1 stat:REJECTD");
    message.tlvs.push(tag::RECEIPTED_MESSAGE_ID, id);
    message.tlvs.push(tag::MESSAGE_STATE, state);
    let receipt = read(&message, MessageIds::AsIs).expect("a receipt");
    assert_eq!((receipt.message_id.as_str(), receipt.state), (read_id, read_state));
}

#[rstest]
#[case::as_is(MessageIds::AsIs, "1A2B", Some("1A2B"), "9", "1A2B", "1A2B")]
#[case::as_is_keeps_zeros(MessageIds::AsIs, "007", None, "007", "007", "007")]
#[case::hex(MessageIds::HexInResponse, "1A2B", None, "6699", "6699", "6699")]
#[case::hex_small_letters(MessageIds::HexInResponse, "1a2b", None, "6699", "6699", "6699")]
#[case::hex_zeros(MessageIds::HexInResponse, "00001A2B", None, "0000006699", "6699", "6699")]
#[case::hex_only_digits(MessageIds::HexInResponse, "10", None, "16", "16", "16")]
#[case::hex_zero(MessageIds::HexInResponse, "0", None, "000", "0", "0")]
#[case::hex_parameter_as_response(MessageIds::HexInResponse, "1A2B", Some("1A2B"), "6699", "6699", "6699")]
#[case::no_number_stays(MessageIds::HexInResponse, "a-uuid", None, "a-uuid", "a-uuid", "a-uuid")]
fn message_ids(
    #[case] ids: MessageIds,
    #[case] response: &str,
    #[case] parameter: Option<&'static str>,
    #[case] text: &str,
    #[case] canonical_response: &str,
    #[case] canonical_receipt: &str,
) {
    let mut message = with_text(&format!("id:{text} stat:DELIVRD"));
    if let Some(id) = parameter {
        message.tlvs.push(tag::RECEIPTED_MESSAGE_ID, id.as_bytes());
    }
    let receipt = read(&message, ids).expect("a receipt");
    assert_eq!(ids.of_response(response), canonical_response);
    assert_eq!(receipt.message_id, canonical_receipt);
}

#[test]
fn a_hexadecimal_parameter_alone_is_known_by_its_letters() {
    let mut message = with_text("stat:DELIVRD");
    message.tlvs.push(tag::RECEIPTED_MESSAGE_ID, &b"1A2B\0"[..]);
    let receipt = read(&message, MessageIds::HexInResponse).expect("a receipt");
    assert_eq!(receipt.message_id, "6699");
}

fn state() -> impl Strategy<Value = MessageState> {
    prop::sample::select(MessageState::ALL.to_vec())
}

fn form() -> impl Strategy<Value = Form> {
    prop::sample::select(vec![Form::Text, Form::Parameters, Form::Both])
}

proptest! {
    #[test]
    fn what_is_written_is_read(id in "[!-9;-~]{1,64}", state in state(), form in form(), code: u16) {
        prop_assume!(!id.contains([',', ';', '|']));
        let mut receipt = Receipt::new(&id, state, phone(), sender());
        if form != Form::Parameters {
            receipt.error = Some("042".to_owned());
            receipt.submitted = Some("2611011200".to_owned());
            receipt.done = Some("261101120105".to_owned());
        }
        if form != Form::Text {
            receipt.network_error = Some(NetworkError { network: 3, code });
        }
        prop_assert_eq!(read(&receipt.write(form), MessageIds::AsIs), Ok(receipt));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?i)((id|stat|err|done date|text|[a-z]{1,4})[: ]{0,3}[a-z0-9]{0,6}[ ,]?){0,20}") {
        let read = read_text(&text);
        prop_assert!(read.is_ok() || read == Err(NoReceipt::Unreadable));
    }
}

#[test]
fn hostile_texts_are_not_searched_to_their_end() {
    let text = format!("{} id:4711 stat:DELIVRD", "id:".repeat(400));
    assert_eq!(read_text(&text), Err(NoReceipt::Unreadable));
}

/// PostgreSQL's text holds no NUL: one receipt would have kept those that came with it from being written down.
#[test]
fn an_id_with_what_no_id_can_hold_is_none() {
    for text in ["id:47\u{0}11 stat:DELIVRD", "id:\u{0} stat:DELIVRD"] {
        let mut receipt = with_text("");
        (receipt.data_coding, receipt.body) = (8, text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        assert_eq!(read(&receipt, MessageIds::AsIs), Err(NoReceipt::Unreadable), "{text:?}");
    }
}
