//! `tegata demo`: a server, a simulated carrier with phones, and a sample shop, in one process.
//!
//! Every code can be read there (rule D6): it listens on loopback only, marks its data, and has keys of its own.

mod claim;
mod clock;
mod sample;
mod state;

use std::os::unix::fs::DirBuilderExt;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    process,
    sync::Arc,
};

use axum::{Router, response::Redirect, routing::get};
use claim::Unfit;
use clap::Args;
use clock::DemoClock;
use domain::time::{Millis, Time, days};
use serde_json::json;
use server::{
    app::keys::KeyProblem,
    clock::Clock,
    config::{
        Budget, Config, DatabaseUrl, Guides, Hidden, Http, Log, LogLevel, Traces, Webhooks,
        route::{HttpRoute, Route, SmppRoute},
    },
    run, telemetry,
};
use sim::{Sim, SimConfig, shop::Shop};
use state::State;
use store::{OpenError, Store, StoreConfig};

use crate::{
    output::{self, Failure},
    serve::{Orders, runtime, until_over},
};

/// How long the link works that the demo prints: until it is used, though the demo's clock is moved meanwhile.
const LINK_LIFETIME_MS: Millis = days(366);

/// How the demo is started.
#[derive(Args)]
pub struct Arguments {
    /// Print one line of JSON when ready, for programs.
    #[arg(long)]
    json: bool,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where keys, database and the simulator's journal are kept.
    #[arg(long, default_value = "tegata-demo")]
    data: PathBuf,
    /// Another database than SQLite in the data folder: `postgres://…`
    #[arg(long)]
    database: Option<String>,
    /// What the simulator's chances come from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Listen elsewhere than on loopback, though everybody there can read every code.
    #[arg(long)]
    expose_demo: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    if !arguments.listen.ip().is_loopback() && !arguments.expose_demo {
        return Err(Failure(
            "the demo shows every code to whoever can reach it, so it listens on loopback only; \
             --expose-demo if you mean it"
                .into(),
        ));
    }
    telemetry::start_log(&Log { level: LogLevel::Warn, ..Log::default() });
    runtime()?.block_on(demo(arguments))
}

async fn demo(arguments: Arguments) -> Result<(), Failure> {
    let orders = Orders::listen()?;
    // Whoever reads this folder reads every code.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&arguments.data)
        .map_err(|error| Failure(format!("{}: {error}; --data names a folder", arguments.data.display())))?;
    let mut state = State::open(&arguments.data)?;
    let clock = Arc::new(clock::read(&arguments.data)?);
    let (public, admin) = run::bind(arguments.listen, SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let (address, admin_address) = (public.local_addr()?, admin.local_addr()?);
    let database = database(&arguments.data, arguments.database.as_deref())?;
    if let Err(unfit) = claim::claim(&run::database(&database), &state.keys()?) {
        state.forget_if_new()?;
        return Err(told(unfit, &arguments));
    }
    let sim = Sim::start(
        SimConfig {
            dir: Some(arguments.data.clone()),
            seed: arguments.seed,
            smpp_listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            system_id: state.smpp_system_id.clone(),
            password: state.smpp_password.clone(),
            account_is_in: account_is_in(&arguments.data),
            voice_secret: Some(state.voice_secret.clone()),
            allowed_hosts: hosts(address),
        },
        Arc::new(DemoClock::new(clock.clone(), &arguments.data)),
    )
    .await?;
    let url = format!("http://{address}");
    let config = config(database, &state, &url, &sim);
    state.prepare(&config, &url, &clock).await?;
    let (brand, brand_en) = (sample::BRAND.into(), sample::BRAND_EN.into());
    let shop = Shop { url: url.clone(), api_key: state.api_key.clone(), brand, brand_en };
    let front = get(|| async { Redirect::to(sim::shop::MOUNT) });
    let extra = Router::new()
        .route("/", front)
        .nest(sim::MOUNT, sim.router())
        .nest(sim::shop::MOUNT, shop.router(hosts(address)));
    let running = run::start(config, state.keys()?, clock, public, admin, extra).await?;
    let console = server::app::console::link(&running.app.store, &url, running.app.now(), LINK_LIFETIME_MS).await?;
    let ready = json!({
        "url": url, "api_key": state.api_key, "service": state.service, "sim": format!("{url}{}", sim::MOUNT),
        "shop": format!("{url}{}", sim::shop::MOUNT), "smpp": sim.smpp_address().to_string(),
        "admin": format!("http://{admin_address}"), "pid": process::id(), "console": console,
    });
    if arguments.json {
        output::line(&ready.to_string())
    } else {
        welcome(&url, &console, sim.smpp_address(), &arguments.data)
    }
    let ended = until_over(orders, &running).await;
    // Together: the simulator's event streams would keep the server's connections open.
    tokio::join!(sim.stop(), running.stop());
    ended
}

/// Why a database is not the demo's, and what to do.
fn told(unfit: Unfit, arguments: &Arguments) -> Failure {
    let (folder, another) = (arguments.data.display(), "start the demo in a new folder with --data");
    let named = if arguments.database.is_some() { " (and an empty database with --database)" } else { "" };
    match unfit {
        Unfit::Foreign => Failure(match &arguments.database {
            Some(_) => {
                "the database that --database names is in use by something else than a demo, and was left as it \
                        was. A demo's codes can be read by everybody: give it an empty database, or none"
                    .into()
            }
            None => format!(
                "the database in {folder} is in use by something else than a demo, and was left as it was. A demo's \
                 codes can be read by everybody: {another}"
            ),
        }),
        Unfit::Keys(KeyProblem::Store(error)) => error.into(),
        Unfit::Keys(_) => Failure(format!(
            "the database belongs to another demo, whose keys are not those in {folder}, and was left as it was: start \
             the demo in that one's folder with --data, or give it an empty database"
        )),
        Unfit::Open(error @ (OpenError::Newer | OpenError::Altered(_))) => {
            Failure(format!("{error}. {folder} is another version's: {another}{named}"))
        }
        Unfit::Open(
            error @ (OpenError::InUse(_)
            | OpenError::Folder(..)
            | OpenError::Missing(_)
            | OpenError::Unmigrated(_)
            | OpenError::Outgrown(_)
            | OpenError::Beside(..)
            | OpenError::Served(_)
            | OpenError::Engine(_)),
        ) => error.into(),
    }
}

/// Where the account of the simulated carrier stands.
fn account_is_in(data: &Path) -> String {
    format!("{} (smpp_system_id, smpp_password)", data.join("demo.toml").display())
}

fn welcome(url: &str, console: &str, smpp: SocketAddr, data: &Path) {
    output::line(&format!(
        "Tegata's demo is ready. Every code can be read here: it is for this machine only.\n\n  \
         1. The shop       {url}{}   asks for a verified number\n  \
         2. The phones     {url}{}    show their SMS as they arrive\n  \
         3. The API        {url}/docs\n  \
         4. The console    {console} (once; `tegata console link --data {}` makes another)\n  \
         5. The carrier    {smpp} (SMPP 3.4; user and password: {})\n\n\
         Keys and data are in {}. Ctrl-C stops it.",
        sim::shop::MOUNT,
        sim::MOUNT,
        data.display(),
        account_is_in(data),
        data.display()
    ));
}

/// Runs some work on a demo's store, given its address and its time, beside the demo or without it.
pub fn with_store(
    data: &Path,
    url: Option<&str>,
    work: impl AsyncFnOnce(&str, &Store, Time) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let state = State::read(data)?;
    let (clock, keys) = (clock::read(data)?, Arc::new(state.keys()?));
    let now = clock.now();
    let database = StoreConfig::new(run::database(&database(data, url)?));
    runtime()?.block_on(async {
        let store = Store::visit(&database, keys, Arc::new(move || clock.now()))?;
        let done = work(&state.url, &store, now).await;
        store.close().await;
        done
    })
}

/// The database that was asked for, or the one in the data folder.
fn database(data: &Path, url: Option<&str>) -> Result<DatabaseUrl, Failure> {
    match url {
        Some(url) => DatabaseUrl::parse(url).map_err(|must| Failure(format!("--database {must}"))),
        None => Ok(DatabaseUrl::Sqlite(data.join("tegata.db"))),
    }
}

/// The names under which the demo answers (rule D6: an unknown host is refused).
fn hosts(address: SocketAddr) -> Vec<String> {
    let host = match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    vec![host, "localhost".into()]
}

fn config(database: DatabaseUrl, state: &State, url: &str, sim: &Sim) -> Config {
    let password = Hidden(state.smpp_password.clone());
    let messages = SmppRoute::plain("demo", sim.smpp_address().to_string(), state.smpp_system_id.clone(), password);
    let voice = format!("{url}{}{}", sim::MOUNT, sim::CALLS);
    let calls = HttpRoute::of_calls("voice", voice, Hidden(state.voice_secret.clone()), sample::CALLER);
    Config {
        public_url: url.to_owned(),
        database,
        secrets: String::new(),
        reseal_after_ms: 0,
        country: domain::country::Country::JP,
        http: Http::default(),
        log: Log::default(),
        traces: Traces::default(),
        guides: Guides::default(),
        // The sample shop is there.
        webhooks: Webhooks { own_origins: vec![url.to_owned()], ..Webhooks::default() },
        budget: Budget::default(),
        routes: vec![Route::Smpp(messages), Route::Http(calls)],
    }
}

/// Writes the sample service and its key down once.
impl State {
    async fn prepare(&mut self, config: &Config, url: &str, clock: &Arc<Clock>) -> Result<(), Failure> {
        let keys = Arc::new(self.keys()?);
        let (clock, now) = (clock.clone(), clock.now());
        let opened = StoreConfig::new(run::database(&config.database));
        let store = Store::open(&opened, keys, Arc::new(move || clock.now()))?;
        self.service = sample::service(&store, &self.service, url, now).await?;
        url.clone_into(&mut self.url);
        self.api_key = self.key(&store, now).await?;
        store.close().await;
        self.save()
    }
}
