//! Answers to the peer's requests, given later from anywhere: to a receipt, a submit, a bind.

use tokio::sync::mpsc;

use crate::status::Status;

/// An answer on its way to the driver.
pub(super) enum Answer {
    Bind(Result<String, Status>),
    Message {
        sequence: u32,
        answer: Result<String, Status>,
    },
    /// Never answer.
    Lose {
        sequence: u32,
    },
}

/// One answer owed. It is sent once; dropping it is an answer too.
struct Debt {
    answers: mpsc::Sender<Answer>,
    /// What is sent if the owner drops it; taken by a real answer.
    otherwise: Option<Answer>,
}

impl Debt {
    fn pay(mut self, answer: Answer) {
        self.otherwise = Some(answer);
    }
}

impl Drop for Debt {
    fn drop(&mut self) {
        // The queue has a place for each request that may be pending, so it is never full; it may be closed.
        if let Some(answer) = self.otherwise.take() {
            _ = self.answers.try_send(answer);
        }
    }
}

/// The answer owed for a receipt. Dropping it asks the SMSC to repeat the receipt later (`ESME_RX_T_APPN`).
pub struct Ack {
    sequence: u32,
    debt: Debt,
}

impl Ack {
    pub(super) fn new(sequence: u32, answers: mpsc::Sender<Answer>) -> Ack {
        let otherwise = Answer::Message { sequence, answer: Err(Status::RECEIVER_TEMPORARY) };
        Ack { sequence, debt: Debt { answers, otherwise: Some(otherwise) } }
    }

    /// The receipt is safe here: the SMSC may forget it.
    pub fn accept(self) {
        self.debt.pay(Answer::Message { sequence: self.sequence, answer: Ok(String::new()) });
    }

    /// The receipt is refused.
    pub fn refuse(self, status: Status) {
        self.debt.pay(Answer::Message { sequence: self.sequence, answer: Err(status) });
    }
}

/// The answer owed for a submit. Dropping it is a system error (`ESME_RSYSERR`).
pub struct SubmitReply {
    sequence: u32,
    debt: Debt,
}

impl SubmitReply {
    pub(super) fn new(sequence: u32, answers: mpsc::Sender<Answer>) -> SubmitReply {
        let otherwise = Answer::Message { sequence, answer: Err(Status::SYSTEM_ERROR) };
        SubmitReply { sequence, debt: Debt { answers, otherwise: Some(otherwise) } }
    }

    /// The message is taken, under this id (at most 64 ASCII octets, else the answer is a system error).
    pub fn accept(self, message_id: impl Into<String>) {
        self.debt.pay(Answer::Message { sequence: self.sequence, answer: Ok(message_id.into()) });
    }

    /// The message is refused.
    pub fn refuse(self, status: Status) {
        self.debt.pay(Answer::Message { sequence: self.sequence, answer: Err(status) });
    }

    /// Never answers, as a network that loses the response.
    pub fn lose(self) {
        self.debt.pay(Answer::Lose { sequence: self.sequence });
    }
}

/// The answer owed for a bind. Dropping it refuses the bind (`ESME_RBINDFAIL`).
pub struct BindReply {
    debt: Debt,
}

impl BindReply {
    pub(super) fn new(answers: mpsc::Sender<Answer>) -> BindReply {
        let otherwise = Some(Answer::Bind(Err(Status::BIND_FAILED)));
        BindReply { debt: Debt { answers, otherwise } }
    }

    /// Accepts, in the name of this `system_id` (at most 15 ASCII octets; the rest is cut off).
    pub fn accept(self, system_id: impl Into<String>) {
        self.debt.pay(Answer::Bind(Ok(system_id.into())));
    }

    /// Refuses; the link closes then.
    pub fn refuse(self, status: Status) {
        self.debt.pay(Answer::Bind(Err(status)));
    }
}
