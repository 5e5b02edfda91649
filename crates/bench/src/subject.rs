//! The server under test: what `bench serve` runs, in a process of its own.
//!
//! It prints one line of JSON when it is ready: its account, which another server on the same database is given. Each line that it is given then is a list of verifications, which it
//! answers with their codes, as a list in the same order: read from its own store, outside of the spans that are
//! timed. It ends when nothing more can come.

use std::{collections::HashMap, env, io::stdin, net::SocketAddr, sync::Arc};

use axum::Router;
use clap::Args;
use domain::{
    digest::Fixed,
    id::VerificationId,
    key::{KeyId, KeyRing, Secret},
};
use serde_json::{Value, json};
use server::{
    api,
    app::App,
    clock::{self, Clock},
    config::{Config, DatabaseUrl, Log, LogLevel},
    receipt,
    run::{self, Running},
    telemetry,
    web::{Web, accept},
    work::sweep,
};
use store::{Memory, Store, StoreConfig};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    ceiling, fixture,
    output::{self, Failure},
};

/// Where the database's URL is told: it may hold a password, which no other user should see among the arguments.
pub const DATABASE: &str = "TEGATA_BENCH_SUBJECT";
/// Where the line of a server that prepared the database is told; without it the database is prepared.
pub const ACCOUNT: &str = "TEGATA_BENCH_ACCOUNT";
/// Verifications read at once for their codes.
const CODES_AT_ONCE: usize = 256;

/// What is served.
#[derive(Args)]
pub struct Arguments {
    /// Only the ceiling, without a store.
    #[arg(long)]
    ceiling: bool,
    /// Keep verifications in memory, in no store.
    #[arg(long)]
    memory: bool,
    /// Send messages to the message centre at this address; without it nothing sends.
    #[arg(long)]
    smpp: Option<SocketAddr>,
}

/// Serves until standard input ends.
pub fn run(runtime: &Runtime, arguments: &Arguments) -> Result<(), Failure> {
    telemetry::start_log(&Log { level: LogLevel::Warn, ..Log::default() });
    let subject = runtime.block_on(Subject::start(arguments))?;
    let Account { api_key, secret } = &subject.account;
    output::line(&json!({ "address": subject.address, "api_key": api_key, "secret": secret.hex() }).to_string());
    for line in stdin().lines() {
        let codes = runtime.block_on(subject.codes(&line?))?;
        output::line(&codes.join(" "));
    }
    runtime.block_on(subject.stop());
    Ok(())
}

struct Subject {
    address: SocketAddr,
    account: Account,
    served: Served,
}

/// What servers on one database share.
#[derive(Clone)]
struct Account {
    api_key: String,
    /// The key ring's only secret.
    secret: Fixed<32>,
}

enum Served {
    Ceiling(watch::Sender<bool>, JoinHandle<()>),
    Quiet(Quiet),
    Whole(Running),
}

/// A server that sends nothing: all of its parts but those that take messages out of the outbox.
struct Quiet {
    app: Arc<App>,
    /// Where its verifications are, if in no store.
    memory: Option<Memory>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Subject {
    async fn start(arguments: &Arguments) -> Result<Subject, Failure> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (public, admin) = run::bind(any, any).await?;
        let address = public.local_addr()?;
        if arguments.ceiling {
            let (stop, stopping) = watch::channel(false);
            let task = tokio::spawn(ceiling::serve(public, stopping));
            let account = Account { api_key: "none".into(), secret: Fixed::default() };
            return Ok(Subject { address, account, served: Served::Ceiling(stop, task) });
        }
        let database = DatabaseUrl::parse(&env::var(DATABASE)?).map_err(Failure)?;
        let config = fixture::config(database, address, arguments.smpp);
        let account = match env::var(ACCOUNT) {
            Ok(line) => Account::read(&line)?,
            Err(_) => Account::prepare(&config).await?,
        };
        let keys = account.keys()?;
        let served = if arguments.smpp.is_some() {
            let clock = Arc::new(Clock::default());
            Served::Whole(run::start(config, keys, clock, public, admin, Router::new()).await?)
        } else {
            Served::Quiet(Quiet::start(config, keys, public, arguments.memory)?)
        };
        Ok(Subject { address, account, served })
    }

    /// The codes of verifications, named in one line; the ceiling takes any.
    async fn codes(&self, line: &str) -> Result<Vec<String>, Failure> {
        let ids: Vec<&str> = line.split(' ').collect();
        match &self.served {
            Served::Ceiling(..) => Ok(vec!["000000".to_owned(); ids.len()]),
            Served::Quiet(quiet) => codes(&quiet.app, quiet.memory.as_ref(), &ids).await,
            Served::Whole(running) => codes(&running.app, None, &ids).await,
        }
    }

    async fn stop(self) {
        match self.served {
            Served::Ceiling(stop, task) => {
                stop.send_replace(true);
                // It has nothing to say at its end.
                let _ = task.await;
            }
            Served::Quiet(quiet) => quiet.stop().await,
            Served::Whole(running) => running.stop().await,
        }
    }
}

impl Account {
    /// That of a server that came before.
    fn read(line: &str) -> Result<Account, Failure> {
        let told: Value = serde_json::from_str(line)?;
        let text = |name: &str| told[name].as_str().unwrap_or_default();
        let secret = Fixed::from_hex(text("secret")).ok_or(Failure("that is no account".into()))?;
        Ok(Account { api_key: text("api_key").to_owned(), secret })
    }

    /// A new one, with its tables, its service and its key.
    async fn prepare(config: &Config) -> Result<Account, Failure> {
        store::migrate(&run::database(&config.database))?;
        let mut account = Account { api_key: String::new(), secret: Fixed(clock::random()) };
        account.api_key = fixture::prepare(config, account.keys()?, fixture::generous()).await?;
        Ok(account)
    }

    fn keys(&self) -> Result<KeyRing, Failure> {
        KeyRing::new(&[(KeyId(1), Secret::new(self.secret.0))]).ok_or(Failure("no key".into()))
    }
}

impl Quiet {
    fn start(config: Config, keys: KeyRing, public: TcpListener, in_memory: bool) -> Result<Quiet, Failure> {
        let (keys, clock) = (Arc::new(keys), Arc::new(Clock::default()));
        let now = clock.clone();
        let store = StoreConfig::new(run::database(&config.database));
        let now = Arc::new(move || now.now());
        let (store, memory) = if in_memory {
            let (store, memory) = Store::open_in_memory(&store, keys.clone(), now)?;
            (store, Some(memory))
        } else {
            (Store::open(&store, keys.clone(), now)?, None)
        };
        let (http, config) = (config.http.clone(), Arc::new(config));
        let app = Arc::new(App::new(store, keys, clock, config, Vec::new(), Arc::default(), Arc::default()));
        let web = Web { app: app.clone(), document: &api::DOCUMENT, receipts: receipt::channel().0 };
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept::serve(public, run::router(web), http, stopping.clone()));
        tasks.spawn(sweep::run(app.clone(), stopping));
        let watching = app.clone();
        tasks.spawn(async move { watching.watch.run().await });
        Ok(Quiet { app, memory, stop, tasks })
    }

    async fn stop(mut self) {
        self.stop.send_replace(true);
        self.app.watch.close();
        self.app.store.clone().close().await;
        self.tasks.shutdown().await;
    }
}

/// The codes of verifications, in their order.
async fn codes(app: &App, memory: Option<&Memory>, ids: &[&str]) -> Result<Vec<String>, Failure> {
    let unknown = |id: &str| Failure(format!("there is no verification {id}"));
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(CODES_AT_ONCE) {
        let wanted: Result<Vec<VerificationId>, Failure> =
            some.iter().map(|id| id.parse().map_err(|_| unknown(id))).collect();
        let wanted = wanted?;
        let asked = wanted.clone();
        let rows = match memory {
            Some(memory) => memory.verifications(&asked),
            None => app.store.read(move |tx| store::verification::fetch_all(tx, &asked)).await?,
        };
        let rows: HashMap<VerificationId, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        for id in wanted {
            let code = rows.get(&id).and_then(|row| row.code(row.newest(), &app.keys.load()));
            found.push(code.ok_or_else(|| unknown(&id.to_string()))?.digits().to_owned());
        }
    }
    Ok(found)
}
