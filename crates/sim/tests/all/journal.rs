//! What has been answered survives the process.

use std::fs::OpenOptions;
use std::io::Write;

use serde_json::json;
use sim::{Sim, SimConfig};

use crate::support::{Folder, MovableClock, config, lab_in};

const NUMBER: &str = "+819012345678";

#[tokio::test]
async fn a_restart_keeps_phones_settings_inboxes_carriers_and_waiting_messages() {
    let folder = Folder::new();
    let lab = lab_in(Some(folder.path()), 7).await;
    let client = lab.bind().await;
    client.send(NUMBER, "code 111111").await;
    assert_eq!(lab.sms_to(NUMBER).await.len(), 1);
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({"airplane_mode": true, "owner": "Grandma"})).await;
    lab.set("/v1/carriers/docomo", json!({"delay_ms": 5})).await;
    client.send(NUMBER, "code 222222").await;
    // As a kill would: nothing is closed in order.
    drop((client, lab));

    let lab = lab_in(Some(folder.path()), 7).await;
    let (_, phone) = lab.get(&format!("/v1/phones/{NUMBER}")).await;
    assert_eq!((&phone["owner"], &phone["airplane_mode"]), (&json!("Grandma"), &json!(true)));
    let (_, docomo) = lab.get("/v1/carriers/docomo").await;
    assert_eq!(docomo["delay_ms"], 5);
    lab.set(&format!("/v1/phones/{NUMBER}"), json!({"airplane_mode": false})).await;
    while lab.sms_to(NUMBER).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    let messages = lab.sms_to(NUMBER).await;
    assert_eq!((&messages[0]["text"], &messages[1]["text"]), (&json!("code 222222"), &json!("code 111111")));
}

#[tokio::test]
async fn a_receipt_that_nobody_took_is_there_after_a_restart() {
    let folder = Folder::new();
    let lab = lab_in(Some(folder.path()), 7).await;
    let mut client = lab.bind().await;
    let id = client.send(NUMBER, "code 111111").await;
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    assert_eq!(receipt.message_id, id);
    drop((ack, client, lab));

    let lab = lab_in(Some(folder.path()), 7).await;
    let mut client = lab.bind().await;
    let (receipt, ack) = client.receipts.recv().await.unwrap();
    assert_eq!(receipt.message_id, id);
    ack.accept();
    while lab.sim.read(|world| world.under_way()).1 > 0 {
        tokio::task::yield_now().await;
    }
    drop((client, lab));
    let lab = lab_in(Some(folder.path()), 7).await;
    assert_eq!(lab.sim.read(|world| world.under_way()), (0, 0));
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off_and_what_follows_is_read() {
    let folder = Folder::new();
    drop(lab_with_message(&folder, "code 111111").await);
    let mut file = OpenOptions::new().append(true).open(folder.journal()).unwrap();
    file.write_all(br#"{"change":"accepted","id":3,"sys"#).unwrap();
    drop(file);
    drop(lab_with_message(&folder, "code 222222").await);
    let lab = lab_in(Some(folder.path()), 7).await;
    let messages = lab.sms_to(NUMBER).await;
    assert_eq!(messages.len(), 2, "{messages:?}");
}

#[tokio::test]
async fn a_line_that_is_no_change_stops_the_start_and_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.journal(), "{\"change\":\"next\",\"id\":4}\nnot a change\n").unwrap();
    let config: SimConfig = config(Some(folder.path()), 7);
    let error = Sim::start(config, MovableClock::new()).await.err().unwrap();
    assert!(error.to_string().contains("line 2"), "{error}");
}

async fn lab_with_message(folder: &Folder, text: &str) -> crate::support::Lab {
    let lab = lab_in(Some(folder.path()), 7).await;
    let before = lab.get(&format!("/v1/phones/{NUMBER}/messages")).await.1.as_array().unwrap().len();
    lab.bind().await.send(NUMBER, text).await;
    while lab.sms_to(NUMBER).await.len() <= before {
        tokio::task::yield_now().await;
    }
    lab
}

#[tokio::test]
async fn a_large_journal_is_rewritten_to_what_the_world_is() {
    let folder = Folder::new();
    drop(lab_with_message(&folder, "code 111111").await);
    let carrier = r#"{"change":"carrier","name":"au","carrier":{"delay_ms":7,"loss":0.0,"throttle_per_second":null,"receipts":"normal","outage":false,"reasons":true}}"#;
    let mut file = OpenOptions::new().append(true).open(folder.journal()).unwrap();
    file.write_all(format!("{carrier}\n").repeat(60_000).as_bytes()).unwrap();
    drop(file);
    let lab = lab_in(Some(folder.path()), 7).await;
    assert!(std::fs::metadata(folder.journal()).unwrap().len() < 20_000);
    // It is still written to, and still read.
    lab.bind().await.send("+818012345678", "code 222222").await;
    assert_eq!(lab.sms_to("+818012345678").await.len(), 1);
    drop(lab);
    let lab = lab_in(Some(folder.path()), 7).await;
    assert_eq!(lab.get("/v1/carriers/au").await.1["delay_ms"], 7);
    assert_eq!(lab.sms_to(NUMBER).await.len(), 1);
    assert_eq!(lab.sms_to("+818012345678").await.len(), 1);
}
