//! A client against a server over a pipe, time stopped.

use smpp::{
    Message, MessageIds, MessageState, Status,
    link::{BindError, ClientConfig, Request, SendError, ServerConfig, client, server},
    session::{CloseReason, Config},
    status::Class,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::Instant,
};

use crate::{
    wire::named,
    world::{Bound, bound, client_config, delivered, message, submit, wait_ms},
};

#[tokio::test(start_paused = true)]
async fn a_submit_gets_its_id_and_the_server_its_text() {
    let Bound { client, mut requests, server: _server, .. } = bound(Config::default()).await;
    let serving = async {
        let (message, reply) = submit(&mut requests).await;
        reply.accept("4711");
        message
    };
    let (id, received) = tokio::join!(client.submit(message("認証コード 123456")), serving);
    assert_eq!(id, Ok("4711".to_owned()));
    assert_eq!(received.text().as_deref(), Some("認証コード 123456"));
    assert_eq!(received.destination.as_str(), "819012345678");
    assert!(received.wants_receipt(true));
}

#[tokio::test(start_paused = true)]
async fn a_receipt_may_come_before_the_response() {
    let Bound { client, mut receipts, server, mut requests } = bound(Config::default()).await;
    let serving = async {
        let (_, reply) = submit(&mut requests).await;
        let answered = server.deliver(delivered("4711")).await;
        reply.accept("4711");
        answered
    };
    let receiving = async {
        let (receipt, ack) = receipts.recv().await.expect("a receipt comes");
        ack.accept();
        receipt
    };
    let (id, answered, receipt) = tokio::join!(client.submit(message("hi")), serving, receiving);
    assert_eq!((id, answered), (Ok("4711".to_owned()), Ok(())));
    assert_eq!((receipt.message_id.as_str(), receipt.state), ("4711", MessageState::Delivered));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_to_do() {
    let Bound { client, mut requests, server: _server, .. } = bound(Config::default()).await;
    let serving = async { submit(&mut requests).await.1.refuse(Status::THROTTLED) };
    let (refused, ()) = tokio::join!(client.submit(message("hi")), serving);
    let (status, class) = (Status::THROTTLED, Class::Throttled);
    assert_eq!(refused, Err(SendError::Refused { status, class }));
}

#[tokio::test(start_paused = true)]
async fn a_close_waits_for_what_is_outstanding() {
    let Bound { client, mut requests, server, receipts: _receipts } = bound(Config::default()).await;
    let serving = async {
        let (_, reply) = submit(&mut requests).await;
        wait_ms(1_000).await;
        reply.accept("late");
    };
    let closing = async {
        wait_ms(100).await;
        let closed = client.close().await;
        (closed, client.submit(message("too late")).await)
    };
    let (id, (), (closed, refused)) = tokio::join!(client.submit(message("hi")), serving, closing);
    assert_eq!(id, Ok("late".to_owned()));
    assert_eq!(closed, CloseReason::Unbound);
    assert_eq!(refused, Err(SendError::Closed));
    assert_eq!(server.closed().await, CloseReason::PeerUnbound);
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_unconfirmed_and_frees_its_place() {
    let config = Config { window_max: 1, ..Config::default() };
    let Bound { client, mut requests, server: _server, .. } = bound(config).await;
    let serving = async {
        submit(&mut requests).await.1.lose();
        submit(&mut requests).await.1.accept("2");
    };
    let submitting = async {
        let started = Instant::now();
        let lost = client.submit(message("hi")).await;
        let waited_ms = started.elapsed().as_millis();
        (lost, waited_ms, client.submit(message("ho")).await)
    };
    let ((lost, waited_ms, next), ()) = tokio::join!(submitting, serving);
    assert_eq!((lost, waited_ms), (Err(SendError::Unconfirmed), 10_000));
    assert_eq!(next, Ok("2".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn the_window_is_enforced_and_the_rest_waits() {
    let config = Config { window_max: 2, ..Config::default() };
    let Bound { client, mut requests, server: _server, .. } = bound(config).await;
    let serving = async {
        let first = submit(&mut requests).await.1;
        let second = submit(&mut requests).await.1;
        // Nothing more comes until one is answered.
        let third = tokio::time::timeout(std::time::Duration::from_secs(1), requests.recv()).await;
        assert!(third.is_err(), "two are outstanding");
        first.accept("1");
        let third = submit(&mut requests).await.1;
        second.accept("2");
        third.accept("3");
    };
    let submits = ["a", "b", "c"].map(|text| client.submit(message(text)));
    let [a, b, c] = submits;
    let (a, b, c, ()) = tokio::join!(a, b, c, serving);
    assert_eq!([a, b, c], ["1", "2", "3"].map(|id| Ok(id.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_receipt_that_is_not_acknowledged_comes_again() {
    let Bound { client: _client, mut receipts, server, .. } = bound(Config::default()).await;
    let receiving = async { drop(receipts.recv().await.expect("a receipt comes")) };
    let (refused, ()) = tokio::join!(server.deliver(delivered("4711")), receiving);
    let (status, class) = (Status::RECEIVER_TEMPORARY, Class::Transient);
    assert_eq!(refused, Err(SendError::Refused { status, class }));
}

#[tokio::test(start_paused = true)]
async fn receipts_beyond_the_bound_come_again_later() {
    let config = Config { pending_max: 1, ..Config::default() };
    let Bound { client: _client, mut receipts, server, .. } = bound(config).await;
    let receiving = async {
        wait_ms(100).await;
        receipts.recv().await.expect("the first comes").1.accept();
    };
    let (first, second, ()) = tokio::join!(server.deliver(delivered("1")), server.deliver(delivered("2")), receiving);
    assert_eq!(first, Ok(()));
    assert!(matches!(second, Err(SendError::Refused { class: Class::Transient, .. })));
}

#[tokio::test(start_paused = true)]
async fn receipts_of_a_client_that_does_not_listen_come_again() {
    let Bound { client: _client, receipts, server, .. } = bound(Config::default()).await;
    drop(receipts);
    let refused = server.deliver(delivered("1")).await;
    assert!(matches!(refused, Err(SendError::Refused { class: Class::Transient, .. })));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_receipt_is_refused_for_good() {
    let Bound { client: _client, receipts: _receipts, server, .. } = bound(Config::default()).await;
    let mut unreadable = delivered("");
    (unreadable.body, unreadable.tlvs) = (Default::default(), Default::default());
    for (message, status) in [(message("STOP"), Status::RECEIVER_REJECTS), (unreadable, Status::RECEIVER_PERMANENT)] {
        let refused = server.deliver(message).await;
        assert_eq!(refused, Err(SendError::Refused { status, class: Class::Rejected }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_submit_whose_reply_is_dropped_is_a_system_error() {
    let Bound { client, mut requests, server: _server, .. } = bound(Config::default()).await;
    let serving = async { drop(submit(&mut requests).await) };
    let (refused, ()) = tokio::join!(client.submit(message("hi")), serving);
    let (status, class) = (Status::SYSTEM_ERROR, Class::Transient);
    assert_eq!(refused, Err(SendError::Refused { status, class }));
}

#[tokio::test(start_paused = true)]
async fn an_unbind_by_the_server_leaves_outstanding_submits_unconfirmed() {
    let config = Config { drain_timeout_ms: 100, ..Config::default() };
    let Bound { client, mut requests, server, .. } = bound(config).await;
    let serving = async {
        let kept = submit(&mut requests).await;
        let closed = server.close().await;
        drop(kept);
        closed
    };
    let (unconfirmed, closed) = tokio::join!(client.submit(message("hi")), serving);
    assert_eq!((unconfirmed, closed), (Err(SendError::Unconfirmed), CloseReason::Unbound));
    assert_eq!(client.closed().await, CloseReason::PeerUnbound);
    assert_eq!(client.submit(message("hi")).await, Err(SendError::Closed));
}

#[tokio::test(start_paused = true)]
async fn an_abort_loses_the_link() {
    let Bound { client, mut requests, server, mut receipts } = bound(Config::default()).await;
    let serving = async {
        let kept = submit(&mut requests).await;
        server.abort();
        drop(kept);
    };
    let (unconfirmed, ()) = tokio::join!(client.submit(message("hi")), serving);
    assert_eq!(unconfirmed, Err(SendError::Unconfirmed));
    assert_eq!(client.closed().await, CloseReason::Lost);
    assert!(receipts.recv().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn dropping_the_last_client_unbinds() {
    let Bound { client, server, .. } = bound(Config::default()).await;
    let clone = client.clone();
    drop(client);
    wait_ms(1_000).await;
    drop(clone);
    assert_eq!(server.closed().await, CloseReason::PeerUnbound);
}

#[tokio::test(start_paused = true)]
async fn idle_links_keep_each_other_alive() {
    let Bound { client, mut requests, server: _server, .. } = bound(Config::default()).await;
    wait_ms(3_600_000).await;
    let serving = async { submit(&mut requests).await.1.accept("1") };
    let (id, ()) = tokio::join!(client.submit(message("hi")), serving);
    assert_eq!(id, Ok("1".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_refused_bind_says_why_and_how_to_come_back() {
    let (near, far) = duplex(4_096);
    let (_server, mut requests) = server(far, ServerConfig::default());
    let refusing = async {
        match requests.recv().await {
            Some(Request::Bind { bind, reply, .. }) => {
                assert_eq!((bind.system_id(), bind.password()), ("tegata", "secret"));
                reply.refuse(Status::INVALID_PASSWORD);
            }
            Some(Request::Submit { .. }) | None => panic!("a bind comes first"),
        }
    };
    let (refused, ()) = tokio::join!(client(near, client_config(Config::default())), refusing);
    let error = refused.err().expect("it is refused");
    let (status, class) = (Status::INVALID_PASSWORD, Class::Credentials);
    assert_eq!(error, BindError::Refused { status, class });
    assert_eq!(error.after(), smpp::backoff::After::Refused);
}

#[tokio::test(start_paused = true)]
async fn a_server_cannot_deliver_before_the_bind() {
    let (_near, far) = duplex(4_096);
    let (server, _requests) = server(far, ServerConfig::default());
    assert_eq!(server.deliver(delivered("1")).await, Err(SendError::NotBound));
}

#[tokio::test(start_paused = true)]
async fn hexadecimal_ids_meet_decimal_receipts() {
    let (near, far) = duplex(4_096);
    let (server, mut requests) = server(far, ServerConfig::default());
    let config = ClientConfig { message_ids: MessageIds::HexInResponse, ..client_config(Config::default()) };
    let serving = async {
        while let Some(request) = requests.recv().await {
            match request {
                Request::Bind { reply, .. } => reply.accept("smsc"),
                Request::Submit { reply, .. } => {
                    reply.accept("1A2B");
                    break;
                }
            }
        }
        server.deliver(text_receipt("6699")).await
    };
    let using = async {
        let (client, mut receipts) = client(near, config).await.expect("it binds");
        let id = client.submit(message("hi")).await;
        let (receipt, ack) = receipts.recv().await.expect("a receipt comes");
        ack.accept();
        (id, receipt.message_id, client)
    };
    let (answered, (id, receipted, _client)) = tokio::join!(serving, using);
    assert_eq!((answered, id, receipted.as_str()), (Ok(()), Ok("6699".to_owned()), "6699"));
}

fn text_receipt(id: &str) -> Message {
    let mut receipt = delivered(id);
    receipt.tlvs = Default::default();
    receipt
}

/// A peer played by hand: takes the bind and accepts it.
async fn accept_by_hand(far: &mut DuplexStream) {
    let mut bind = [0; 64];
    assert!(far.read(&mut bind).await.expect("a bind comes") > 16);
    far.write_all(&named("bind_transceiver_resp", 1, 0)).await.expect("it is read");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_answers_the_bind() {
    let (near, _far) = duplex(4_096);
    let error = client(near, client_config(Config::default())).await.err().expect("no bind");
    assert_eq!(error, BindError::Closed(CloseReason::BindTimedOut));
    assert_eq!(error.after(), smpp::backoff::After::Lost);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_falls_silent() {
    let (near, mut far) = duplex(4_096);
    let started = Instant::now();
    let (bound, ()) = tokio::join!(client(near, client_config(Config::default())), accept_by_hand(&mut far));
    let (client, _receipts) = bound.expect("it binds");
    assert_eq!(client.closed().await, CloseReason::Silent);
    assert_eq!(started.elapsed().as_secs(), 40, "30 s of silence and 10 s for a sign of life");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_given_up_and_not_buffered_for() {
    let (near, mut far) = duplex(1_024);
    let (bound, ()) = tokio::join!(client(near, client_config(Config::default())), accept_by_hand(&mut far));
    let (client, _receipts) = bound.expect("it binds");
    // It asks and asks, and reads none of our answers: at last ours stops reading it too.
    let asking = async {
        let question = named("enquire_link", 7, 0);
        while far.write_all(&question).await.is_ok() {}
    };
    let (reason, ()) = tokio::join!(client.closed(), asking);
    assert_eq!(reason, CloseReason::Silent);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_speaks_something_else() {
    let (near, mut far) = duplex(4_096);
    let (bound, ()) = tokio::join!(client(near, client_config(Config::default())), accept_by_hand(&mut far));
    let (client, _receipts) = bound.expect("it binds");
    far.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("it is read");
    assert_eq!(client.closed().await, CloseReason::Malformed);
    let mut rest = Vec::new();
    far.read_to_end(&mut rest).await.expect("the stream ends");
    assert_eq!(rest[4..8], [0x80, 0, 0, 0], "it hears a generic_nack before");
}
