//! Where a test keeps its data: a folder and, on PostgreSQL, a database of its own; both are gone after a good end.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use postgres::{Client, NoTls};

/// Where the tests find a PostgreSQL server.
const VARIABLE: &str = "TEGATA_TEST_POSTGRES";

/// Which database a conversation runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A name that no other test has.
pub fn unique_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("now is after 1970");
    format!("tegata_{}_{}", process::id(), now.as_nanos() % 1_000_000_000_000)
}

/// A folder of its own.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let path = env::temp_dir().join(unique_name());
        fs::create_dir_all(&path).expect("the system's folder for temporary files can be written");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("temporary files have plain names").to_owned()
    }

    /// Writes a file and gives its path.
    pub fn write(&self, name: &str, text: &str) -> String {
        let file = self.file(name);
        fs::write(&file, text).expect("the folder can be written");
        file
    }

    pub fn read(&self, name: &str) -> io::Result<String> {
        fs::read_to_string(self.0.join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !thread::panicking() {
            fs::remove_dir_all(&self.0).expect("nobody holds the folder any more");
        }
    }
}

/// A PostgreSQL database of its own.
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// A fresh database, or `None` where there is no server: a printed line at home, a failure in CI.
    pub fn create() -> Option<Database> {
        let Ok(server) = env::var(VARIABLE) else {
            assert!(env::var_os("CI").is_none(), "{VARIABLE} is not set");
            println!("skipped: {VARIABLE} is not set");
            return None;
        };
        let name = unique_name();
        connect(&server).batch_execute(&format!("CREATE DATABASE {name}")).expect("the user may make databases");
        Some(Database { server, name })
    }

    pub fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').expect("the address ends in /database");
        format!("{server}/{}", self.name)
    }
}

/// Keeps the store's workers from every row of a table, while reading goes on, until it is dropped.
pub struct Locked(Client);

impl Locked {
    pub fn table(url: &str, name: &str) -> Locked {
        let mut client = connect(url);
        // Conflicts with rows that are locked to be changed, and with nothing that only reads.
        client.batch_execute(&format!("BEGIN; LOCK TABLE {name} IN EXCLUSIVE MODE")).expect("nobody else locks it");
        Locked(client)
    }

    /// Waits until one of the store's statements waits for it.
    pub fn is_met(&mut self) {
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = \
                       (SELECT oid FROM pg_database WHERE datname = current_database())";
        for _ in 0..750 {
            let count: i64 = self.0.query_one(waiting, &[]).expect("it can be asked").get(0);
            if count > 0 {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("nothing waits for the lock");
    }

    pub fn release(mut self) {
        self.0.batch_execute("ROLLBACK").expect("it was begun");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let gone = connect(&self.server).batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if !thread::panicking() {
            gone.expect("the database can be dropped");
        }
    }
}

fn connect(url: &str) -> Client {
    // Another test may hold the last free connection for a moment.
    for _ in 0..50 {
        if let Ok(client) = Client::connect(url, NoTls) {
            return client;
        }
        thread::sleep(Duration::from_millis(100));
    }
    Client::connect(url, NoTls).expect("PostgreSQL takes connections")
}
