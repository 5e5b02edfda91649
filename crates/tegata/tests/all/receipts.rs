//! Receipts over SMPP, from a message centre of the test's own that says what it likes of whom it likes.

use std::{thread, time::Duration};

use serde_json::json;
use smpp::{
    Address, MessageState, Receipt,
    link::{Request, Requests, Server, ServerConfig, server},
    receipt::Form,
};
use tokio::{net::TcpListener, runtime::Runtime, task::JoinHandle};

use crate::world::{AOI, Engine, HARUTO, Locked, Served, assert_quiet, eventually};

struct Centre {
    runtime: Runtime,
    listener: TcpListener,
}

/// The server's link, on the centre's side.
struct Link<'a> {
    runtime: &'a Runtime,
    server: Server,
    requests: Requests,
}

impl Centre {
    fn start() -> Centre {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("loopback has free ports");
        Centre { runtime, listener }
    }

    fn route(&self) -> String {
        let address = self.listener.local_addr().expect("it is bound");
        format!(
            "[[routes]]\nkind = \"smpp\"\nname = \"centre\"\ntls = false\nsender = \"Minato\"\naddress = \"{address}\"\n\
             system_id = \"i\"\npassword = \"p\"\n"
        )
    }

    fn link(&self) -> Link<'_> {
        let (server, requests) = self.runtime.block_on(async {
            let (stream, _) = self.listener.accept().await.expect("the server connects");
            server(stream, ServerConfig::default())
        });
        Link { runtime: &self.runtime, server, requests }
    }
}

impl Link<'_> {
    /// Takes the next message, under this id.
    fn takes(&mut self, id: &str) {
        self.runtime.block_on(async {
            while let Some(request) = self.requests.recv().await {
                match request {
                    Request::Bind { reply, .. } => reply.accept("centre"),
                    Request::Submit { reply, .. } => return reply.accept(id),
                }
            }
            panic!("no message comes");
        });
    }

    /// Delivers a receipt, and waits until it is acknowledged.
    fn says(&self, id: &str, state: MessageState, recipient: &str) {
        self.runtime.block_on(self.begins_to_say(id, state, recipient)).expect("nothing panics");
    }

    /// Delivers a receipt; ends when it is acknowledged.
    fn begins_to_say(&self, id: &str, state: MessageState, recipient: &str) -> JoinHandle<()> {
        let recipient = Address::new(1, 1, recipient.trim_start_matches('+')).expect("an address");
        let sender = Address::alphanumeric("Minato").expect("an address");
        let receipt = Receipt::new(id, state, recipient, sender).write(Form::Both);
        let server = self.server.clone();
        self.runtime.spawn(async move { server.deliver(receipt).await.expect("it is acknowledged") })
    }
}

#[test]
fn d1_a_receipt_is_for_the_number_that_its_message_went_to() {
    let centre = Centre::start();
    let mut served = Served::start(&centre.route());
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": AOI })).send().is(201).json();
    let path = format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"));
    let mut link = centre.link();
    link.takes("FIRST");
    served.call("POST", &format!("{path}/resend")).json(&json!({ "to": HARUTO })).send().is(200);
    link.takes("SECOND");
    let state = || served.call("GET", &path).send().is(200).json()["message"]["state"].clone();
    eventually("the message is handed over", || (state() == "submitted").then_some(()));
    let forged = [
        ("SECOND", "garbage"),
        ("SECOND", "819000000000"),
        ("SECOND", "Minato"),
        ("SECOND", AOI),
        ("FIRST", HARUTO),
        ("FIRST", "819011112222"),
        ("FIRST", "garbage"),
    ];
    for (id, recipient) in forged {
        link.says(id, MessageState::Delivered, recipient);
    }
    // What was delivered would stay so.
    link.says("FIRST", MessageState::Undeliverable, AOI);
    link.says("SECOND", MessageState::Undeliverable, HARUTO);
    eventually("the right one is taken", || (state() == "undelivered").then_some(()));
    let log = served.process.stop();
    assert_quiet(&log, true);
    let dropped = log.iter().filter(|line| line.contains("and was dropped")).count();
    assert_eq!(dropped, forged.len(), "{log:#?}");
}

/// What a receipt says is in the store before it is acknowledged: with its message, or by itself where that is not known.
#[test]
fn a_receipt_is_acknowledged_when_it_is_kept() {
    let centre = Centre::start();
    let Some(served) = Served::start_on(Engine::Postgres, &centre.route()) else { return };
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": AOI })).send().is(201).json();
    let path = format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"));
    let mut link = centre.link();
    link.takes("KNOWN");
    let state = || served.call("GET", &path).send().is(200).json()["message"]["state"].clone();
    eventually("the message is handed over", || (state() == "submitted").then_some(()));
    for (id, table) in [("EARLY", "receipt"), ("KNOWN", "verification")] {
        let mut lock = Locked::table(&served.postgres(), table);
        let said = link.begins_to_say(id, MessageState::Delivered, AOI);
        lock.is_met();
        thread::sleep(Duration::from_millis(200));
        assert!(!said.is_finished(), "{id} was acknowledged and not kept");
        lock.release();
        link.runtime.block_on(said).expect("nothing panics");
    }
    assert_eq!(state(), "delivered");
    served.stop();
}
