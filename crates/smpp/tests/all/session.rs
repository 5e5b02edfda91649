//! The session as tables: in this state, this happens; then these PDUs go out and these events come.

use bytes::BytesMut;
use rstest::rstest;
use smpp::{
    Status,
    session::{CloseReason, Config, Event, Outcome, Session},
};

use crate::{
    wire::{named, names, raw},
    world::{bind, message},
};

const CONFIG: Config = Config {
    window_max: 2,
    pending_max: 2,
    response_timeout_ms: 1_000,
    bind_timeout_ms: 2_000,
    enquire_link_ms: 5_000,
    drain_timeout_ms: 3_000,
};

/// A session with what it has said so far.
struct Subject {
    session: Session<&'static str>,
    events: Vec<Event<&'static str>>,
    now_ms: i64,
}

impl Subject {
    /// A session in the state with this name. Its own PDUs before are forgotten; its next sequence number is 2 (1 for a
    /// server).
    fn in_state(name: &str) -> Subject {
        let (role, state) = name.split_once(' ').expect("role and state");
        let session = match role {
            "client" => Session::client(CONFIG, &bind(), 0),
            _ => Session::server(CONFIG, 0),
        };
        let mut subject = Subject { session, events: Vec::new(), now_ms: 0 };
        match (role, state) {
            (_, "new") => {}
            ("client", _) => subject.receive(&named("bind_transceiver_resp", 1, 0)),
            (_, "deciding") => subject.receive(&named("bind_transceiver", 1, 0)),
            (_, "transmitter") => subject.bound_as("bind_transmitter"),
            (_, "receiver") => subject.bound_as("bind_receiver"),
            _ => subject.bound_as("bind_transceiver"),
        }
        match state {
            "sent" | "draining" => subject.send("a"),
            "full" => ["a", "b"].into_iter().for_each(|tag| subject.send(tag)),
            "asked" => {
                let request = if role == "client" { "deliver_sm" } else { "submit_sm" };
                (5..=6).for_each(|sequence| subject.receive(&named(request, sequence, 0)));
            }
            _ => {}
        }
        if matches!(state, "draining" | "unbinding") {
            subject.session.close(0, &mut subject.events);
        }
        subject.said();
        subject
    }

    fn bound_as(&mut self, bind: &str) {
        self.receive(&named(bind, 1, 0));
        self.session.answer_bind(Ok("smsc"), &mut self.events);
    }

    fn send(&mut self, tag: &'static str) {
        if let Err((reason, tag)) = self.session.request(&message("hi"), tag, self.now_ms) {
            panic!("{tag} was not sent: {reason:?}");
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        let mut input = BytesMut::from(bytes);
        self.session.receive(&mut input, self.now_ms, &mut self.events);
        assert!(input.is_empty(), "whole PDUs are taken whole");
    }

    /// What happens, in words: `< submit_sm#7/8` receives, `at 1000` lets time pass, `answer 5` and `refuse 5` answer a
    /// request, and so on.
    fn does(&mut self, what: &str) {
        let (verb, object) = what.split_once(' ').unwrap_or((what, ""));
        let number = || object.parse().expect("a number");
        match verb {
            "<" => {
                let (name, number) = object.split_once('#').expect("name and number");
                let (number, status) = number.split_once('/').unwrap_or((number, "0"));
                let (number, status) = (number.parse().expect("number"), status.parse().expect("status"));
                self.receive(&named(name, number, status));
            }
            "at" => {
                self.now_ms = object.parse().expect("milliseconds");
                self.session.poll(self.now_ms, &mut self.events);
            }
            "answer" => self.session.answer(number(), Ok("4711"), self.now_ms),
            "refuse" => self.session.answer(number(), Err(Status::THROTTLED), self.now_ms),
            "forget" => self.session.forget(number(), self.now_ms),
            "accept" => self.session.answer_bind(Ok("smsc"), &mut self.events),
            "reject" => self.session.answer_bind(Err(Status::INVALID_PASSWORD), &mut self.events),
            "send" => match self.session.request(&message("hi"), "new", self.now_ms) {
                Ok(_) => {}
                Err((reason, tag)) => panic!("{tag} was not sent: {reason:?}"),
            },
            "close" => self.session.close(self.now_ms, &mut self.events),
            "lost" => self.session.lost(&mut self.events),
            other => panic!("nothing is called {other}"),
        }
    }

    /// What it has said since it was last asked: PDUs, then events.
    fn said(&mut self) -> String {
        let mut said = names(self.session.outgoing());
        said.extend(self.events.drain(..).map(|event| match event {
            Event::Bound { .. } => "bound".to_owned(),
            Event::BindRequested { mode, .. } => format!("bind? {mode:?}"),
            Event::Requested { sequence, .. } => format!("request#{sequence}"),
            Event::Answered { tag, outcome: Outcome::Accepted { message_id } } => {
                format!("{tag} accepted {message_id}")
            }
            Event::Answered { tag, outcome: Outcome::Refused(status) } => {
                format!("{tag} refused {:#x}", status.0)
            }
            Event::Answered { tag, outcome: Outcome::Unconfirmed } => format!("{tag} unconfirmed"),
            Event::Closed(reason) => format!("closed {reason:?}"),
        }));
        said.join(", ")
    }
}

#[rstest]
// The client binds.
#[case("client new", "< bind_transceiver_resp#1", "bound")]
#[case("client new", "< bind_transceiver_resp#9", "")]
#[case("client new", "< bind_transceiver_resp#1/14", "closed BindRefused(ESME_RINVPASWD (0x0000000E))")]
#[case("client new", "< generic_nack#1/3", "closed BindRefused(ESME_RINVCMDID (0x00000003))")]
#[case("client new", "< deliver_sm#7", "DeliverSmResp#7/0x64")]
#[case("client new", "< enquire_link#7", "EnquireLinkResp#7")]
#[case("client new", "at 1999", "")]
#[case("client new", "at 2000", "closed BindTimedOut")]
#[case("client new", "close", "closed Unbound")]
#[case("client new", "lost", "closed Lost")]
// The client is bound.
#[case("client bound", "send", "SubmitSm#2")]
#[case("client bound", "< deliver_sm#7", "request#7")]
#[case("client bound", "< enquire_link#7", "EnquireLinkResp#7")]
#[case("client bound", "< enquire_link_resp#7", "")]
#[case("client bound", "< bind_transceiver_resp#1", "")]
#[case("client bound", "< submit_sm#7", "GenericNack#7/0x3")]
#[case("client bound", "< query_sm#7", "GenericNack#7/0x3")]
#[case("client bound", "< bind_transceiver#7", "GenericNack#7/0x3")]
#[case("client bound", "< submit_sm_resp#7", "")]
#[case("client bound", "< generic_nack#7/3", "")]
#[case("client bound", "< unbind#7", "UnbindResp#7, closed PeerUnbound")]
#[case("client bound", "at 4999", "")]
#[case("client bound", "at 5000", "EnquireLink#2")]
#[case("client bound", "close", "Unbind#2")]
#[case("client bound", "lost", "closed Lost")]
#[case("client bound", "answer 5", "")]
// A submit is on its way.
#[case("client sent", "< submit_sm_resp#2", "a accepted 4711")]
#[case("client sent", "< submit_sm_resp#2/88", "a refused 0x58")]
#[case("client sent", "< submit_sm_resp#3", "")]
#[case("client sent", "< deliver_sm_resp#2", "")]
#[case("client sent", "< generic_nack#2/3", "a refused 0x3")]
#[case("client sent", "< generic_nack#2", "a refused 0xff")]
#[case("client sent", "at 999", "")]
#[case("client sent", "at 1000", "a unconfirmed")]
#[case("client sent", "close", "")]
#[case("client sent", "lost", "a unconfirmed, closed Lost")]
#[case("client sent", "< unbind#7", "UnbindResp#7, a unconfirmed, closed PeerUnbound")]
#[case("client full", "at 1000", "a unconfirmed, b unconfirmed")]
#[case("client full", "< submit_sm_resp#3", "b accepted 4711")]
// Receipts wait for the owner.
#[case("client asked", "answer 6", "DeliverSmResp#6")]
#[case("client asked", "refuse 6", "DeliverSmResp#6/0x58")]
#[case("client asked", "forget 6", "")]
#[case("client asked", "answer 7", "")]
#[case("client asked", "< deliver_sm#7", "DeliverSmResp#7/0x64")]
// The client closes.
#[case("client draining", "< submit_sm_resp#2", "Unbind#3, a accepted 4711")]
#[case("client draining", "< deliver_sm#7", "DeliverSmResp#7/0x64")]
#[case("client draining", "at 1000", "Unbind#3, a unconfirmed")]
#[case("client draining", "close", "")]
#[case("client unbinding", "< unbind_resp#2", "closed Unbound")]
#[case("client unbinding", "< unbind_resp#9", "")]
#[case("client unbinding", "< unbind#7", "UnbindResp#7, closed Unbound")]
#[case("client unbinding", "< generic_nack#2/3", "closed Unbound")]
#[case("client unbinding", "at 1000", "closed Unbound")]
#[case("client unbinding", "lost", "closed Unbound")]
// A server waits for a bind.
#[case("server new", "< bind_transceiver#1", "bind? Transceiver")]
#[case("server new", "< bind_transmitter#1", "bind? Transmitter")]
#[case("server new", "< bind_receiver#1", "bind? Receiver")]
#[case("server new", "< submit_sm#7", "SubmitSmResp#7/0x4")]
#[case("server new", "< enquire_link#7", "EnquireLinkResp#7")]
#[case("server new", "< unbind#7", "UnbindResp#7, closed PeerUnbound")]
#[case("server new", "accept", "")]
#[case("server new", "at 2000", "closed BindTimedOut")]
#[case("server deciding", "accept", "BindTransceiverResp#1")]
#[case("server deciding", "reject", "BindTransceiverResp#1/0xe, closed BindRefused(ESME_RINVPASWD (0x0000000E))")]
#[case("server deciding", "< submit_sm#7", "SubmitSmResp#7/0x4")]
#[case("server deciding", "< bind_transceiver#7", "BindTransceiverResp#7/0x5")]
#[case("server deciding", "at 2000", "closed BindTimedOut")]
#[case("server deciding", "close", "closed Unbound")]
// A server is bound.
#[case("server bound", "< submit_sm#7", "request#7")]
#[case("server bound", "< deliver_sm#7", "GenericNack#7/0x3")]
#[case("server bound", "< bind_transceiver#7", "BindTransceiverResp#7/0x5")]
#[case("server bound", "< submit_sm_resp#1", "")]
#[case("server bound", "send", "DeliverSm#1")]
#[case("server bound", "at 5000", "EnquireLink#1")]
#[case("server bound", "close", "Unbind#1")]
#[case("server sent", "< deliver_sm_resp#1", "a accepted ")]
#[case("server sent", "< deliver_sm_resp#1/100", "a refused 0x64")]
#[case("server transmitter", "< submit_sm#7", "request#7")]
#[case("server receiver", "< submit_sm#7", "SubmitSmResp#7/0x4")]
#[case("server receiver", "send", "DeliverSm#1")]
#[case("server asked", "answer 5", "SubmitSmResp#5")]
#[case("server asked", "refuse 5", "SubmitSmResp#5/0x58")]
#[case("server asked", "< submit_sm#7", "SubmitSmResp#7/0x58")]
#[case("server asked", "close", "")]
#[case("server unbinding", "< submit_sm#7", "SubmitSmResp#7/0x58")]
fn table(#[case] state: &str, #[case] what: &str, #[case] then: &str) {
    let mut subject = Subject::in_state(state);
    subject.does(what);
    assert_eq!(subject.said(), then);
}

#[rstest]
#[case::dead_link("client bound", &["at 5000", "at 5999", "at 6000"], "EnquireLink#2, closed Silent")]
#[case::life("client bound", &["at 5000", "< enquire_link_resp#2", "at 6000"], "EnquireLink#2")]
#[case::any_sign("client bound", &["at 5000", "< deliver_sm#7", "at 6000"], "EnquireLink#2, request#7")]
#[case::late("client sent", &["at 1000", "< submit_sm_resp#2"], "a unconfirmed")]
#[case::place_freed("client full", &["at 1000", "send"], "SubmitSm#4, a unconfirmed, b unconfirmed")]
#[case::drain_times_out("client asked", &["close", "at 2999", "at 3000"], "Unbind#2")]
#[case::drained_by_answers("client asked", &["close", "answer 5", "answer 6"], "DeliverSmResp#5, DeliverSmResp#6, Unbind#2")]
#[case::drained_by_silence("client asked", &["close", "forget 5", "forget 6"], "Unbind#2")]
#[case::answered_once("server asked", &["answer 5", "answer 5"], "SubmitSmResp#5")]
#[case::same_number_twice("server bound", &["< submit_sm#7", "< submit_sm#7"], "SubmitSmResp#7/0x58, request#7")]
#[case::closed_is_closed("client bound", &["lost", "< enquire_link#7", "at 9000", "close", "lost"], "closed Lost")]
fn sequences(#[case] state: &str, #[case] what: &[&str], #[case] then: &str) {
    let mut subject = Subject::in_state(state);
    what.iter().for_each(|what| subject.does(what));
    assert_eq!(subject.said(), then);
}

#[rstest]
#[case("client new")]
#[case("client full")]
#[case("client draining")]
#[case("client unbinding")]
#[case("server new")]
#[case("server deciding")]
#[case("server transmitter")]
fn requests_that_may_not_go_are_given_back(#[case] state: &str) {
    let mut subject = Subject::in_state(state);
    let refused = subject.session.request(&message("hi"), "new", 0).expect_err("it may not go");
    assert_eq!((refused.1, subject.said().as_str()), ("new", ""));
}

/// The session goes on after each of these, and the next PDU is read.
#[rstest]
#[case::unknown_request(raw(0x0000_0ABC, 7, 0, b"what"), "GenericNack#7/0x3")]
#[case::unknown_response(raw(0x8000_0ABC, 7, 0, b"what"), "")]
#[case::outbind(raw(0x0B, 7, 0, b"smsc\0secret\0"), "")]
#[case::no_body(raw(0x05, 7, 0, b""), "GenericNack#7/0x2")]
#[case::cut_body(raw(0x05, 7, 0, b"\0\x01\x01123\0\x01\x01456\0\0"), "GenericNack#7/0x2")]
#[case::too_long_address(raw(0x05, 7, 0, &[b'1'; 100]), "GenericNack#7/0x2")]
#[case::message_longer_than_pdu(
    raw(0x05, 7, 0, b"\0\x01\x01123\0\x01\x01456\0\x04\0\0\0\0\0\0\0\0\xFFshort"),
    "GenericNack#7/0x2"
)]
#[case::response_without_body(raw(0x8000_0004, 2, 0, b""), "a accepted ")]
#[case::response_without_nul(raw(0x8000_0004, 2, 0, b"4711"), "a accepted 4711")]
#[case::body_where_none_is(raw(0x15, 7, 0, b"surprise"), "EnquireLinkResp#7")]
fn a_bad_pdu_costs_only_itself(#[case] bad: bytes::Bytes, #[case] then: &str) {
    let mut subject = Subject::in_state("client sent");
    subject.receive(&[bad.as_ref(), &named("enquire_link", 8, 0)].concat());
    let (said, next) = (subject.said(), "EnquireLinkResp#8");
    let mut expected: Vec<&str> = then.split(", ").filter(|word| !word.is_empty()).collect();
    let pdus = expected.iter().filter(|word| word.contains('#')).count();
    expected.insert(pdus, next);
    assert_eq!(said, expected.join(", "));
}

#[rstest]
#[case::shorter_than_a_header(15)]
#[case::zero(0)]
#[case::over_64_kib(64 * 1_024 + 1)]
#[case::enormous(u32::MAX)]
fn a_length_that_cannot_be_followed_closes(#[case] length: u32) {
    let mut subject = Subject::in_state("client bound");
    subject.receive(&[&length.to_be_bytes()[..], &[0; 12]].concat());
    assert_eq!(subject.said(), "GenericNack#0/0x2, closed Malformed");
}

#[test]
fn bytes_may_come_one_by_one() {
    let mut subject = Subject::in_state("client bound");
    let mut input = BytesMut::new();
    for byte in named("deliver_sm", 7, 0) {
        assert_eq!(subject.said(), "");
        input.extend_from_slice(&[byte]);
        subject.session.receive(&mut input, 0, &mut subject.events);
    }
    assert_eq!(subject.said(), "request#7");
}

#[rstest]
#[case("client new", Some(2_000))]
#[case("client bound", Some(5_000))]
#[case("client sent", Some(1_000))]
#[case("client draining", Some(1_000))]
#[case("server new", Some(2_000))]
#[case("server deciding", Some(2_000))]
fn the_next_deadline(#[case] state: &str, #[case] due_ms: Option<i64>) {
    assert_eq!(Subject::in_state(state).session.next_deadline_ms(), due_ms);
}

#[test]
fn a_closed_session_has_no_deadline() {
    let mut subject = Subject::in_state("client bound");
    subject.session.lost(&mut subject.events);
    assert_eq!(subject.events, [Event::Closed(CloseReason::Lost)]);
    assert_eq!(subject.session.next_deadline_ms(), None);
}

#[test]
fn an_id_that_does_not_fit_is_a_system_error() {
    for id in ["x".repeat(65).as_str(), "日本", "a\0b"] {
        let mut subject = Subject::in_state("server asked");
        subject.session.answer(5, Ok(id), 0);
        assert_eq!(subject.said(), "SubmitSmResp#5/0x8");
    }
}
