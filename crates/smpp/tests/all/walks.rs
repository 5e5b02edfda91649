//! Random walks through the session: whatever comes in whatever order, its promises hold.

use std::collections::HashSet;

use bytes::{Bytes, BytesMut};
use proptest::{collection::vec, prelude::*};
use smpp::{
    MessageIds, Status, receipt,
    session::{Config, Event, Session},
};

use crate::{
    wire::{named, names, raw},
    world::{bind, message},
};

const CONFIG: Config = Config {
    window_max: 3,
    pending_max: 3,
    response_timeout_ms: 1_000,
    bind_timeout_ms: 2_000,
    enquire_link_ms: 5_000,
    drain_timeout_ms: 3_000,
};

#[derive(Debug, Clone)]
enum Step {
    Receive(Bytes),
    Pass(i64),
    Send,
    Answer(u32),
    Forget(u32),
    AnswerBind(bool),
    Close,
    Lost,
}

const NAMES: [&str; 14] = [
    "bind_transceiver",
    "bind_transmitter",
    "bind_receiver",
    "bind_transceiver_resp",
    "submit_sm",
    "submit_sm_resp",
    "deliver_sm",
    "deliver_sm_resp",
    "query_sm",
    "enquire_link",
    "enquire_link_resp",
    "unbind_resp",
    "generic_nack",
    "unbind",
];

fn pdu() -> impl Strategy<Value = Bytes> {
    // Unbinds end a walk, so they are rare: the last names in the list.
    let index = prop_oneof![20 => 0..12_usize, 1 => 12..NAMES.len()];
    (index, 0..12_u32, prop_oneof![4 => Just(0_u32), 1 => Just(0x58)])
        .prop_map(|(index, sequence, status)| named(NAMES[index], sequence, status))
}

/// Commands that exist, with bodies that make no sense.
fn nonsense() -> impl Strategy<Value = Bytes> {
    let command = prop_oneof![
        prop::sample::select(vec![1, 2, 4, 5, 9, 0x103, 0x8000_0001, 0x8000_0004, 0x8000_0005, 0x8000_0009]),
        any::<u32>(),
    ];
    (command, any::<u32>(), any::<u32>(), vec(any::<u8>(), 0..300))
        .prop_map(|(command, sequence, status, body)| raw(command, sequence, status, &body))
}

/// A `submit_sm` or `deliver_sm` with one octet changed: nearly right.
fn nearly() -> impl Strategy<Value = Bytes> {
    let whole = prop::sample::select(vec!["submit_sm", "deliver_sm", "bind_transceiver"]);
    (whole, 16..60_usize, any::<u8>()).prop_map(|(name, at, octet)| {
        let mut bytes = named(name, 7, 0).to_vec();
        let last = bytes.len() - 1;
        bytes[at.min(last)] = octet;
        bytes.into()
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => pdu().prop_map(Step::Receive),
        2 => nonsense().prop_map(Step::Receive),
        2 => nearly().prop_map(Step::Receive),
        6 => (0..700_i64).prop_map(Step::Pass),
        8 => Just(Step::Send),
        4 => (0..12_u32).prop_map(Step::Answer),
        1 => (0..12_u32).prop_map(Step::Forget),
        2 => any::<bool>().prop_map(Step::AnswerBind),
        1 => Just(Step::Close),
        1 => Just(Step::Lost),
    ]
}

/// A session, and what must be true of it.
struct Walk {
    session: Session<u32>,
    events: Vec<Event<u32>>,
    now_ms: i64,
    sent: u32,
    waiting: HashSet<u32>,
    closed: bool,
}

impl Walk {
    fn new(client: bool) -> Walk {
        let session = if client { Session::client(CONFIG, &bind(), 0) } else { Session::server(CONFIG, 0) };
        let waiting = HashSet::new();
        Walk { session, events: Vec::new(), now_ms: 0, sent: 0, waiting, closed: false }
    }

    fn take(&mut self, step: Step) {
        let Walk { session, events, now_ms, .. } = self;
        match step {
            Step::Receive(bytes) => {
                session.receive(&mut BytesMut::from(bytes.as_ref()), *now_ms, events);
            }
            Step::Pass(ms) => {
                *now_ms += ms;
                session.poll(*now_ms, events);
            }
            Step::Send => {
                self.sent += 1;
                if session.request(&message("hi"), self.sent, *now_ms).is_ok() {
                    self.waiting.insert(self.sent);
                }
            }
            Step::Answer(sequence) => session.answer(sequence, Ok("1"), *now_ms),
            Step::Forget(sequence) => session.forget(sequence, *now_ms),
            Step::AnswerBind(true) => session.answer_bind(Ok("smsc"), events),
            Step::AnswerBind(false) => session.answer_bind(Err(Status::BIND_FAILED), events),
            Step::Close => session.close(*now_ms, events),
            Step::Lost => session.lost(events),
        }
    }

    fn check(&mut self) {
        let was_closed = self.closed;
        let written = names(self.session.outgoing());
        assert!(!was_closed || (written.is_empty() && self.events.is_empty()), "closed is closed");
        for event in std::mem::take(&mut self.events) {
            assert!(!self.closed, "nothing comes after the end");
            match event {
                Event::Answered { tag, .. } => {
                    assert!(self.waiting.remove(&tag), "each request ends once");
                }
                Event::Requested { message, .. } => {
                    // Reading is total too.
                    _ = (message.text(), message.part(), receipt::read(&message, MessageIds::AsIs));
                }
                Event::Closed(_) => self.closed = true,
                Event::Bound { .. } | Event::BindRequested { .. } => {}
            }
        }
        assert!(self.session.outstanding() <= CONFIG.window_max, "the window holds");
        assert!(self.session.pending() <= CONFIG.pending_max, "so does the other one");
        assert_eq!(self.waiting.len(), self.session.outstanding());
        assert!(!self.closed || self.waiting.is_empty(), "at the end every request has ended");
        let due_ms = self.session.next_deadline_ms();
        assert_eq!(due_ms.is_none(), self.closed, "there is a deadline until the end");
    }
}

proptest! {
    #[test]
    fn promises_hold(client: bool, steps in vec(step(), 1..120)) {
        let mut walk = Walk::new(client);
        if client {
            walk.take(Step::Receive(named("bind_transceiver_resp", 1, 0)));
        } else {
            walk.take(Step::Receive(named("bind_transceiver", 1, 0)));
            walk.take(Step::AnswerBind(true));
        }
        walk.check();
        for step in steps {
            walk.take(step);
            walk.check();
        }
    }

    #[test]
    fn an_unbound_start_holds_too(client: bool, steps in vec(step(), 1..40)) {
        let mut walk = Walk::new(client);
        for step in steps {
            walk.take(step);
            walk.check();
        }
    }

    #[test]
    fn garbage_never_panics(client: bool, chunks in vec(vec(any::<u8>(), 0..200), 1..20)) {
        let mut walk = Walk::new(client);
        let mut input = BytesMut::new();
        for chunk in chunks {
            input.extend_from_slice(&chunk);
            walk.session.receive(&mut input, 0, &mut walk.events);
            walk.check();
        }
    }

    #[test]
    fn polling_at_each_deadline_comes_to_an_end(client: bool) {
        let mut walk = Walk::new(client);
        while let Some(due_ms) = walk.session.next_deadline_ms() {
            prop_assert!(due_ms > walk.now_ms, "a poll leaves no deadline behind");
            walk.now_ms = due_ms;
            walk.session.poll(due_ms, &mut walk.events);
            walk.check();
        }
    }

    #[test]
    fn cuts_do_not_matter(pdus in vec(prop_oneof![pdu(), nonsense()], 1..12), cuts in vec(1..40_usize, 1..60)) {
        let (mut whole, mut cut) = (Walk::new(false), Walk::new(false));
        let bytes = pdus.concat();
        whole.session.receive(&mut BytesMut::from(bytes.as_slice()), 0, &mut whole.events);
        let mut input = BytesMut::new();
        let mut rest = bytes.as_slice();
        for size in cuts.iter().cycle() {
            let (now, later) = rest.split_at((*size).min(rest.len()));
            input.extend_from_slice(now);
            cut.session.receive(&mut input, 0, &mut cut.events);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(&whole.events, &cut.events);
        prop_assert_eq!(whole.session.outgoing(), cut.session.outgoing());
    }
}
