//! An SMPP session, as client and as server, before a peer that sends whatever it likes: it keeps its windows, does not
//! care where the stream is cut, and comes to an end.

use bytes::{Bytes, BytesMut};
use smpp::{
    Bind, MessageIds, receipt,
    session::{Config, Event, Session},
};

const CONFIG: Config = Config {
    window_max: 3,
    pending_max: 3,
    response_timeout_ms: 1_000,
    bind_timeout_ms: 2_000,
    enquire_link_ms: 5_000,
    drain_timeout_ms: 3_000,
};
/// No session that is polled at its deadlines needs more of them to give a silent peer up.
const DEADLINES_MAX: usize = 100;

/// A `bind_transceiver` and an answer to one, both with sequence number 1.
const BIND: &[u8] = b"\0\0\0\x17\0\0\0\x09\0\0\0\0\0\0\0\x01\0\0\0\x34\0\0\0";
const BOUND: &[u8] = b"\0\0\0\x15\x80\0\0\x09\0\0\0\0\0\0\0\x01smsc\0";

/// The first byte says which side this is, bound or not, and how the stream is cut; the rest is the stream.
pub fn holds(bytes: &[u8]) {
    let Some((&first, stream)) = bytes.split_first() else { return };
    let begin = || Talk::begin(first & 1 == 0, first & 2 == 0);
    let whole = begin().hear(stream, stream.len().max(1));
    let mut talk = begin();
    assert_eq!(whole, talk.hear(stream, usize::from(first >> 2) + 1), "cuts do not matter");
    talk.ends();
}

struct Talk {
    session: Session<u32>,
    input: BytesMut,
}

impl Talk {
    fn begin(client: bool, bound: bool) -> Talk {
        let bind = Bind::new("tegata", "secret", "").expect("it fits");
        let session = if client { Session::client(CONFIG, &bind, 0) } else { Session::server(CONFIG, 0) };
        let mut talk = Talk { session, input: BytesMut::new() };
        if bound {
            talk.hear(if client { BOUND } else { BIND }, usize::MAX);
            talk.session.answer_bind(Ok("smsc"), &mut Vec::new());
        }
        talk
    }

    /// Takes a stream in parts of so many bytes; what happened, and what was written.
    fn hear(&mut self, stream: &[u8], cut: usize) -> (Vec<Event<u32>>, Bytes) {
        let (mut events, mut written) = (Vec::new(), BytesMut::new());
        for part in stream.chunks(cut) {
            self.input.extend_from_slice(part);
            self.session.receive(&mut self.input, 0, &mut events);
            written.extend_from_slice(&self.session.outgoing().split());
            assert!(self.session.outstanding() <= CONFIG.window_max && self.session.pending() <= CONFIG.pending_max);
        }
        events.iter().for_each(is_readable);
        (events, written.freeze())
    }

    /// A peer that says nothing more is given up, deadline after deadline.
    fn ends(mut self) {
        let (mut now_ms, mut events) = (0, Vec::new());
        for _ in 0..DEADLINES_MAX {
            let Some(due_ms) = self.session.next_deadline_ms() else { return };
            assert!(due_ms > now_ms, "a poll leaves no deadline behind");
            now_ms = due_ms;
            self.session.poll(now_ms, &mut events);
            self.session.outgoing().clear();
        }
        assert!(self.session.next_deadline_ms().is_none(), "a silent peer is given up");
    }
}

/// Reading is total, whatever was taken.
fn is_readable(event: &Event<u32>) {
    if let Event::Requested { message, .. } = event {
        assert!(message.text().is_none_or(|text| text.chars().count() <= message.body.len()));
        assert!(message.part().is_none_or(|part| (1..=part.total).contains(&part.number)));
        // A receipt or not: either is read without a fault.
        let _read = receipt::read(message, MessageIds::AsIs);
    }
}
