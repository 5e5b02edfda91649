//! Receipts on their way from the routes to the worker that writes them down.

use domain::delivery::{Reason, State};
use tokio::sync::{mpsc, oneshot};

/// Receipts that wait to be written down; their senders are answered only then.
const RECEIPTS_MAX: usize = 1_000;

/// A receipt as it came, to be acknowledged once it is written down.
pub struct Incoming {
    /// The route it came by.
    pub route: String,
    /// The carrier's id of the message.
    pub carrier_id: String,
    /// The number that the message went to, digits only, if the receipt says.
    pub recipient: Option<String>,
    /// What it says.
    pub state: State,
    /// Why, if it says.
    pub reason: Option<Reason>,
    /// The answer that is owed.
    pub ack: Acknowledge,
}

/// The answer that is owed for a receipt; dropping it asks for the receipt again.
pub enum Acknowledge {
    /// To an SMSC.
    Smpp(::smpp::link::Ack),
    /// To an HTTP gateway's call.
    Call(oneshot::Sender<()>),
}

impl Acknowledge {
    /// The receipt is written down.
    pub fn accept(self) {
        match self {
            Acknowledge::Smpp(ack) => ack.accept(),
            // A gateway that hung up will repeat the receipt, which changes nothing.
            Acknowledge::Call(written) => drop(written.send(())),
        }
    }
}

/// The bounded way of receipts from the routes to the worker that writes them down.
pub fn channel() -> (mpsc::Sender<Incoming>, mpsc::Receiver<Incoming>) {
    mpsc::channel(RECEIPTS_MAX)
}
