//! One client's session: takes its messages, and hands it its receipts.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use smpp::link::{Request, Requests, SendError, Server, ServerConfig};
use smpp::{Bind, BindMode, Class, Message, Status};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

use super::Account;
use super::translate;
use crate::exchange::{Exchange, Handing, NotTaken, Receiver};
use crate::world::Busy;

/// How many receipts are under way to one client at a time. They bound what it can be told in a second: with 32, a client that
/// takes 11 ms to write one down is told of 2,900.
const RECEIPTS_AT_ONCE: usize = 100;
/// When a receipt is offered again that the client could not take, in milliseconds.
const OFFER_AGAIN_MS: i64 = 1_000;

/// Serves one connection to its end.
pub(super) async fn serve<S>(stream: S, exchange: Arc<Exchange>, account: Account)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (server, requests) = smpp::link::server(stream, ServerConfig::default());
    let talk = talk(&server, requests, &exchange, &account);
    tokio::select! {
        () = talk => {}
        () = exchange.went_down() => server.abort(),
        () = exchange.stopped() => {
            server.close().await;
        }
    }
}

async fn talk(server: &Server, mut requests: Requests, exchange: &Arc<Exchange>, account: &Account) {
    let mut receipts: Option<Receipts> = None;
    while let Some(request) = requests.recv().await {
        match request {
            Request::Bind { mode, bind, reply } => match check(&bind, account) {
                Ok(()) => {
                    reply.accept("tegata-sim");
                    receipts = hands_receipts(mode).then(|| Receipts::hand(server, exchange, account));
                }
                Err(status) => reply.refuse(status),
            },
            Request::Submit { message, reply } => {
                let receiver = receipts.as_ref().map(|receipts| &*receipts.receiver);
                match submit(exchange, account, &message, receiver) {
                    Ok(id) => reply.accept(translate::message_id(id)),
                    Err(status) => reply.refuse(status),
                }
            }
        }
    }
}

fn check(bind: &Bind, account: &Account) -> Result<(), Status> {
    if bind.system_id() != account.system_id {
        Err(Status::INVALID_SYSTEM_ID)
    } else if bind.password() != account.password {
        Err(Status::INVALID_PASSWORD)
    } else {
        Ok(())
    }
}

fn hands_receipts(mode: BindMode) -> bool {
    match mode {
        BindMode::Transceiver | BindMode::Receiver => true,
        BindMode::Transmitter => false,
    }
}

fn submit(
    exchange: &Exchange,
    account: &Account,
    message: &Message,
    receiver: Option<&Receiver>,
) -> Result<u64, Status> {
    let submission = translate::submission(message, &account.system_id, exchange.clock().now_ms())?;
    exchange.submit(submission, receiver).map_err(|refusal| match refusal {
        NotTaken::Busy(Busy::Throttled) => Status::THROTTLED,
        NotTaken::Busy(Busy::Full) => Status::QUEUE_FULL,
        NotTaken::Journal(error) => {
            tracing::error!(%error, "the simulator's journal cannot be written");
            Status::SYSTEM_ERROR
        }
    })
}

/// The task that hands over a session's receipts, and ends with it.
struct Receipts {
    receiver: Arc<Receiver>,
    task: JoinHandle<()>,
}

impl Receipts {
    fn hand(server: &Server, exchange: &Arc<Exchange>, account: &Account) -> Receipts {
        let receiver = Exchange::begin(exchange);
        let task =
            hand_receipts(server.clone(), Arc::clone(exchange), account.system_id.clone(), Arc::clone(&receiver));
        Receipts { receiver, task: tokio::spawn(task) }
    }
}

impl Drop for Receipts {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Hands over receipts as they set out, several at a time.
async fn hand_receipts(server: Server, exchange: Arc<Exchange>, system_id: String, receiver: Arc<Receiver>) {
    let mut news = exchange.receipts.subscribe();
    let mut under_way = FuturesUnordered::new();
    loop {
        news.mark_unchanged();
        let room = RECEIPTS_AT_ONCE - under_way.len();
        for handing in receiver.take(&system_id, room) {
            under_way.push(hand(&server, &exchange, handing));
        }
        let next_ms = exchange.next_receipt_ms();
        let set_out = async {
            match next_ms {
                Some(due_ms) => exchange.clock().sleep_until(due_ms).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = news.changed() => if changed.is_err() { return },
            Some(()) = under_way.next() => {}
            () = set_out => {}
            _ = server.closed() => return,
        }
    }
}

/// Hands one receipt over. One that the client cannot take now is offered again after a while.
async fn hand(server: &Server, exchange: &Exchange, handing: Handing) {
    let Some(message) = translate::receipt(&handing.receipt) else { return handing.done() };
    match server.deliver(message).await {
        Ok(()) => handing.done(),
        Err(SendError::Refused { class: Class::Transient | Class::Throttled, .. } | SendError::Unconfirmed) => {
            let clock = exchange.clock();
            clock.sleep_until(clock.now_ms() + OFFER_AGAIN_MS).await;
        }
        // It will never take this one.
        Err(SendError::Refused { .. }) => handing.done(),
        Err(SendError::NotBound | SendError::Closed) => {}
    }
}
