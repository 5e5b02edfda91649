//! Puts a server together, runs it, and takes it down in order: no new requests, those under way, then the workers, then
//! the store.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{Router, http::StatusCode, routing::get};
use domain::{key::KeyRing, refusal::Refusal};
use store::{Database, LiveRing, Store, StoreConfig};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use tracing::warn;

use crate::{
    api,
    app::{self, App, keys::KeyProblem},
    clock::Clock,
    config::{Config, ConfigError, DatabaseUrl, route::Route, secrets},
    console,
    guide::{self, Library},
    link::LinkState,
    pages,
    parts::Parts,
    receipt::{self, Incoming},
    send::{Provider, http::Gateway, smpp, traces::Exporter, twilio::Account, webhook::Caller},
    telemetry::{
        Metrics,
        trace::{Span, Traces},
    },
    web::{Web, accept, layers::Around, problem::No},
    work::{arrival, budget, dispatch, excess, keys, receipts, reseal, sweep, traces, webhooks},
};

/// A node whose clock is further off the database's is not ready (rule D11): codes would expire early or late.
const CLOCK_OFF_MAX_MS: i64 = 2_000;

/// How often a node looks whether its store still works, and whether a newer version has taken away what it uses.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long whoever looks after nodes waits for what the database knows: less than they wait for an answer.
const STORE_ANSWERS_WITHIN: Duration = Duration::from_millis(900);

/// Why a server does not start.
#[derive(Debug)]
pub enum StartError {
    /// The configuration.
    Config(ConfigError),
    /// The store.
    Store(store::OpenError),
    /// The key file is not the one that the database needs.
    Keys(KeyProblem),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StartError::Config(error) => write!(f, "{error}"),
            StartError::Store(error) => write!(f, "{error}"),
            StartError::Keys(problem) => write!(f, "{problem}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        StartError::Config(error)
    }
}

impl From<store::OpenError> for StartError {
    fn from(error: store::OpenError) -> Self {
        StartError::Store(error)
    }
}

/// Why a server that ran does not go on.
#[derive(Debug)]
pub enum End {
    /// A newer version took away what this one uses.
    Outgrown(store::OpenError),
    /// A part of it panicked, and the rest would go on without it.
    Broken(String),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Outgrown(error) => write!(f, "{error}"),
            End::Broken(part) => write!(
                f,
                "a part of the server broke ({part}), which is an error in Tegata: the log says where; start it again"
            ),
        }
    }
}

impl std::error::Error for End {}

/// A server that runs.
pub struct Running {
    /// What requests may do; for whoever embeds the server.
    pub app: Arc<App>,
    doors: watch::Sender<bool>,
    workers: watch::Sender<bool>,
    serving: Vec<JoinHandle<()>>,
    working: Vec<JoinHandle<()>>,
    /// Takes the routes' receipts; stopped after them, so that none that still comes is sent back.
    receiving: (watch::Sender<bool>, JoinHandle<()>),
    passing: JoinHandle<()>,
    parts: Parts,
}

/// The database of a configuration.
pub fn database(url: &DatabaseUrl) -> Database {
    match url {
        DatabaseUrl::Sqlite(file) => Database::Sqlite(file.clone()),
        DatabaseUrl::Postgres(url) => Database::Postgres { url: url.clone() },
    }
}

/// The guides of a configuration.
fn guides(config: &Config) -> Result<Library, ConfigError> {
    let folder = config.guides.folder.as_deref();
    let unreadable = |error| ConfigError(format!("guides.folder {}: {error}", folder.unwrap_or_default()));
    Library::open(folder.map(Path::new)).map_err(unreadable)
}

/// Where spans go, and who exports them; nowhere without a collector.
#[expect(clippy::type_complexity, reason = "two halves that are given away at once")]
fn traces(
    config: &Config,
    metrics: &Arc<Metrics>,
) -> Result<(Traces, Option<(Exporter, mpsc::Receiver<Span>)>), ConfigError> {
    if !config.traces.are_on() {
        return Ok((Traces::default(), None));
    }
    let (traces, spans) = Traces::on(config.traces.share, metrics.clone());
    Ok((traces, Some((Exporter::new(&config.traces)?, spans))))
}

/// Whether key file and configuration are those that the database can be served with.
async fn check(store: &Store, keys: &KeyRing, config: &Config) -> Result<(), StartError> {
    app::keys::recognise(store, keys).await.map_err(StartError::Keys)?;
    let misfit = app::service::first_misfit(store, config).await.map_err(store::OpenError::from)?;
    misfit.map_or(Ok(()), |problem| Err(StartError::Config(ConfigError(problem))))
}

/// Starts a server on listeners that are bound already. `extra` is served beside the server's own pages: the demo's
/// simulator and shop.
///
/// # Errors
/// When the configuration or the store cannot be used.
pub async fn start(
    config: Config,
    keys: impl Into<secrets::Source>,
    clock: Arc<Clock>,
    public: TcpListener,
    admin: TcpListener,
    extra: Router,
) -> Result<Running, StartError> {
    let guides = Arc::new(guides(&config)?);
    let (secrets::Source { ring, file }, config) = (keys.into(), Arc::new(config));
    let keys = LiveRing::from(ring.at(clock.now()));
    let now = clock.clone();
    let store = StoreConfig::new(database(&config.database));
    let store = Store::open(&store, keys.clone(), Arc::new(move || now.now()))?;
    if let Err(problem) = check(&store, &ring, &config).await {
        store.close().await;
        return Err(problem);
    }
    let (doors, _) = watch::channel(false);
    let (workers, _) = watch::channel(false);
    let (receipt_in, receipt_out) = receipt::channel();
    let (handed_in, handed_out) = receipt::handed();
    let parts = Parts::default();
    let routes = Routes::start(&config, &keys, &clock, &receipt_in, &workers, &parts)?;
    let caller = Caller::new(&config.webhooks, clock.clone())?;
    let metrics = Arc::new(Metrics::default());
    let (traces, spans) = traces(&config, &metrics)?;
    let app = App::new(store, keys, clock, config.clone(), routes.links, guides.clone(), metrics.clone());
    let app = Arc::new(app.traced(traces));
    let web = Web { app: app.clone(), document: &api::DOCUMENT, receipts: receipt_in };
    let public = accept::serve(public, router(web).merge(extra), config.http.clone(), doors.subscribe());
    let admin = accept::serve(admin, admin_router(app.clone()), config.http.clone(), doors.subscribe());
    let serving = vec![parts.start("public listener", public), parts.start("admin listener", admin)];
    let watching = app.clone();
    let passing = parts.start("watch", async move { watching.watch.run().await });
    let mut working = routes.tasks;
    let stop = || workers.subscribe();
    working.push(parts.start("dispatch", dispatch::run(app.clone(), routes.providers, handed_in, stop())));
    working.push(parts.start("webhooks", webhooks::run(app.clone(), caller, stop())));
    working.push(parts.start("guides", guide::watch(guides, stop())));
    working.push(parts.start("sweep", sweep::run(app.clone(), stop())));
    working.push(parts.start("keys", keys::run(app.clone(), file, stop())));
    working.push(parts.start("reseal", reseal::run(app.clone(), stop())));
    working.push(parts.start("arrival", arrival::run(app.clone(), stop())));
    working.push(parts.start("budget", budget::run(app.clone(), stop())));
    working.push(parts.start("excess", excess::run(app.clone(), stop())));
    if let Some((exporter, spans)) = spans {
        working.push(parts.start("traces", traces::run(exporter, spans, metrics, stop())));
    }
    let (written, stop) = watch::channel(false);
    let receipts = receipts::run(app.clone(), receipt_out, handed_out, stop);
    let receiving = (written, parts.start("receipts", receipts));
    Ok(Running { app, doors, workers, serving, working, receiving, passing, parts })
}

impl Running {
    /// Waits until the node cannot go on; says why.
    pub async fn ends(&self) -> End {
        tokio::select! {
            part = self.parts.broken() => End::Broken(part),
            end = self.store_ends() => end,
        }
    }

    /// Waits until the store is of no use any more.
    async fn store_ends(&self) -> End {
        let store = &self.app.store;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if !store.is_whole() {
                return End::Broken("store".to_owned());
            }
            // While the database is away nothing is known; others tell of that.
            if let Ok(Some(step)) = store.read(store::outgrown).await {
                return End::Outgrown(store::OpenError::Outgrown(step));
            }
        }
    }

    /// Takes the server down in order.
    pub async fn stop(self) {
        self.doors.send_replace(true);
        self.app.watch.close();
        for task in self.serving {
            drop(task.await);
        }
        self.workers.send_replace(true);
        for task in self.working {
            drop(task.await);
        }
        self.receiving.0.send_replace(true);
        drop(self.receiving.1.await);
        self.passing.abort();
        if let Err(refusal) = self.app.give_budgets_back().await {
            warn!(code = refusal.code(), "what was left of budgets could not be given back");
        }
        self.app.store.clone().close().await;
    }
}

/// What the configured routes become.
struct Routes {
    providers: Vec<Provider>,
    links: Vec<(String, LinkState)>,
    tasks: Vec<JoinHandle<()>>,
}

impl Routes {
    fn start(
        config: &Config,
        keys: &LiveRing,
        clock: &Arc<Clock>,
        receipts: &mpsc::Sender<Incoming>,
        stop: &watch::Sender<bool>,
        parts: &Parts,
    ) -> Result<Routes, ConfigError> {
        let mut routes = Routes { providers: Vec::new(), links: Vec::new(), tasks: Vec::new() };
        for route in &config.routes {
            let provider = match route.clone() {
                Route::Smpp(route) => {
                    let (link, bind) = smpp::start(route, clock.clone(), receipts.clone(), stop.subscribe())?;
                    routes.tasks.push(parts.start(format!("route {}", link.name()), bind));
                    Provider::Smpp(link)
                }
                Route::Http(route) => {
                    let gateway = Gateway::new(route, &config.public_url, keys.clone(), clock.clone())?;
                    Provider::Http(Arc::new(gateway))
                }
                Route::Twilio(route) => {
                    let account = Account::new(route, &config.public_url, keys.clone(), clock.clone())?;
                    Provider::Twilio(Arc::new(account))
                }
            };
            routes.links.push((provider.name().to_owned(), provider.link().clone()));
            routes.providers.push(provider);
        }
        Ok(routes)
    }
}

/// The public listener's addresses.
pub fn router(web: Web) -> Router {
    let (calls, _) = api::router();
    let openapi = get(|| async { axum::Json(&*api::DOCUMENT) });
    let app = web.app.clone();
    let routes = calls
        .merge(pages::router())
        .merge(console::router(&web))
        .route("/openapi.json", openapi)
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(|| async { No(Refusal::NotFound) })
        .method_not_allowed_fallback(|| async { No(Refusal::MethodNotAllowed) })
        .with_state(web);
    Around { app, page: pages::refused, routes }.router()
}

/// Why a node can do nothing for requests, if so.
async fn unready(app: &App) -> Option<String> {
    if let Some(trouble) = app.key_file.trouble() {
        return Some(trouble);
    }
    match app.store.clock_ahead_ms().await {
        Ok(ahead_ms) if ahead_ms.abs() >= CLOCK_OFF_MAX_MS => {
            Some(format!("this node's clock is {ahead_ms} ms behind the database's"))
        }
        Ok(_) => app.store.takes_commits().await.err().map(|problem| problem.to_string()),
        Err(problem) => Some(problem.to_string()),
    }
}

/// The admin listener's addresses: for the operator's own network (rule D8).
fn admin_router(app: Arc<App>) -> Router {
    let (ready, told) = (app.clone(), app);
    let readyz = get(move || async move {
        let unready = timeout(STORE_ANSWERS_WITHIN, unready(&ready)).await;
        match unready.unwrap_or_else(|_| Some("the database does not answer".to_owned())) {
            None => (StatusCode::OK, "ready\n".to_owned()),
            Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
        }
    });
    let metrics = get(move || async move {
        // What comes too late is as it was the last time.
        let _late = timeout(STORE_ANSWERS_WITHIN, sweep::gauge(&told)).await;
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        ([("content-type", kind)], told.metrics.text())
    });
    Router::new().route("/readyz", readyz).route("/metrics", metrics)
}

/// The addresses of two listeners.
///
/// # Errors
/// When one cannot be bound.
pub async fn bind(listen: SocketAddr, admin: SocketAddr) -> Result<(TcpListener, TcpListener), ConfigError> {
    let bound = |key: &str, at: SocketAddr, error: std::io::Error| ConfigError(format!("http.{key} {at}: {error}"));
    let public = TcpListener::bind(listen).await.map_err(|error| bound("listen", listen, error))?;
    let admin = TcpListener::bind(admin).await.map_err(|error| bound("admin_listen", admin, error))?;
    Ok((public, admin))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use domain::key::{KeyId, Secret};
    use store::{Fault, Faults, setting};

    use super::*;

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
        assert!(matches!(&end, End::Broken(part) if part == "store"), "{end}");
        timeout(Duration::from_secs(10), running.stop()).await.expect("it stops in order all the same");
        drop(fs::remove_dir_all(&folder));
    }
}
