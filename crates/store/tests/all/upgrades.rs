//! A newer version's migration beside a store that is open: what only adds leaves everything as it was.

use domain::{digest::Fixed, time::seconds, verification::Status};
use store::{Database, Field, Statement, message, outgrown};

use crate::world::{World, each, verification};

/// A verification's way, over statements that this connection may have prepared long ago.
async fn approve(world: &World, phone: &str) {
    let begun = world.begun(phone).await;
    let lease = message::Lease { owner: Fixed([1; 16]), from: world.now(), until: world.now().plus(seconds(10)) };
    let claim = world.store.write(move |tx| message::claim(tx, lease, |_| [10, 1]));
    assert_eq!(claim.await.unwrap().len(), 1);
    assert!(world.store.apply(world.check(begun.id, &world.wrong(&begun))).await.is_err());
    let approved = verification(world.store.apply(world.check(begun.id, &world.code(&begun))).await);
    assert_eq!(approved.status(world.now()), Status::Approved);
}

async fn execute(world: &World, text: String) {
    let statement = Statement::new(format!("test.{text}").leak(), text.leak());
    world.store.write(move |tx| tx.execute(&statement, &[])).await.unwrap();
}

/// Gives every table a column that may be empty, one that has a default, and an index.
async fn add_to_all(world: &World) {
    let tables = Statement::new(
        "test.tables",
        match world.place.database {
            Database::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migration' AND name NOT LIKE 'sqlite%'"
            }
            Database::Postgres { .. } => {
                "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema() \
                 AND tablename <> 'migration'"
            }
        },
    );
    let rows = world.store.read(move |tx| tx.query(&tables, &[])).await.unwrap();
    let names: Vec<String> = rows.into_iter().map(|mut row| row.read().unwrap()).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        execute(world, format!("ALTER TABLE {name} ADD COLUMN later_word TEXT")).await;
        execute(world, format!("ALTER TABLE {name} ADD COLUMN later_count INTEGER NOT NULL DEFAULT 0")).await;
        execute(world, format!("CREATE INDEX {name}_later ON {name} (later_count)")).await;
    }
}

#[tokio::test]
async fn a_store_goes_on_beside_a_schema_that_was_added_to() {
    for world in each() {
        approve(&world, "before").await;
        add_to_all(&world).await;
        approve(&world, "after").await;
        for statement in store::statements() {
            let prepared = world.store.read(move |tx| tx.prepare(statement)).await;
            assert!(prepared.is_ok(), "{}: {prepared:?}", statement.name);
        }
    }
}

#[tokio::test]
async fn a_store_knows_the_step_that_it_cannot_go_on_beside() {
    static STEP: Statement =
        Statement::new("test.step", "INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)");
    for world in each() {
        for (number, name, outgrown_by) in [
            (1_000_i64, "1000_more_contract_terms", None),
            (1_001, "1001_contract_less", Some("1001_contract_less")),
            (1_002, "1002_contract_again", Some("1001_contract_less")),
        ] {
            let step = [number.into_value(), name.to_owned().into_value(), vec![0u8].into_value()];
            world.store.write(move |tx| tx.execute(&STEP, &step)).await.unwrap();
            assert_eq!(world.store.read(outgrown).await.unwrap().as_deref(), outgrown_by);
        }
    }
}
