//! A demo's store, opened beside it: for what no page and no call tells.

use std::{path::Path, sync::Arc};

use domain::{
    key::{KeyId, KeyRing, Secret},
    time::Time,
};
use store::{Database, Store, StoreConfig};

use super::World;

/// Runs some work on the store of a demo that is on SQLite.
pub fn in_store<T>(world: &World, work: impl AsyncFnOnce(&Store) -> T) -> T {
    in_store_of(world.data.path(), work)
}

/// Runs some work on the SQLite store in a folder.
pub fn in_store_of<T>(folder: &Path, work: impl AsyncFnOnce(&Store) -> T) -> T {
    // Not the demo's keys: what is sealed stays so.
    let keys = KeyRing::new(&[(KeyId(1), Secret::new([1; 32]))]).expect("a secret");
    let config = StoreConfig::new(Database::Sqlite(folder.join("tegata.db")));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let clock = Arc::new(|| Time::from_ms(0));
        let store = Store::visit(&config, Arc::new(keys), clock).expect("it opens");
        let done = work(&store).await;
        store.close().await;
        done
    })
}
