//! The server's end of a link: binds and submits with their replies, and receipts to deliver.

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
};

use super::{
    Handle, SendError, Tag,
    driver::{self, Owner},
    reply::{Answer, BindReply, SubmitReply},
};
use crate::{
    pdu::{Bind, BindMode, message::Message},
    session::{CloseReason, Config, Event, Session},
};

/// What a server needs to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerConfig {
    pub session: Config,
}

/// What the client asks.
pub enum Request {
    /// First and once. Until it is answered, submits are refused.
    Bind {
        mode: BindMode,
        bind: Bind,
        reply: BindReply,
    },
    Submit {
        message: Message,
        reply: SubmitReply,
    },
}

/// The server's handle to a link. Clones send over the same link, which closes in order when the last is dropped.
#[derive(Clone)]
pub struct Server {
    handle: Handle,
}

impl Server {
    /// Sends a `deliver_sm` and waits for the client's answer (for a place in the window before that). For a receipt pass
    /// [`Receipt::write`](crate::Receipt::write)'s message. `Refused` with class `Transient` means: again later.
    pub async fn deliver(&self, message: Message) -> Result<(), SendError> {
        self.handle.send(message).await.map(|_| ())
    }

    /// Closes in order: refuses new submits, waits (a bounded time) for answers on both sides, unbinds.
    pub async fn close(&self) -> CloseReason {
        self.handle.close().await
    }

    /// Drops the connection without a word, as an outage does.
    pub fn abort(&self) {
        self.handle.abort();
    }

    /// Waits until the link is closed, by whom and why ever.
    pub async fn closed(&self) -> CloseReason {
        self.handle.closed().await
    }
}

/// What comes from the client, in order.
pub struct Requests {
    queue: mpsc::Receiver<Request>,
}

impl Requests {
    /// The next request; `None` once the link is closed.
    pub async fn recv(&mut self) -> Option<Request> {
        self.queue.recv().await
    }
}

/// Serves a connected stream, from the bind on.
///
/// ```
/// # async fn serve(stream: tokio::net::TcpStream) {
/// use smpp::{MessageState, Receipt, Status, link::{Request, ServerConfig, server}, receipt::Form};
///
/// stream.set_nodelay(true).ok();
/// let (server, mut requests) = server(stream, ServerConfig::default());
/// while let Some(request) = requests.recv().await {
///     match request {
///         Request::Bind { bind, reply, .. } if bind.password() == "secret" => reply.accept("sim"),
///         Request::Bind { reply, .. } => reply.refuse(Status::INVALID_PASSWORD),
///         Request::Submit { message, reply } => {
///             reply.accept("4711"); // or .refuse(Status::THROTTLED), or .lose(); from any task, at any time
///             if message.wants_receipt(true) {
///                 let (recipient, sender) = (message.destination.clone(), message.source.clone());
///                 let receipt = Receipt::new("4711", MessageState::Delivered, recipient, sender);
///                 let server = server.clone();
///                 // Waits for the client's answer, so not in this loop.
///                 tokio::spawn(async move { server.deliver(receipt.write(Form::Both)).await });
///             }
///         }
///     }
/// }
/// # }
/// ```
pub fn server<S>(stream: S, config: ServerConfig) -> (Server, Requests)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let session = config.session;
    // A place for each submit that may be pending and for the bind.
    let (requests, queue) = mpsc::channel(session.pending_max + 1);
    let handle = driver::start(
        stream,
        session,
        |now_ms| Session::server(session, now_ms),
        |answers| ServerOwner { requests, answers },
    );
    (Server { handle }, Requests { queue })
}

struct ServerOwner {
    requests: mpsc::Sender<Request>,
    answers: mpsc::Sender<Answer>,
}

impl Owner for ServerOwner {
    fn on(&mut self, event: Event<Tag>) {
        let request = match event {
            Event::BindRequested { mode, bind } => {
                Request::Bind { mode, bind, reply: BindReply::new(self.answers.clone()) }
            }
            Event::Requested { sequence, message } => {
                Request::Submit { message, reply: SubmitReply::new(sequence, self.answers.clone()) }
            }
            Event::Bound { .. } | Event::Answered { .. } | Event::Closed(_) => return,
        };
        // A closed queue drops the reply, which is a refusal.
        _ = self.requests.try_send(request);
    }
}
