//! [`Session`](crate::session::Session)s on any `AsyncRead + AsyncWrite`: one task a connection, no task a message.
//!
//! This module is the only place of the crate that reads time (tokio's, so that tests can stop it). It opens no sockets:
//! connecting, `TCP_NODELAY`, TLS ([`crate::tls`]) and coming back after a loss ([`crate::backoff`]) are the caller's.
//!
//! Both sides get a handle to send with, which may be cloned, and a queue of what the peer sends. When the last handle is
//! dropped the link closes in order. A message is sent at most once: an answer that does not come is
//! [`SendError::Unconfirmed`].

mod client;
mod driver;
mod reply;
mod server;

use std::fmt;

use tokio::sync::{mpsc, oneshot, watch};

pub use self::{
    client::{BindError, Client, ClientConfig, Receipts, client},
    reply::{Ack, BindReply, SubmitReply},
    server::{Request, Requests, Server, ServerConfig, server},
};
use crate::{
    pdu::message::Message,
    session::{CloseReason, NotSent, Outcome},
    status::{Class, Status},
};

/// Why a message was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// The session is not yet bound, or only for the other direction. The message was not sent.
    NotBound,
    /// The peer said no.
    Refused { status: Status, class: Class },
    /// It was sent, but no answer came: the peer may have it. Do not send it again blindly.
    Unconfirmed,
    /// The link is closing or gone. The message was not sent.
    Closed,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::NotBound => f.write_str("the session is not bound for sending"),
            SendError::Refused { status, .. } => write!(f, "the peer refused: {status}"),
            SendError::Unconfirmed => f.write_str("no answer came; the peer may have the message"),
            SendError::Closed => f.write_str("the link is closed"),
        }
    }
}

impl std::error::Error for SendError {}

impl From<NotSent> for SendError {
    fn from(reason: NotSent) -> SendError {
        match reason {
            // The driver takes no message without a free place, so a full window cannot be met here.
            NotSent::NotBound | NotSent::WindowFull => SendError::NotBound,
        }
    }
}

/// What the owner of a handle wants of the link as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Run,
    Close,
    Abort,
}

/// Where a message's outcome goes.
type Tag = oneshot::Sender<Result<String, SendError>>;

/// A message on its way to the driver.
struct Order {
    message: Message,
    tag: Tag,
}

/// What both sides' handles are made of.
#[derive(Clone)]
struct Handle {
    orders: mpsc::Sender<Order>,
    wish: watch::Sender<Wish>,
    closed: watch::Receiver<Option<CloseReason>>,
}

impl Handle {
    /// Sends a message; waits for a place in the queue, then in the window, then for the answer. Gives the id.
    async fn send(&self, message: Message) -> Result<String, SendError> {
        let (tag, outcome) = oneshot::channel();
        self.orders.send(Order { message, tag }).await.map_err(|_| SendError::Closed)?;
        // A tag that is dropped was still in the queue.
        outcome.await.unwrap_or(Err(SendError::Closed))
    }

    /// Closes in order and waits until it is done.
    async fn close(&self) -> CloseReason {
        // An abort is not taken back.
        self.wish.send_if_modified(|wish| {
            let running = *wish == Wish::Run;
            if running {
                *wish = Wish::Close;
            }
            running
        });
        self.closed().await
    }

    fn abort(&self) {
        self.wish.send_replace(Wish::Abort);
    }

    async fn closed(&self) -> CloseReason {
        let mut closed = self.closed.clone();
        let reason = closed.wait_for(Option::is_some).await;
        // The driver says why before it goes; if it went without a word, the runtime was shut down.
        reason.ok().and_then(|reason| *reason).unwrap_or(CloseReason::Lost)
    }
}

/// An outcome as a handle's owner sees it.
fn result(outcome: Outcome) -> Result<String, SendError> {
    match outcome {
        Outcome::Accepted { message_id } => Ok(message_id),
        Outcome::Refused(status) => Err(SendError::Refused { status, class: status.class() }),
        Outcome::Unconfirmed => Err(SendError::Unconfirmed),
    }
}
