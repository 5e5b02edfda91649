//! The message centre: an SMPP 3.4 server over TCP that any client with the right account can bind to.

mod session;
mod translate;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::exchange::Exchange;

/// The most connections at one time.
const CONNECTIONS_MAX: usize = 256;
/// How long the centre rests when it cannot accept a connection, in milliseconds.
const REST_MS: i64 = 100;

/// Who may bind.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) system_id: String,
    pub(crate) password: String,
}

/// The open port of the message centre.
pub(crate) struct Smsc {
    listener: TcpListener,
    exchange: Arc<Exchange>,
    account: Account,
}

impl Smsc {
    /// Opens the port.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) async fn open(at: SocketAddr, exchange: Arc<Exchange>, account: Account) -> io::Result<Smsc> {
        Ok(Smsc { listener: TcpListener::bind(at).await?, exchange, account })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the simulator ends; then closes every session in order.
    pub(crate) async fn run(self) {
        let mut sessions = JoinSet::new();
        let mut stopped = std::pin::pin!(self.exchange.stopped());
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                Some(_) = sessions.join_next() => continue,
                () = &mut stopped => break,
            };
            match accepted {
                Ok((stream, _)) if self.takes(sessions.len()) => {
                    let exchange = Arc::clone(&self.exchange);
                    sessions.spawn(session::serve(ready(stream), exchange, self.account.clone()));
                }
                // During an outage, or when there are too many: the connection is dropped at once.
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the message centre cannot accept a connection");
                    let clock = self.exchange.clock();
                    clock.sleep_until(clock.now_ms() + REST_MS).await;
                }
            }
        }
        while sessions.join_next().await.is_some() {}
    }

    fn takes(&self, open: usize) -> bool {
        open < CONNECTIONS_MAX && !self.exchange.is_down()
    }
}

/// Small PDUs must not wait for each other's acknowledgement.
fn ready(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    stream
}
