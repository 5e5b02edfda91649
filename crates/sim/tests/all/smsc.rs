//! The message centre over TCP, with a real client.

use serde_json::json;
use smpp::link::{BindError, SendError};
use smpp::{MessageState, Status};

use crate::support::{ACCOUNT, lab, lab_in, message, try_bind};

const NUMBER: &str = "+819012345678";

#[tokio::test]
async fn a_message_arrives_and_its_receipt_says_so() {
    let lab = lab().await;
    let mut client = lab.bind().await;
    let id = client.send(NUMBER, "コードは 482913 です").await;
    let messages = lab.sms_to(NUMBER).await;
    assert_eq!((&messages[0]["text"], &messages[0]["from"]), (&json!("コードは 482913 です"), &json!("TEGATA")));
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!((receipt.message_id, receipt.state), (id, MessageState::Delivered));
    assert_eq!(receipt.recipient.as_str(), "819012345678");
    assert_eq!(receipt.sender.as_str(), "TEGATA");
}

#[tokio::test]
async fn a_refused_message_comes_back_with_its_reason() {
    let lab = lab().await;
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({"overseas_rejection": true})).await;
    let mut client = lab.bind().await;
    client.send(NUMBER, "code 482913").await;
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!((receipt.state, receipt.error.as_deref()), (MessageState::Rejected, Some("013")));
    assert_eq!(receipt.network_error.unwrap().code, 13);
}

#[tokio::test]
async fn a_message_expires_with_the_validity_that_its_sender_gave() {
    let lab = lab().await;
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({"power_off": true})).await;
    let mut client = lab.bind().await;
    client.client.submit(message(NUMBER, "code 482913").with_receipt().valid_for_ms(600_000)).await.unwrap();
    lab.advance(599_000).await;
    assert_eq!(lab.sim.read(|world| world.under_way()), (1, 0));
    lab.advance(2_000).await;
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!((receipt.state, receipt.error.as_deref()), (MessageState::Expired, Some("027")));
}

#[tokio::test]
async fn only_the_right_account_may_bind() {
    let lab = lab().await;
    for (account, expected) in
        [(("demo", "wrong"), Status::INVALID_PASSWORD), (("other", "secret"), Status::INVALID_SYSTEM_ID)]
    {
        match try_bind(&lab.sim, account).await {
            Err(BindError::Refused { status, .. }) => assert_eq!(status, expected),
            other => panic!("{:?}", other.err()),
        }
    }
}

#[tokio::test]
async fn a_number_that_is_none_is_refused() {
    let lab = lab().await;
    let client = lab.bind().await;
    let refused = client.client.submit(message("123", "code 482913")).await.unwrap_err();
    assert!(matches!(refused, SendError::Refused { status: Status::INVALID_DESTINATION, .. }), "{refused}");
}

#[tokio::test]
async fn a_throttled_carrier_says_so() {
    let lab = lab().await;
    lab.set("/v1/carriers/au", json!({"throttle_per_second": 0})).await;
    let client = lab.bind().await;
    let refused = client.client.submit(message(NUMBER, "code 482913")).await.unwrap_err();
    assert!(matches!(refused, SendError::Refused { status: Status::THROTTLED, .. }), "{refused}");
    client.send("+818012345678", "docomo takes it").await;
}

#[tokio::test]
async fn a_carriers_outage_makes_messages_wait() {
    let lab = lab().await;
    lab.set("/v1/carriers/au", json!({"outage": true})).await;
    let mut client = lab.bind().await;
    client.send(NUMBER, "code 482913").await;
    lab.advance(10_000).await;
    assert_eq!(lab.get(&format!("/v1/phones/{NUMBER}/messages")).await.1, json!([]));
    lab.set("/v1/carriers/au", json!({"outage": false})).await;
    assert_eq!(lab.sms_to(NUMBER).await.len(), 1);
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!(receipt.state, MessageState::Delivered);
}

#[tokio::test]
async fn the_centres_outage_drops_sessions_and_refuses_new_ones() {
    let lab = lab().await;
    let client = lab.bind().await;
    lab.set("/v1/carriers/smsc", json!({"outage": true})).await;
    client.client.closed().await;
    assert!(try_bind(&lab.sim, ACCOUNT).await.is_err());
    lab.set("/v1/carriers/smsc", json!({"outage": false})).await;
    lab.bind().await.send(NUMBER, "code 482913").await;
    assert_eq!(lab.sms_to(NUMBER).await.len(), 1);
}

#[tokio::test]
async fn a_receipt_waits_for_the_next_session_of_its_sender() {
    let lab = lab().await;
    let client = lab.bind().await;
    let id = client.send(NUMBER, "code 482913").await;
    client.client.close().await;
    drop(client);
    lab.sms_to(NUMBER).await;
    let mut client = lab.bind().await;
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!(receipt.message_id, id);
}

#[tokio::test]
async fn each_session_gets_the_receipts_of_its_own_messages() {
    let lab = lab().await;
    let (mut first, mut second) = (lab.bind().await, lab.bind().await);
    let mut sent = [Vec::new(), Vec::new()];
    for nth in 0..20 {
        for (session, sent) in [&first, &second].into_iter().zip(&mut sent) {
            sent.push(session.send(&format!("+8190123456{nth:02}"), "code 482913").await);
        }
    }
    for (session, sent) in [&mut first, &mut second].into_iter().zip(&sent) {
        for _ in sent {
            let (receipt, ack) = session.receipts.recv().await.unwrap();
            ack.accept();
            assert!(sent.contains(&receipt.message_id));
        }
    }
}

#[tokio::test]
async fn the_receipts_of_a_session_that_ended_go_to_another() {
    let lab = lab().await;
    let (first, mut second) = (lab.bind().await, lab.bind().await);
    lab.set("/v1/carriers/au", json!({"receipts": "late"})).await;
    let id = first.send(NUMBER, "code 482913").await;
    lab.sms_to(NUMBER).await;
    first.client.close().await;
    lab.advance(61_000).await;
    let (receipt, ack) = second.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!(receipt.message_id, id);
}

#[tokio::test]
async fn a_receipt_that_is_not_taken_is_offered_again() {
    let lab = lab().await;
    let mut client = lab.bind().await;
    client.send(NUMBER, "code 482913").await;
    let (first, ack) = client.receipts.recv().await.unwrap();
    drop(ack);
    let (again, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!(first, again);
}

#[tokio::test]
async fn a_late_receipt_is_a_minute_late() {
    let lab = lab().await;
    lab.set("/v1/carriers/au", json!({"receipts": "late"})).await;
    let mut client = lab.bind().await;
    client.send(NUMBER, "code 482913").await;
    lab.sms_to(NUMBER).await;
    let early = tokio::time::timeout(std::time::Duration::from_millis(200), client.receipts.recv()).await;
    assert!(early.is_err());
    lab.advance(61_000).await;
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    ack.accept();
    assert_eq!(receipt.state, MessageState::Delivered);
}

#[tokio::test]
async fn a_run_is_the_same_over_one_connection_and_over_many() {
    let (mut one, mut many) = (Vec::new(), Vec::new());
    for (several, outcomes) in [(false, &mut one), (true, &mut many)] {
        let lab = lab_in(None, 42).await;
        lab.set("/v1/carriers/smsc", json!({"loss": 0.5})).await;
        let clients = [lab.bind().await, lab.bind().await, lab.bind().await];
        for nth in 0..30 {
            let number = format!("+8190{:08}", 11_111_111 + nth % 5);
            let client = if several { &clients[nth % 3] } else { &clients[0] };
            client.send(&number, &format!("message {nth}")).await;
        }
        lab.advance(10_000).await;
        let mut all: Vec<String> = Vec::new();
        for nth in 0..5 {
            let (_, messages) = lab.get(&format!("/v1/phones/+8190{:08}/messages", 11_111_111 + nth)).await;
            all.extend(messages.as_array().unwrap().iter().map(|message| message["text"].to_string()));
        }
        all.sort();
        *outcomes = all;
    }
    assert_eq!(one, many);
    assert!((5..25).contains(&one.len()), "half of 30 are lost: {}", one.len());
}

#[tokio::test]
async fn stopping_says_goodbye() {
    let lab = lab().await;
    let client = lab.bind().await;
    let closing = tokio::spawn(async move { client.client.closed().await });
    lab.sim.stop().await;
    closing.await.unwrap();
}
