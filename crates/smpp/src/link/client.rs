//! The client's end of a link: submits, and receipts with their acknowledgements.

use std::fmt;

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{mpsc, oneshot},
};

use super::{
    Handle, SendError, Tag,
    driver::{self, Owner},
    reply::{Ack, Answer},
};
use crate::{
    backoff::After,
    pdu::{Bind, message::Message},
    receipt::{self, MessageIds, NoReceipt, Receipt},
    session::{CloseReason, Config, Event, Session},
    status::{Class, Status},
};

/// What a client needs to know.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    pub bind: Bind,
    pub session: Config,
    /// How the peer writes message ids.
    pub message_ids: MessageIds,
}

/// Why there is no bound link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindError {
    /// The peer said no.
    Refused { status: Status, class: Class },
    /// The connection ended or nothing came in time.
    Closed(CloseReason),
}

impl BindError {
    /// Which back-off applies: a refusal that only a person can lift is retried slowly.
    pub fn after(&self) -> After {
        match self {
            BindError::Refused { class: Class::Transient | Class::Throttled, .. } | BindError::Closed(_) => After::Lost,
            BindError::Refused { .. } => After::Refused,
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BindError::Refused { status, .. } => write!(f, "the peer refused the bind: {status}"),
            BindError::Closed(reason) => write!(f, "the link closed before it was bound: {reason:?}"),
        }
    }
}

impl std::error::Error for BindError {}

/// A bound client. Clones send over the same link, which closes in order when the last is dropped.
#[derive(Clone)]
pub struct Client {
    handle: Handle,
    message_ids: MessageIds,
}

impl Client {
    /// Submits a message and gives its id in canonical form. Waits for a free place in the window. Dropping the future does
    /// not take back a message that is on its way.
    pub async fn submit(&self, message: Message) -> Result<String, SendError> {
        let id = self.handle.send(message).await?;
        Ok(self.message_ids.of_response(&id))
    }

    /// Closes in order: takes no more submits, waits (a bounded time) for answers on both sides, unbinds.
    pub async fn close(&self) -> CloseReason {
        self.handle.close().await
    }

    /// Waits until the link is closed, by whom and why ever.
    pub async fn closed(&self) -> CloseReason {
        self.handle.closed().await
    }
}

/// The receipts that come, in order. One may come before the submit that it is about has been answered.
pub struct Receipts {
    queue: mpsc::Receiver<(Receipt, Ack)>,
}

impl Receipts {
    /// The next receipt, to be acknowledged when it is safe; `None` once the link is closed.
    pub async fn recv(&mut self) -> Option<(Receipt, Ack)> {
        self.queue.recv().await
    }

    /// As `recv`, for as many as are there, up to `max`; 0 once the link is closed.
    pub async fn recv_many(&mut self, receipts: &mut Vec<(Receipt, Ack)>, max: usize) -> usize {
        self.queue.recv_many(receipts, max).await
    }
}

/// Binds over a connected stream. Other messages than receipts are refused (`ESME_RX_R_APPN`), receipts that say nothing
/// too (`ESME_RX_P_APPN`): repeating them would help nobody.
///
/// ```
/// # async fn send(stream: tokio::net::TcpStream) -> Result<(), Box<dyn std::error::Error>> {
/// use smpp::{Address, Bind, Message, MessageIds, link::{ClientConfig, client}, session::Config, text};
///
/// stream.set_nodelay(true)?;
/// let bind = Bind::new("account", "password", "")?;
/// let config = ClientConfig { bind, session: Config::default(), message_ids: MessageIds::AsIs };
/// let (client, mut receipts) = client(stream, config).await?;
/// let text = text::one_segment("Your code is 123456")?;
/// let message = Message::new(Address::alphanumeric("Shop")?, Address::international("+819012345678")?, text);
/// let id = client.submit(message.with_receipt().valid_for_ms(600_000)).await?;
/// while let Some((receipt, ack)) = receipts.recv().await {
///     // Write it down first: what is not acknowledged comes again.
///     ack.accept();
///     if receipt.message_id == id && receipt.state.is_final() {
///         client.close().await;
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub async fn client<S>(stream: S, config: ClientConfig) -> Result<(Client, Receipts), BindError>
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let ClientConfig { bind, session, message_ids } = config;
    let (receipts, queue) = mpsc::channel(session.pending_max.max(1));
    let (bound, is_bound) = oneshot::channel();
    let handle = driver::start(
        stream,
        session,
        |now_ms| Session::client(session, &bind, now_ms),
        |answers| ClientOwner { bound: Some(bound), receipts, answers, message_ids },
    );
    if is_bound.await.is_ok() {
        return Ok((Client { handle, message_ids }, Receipts { queue }));
    }
    Err(match handle.closed().await {
        CloseReason::BindRefused(status) => BindError::Refused { status, class: status.class() },
        reason => BindError::Closed(reason),
    })
}

struct ClientOwner {
    bound: Option<oneshot::Sender<()>>,
    receipts: mpsc::Sender<(Receipt, Ack)>,
    answers: mpsc::Sender<Answer>,
    message_ids: MessageIds,
}

impl Owner for ClientOwner {
    fn on(&mut self, event: Event<Tag>) {
        match event {
            Event::Bound { .. } => {
                if let Some(bound) = self.bound.take() {
                    // Nobody waits if the caller gave up; then the handle is gone and the link closes.
                    _ = bound.send(());
                }
            }
            Event::Requested { sequence, message } => {
                let ack = Ack::new(sequence, self.answers.clone());
                match receipt::read(&message, self.message_ids) {
                    // A full or closed queue drops the acknowledgement, which asks for the receipt again.
                    Ok(receipt) => _ = self.receipts.try_send((receipt, ack)),
                    Err(NoReceipt::OtherKind) => ack.refuse(Status::RECEIVER_REJECTS),
                    Err(NoReceipt::Unreadable) => ack.refuse(Status::RECEIVER_PERMANENT),
                }
            }
            Event::BindRequested { .. } | Event::Answered { .. } | Event::Closed(_) => {}
        }
    }
}
