//! Every statement is understood by both engines.

use crate::world::each;

#[tokio::test]
async fn every_statement_prepares() {
    for world in each() {
        for statement in store::statements() {
            let prepared = world.store.read(move |tx| tx.prepare(statement)).await;
            assert!(prepared.is_ok(), "{}: {prepared:?}", statement.name);
        }
    }
}
