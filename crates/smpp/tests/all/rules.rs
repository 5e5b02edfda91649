//! Statuses, back-off, validity: small pure rules as tables.

use bytes::BytesMut;
use proptest::prelude::*;
use rstest::rstest;
use smpp::{
    Address, Bind, Class, Message, Status,
    backoff::{After, backoff_ms},
    session::{Config, Event, Session},
    status,
};

use crate::{
    wire::named,
    world::{bind, message},
};

#[rstest]
#[case(0x00, "ESME_ROK", Class::Ok)]
#[case(0x04, "ESME_RINVBNDSTS", Class::Session)]
#[case(0x08, "ESME_RSYSERR", Class::Transient)]
#[case(0x0A, "ESME_RINVSRCADR", Class::Sender)]
#[case(0x0B, "ESME_RINVDSTADR", Class::Number)]
#[case(0x0E, "ESME_RINVPASWD", Class::Credentials)]
#[case(0x14, "ESME_RMSGQFUL", Class::Transient)]
#[case(0x45, "ESME_RSUBMITFAIL", Class::Vendor)]
#[case(0x58, "ESME_RTHROTTLED", Class::Throttled)]
#[case(0x65, "ESME_RX_P_APPN", Class::Rejected)]
#[case(0xC3, "ESME_RMISSINGOPTPARAM", Class::OurBug)]
#[case(0x101, "ESME_RPROHIBITED", Class::Rejected)]
#[case(0x400, "vendor", Class::Vendor)]
fn statuses(#[case] code: u32, #[case] name: &str, #[case] class: Class) {
    assert_eq!((Status(code).name(), Status(code).class()), (name, class));
}

#[test]
fn the_table_of_statuses_is_in_order() {
    assert!(status::TABLE.is_sorted_by(|before, after| before.0 < after.0), "it is searched by halves");
}

#[rstest]
#[case(After::Lost, 0, 0, 250)]
#[case(After::Lost, 0, u32::MAX, 499)]
#[case(After::Lost, 3, 0, 2_000)]
#[case(After::Lost, 100, u32::MAX, 29_999)]
#[case(After::Refused, 0, 0, 30_000)]
#[case(After::Refused, 100, u32::MAX, 899_999)]
fn backoffs(#[case] after: After, #[case] attempt: u32, #[case] random: u32, #[case] ms: i64) {
    assert_eq!(backoff_ms(after, attempt, random), ms);
}

/// What a server reads of what a client submits.
fn over_the_wire(message: &Message) -> Message {
    let mut events = Vec::new();
    let mut client = Session::client(Config::default(), &bind(), 0);
    client.receive(&mut BytesMut::from(&named("bind_transceiver_resp", 1, 0)[..]), 0, &mut events);
    client.request(message, (), 0).expect("it is bound");
    let mut server = Session::server(Config::default(), 0);
    let mut wire = client.outgoing().split();
    let bind = wire.split_to(usize::from(u16::from_be_bytes([wire[2], wire[3]])));
    server.receive(&mut BytesMut::from(&bind[..]), 0, &mut events);
    server.answer_bind(Ok("smsc"), &mut events);
    server.receive(&mut wire, 0, &mut events);
    match events.pop() {
        Some(Event::Requested { message, .. }) => message,
        other => panic!("a submit comes, not {other:?}"),
    }
}

#[rstest]
#[case(600_000, 600_000)]
#[case(1, 1_000)]
#[case(1_001, 2_000)]
#[case(3_723_000, 3_723_000)]
#[case(i64::MAX, 30 * 86_400_000)]
fn validity(#[case] asked_ms: i64, #[case] read_ms: i64) {
    let read = over_the_wire(&message("hi").valid_for_ms(asked_ms));
    assert_eq!(read.validity_ms, Some(read_ms));
}

proptest! {
    #[test]
    fn a_message_survives_the_wire(
        body in prop::collection::vec(any::<u8>(), 0..600),
        (esm_class, registered_delivery, data_coding) in any::<(u8, u8, u8)>(),
        tlvs in prop::collection::vec((0x1400_u16..0x3FFF, prop::collection::vec(any::<u8>(), 0..40)), 0..4),
        number in "[0-9]{0,20}",
    ) {
        let mut sent = message("");
        sent.destination = Address::international(&number).expect("it fits");
        (sent.esm_class, sent.registered_delivery, sent.data_coding) = (esm_class, registered_delivery, data_coding);
        sent.body = body.into();
        for (tag, value) in tlvs {
            sent.tlvs.push(tag, value);
        }
        prop_assert!(over_the_wire(&sent) == sent);
    }
}

#[test]
fn fields_that_do_not_fit_are_refused() {
    assert!(Bind::new("fifteen-octets!", "8-octets", "12-octets-at").is_ok());
    assert!(Bind::new("sixteen octets!!", "secret", "").is_err());
    assert!(Bind::new("tegata", "9 octets!", "").is_err());
    assert!(Bind::new("tegata", "nul\0", "").is_err());
    assert!(Address::international(&"1".repeat(21)).is_err());
    assert!(Address::alphanumeric("テガタ").is_err());
    assert_eq!(Address::international("+81").expect("it fits").as_str(), "81");
}
