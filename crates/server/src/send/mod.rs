//! How messages leave: one file a provider. The only place that opens outgoing connections.

pub mod http;
pub mod message;
pub mod smpp;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{
    address::PhoneNumber,
    delivery::{Reason, State},
    id::MessageId,
    time::Millis,
};
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
pub fn receipts() -> (mpsc::Sender<Incoming>, mpsc::Receiver<Incoming>) {
    mpsc::channel(RECEIPTS_MAX)
}

/// A message that is ready to go.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its id.
    pub id: MessageId,
    /// Where to.
    pub to: PhoneNumber,
    /// What the phone shows as sender; empty leaves it to the provider.
    pub sender: String,
    /// What it says; holds the code, so it is never logged.
    pub text: MessageText,
    /// How long it is still worth delivering.
    pub valid_ms: Millis,
}

/// A text with a code in it.
#[derive(Clone)]
pub struct MessageText(pub String);

impl std::fmt::Debug for MessageText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// What became of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier has it.
    Accepted {
        /// The carrier's id for it.
        carrier_id: String,
    },
    /// The carrier refused it for good.
    Refused(Reason),
    /// It was not sent; it may be tried again after a while.
    Later {
        /// How long to wait, in milliseconds.
        after_ms: Millis,
    },
    /// It was sent, and no answer came: it is not sent again blindly.
    Unconfirmed,
}

/// Whether a route's link is up, as its own task last saw it.
#[derive(Clone, Debug, Default)]
pub struct LinkState(Arc<AtomicBool>);

impl LinkState {
    /// Whether messages can go out now.
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, up: bool) {
        self.0.store(up, Ordering::Relaxed);
    }
}

/// One provider, ready to be given messages.
#[derive(Clone)]
pub enum Provider {
    /// A bind to an SMSC.
    Smpp(smpp::Link),
    /// The signed HTTP call.
    Http(Arc<http::Gateway>),
}

impl Provider {
    /// Its route's name.
    pub fn name(&self) -> &str {
        match self {
            Provider::Smpp(link) => link.name(),
            Provider::Http(gateway) => gateway.name(),
        }
    }

    /// Its route's own sender.
    pub fn sender(&self) -> &str {
        match self {
            Provider::Smpp(link) => link.sender(),
            Provider::Http(gateway) => gateway.sender(),
        }
    }

    /// How many messages it takes at once.
    pub fn window(&self) -> usize {
        match self {
            Provider::Smpp(link) => link.window(),
            Provider::Http(gateway) => gateway.window(),
        }
    }

    /// Its link.
    pub fn link(&self) -> &LinkState {
        match self {
            Provider::Smpp(link) => link.state(),
            Provider::Http(gateway) => gateway.state(),
        }
    }

    /// Hands one message over.
    pub async fn send(&self, message: Outgoing) -> Outcome {
        match self {
            Provider::Smpp(link) => link.send(message).await,
            Provider::Http(gateway) => gateway.send(message).await,
        }
    }
}
