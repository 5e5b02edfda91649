//! What the tests share: a message, a bind, and a client bound to a server over a pipe in memory.

use std::time::Duration;

use smpp::{
    Address, Bind, Message, MessageIds, MessageState, Receipt,
    link::{Client, ClientConfig, Receipts, Request, Requests, Server, ServerConfig, SubmitReply, client, server},
    receipt::Form,
    session, text,
};
use tokio::io::duplex;

pub fn bind() -> Bind {
    Bind::new("tegata", "secret", "").expect("it fits")
}

pub fn phone() -> Address {
    Address::international("+819012345678").expect("it fits")
}

pub fn sender() -> Address {
    Address::alphanumeric("Tegata").expect("it fits")
}

pub fn message(words: &str) -> Message {
    let text = text::one_segment(words).expect("it is short");
    Message::new(sender(), phone(), text).with_receipt()
}

pub fn delivered(id: &str) -> Message {
    Receipt::new(id, MessageState::Delivered, phone(), sender()).write(Form::Both)
}

pub fn client_config(session: session::Config) -> ClientConfig {
    ClientConfig { bind: bind(), session, message_ids: MessageIds::AsIs }
}

/// Both ends of a bound link.
pub struct Bound {
    pub client: Client,
    pub receipts: Receipts,
    pub server: Server,
    pub requests: Requests,
}

/// Binds a client to a server with the same bounds.
pub async fn bound(config: session::Config) -> Bound {
    let (near, far) = duplex(4_096);
    let (server, mut requests) = server(far, ServerConfig { session: config });
    let accepting = async {
        match requests.recv().await {
            Some(Request::Bind { reply, .. }) => reply.accept("smsc"),
            Some(Request::Submit { .. }) | None => panic!("a bind comes first"),
        }
    };
    let (bound, ()) = tokio::join!(client(near, client_config(config)), accepting);
    let (client, receipts) = bound.expect("the server accepts");
    Bound { client, receipts, server, requests }
}

/// The next submit that reaches the server.
pub async fn submit(requests: &mut Requests) -> (Message, SubmitReply) {
    match requests.recv().await {
        Some(Request::Submit { message, reply }) => (message, reply),
        Some(Request::Bind { .. }) | None => panic!("a submit comes next"),
    }
}

pub async fn wait_ms(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
