//! A newer version migrates the database beside a node that runs.

use std::{thread, time::Duration};

use serde_json::json;
use store::{Field, Statement, Store};

use crate::world::{Served, in_store_of, refused};

static STEP: Statement =
    Statement::new("test.step", "INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)");

/// What is left of a newer version's step.
async fn step(store: &Store, number: i64, name: &'static str) {
    let values = [number.into_value(), name.to_owned().into_value(), vec![0u8].into_value()];
    store.write(move |tx| tx.execute(&STEP, &values)).await.expect("it is written down");
}

#[test]
fn a_node_goes_on_beside_steps_that_add_and_ends_at_one_that_takes_away() {
    let mut served = Served::start("");
    let begin = |served: &Served| {
        served.call("POST", "/v1/verifications").json(&json!({ "to": "+819055550601" })).send().is(201);
    };
    in_store_of(served.folder.path(), async |store| {
        step(store, 1_000, "1000_more").await;
        // It looks every second.
        thread::sleep(Duration::from_secs(3));
        begin(&served);
        step(store, 1_001, "1001_contract_less").await;
    });
    let (status, log) = served.process.end();
    assert_eq!(status.code(), Some(1), "{log:#?}");
    let last = log.last().expect("it says why");
    assert!(last.contains("1001_contract_less") && last.contains("start the newer version"), "{last}");
    let said = refused(&["serve", "--config", &served.config]);
    assert!(said.contains("belongs to a newer version") && said.contains("update"), "{said}");
    let said = refused(&["migrate", "--contract", "--config", &served.config]);
    assert!(said.contains("belongs to a newer version"), "nodes are all that it goes over: {said}");
}
