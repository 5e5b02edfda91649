//! Where a test's store is: a folder or a schema of its own, which go with the test.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use postgres::{Client, NoTls};
use store::Database;

/// A place for one store.
pub struct Place {
    pub database: Database,
    remains: Remains,
}

enum Remains {
    Folder(PathBuf),
    Schema { url: String, name: String },
}

/// A name that no other test has.
fn name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("tegata_store_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// An empty SQLite file.
pub fn sqlite() -> Place {
    let folder = std::env::temp_dir().join(name());
    std::fs::create_dir(&folder).unwrap();
    Place { database: Database::Sqlite(folder.join("tegata.db")), remains: Remains::Folder(folder) }
}

/// An empty schema, where there is a server to test against.
pub fn postgres() -> Option<Place> {
    let Ok(url) = std::env::var("TEGATA_TEST_POSTGRES") else {
        assert!(std::env::var_os("CI").is_none(), "TEGATA_TEST_POSTGRES must name a server");
        return None;
    };
    let name = name();
    run(&url, &format!("CREATE SCHEMA {name}"));
    let own = format!(
        "{url}{}application_name={name}&options=-csearch_path%3D{name}",
        if url.contains('?') { '&' } else { '?' }
    );
    Some(Place { database: Database::Postgres { url: own }, remains: Remains::Schema { url, name } })
}

/// Runs a script as an administrator of the server.
fn run(url: &str, script: &str) {
    let (url, script) = (url.to_owned(), script.to_owned());
    let run = move || Client::connect(&url, NoTls).unwrap().batch_execute(&script).unwrap();
    std::thread::spawn(run).join().unwrap();
}

impl Place {
    /// Cuts every connection of this place, as a server that restarts does.
    pub fn cut(&self) {
        if let Remains::Schema { url, name } = &self.remains {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name";
            run(url, &format!("{cut} = '{name}'"));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match &self.remains {
            Remains::Folder(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Remains::Schema { url, name } => run(url, &format!("DROP SCHEMA {name} CASCADE")),
        }
    }
}
