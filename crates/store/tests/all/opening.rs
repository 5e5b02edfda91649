//! What a store refuses to open.

use std::fs;

use store::{Database, Field, OpenError, Statement, migrate};

use crate::{
    place,
    world::{World, each},
};

#[tokio::test]
async fn migrations_run_once() {
    for world in each() {
        world.store.clone().close().await;
        let again = migrate(&world.place.database).unwrap();
        assert_eq!((again.applied.len(), again.present), (0, 19));
    }
}

#[tokio::test]
async fn a_database_without_tables_is_refused() {
    for place in [Some(place::sqlite()), place::postgres()].into_iter().flatten() {
        if let Database::Sqlite(file) = &place.database {
            assert!(matches!(World::open_at(&place), Err(OpenError::Missing(missing)) if missing == *file));
            assert!(!file.exists(), "only a migration makes it");
            fs::write(file, "").expect("the folder can be written");
        }
        let opened = World::open_at(&place);
        assert!(
            matches!(opened, Err(OpenError::Unmigrated(missing)) if missing == ["0001_begin", "0002_host", "0003_figures", "0004_logo", "0005_audit", "0006_room", "0007_webhook", "0008_budget", "0009_excess",
                    "0010_range",
                    "0011_guess",
                    "0012_route", "0013_turn", "0014_webhook_route", "0015_webhook_route_index", "0016_contract_brief", "0017_leased", "0018_contract_lane", "0019_no_answer"])
        );
    }
}

#[tokio::test]
async fn a_folder_belongs_to_one_store() {
    let world = World::new(place::sqlite());
    assert!(matches!(world.open(), Err(OpenError::InUse(_))));
    assert!(matches!(migrate(&world.place.database), Err(OpenError::InUse(_))));
    world.store.clone().close().await;
    assert!(world.open().is_ok());
}

#[tokio::test]
async fn a_history_that_is_not_ours_is_refused() {
    static ALTER: Statement = Statement::new("test.alter", "UPDATE migration SET checksum = $1");
    static ADD: Statement =
        Statement::new("test.add", "INSERT INTO migration (number, name, checksum) VALUES (1000, 'later', $1)");
    for world in each() {
        world.store.write(|tx| tx.execute(&ADD, &[vec![0u8].into_value()])).await.unwrap();
        world.store.clone().close().await;
        assert!(matches!(world.open(), Err(OpenError::Newer)));
        assert!(matches!(migrate(&world.place.database), Err(OpenError::Newer)));
    }
    for world in each() {
        world.store.write(|tx| tx.execute(&ALTER, &[vec![0u8].into_value()])).await.unwrap();
        world.store.clone().close().await;
        let opened = world.open().map(|_| ());
        assert!(matches!(opened, Err(OpenError::Altered("0001_begin"))), "{opened:?}");
        assert!(matches!(migrate(&world.place.database), Err(OpenError::Altered("0001_begin"))));
    }
}
