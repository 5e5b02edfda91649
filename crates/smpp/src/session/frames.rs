//! What a session does about each PDU that comes.

use bytes::BytesMut;
use rusmpp::CommandId;

use super::{CloseReason, Event, Outcome, Role, Session, State};
use crate::{
    pdu::{
        self, Bind, BindMode, Incoming,
        frame::{BadLength, next_frame},
        message::Message,
    },
    status::Status,
};

impl<T> Session<T> {
    /// Takes whole PDUs from the front of `input` and acts on them; what is left is the beginning of one. Closed sessions
    /// take everything and do nothing.
    pub fn receive(&mut self, input: &mut BytesMut, now_ms: i64, events: &mut Vec<Event<T>>) {
        while self.state != State::Closed {
            let frame = match next_frame(input) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(BadLength(_)) => {
                    // There is no next PDU to find; say so and go.
                    self.nack(0, Status::INVALID_COMMAND_LENGTH);
                    self.finish(CloseReason::Malformed, events);
                    break;
                }
            };
            // Whatever it says, somebody is there.
            self.heard_ms = now_ms;
            self.life_until_ms = None;
            let (sequence, status) = (frame.sequence, frame.status);
            self.on_incoming(pdu::read(frame), sequence, status, now_ms, events);
        }
        if self.state == State::Closed {
            input.clear();
        }
    }

    fn on_incoming(
        &mut self,
        incoming: Incoming,
        sequence: u32,
        status: Status,
        now_ms: i64,
        events: &mut Vec<Event<T>>,
    ) {
        match (incoming, self.role) {
            (Incoming::Bind(mode, bind), Role::Server) => self.on_bind(sequence, mode, bind, events),
            (Incoming::BindResponse(system_id), Role::Client) => {
                self.on_bind_response(sequence, status, system_id, events);
            }
            (Incoming::Submit(message), Role::Server) | (Incoming::Deliver(message), Role::Client) => {
                self.on_request(sequence, message, events);
            }
            (Incoming::SubmitResponse(message_id), Role::Client) => {
                self.on_response(sequence, status, message_id, now_ms, events);
            }
            (Incoming::DeliverResponse, Role::Server) => {
                self.on_response(sequence, status, String::new(), now_ms, events);
            }
            (Incoming::EnquireLink, Role::Client | Role::Server) => {
                self.respond(CommandId::EnquireLinkResp, sequence);
            }
            (Incoming::Unbind, Role::Client | Role::Server) => self.on_unbind(sequence, events),
            (Incoming::UnbindResponse, Role::Client | Role::Server) => {
                self.on_unbind_response(sequence, events);
            }
            (Incoming::GenericNack, Role::Client | Role::Server) => {
                self.on_nack(sequence, status, now_ms, events);
            }
            (Incoming::Bind(..) | Incoming::Submit(_), Role::Client)
            | (Incoming::Deliver(_), Role::Server)
            | (Incoming::Unknown, Role::Client | Role::Server) => {
                self.nack(sequence, Status::INVALID_COMMAND_ID);
            }
            (Incoming::Unreadable, Role::Client | Role::Server) => {
                self.nack(sequence, Status::INVALID_COMMAND_LENGTH);
            }
            (Incoming::BindResponse(_) | Incoming::SubmitResponse(_), Role::Server)
            | (Incoming::DeliverResponse, Role::Client)
            | (Incoming::Nothing, Role::Client | Role::Server) => {}
        }
    }

    fn on_bind(&mut self, sequence: u32, mode: BindMode, bind: Bind, events: &mut Vec<Event<T>>) {
        if let State::AwaitingBind { until_ms } = self.state {
            self.state = State::Deciding { sequence, mode, until_ms };
            events.push(Event::BindRequested { mode, bind });
        } else {
            let command = bind_response(mode);
            pdu::write_plain(&mut self.outgoing, command, Status::ALREADY_BOUND, sequence, &[]);
        }
    }

    fn on_bind_response(&mut self, sequence: u32, status: Status, system_id: String, events: &mut Vec<Event<T>>) {
        match self.state {
            State::Binding { sequence: asked, .. } if asked == sequence => {}
            _ => return,
        }
        if status.is_ok() {
            self.state = State::Bound(BindMode::Transceiver);
            events.push(Event::Bound { system_id });
        } else {
            self.finish(CloseReason::BindRefused(status), events);
        }
    }

    fn on_request(&mut self, sequence: u32, message: Message, events: &mut Vec<Event<T>>) {
        let later = match self.role {
            Role::Client => Status::RECEIVER_TEMPORARY,
            Role::Server => Status::THROTTLED,
        };
        let refusal = match self.state {
            State::Bound(BindMode::Receiver) => Some(Status::INVALID_BIND_STATUS),
            State::Bound(BindMode::Transmitter | BindMode::Transceiver) => {
                // A sequence number used twice would make the answers ambiguous.
                let taken = self.pending.contains(&sequence);
                (taken || self.pending.len() >= self.config.pending_max).then_some(later)
            }
            // A receipt may overtake the answer to our bind: refused for good, it would be lost.
            State::Binding { .. } | State::Draining { .. } | State::Unbinding { .. } => Some(later),
            State::AwaitingBind { .. } | State::Deciding { .. } | State::Closed => Some(Status::INVALID_BIND_STATUS),
        };
        match refusal {
            Some(status) => self.refuse_request(sequence, status),
            None => {
                self.pending.push(sequence);
                events.push(Event::Requested { sequence, message });
            }
        }
    }

    fn on_response(
        &mut self,
        sequence: u32,
        status: Status,
        message_id: String,
        now_ms: i64,
        events: &mut Vec<Event<T>>,
    ) {
        // A late response finds nothing: its request has ended as unconfirmed.
        if let Some(tag) = self.window.take(sequence) {
            let accepted = Outcome::Accepted { message_id };
            let outcome = if status.is_ok() { accepted } else { Outcome::Refused(status) };
            events.push(Event::Answered { tag, outcome });
            self.unbind_if_drained(now_ms);
        }
    }

    fn on_unbind(&mut self, sequence: u32, events: &mut Vec<Event<T>>) {
        self.respond(CommandId::UnbindResp, sequence);
        let crossed = matches!(self.state, State::Unbinding { .. });
        let reason = if crossed { CloseReason::Unbound } else { CloseReason::PeerUnbound };
        self.finish(reason, events);
    }

    fn on_unbind_response(&mut self, sequence: u32, events: &mut Vec<Event<T>>) {
        if matches!(self.state, State::Unbinding { sequence: asked, .. } if asked == sequence) {
            self.finish(CloseReason::Unbound, events);
        }
    }

    /// The peer could make nothing of something we sent, which it names by its sequence number.
    fn on_nack(&mut self, sequence: u32, status: Status, now_ms: i64, events: &mut Vec<Event<T>>) {
        // A nack is never an acceptance, whatever its status says.
        let status = if status.is_ok() { Status::UNKNOWN_ERROR } else { status };
        match self.state {
            State::Binding { sequence: asked, .. } if asked == sequence => {
                self.finish(CloseReason::BindRefused(status), events);
            }
            State::Unbinding { sequence: asked, .. } if asked == sequence => {
                self.finish(CloseReason::Unbound, events);
            }
            _ => self.on_response(sequence, status, String::new(), now_ms, events),
        }
    }

    pub(super) fn take_pending(&mut self, sequence: u32) -> bool {
        let found = self.pending.iter().position(|pending| *pending == sequence);
        found.is_some_and(|index| {
            self.pending.swap_remove(index);
            true
        })
    }

    pub(super) fn refuse_request(&mut self, sequence: u32, status: Status) {
        // `submit_sm_resp` has no body then; `deliver_sm_resp` always has its (unused, empty) id.
        let body: &[u8] = match self.role {
            Role::Client => &[0],
            Role::Server => &[],
        };
        let command = self.answer_command();
        pdu::write_plain(&mut self.outgoing, command, status, sequence, body);
    }

    pub(super) fn answer_command(&self) -> u32 {
        match self.role {
            Role::Client => CommandId::DeliverSmResp.into(),
            Role::Server => CommandId::SubmitSmResp.into(),
        }
    }

    fn respond(&mut self, command: CommandId, sequence: u32) {
        pdu::write_plain(&mut self.outgoing, command.into(), Status::OK, sequence, &[]);
    }

    fn nack(&mut self, sequence: u32, status: Status) {
        let command = CommandId::GenericNack;
        pdu::write_plain(&mut self.outgoing, command.into(), status, sequence, &[]);
    }
}

/// The response that belongs to a bind.
pub(super) fn bind_response(mode: BindMode) -> u32 {
    let command = match mode {
        BindMode::Transmitter => CommandId::BindTransmitterResp,
        BindMode::Receiver => CommandId::BindReceiverResp,
        BindMode::Transceiver => CommandId::BindTransceiverResp,
    };
    command.into()
}
