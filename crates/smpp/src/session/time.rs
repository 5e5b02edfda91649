//! What a session does as time passes, and how it comes to its end in order.

use rusmpp::CommandId;

use super::{CloseReason, Event, Outcome, Session, State};
use crate::{pdu, status::Status};

impl<T> Session<T> {
    /// Lets time pass: what has timed out, has.
    pub fn poll(&mut self, now_ms: i64, events: &mut Vec<Event<T>>) {
        if self.state == State::Closed {
            return;
        }
        while let Some(tag) = self.window.take_expired(now_ms) {
            events.push(Event::Answered { tag, outcome: Outcome::Unconfirmed });
        }
        self.unbind_if_drained(now_ms);
        if self.state_deadline_ms().is_some_and(|until_ms| until_ms <= now_ms) {
            self.state_timed_out(now_ms, events);
        }
        if self.life_until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
            return self.finish(CloseReason::Silent, events);
        }
        if self.asks_for_life() && self.heard_ms + self.config.enquire_link_ms <= now_ms {
            let sequence = self.sequence();
            self.life_until_ms = Some(now_ms + self.config.response_timeout_ms);
            let command = u32::from(CommandId::EnquireLink);
            pdu::write_plain(&mut self.outgoing, command, Status::OK, sequence, &[]);
        }
    }

    /// When [`Session::poll`] is due; `None` once closed.
    pub fn next_deadline_ms(&self) -> Option<i64> {
        if self.state == State::Closed {
            return None;
        }
        let enquire_ms = self.asks_for_life().then_some(self.heard_ms + self.config.enquire_link_ms);
        let deadlines = [self.window.next_deadline_ms(), self.state_deadline_ms(), self.life_until_ms, enquire_ms];
        deadlines.into_iter().flatten().min()
    }

    fn state_deadline_ms(&self) -> Option<i64> {
        match self.state {
            State::Binding { until_ms, .. }
            | State::AwaitingBind { until_ms }
            | State::Deciding { until_ms, .. }
            | State::Draining { until_ms }
            | State::Unbinding { until_ms, .. } => Some(until_ms),
            State::Bound(_) | State::Closed => None,
        }
    }

    fn state_timed_out(&mut self, now_ms: i64, events: &mut Vec<Event<T>>) {
        match self.state {
            State::Binding { .. } | State::AwaitingBind { .. } | State::Deciding { .. } => {
                self.finish(CloseReason::BindTimedOut, events);
            }
            State::Draining { .. } => self.unbind(now_ms),
            State::Unbinding { .. } => self.finish(CloseReason::Unbound, events),
            State::Bound(_) | State::Closed => {}
        }
    }

    /// Before and after the bound time other deadlines watch over the peer.
    fn asks_for_life(&self) -> bool {
        self.life_until_ms.is_none() && matches!(self.state, State::Bound(_) | State::Draining { .. })
    }

    pub(super) fn unbind_if_drained(&mut self, now_ms: i64) {
        let draining = matches!(self.state, State::Draining { .. });
        if draining && self.window.is_empty() && self.pending.is_empty() {
            self.unbind(now_ms);
        }
    }

    fn unbind(&mut self, now_ms: i64) {
        let sequence = self.sequence();
        let until_ms = now_ms + self.config.response_timeout_ms;
        self.state = State::Unbinding { sequence, until_ms };
        pdu::write_plain(&mut self.outgoing, CommandId::Unbind.into(), Status::OK, sequence, &[]);
    }
}
