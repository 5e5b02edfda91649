//! A client against a server over a pipe, time stopped.

use smpp::{
    MessageState, Status,
    link::SendError,
    session::{CloseReason, Config},
    status::Class,
};

use crate::world::{Bound, bound, delivered, message, submit};

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
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        reply.accept("late");
    };
    let closing = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        let closed = client.close().await;
        (closed, client.submit(message("too late")).await)
    };
    let (id, (), (closed, refused)) = tokio::join!(client.submit(message("hi")), serving, closing);
    assert_eq!(id, Ok("late".to_owned()));
    assert_eq!(closed, CloseReason::Unbound);
    assert_eq!(refused, Err(SendError::Closed));
    assert_eq!(server.closed().await, CloseReason::PeerUnbound);
}
