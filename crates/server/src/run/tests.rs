//! A server that loses a part of itself.

use std::{fs, sync::Arc, time::Duration};

use axum::Router;
use domain::key::{KeyId, KeyRing, Secret};
use store::{Database, Fault, Faults, setting};
use tokio::time::timeout;

use super::{End, bind, start};
use crate::{clock::Clock, config::Config};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_whose_writer_broke_ends_the_server() {
    let folder = std::env::temp_dir().join(format!("tegata_broken_{}", std::process::id()));
    fs::create_dir(&folder).expect("a folder of its own");
    let database = Database::Sqlite(folder.join("tegata.db"));
    store::migrate(&database).expect("the schema can be made");
    let faults = Faults::of(&database);
    let config = format!(
        "public_url = \"https://a.example\"\ndatabase = \"sqlite:{}\"\nsecrets = \"none\"\ncountry = \"JP\"",
        folder.join("tegata.db").display()
    );
    let config: Config = toml::from_str(&config).expect("a configuration");
    let keys = KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).expect("one key");
    let any = "127.0.0.1:0".parse().expect("an address");
    let (public, admin) = bind(any, any).await.expect("free ports");
    let running =
        start(config, keys, Arc::new(Clock::default()), public, admin, Router::new()).await.expect("it starts");
    assert!(timeout(Duration::from_secs(2), running.ends()).await.is_err(), "nothing broke yet");
    faults.strike(Fault::Panic);
    let written = running.app.store.write(|tx| setting::set(tx, "a", "b")).await;
    assert!(written.is_err(), "{written:?}");
    let end = timeout(Duration::from_secs(10), running.ends()).await.expect("it is seen within seconds");
    assert!(matches!(end, End::Broken("store")), "{end}");
    timeout(Duration::from_secs(10), running.stop()).await.expect("it stops in order all the same");
    drop(fs::remove_dir_all(&folder));
}
