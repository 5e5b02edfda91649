//! The world that a conversation takes place in: the demo as a real process on data of its own, its API, its phones and
//! its clock. When a test ends well, its world must end clean: nothing left in the queue, no complaint in the log, and
//! a stop within seconds.

mod answer;
mod browser;
mod calls;
mod flow;
mod http;
mod inside;
mod operator;
mod phone;
mod place;
mod process;
mod rows;
mod walk;

use std::{
    collections::HashMap,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

pub use browser::{Browser, Page};
pub use calls::Call;
pub use flow::{Flow, RETURN_URL};
pub use http::{Answer, Request};
pub use inside::Inside;
pub use operator::{Served, route_called, route_to};
pub use phone::Sms;
pub use place::{Engine, Folder, Locked};
pub use process::{Process, assert_quiet, done, refused, run};
pub use rows::{in_store, in_store_of};
use serde_json::{Value, json};
pub use walk::{Seen, Walk};

use self::place::Database;

/// The phone of Aoi: au, iPhone.
pub const AOI: &str = "+819012345678";
/// The phone of Haruto: docomo, Android.
pub const HARUTO: &str = "+818012345678";
/// The phone of Yui: SoftBank, iPhone.
pub const YUI: &str = "+817012345678";

pub const fn seconds(count: i64) -> i64 {
    count * 1_000
}

pub const fn minutes(count: i64) -> i64 {
    seconds(60 * count)
}

/// A demo that runs.
pub struct World {
    process: Process,
    ready: Value,
    /// Its data folder.
    pub data: Folder,
    database: Option<Database>,
    warnings_allowed: bool,
    /// The newest message of each phone that the test has read.
    read: Mutex<HashMap<String, u64>>,
}

/// A verification under way.
#[derive(Clone, Debug)]
pub struct Verification {
    pub id: String,
}

impl World {
    /// A fresh demo on SQLite.
    pub fn new() -> World {
        World::on(Engine::Sqlite).expect("SQLite is built in")
    }

    /// A fresh demo; `None` where the engine is not there.
    pub fn on(engine: Engine) -> Option<World> {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Database::create()?),
        };
        let data = Folder::new();
        let (process, ready) = start(&data, database.as_ref());
        Some(World { process, ready, data, database, warnings_allowed: false, read: Mutex::default() })
    }

    /// For tests in which a link or a carrier fails: then the log has warnings.
    pub fn allow_warnings(mut self) -> World {
        self.warnings_allowed = true;
        self
    }

    /// Stops in order, does something meanwhile, and starts again on the same data.
    pub fn restart_around<T>(&mut self, meanwhile: impl FnOnce(&World) -> T) -> T {
        assert_quiet(&self.process.stop(), self.warnings_allowed);
        let done = meanwhile(self);
        (self.process, self.ready) = start(&self.data, self.database.as_ref());
        done
    }

    /// `kill -9`, while others may be talking to it.
    pub fn kill(&self) {
        self.process.signal("-9");
    }

    /// A new start on the same data, after it was killed.
    pub fn restart_after_crash(&mut self) {
        self.process.kill();
        let log = self.process.log_lines();
        (self.process, self.ready) = start(&self.data, self.database.as_ref());
        assert_quiet(&log, self.warnings_allowed);
    }

    /// One of the things that the demo tells when it is ready: `url`, `api_key`, `service`, `sim`, `smpp`, `admin` …
    pub fn told(&self, what: &str) -> String {
        self.ready[what].as_str().unwrap_or_else(|| panic!("the demo does not tell its {what}")).to_owned()
    }

    /// The database as the configuration names it.
    pub fn database(&self) -> String {
        let file = || format!("sqlite:{}", self.data.file("tegata.db"));
        self.database.as_ref().map_or_else(file, Database::url)
    }

    /// A request to a path of the server, without a key.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("{}{path}", self.told("url")))
    }

    /// A request with the demo's key.
    pub fn call(&self, method: &str, path: &str) -> Request {
        self.request(method, path).key(&self.told("api_key"))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path).json(&body).send()
    }

    /// Begins a verification that must be new.
    pub fn create(&self, to: &str) -> Verification {
        self.create_with(json!({ "to": to }))
    }

    /// Begins a verification, as told, that must be new.
    pub fn create_with(&self, body: Value) -> Verification {
        Verification::of(&self.post("/v1/verifications", body).is(201))
    }

    pub fn check(&self, verification: &Verification, code: &str) -> Answer {
        self.post(&verification.path("/check"), json!({ "code": code }))
    }

    pub fn resend(&self, verification: &Verification) -> Answer {
        self.post(&verification.path("/resend"), json!({}))
    }

    pub fn cancel(&self, verification: &Verification) -> Answer {
        self.call("POST", &verification.path("/cancel")).send()
    }

    pub fn redeem(&self, verification: &Verification, proof: &str) -> Answer {
        self.post(&verification.path("/redeem"), json!({ "proof": proof }))
    }

    /// How a verification stands.
    pub fn look(&self, verification: &Verification) -> Value {
        self.get(&verification.path("")).is(200).json()
    }

    /// Waits until a verification's message is in a state, and gives the message.
    pub fn message_becomes(&self, verification: &Verification, state: &str) -> Value {
        let what = format!("{verification:?} has a message that is {state}");
        eventually(&what, || {
            let message = self.look(verification)["message"].clone();
            (message["state"] == state).then_some(message)
        })
    }

    /// Moves the clock of server and carriers.
    pub fn advance(&self, ms: i64) {
        self.sim("POST", "/v1/clock").json(&json!({ "advance_ms": ms })).send().is(200);
    }

    /// A figure of `/metrics`; labels are part of the name.
    pub fn metric(&self, name: &str) -> Option<f64> {
        metric(&self.told("admin"), name)
    }

    /// Waits until nothing is left to be sent.
    pub fn wait_for_queue(&self) {
        eventually("the queue is empty", || (self.metric("tegata_queue_messages") == Some(0.0)).then_some(()));
    }

    fn sim(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("{}{path}", self.told("sim")))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the demo's log: {:#?}", self.process.log_lines());
            return;
        }
        self.wait_for_queue();
        assert_quiet(&self.process.stop(), self.warnings_allowed);
    }
}

impl Verification {
    pub fn of(answer: &Answer) -> Verification {
        Verification { id: answer.json()["id"].as_str().expect("a verification has an id").to_owned() }
    }

    pub fn path(&self, more: &str) -> String {
        format!("/v1/verifications/{}{more}", self.id)
    }
}

/// A figure that an admin listener tells.
fn metric(admin: &str, name: &str) -> Option<f64> {
    let text = Request::new("GET", &format!("{admin}/metrics")).send().is(200).body;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

fn start(data: &Folder, database: Option<&Database>) -> (Process, Value) {
    let folder = data.path().to_str().expect("temporary folders have plain names");
    let mut arguments = vec!["demo", "--json", "--listen", "127.0.0.1:0", "--data", folder];
    let url = database.map(Database::url);
    arguments.extend(url.iter().flat_map(|url| ["--database", url]));
    Process::start_ready(&arguments)
}

/// Looks again and again until there is something, for at most 15 seconds.
pub fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(15), "it does not happen that {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs `work` that many times at once and gives what each came to.
pub fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = std::sync::Barrier::new(count);
    let (barrier, work) = (&barrier, &work);
    let run = |nth| {
        move || {
            barrier.wait();
            work(nth)
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..count).map(|nth| scope.spawn(run(nth))).collect();
        running.into_iter().map(|one| one.join().expect("none panics")).collect()
    })
}
