//! One connection's protocol as a state machine, for both roles. It is fed with bytes and with `now`, a monotonic count of
//! milliseconds from anywhere; it gives events, and bytes to send in [`Session::outgoing`].
//!
//! The two roles mirror each other. A *request* is the message one side sends and the other answers: a client's
//! `submit_sm`, a server's `deliver_sm`.
//!
//! Promises: never more than `window_max` of our requests wait for an answer; each ends in exactly one
//! [`Event::Answered`]; at most `pending_max` of the peer's requests wait for ours; after [`Event::Closed`] nothing
//! comes and nothing is sent; no bytes whatever make it panic.

mod frames;
mod time;
mod window;

use bytes::BytesMut;

use self::{frames::bind_response, window::Window};
use crate::{
    pdu::{self, Bind, BindMode, MESSAGE_ID_OCTETS_MAX, message::Message},
    status::Status,
};

/// Bounds and times, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// Our requests that may wait for an answer at once, at least 1; the provider says how many.
    pub window_max: usize,
    /// The peer's requests that may wait for ours; more are answered with "later".
    pub pending_max: usize,
    /// How long one of our requests, or a sign of life, is waited for.
    pub response_timeout_ms: i64,
    /// How long the whole bind may take.
    pub bind_timeout_ms: i64,
    /// After this much silence the peer is asked for a sign of life.
    pub enquire_link_ms: i64,
    /// How long a close waits for answers on both sides.
    pub drain_timeout_ms: i64,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            window_max: 10,
            pending_max: 1_000,
            response_timeout_ms: 10_000,
            bind_timeout_ms: 10_000,
            enquire_link_ms: 30_000,
            drain_timeout_ms: 5_000,
        }
    }
}

/// What happened, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<T> {
    /// Client: the server (by this `system_id`) accepted the bind.
    Bound { system_id: String },
    /// Server: answer with [`Session::answer_bind`].
    BindRequested { mode: BindMode, bind: Bind },
    /// The peer's request: answer with [`Session::answer`].
    Requested { sequence: u32, message: Message },
    /// One of our requests has ended.
    Answered { tag: T, outcome: Outcome },
    /// The session is over.
    Closed(CloseReason),
}

/// How one of our requests ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With the `message_id` that a server gave; a client gives none.
    Accepted {
        message_id: String,
    },
    Refused(Status),
    /// No answer came: the peer may or may not have it. Do not send it again blindly.
    Unconfirmed,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// We closed it.
    Unbound,
    /// The peer closed it in order.
    PeerUnbound,
    /// The bind was refused, by the peer or by us.
    BindRefused(Status),
    BindTimedOut,
    /// The peer gave no sign of life.
    Silent,
    /// The peer's bytes are no PDUs.
    Malformed,
    /// The connection broke.
    Lost,
}

/// Why a request was not sent. It certainly was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSent {
    /// Not bound (yet or any more), or bound for the other direction.
    NotBound,
    WindowFull,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Client,
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Client: the bind is sent.
    Binding {
        sequence: u32,
        until_ms: i64,
    },
    /// Server: no bind has come.
    AwaitingBind {
        until_ms: i64,
    },
    /// Server: the owner decides about a bind.
    Deciding {
        sequence: u32,
        mode: BindMode,
        until_ms: i64,
    },
    Bound(BindMode),
    /// We are closing and wait for answers.
    Draining {
        until_ms: i64,
    },
    /// Our unbind is sent.
    Unbinding {
        sequence: u32,
        until_ms: i64,
    },
    Closed,
}

/// See the module. `T` is what the owner ties to a request to recognise its answer.
pub struct Session<T> {
    role: Role,
    config: Config,
    state: State,
    outgoing: BytesMut,
    next_sequence: u32,
    window: Window<T>,
    /// Sequence numbers of the peer's requests that we have not answered.
    pending: Vec<u32>,
    heard_ms: i64,
    /// Until when the peer must give a sign of life that we asked for.
    life_until_ms: Option<i64>,
}

impl<T> Session<T> {
    /// A client's session; `bind_transceiver` is the first thing it sends.
    pub fn client(config: Config, bind: &Bind, now_ms: i64) -> Session<T> {
        let until_ms = now_ms + config.bind_timeout_ms;
        let mut session = Session::new(Role::Client, config, State::Closed, now_ms);
        let sequence = session.sequence();
        session.state = State::Binding { sequence, until_ms };
        pdu::write_bind(&mut session.outgoing, sequence, bind);
        session
    }

    /// A server's session, waiting for a bind.
    pub fn server(config: Config, now_ms: i64) -> Session<T> {
        let until_ms = now_ms + config.bind_timeout_ms;
        Session::new(Role::Server, config, State::AwaitingBind { until_ms }, now_ms)
    }

    fn new(role: Role, config: Config, state: State, now_ms: i64) -> Session<T> {
        Session {
            role,
            config,
            state,
            outgoing: BytesMut::new(),
            next_sequence: 1,
            window: Window::new(config.window_max),
            pending: Vec::new(),
            heard_ms: now_ms,
            life_until_ms: None,
        }
    }

    /// Bytes to send; the owner takes them from the front.
    pub fn outgoing(&mut self) -> &mut BytesMut {
        &mut self.outgoing
    }

    /// Free places in the window.
    pub fn free(&self) -> usize {
        self.window.free()
    }

    /// How many of our requests wait for an answer.
    pub fn outstanding(&self) -> usize {
        self.window.len()
    }

    /// How many of the peer's requests wait for ours.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Sends a request, or gives the tag back.
    pub fn request(&mut self, message: &Message, tag: T, now_ms: i64) -> Result<u32, (NotSent, T)> {
        if !self.can_send() {
            return Err((NotSent::NotBound, tag));
        }
        if self.window.free() == 0 {
            return Err((NotSent::WindowFull, tag));
        }
        let sequence = self.sequence();
        match self.role {
            Role::Client => pdu::write_submit(&mut self.outgoing, sequence, message),
            Role::Server => pdu::write_deliver(&mut self.outgoing, sequence, message),
        }
        self.window.put(sequence, now_ms + self.config.response_timeout_ms, tag);
        Ok(sequence)
    }

    /// Answers one of the peer's requests. A server's acceptance names the message's id (at most 64 ASCII octets, else the
    /// answer is a system error); a client gives `""`. An answer to nothing is left out.
    pub fn answer(&mut self, sequence: u32, answer: Result<&str, Status>, now_ms: i64) {
        if !self.take_pending(sequence) {
            return;
        }
        match answer {
            Ok(id) if id.len() <= MESSAGE_ID_OCTETS_MAX && id.is_ascii() && !id.contains('\0') => {
                let command = self.answer_command();
                pdu::write_text(&mut self.outgoing, command, sequence, id.as_bytes(), false);
            }
            Ok(_) => self.refuse_request(sequence, Status::SYSTEM_ERROR),
            Err(status) => self.refuse_request(sequence, status),
        }
        self.unbind_if_drained(now_ms);
    }

    /// Leaves one of the peer's requests without an answer for ever, as a simulator of lost responses does.
    pub fn forget(&mut self, sequence: u32, now_ms: i64) {
        if self.take_pending(sequence) {
            self.unbind_if_drained(now_ms);
        }
    }

    /// Server: accepts a bind in the name of `system_id`, or refuses it and ends the session.
    pub fn answer_bind(&mut self, answer: Result<&str, Status>, events: &mut Vec<Event<T>>) {
        let State::Deciding { sequence, mode, .. } = self.state else { return };
        let command = bind_response(mode);
        match answer {
            Ok(system_id) => {
                let name = &system_id.as_bytes()[..system_id.len().min(15)];
                pdu::write_text(&mut self.outgoing, command, sequence, name, true);
                self.state = State::Bound(mode);
            }
            Err(status) => {
                pdu::write_plain(&mut self.outgoing, command, status, sequence, &[]);
                self.finish(CloseReason::BindRefused(status), events);
            }
        }
    }

    /// Closes in order: no new requests, wait for answers on both sides, unbind.
    pub fn close(&mut self, now_ms: i64, events: &mut Vec<Event<T>>) {
        match self.state {
            State::Binding { .. } | State::AwaitingBind { .. } | State::Deciding { .. } => {
                self.finish(CloseReason::Unbound, events);
            }
            State::Bound(_) => {
                self.state = State::Draining { until_ms: now_ms + self.config.drain_timeout_ms };
                self.unbind_if_drained(now_ms);
            }
            State::Draining { .. } | State::Unbinding { .. } | State::Closed => {}
        }
    }

    /// The connection is gone.
    pub fn lost(&mut self, events: &mut Vec<Event<T>>) {
        // After our unbind, closing the connection is an answer too.
        let asked = matches!(self.state, State::Unbinding { .. });
        let reason = if asked { CloseReason::Unbound } else { CloseReason::Lost };
        self.finish(reason, events);
    }

    fn can_send(&self) -> bool {
        match (self.role, self.state) {
            (Role::Client, State::Bound(_)) => true,
            (Role::Server, State::Bound(mode)) => mode != BindMode::Transmitter,
            _ => false,
        }
    }

    fn finish(&mut self, reason: CloseReason, events: &mut Vec<Event<T>>) {
        if self.state == State::Closed {
            return;
        }
        self.state = State::Closed;
        self.pending.clear();
        while let Some(tag) = self.window.take_any() {
            events.push(Event::Answered { tag, outcome: Outcome::Unconfirmed });
        }
        events.push(Event::Closed(reason));
    }

    /// From 1 to 0x7FFFFFFF, then from 1 again. By then no request of the first round waits any more.
    fn sequence(&mut self) -> u32 {
        let sequence = self.next_sequence;
        self.next_sequence = if sequence == 0x7FFF_FFFF { 1 } else { sequence + 1 };
        sequence
    }
}
