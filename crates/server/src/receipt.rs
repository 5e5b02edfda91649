//! Receipts on their way from the routes to the worker that applies them, and the names of messages that they may be for.

use domain::delivery::{Reason, State};
use store::message::CarrierName;
use tokio::sync::{mpsc, oneshot};

/// Receipts that wait to be taken; their senders are answered only when they are in the store.
const RECEIPTS_MAX: usize = 1_000;
/// Names of messages that wait to be looked for among early receipts; then the dispatcher waits.
const HANDED_MAX: usize = 1_000;

/// A receipt as it came, to be acknowledged once what it says is in the store.
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
    /// What the receipt says is in the store.
    pub fn accept(self) {
        match self {
            Acknowledge::Smpp(ack) => ack.accept(),
            // A gateway that hung up will repeat the receipt, which changes nothing.
            Acknowledge::Call(written) => drop(written.send(())),
        }
    }
}

/// The bounded way of receipts from the routes to the worker that applies them.
pub fn channel() -> (mpsc::Sender<Incoming>, mpsc::Receiver<Incoming>) {
    mpsc::channel(RECEIPTS_MAX)
}

/// The bounded way of the names that messages were given by whom they were handed to: their receipts may be waiting.
pub fn handed() -> (mpsc::Sender<CarrierName>, mpsc::Receiver<CarrierName>) {
    mpsc::channel(HANDED_MAX)
}
