//! What an operator does at a terminal: configuration files, services, keys, `tegata serve`.

use std::{
    fs,
    net::TcpListener,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    Engine, Folder, Process, Request, World, done, eventually, metric, place::Database, process::assert_quiet,
};

impl World {
    /// A configuration for the demo's database and keys, for commands.
    pub fn write_config(&self) -> String {
        let state = self.data.read("demo.toml").expect("the demo keeps its state");
        let secret = state.lines().find(|line| line.starts_with("secret = ")).expect("with a secret");
        let secrets = self.data.write("secrets.toml", &format!("[[key]]\nid = 1\n{secret}\n"));
        let (url, database) = ("http://127.0.0.1:1", self.database());
        let text = format!("public_url = \"{url}\"\ndatabase = \"{database}\"\nsecrets = \"{secrets}\"\n");
        self.data.write("tegata.toml", &text)
    }

    /// Another API key of a service, which may verify. Restarts the demo: keys are made beside a stopped server.
    pub fn another_key(&mut self, service: &str) -> String {
        self.restart_around(|world| {
            let config = world.write_config();
            done(&["key", "create", "--config", &config, "--service", service])
        })
    }

    /// Another service; its id.
    pub fn another_service(&self) -> String {
        let service = self.post("/v1/services", json!({ "brand": "Other" })).is(201).json();
        service["id"].as_str().expect("a service has an id").to_owned()
    }
}

/// `tegata serve` with a configuration and a database of its own, set up as the documents say.
pub struct Served {
    pub process: Process,
    pub folder: Folder,
    pub url: String,
    pub admin: String,
    pub key: String,
    pub config: String,
    owned: Option<Database>,
}

impl Served {
    /// Sets a service up on SQLite and serves it, with this said about routes and log.
    pub fn start(more: &str) -> Served {
        Served::start_on(Engine::Sqlite, more).expect("SQLite is built in")
    }

    /// As [`Served::start`]; `None` where the engine is not there.
    pub fn start_on(engine: Engine, more: &str) -> Option<Served> {
        let folder = Folder::new();
        let owned = if engine == Engine::Postgres { Some(Database::create()?) } else { None };
        let database = owned.as_ref().map_or_else(|| format!("sqlite:{}", folder.file("tegata.db")), Database::url);
        let [port, admin_port] = free_ports();
        let (url, admin) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{admin_port}"));
        let secrets = folder.file("secrets.toml");
        let head = format!("public_url = \"{url}\"\ndatabase = \"{database}\"\nsecrets = \"{secrets}\"\n");
        let http = format!("[http]\nlisten = \"127.0.0.1:{port}\"\nadmin_listen = \"127.0.0.1:{admin_port}\"\n");
        let config = folder.write("tegata.toml", &format!("{head}{http}{more}"));
        done(&["secrets", "init", "--file", &secrets]);
        done(&["migrate", "--config", &config]);
        let service = done(&["service", "create", "--config", &config, "--brand", "みなと"]);
        let key = done(&["key", "create", "--config", &config, "--service", &service]);
        let process = serve(&config, &url);
        Some(Served { process, folder, url, admin, key, config, owned })
    }

    /// Another node on the same PostgreSQL, with this key file.
    pub fn another_node(&self, secrets: &str) -> Served {
        let folder = Folder::new();
        let [port, admin_port] = free_ports();
        let (url, admin) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{admin_port}"));
        let at = |url: &str| url.trim_start_matches("http://").to_owned();
        let text = fs::read_to_string(&self.config).expect("it was written");
        let text = text
            .replace(&format!("listen = \"{}\"", at(&self.url)), &format!("listen = \"{}\"", at(&url)))
            .replace(&format!("admin_listen = \"{}\"", at(&self.admin)), &format!("admin_listen = \"{}\"", at(&admin)))
            .replace(&self.folder.file("secrets.toml"), secrets);
        let config = folder.write("tegata.toml", &text);
        let process = serve(&config, &url);
        Served { process, folder, url, admin, key: self.key.clone(), config, owned: None }
    }

    /// What `/readyz` answers.
    pub fn readiness(&self) -> (u16, String) {
        let answer = Request::new("GET", &format!("{}/readyz", self.admin)).send();
        (answer.status, answer.body)
    }

    /// Its log's lines that have this in them.
    pub fn logged(&self, what: &str) -> Vec<String> {
        self.process.log_lines().into_iter().filter(|line| line.contains(what)).collect()
    }

    /// The address of its PostgreSQL.
    pub fn postgres(&self) -> String {
        self.owned.as_ref().expect("it was started on PostgreSQL").url()
    }

    /// A new start, after it was killed.
    pub fn restart_after_crash(&mut self) {
        self.process.kill();
        self.assert_quiet(&self.process.log_lines());
        self.process = serve(&self.config, &self.url);
    }

    /// Stops it in order, does something meanwhile, and starts it again.
    pub fn restart_around(&mut self, meanwhile: impl FnOnce(&Served)) {
        let log = self.process.stop();
        self.assert_quiet(&log);
        meanwhile(self);
        self.process = serve(&self.config, &self.url);
    }

    /// A figure of `/metrics`.
    pub fn metric(&self, name: &str) -> f64 {
        metric(&self.admin, name).unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// As [`Served::metric`], where there may be none yet.
    pub fn metric_or(&self, name: &str, otherwise: f64) -> f64 {
        metric(&self.admin, name).unwrap_or(otherwise)
    }

    /// Waits until nothing is left to be sent.
    pub fn wait_for_queue(&self) {
        eventually("the queue is empty", || (self.metric("tegata_queue_messages") == 0.0).then_some(()));
    }

    /// Waits until these routes are bound.
    pub fn wait_for_links(&self, routes: &[&str]) {
        let is_up = |route: &&str| self.metric(&format!("tegata_link_up{{route=\"{route}\"}}")) == 1.0;
        eventually(&format!("{routes:?} are bound"), || routes.iter().all(is_up).then_some(()));
    }

    /// A request with its key.
    pub fn call(&self, method: &str, path: &str) -> Request {
        Request::new(method, &format!("{}{path}", self.url)).key(&self.key)
    }

    /// Stops it in order and gives its log, which must be quiet.
    pub fn stop(mut self) -> Vec<String> {
        let log = self.process.stop();
        self.assert_quiet(&log);
        log
    }

    /// Without a route it says so, and nothing else.
    fn assert_quiet(&self, log: &[String]) {
        let has_route = fs::read_to_string(&self.config).expect("it was written").contains("[[routes]]");
        let (told, rest): (Vec<String>, _) = log.iter().cloned().partition(|line| line.contains("no [[routes]]"));
        assert_eq!(told.len(), usize::from(!has_route), "{log:#?}");
        assert_quiet(&rest, false);
    }
}

/// Serves, and waits until it answers.
fn serve(config: &str, url: &str) -> Process {
    let mut process = Process::start(&["serve", "--config", config]);
    let began = Instant::now();
    while Request::new("GET", &format!("{url}/healthz")).try_send().is_err() {
        let starting = process.is_running() && began.elapsed() < Duration::from_secs(15);
        assert!(starting, "it does not serve: {:#?}", process.log_lines());
        thread::sleep(Duration::from_millis(20));
    }
    process
}

/// Ports that nobody listens on, nor will before they are used: below those that the kernel hands out, and apart from those
/// of the other tests that run now, each in a process of its own.
fn free_ports() -> [u16; 2] {
    static NTH: AtomicU32 = AtomicU32::new(0);
    let candidate = || std::process::id().wrapping_mul(31).wrapping_add(NTH.fetch_add(1, Ordering::Relaxed)) % 10_000;
    let port = |_| 10_000 + u16::try_from(candidate()).expect("it is below 10,000");
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    [(); 2].map(|()| (0..1_000).map(port).find(is_free).expect("loopback has free ports"))
}

/// A route to the demo's message centre.
pub fn route_to(world: &World) -> String {
    route_called("centre", world)
}

/// As [`route_to`], with a name of its own; more lines may follow.
pub fn route_called(name: &str, world: &World) -> String {
    let state = world.data.read("demo.toml").expect("the demo keeps its state");
    let of = |key: &str| {
        let line = state.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
        line.unwrap_or_else(|| panic!("no {key}")).to_owned()
    };
    format!(
        "[[routes]]\nkind = \"smpp\"\nname = \"{name}\"\ntls = false\nsender = \"Minato\"\naddress = \"{}\"\n\
         system_id = {}\npassword = {}\n",
        world.told("smpp"),
        of("smpp_system_id"),
        of("smpp_password")
    )
}
