//! Commands on the database: migrations, services, API keys.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, Subcommand};
use domain::{
    id::{ApiKeyId, ServiceId, v7},
    refusal::Refusal,
    service::{Policy, Service as Settled},
    time::Time,
};
use server::{
    app::{
        caller::{self, Scope},
        ending, logo,
        service::problem,
    },
    clock::{self, Clock},
    config::{Config, secrets},
    run,
};
use store::{Alone, Database, OpenError, Store, StoreConfig, api_key, setting};

use crate::{
    Settings,
    output::{self, Failure},
    serve::runtime,
};

/// The setting that marks a database as a demo's (rule D6).
pub const DEMO: &str = "demo";

/// How a database is brought up to this version.
#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    settings: Settings,
    /// Take steps called NNNN_contract_… also while nodes of the version before run, which then end by themselves.
    #[arg(long)]
    contract: bool,
}

/// Whose codes and links are ended.
#[derive(Args)]
pub struct Restored {
    #[command(flatten)]
    settings: Settings,
    /// End them: people who are waiting for a code have to begin again.
    #[arg(long)]
    yes: bool,
    /// End them also while nodes serve the database, and with them what began there since.
    #[arg(long)]
    beside: bool,
}

#[derive(Subcommand)]
pub enum Service {
    /// Make a service.
    Create {
        #[command(flatten)]
        settings: Settings,
        /// The name that people know: on pages and in messages.
        #[arg(long)]
        brand: String,
        /// The name in English, if it is another.
        #[arg(long)]
        brand_en: Option<String>,
        /// An address that hosted pages may lead back to; may be given several times.
        #[arg(long)]
        return_url: Vec<String>,
        /// The host of its hosted pages, if it has one of its own.
        #[arg(long)]
        host: Option<String>,
    },
    /// Set a service's logo, a PNG, JPEG or WebP file; without a file the service has none any more.
    Logo {
        #[command(flatten)]
        settings: Settings,
        /// Whose logo.
        #[arg(long)]
        service: String,
        /// The picture: at most 256 KiB, 40 to 2048 pixels on each side, best a square.
        file: Option<PathBuf>,
    },
    /// List the services.
    List {
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Subcommand)]
pub enum Key {
    /// Make an API key. It is shown once.
    Create {
        #[command(flatten)]
        settings: Settings,
        /// Whose key it is.
        #[arg(long)]
        service: String,
        /// What it may do: `verify`, `admin`; may be given several times.
        #[arg(long, default_values_t = [String::from("verify")])]
        scope: Vec<String>,
        /// What it is for, in your words.
        #[arg(long, default_value = "")]
        label: String,
    },
    /// List a service's keys; never the keys themselves.
    List {
        #[command(flatten)]
        settings: Settings,
        /// Whose keys.
        #[arg(long)]
        service: String,
    },
    /// Revoke a key. It works nowhere five seconds later.
    Revoke {
        #[command(flatten)]
        settings: Settings,
        /// Whose key it is.
        #[arg(long)]
        service: String,
        /// The key's name, `key_…`.
        key: String,
    },
}

pub fn migrate(arguments: &Migrate) -> Result<(), Failure> {
    let config = Config::read(&arguments.settings.config)?;
    let migrate = if arguments.contract { store::migrate_beside } else { store::migrate };
    let report = migrate(&run::database(&config.database))?;
    let steps = if report.applied.is_empty() { "nothing to do".to_owned() } else { report.applied.join(", ") };
    output::line(&format!("{:?}: {} steps were there; applied: {steps}", config.database, report.present));
    Ok(())
}

/// After an older backup was restored: what it knows as under way was used or ended since (rule D11).
pub fn restored(arguments: &Restored) -> Result<(), Failure> {
    let database = Config::read(&arguments.settings.config)?.database;
    if !arguments.yes {
        return Err(Failure(format!(
            "this ends every verification under way in {database:?}, every link of a hosted page and the console's \
             sessions, as they are after a restored backup; nothing was done yet: say --yes"
        )));
    }
    let _alone = if arguments.beside { None } else { Some(alone(&run::database(&database))?) };
    with_store(&arguments.settings.config, async |_, store| {
        let ended = ending::everything(store, Clock::default().now()).await;
        let ended = ended.map_err(|refusal| output::refused(&refusal))?;
        output::line(&format!("verifications ended: {}; links of hosted pages: {}", ended.verifications, ended.flows));
        Ok(())
    })
}

/// Refuses what nodes serve: what they have under way is not a backup's.
fn alone(database: &Database) -> Result<Alone, Failure> {
    store::alone(database).map_err(|error| match error {
        OpenError::InUse(_) | OpenError::Served(_) => Failure(format!(
            "{error}; nothing was done: stop what serves it and run it again, or say --beside, by which people who are \
             waiting for a code there have to begin again too"
        )),
        OpenError::Folder(..)
        | OpenError::Missing(_)
        | OpenError::Unmigrated(_)
        | OpenError::Newer
        | OpenError::Outgrown(_)
        | OpenError::Beside(..)
        | OpenError::Altered(_)
        | OpenError::Engine(_) => error.into(),
    })
}

/// Runs some work on the store of a configuration, beside a server or without one.
pub fn with_store<T>(file: &Path, work: impl AsyncFnOnce(&Config, &Store) -> Result<T, Failure>) -> Result<T, Failure> {
    let config = Config::read(file)?;
    let keys = Arc::new(secrets::of(&config)?);
    let clock = Clock::default();
    runtime()?.block_on(async {
        let store =
            Store::visit(&StoreConfig::new(run::database(&config.database)), keys, Arc::new(move || clock.now()))?;
        let done = work(&config, &store).await;
        store.close().await;
        done
    })
}

/// What is said where there is no such service.
pub fn no_service(id: ServiceId) -> Failure {
    Failure(format!("there is no service {id}; `tegata service list` shows them"))
}

pub fn service(command: Service) -> Result<(), Failure> {
    match command {
        Service::Create { settings, brand, brand_en, return_url, host } => {
            with_store(&settings.config, async |config, store| {
                let now = Clock::default().now();
                let policy = Policy { countries: vec![config.country], ..Policy::default() };
                let id = ServiceId(v7(now, 0, clock::random()));
                let service = Settled {
                    id,
                    brand,
                    brand_en,
                    sender: None,
                    color: None,
                    return_urls: return_url,
                    host,
                    embed_origins: Vec::new(),
                    email_code_url: None,
                    contacts: Vec::new(),
                    logo: None,
                    policy,
                    changed_at: now,
                };
                check(&service, config)?;
                store.write(move |tx| store::service::insert(tx, &service)).await.map_err(spoken)?;
                output::line(&id.to_string());
                Ok(())
            })
        }
        Service::Logo { settings, service, file } => {
            let id: ServiceId = service.parse().map_err(|_| Failure("--service must be an id, svc_…".into()))?;
            let picture = file.as_deref().map(picture).transpose()?;
            with_store(&settings.config, async |_, store| {
                let set = logo::set(store, id, picture, Clock::default().now()).await;
                set.map(|_| ()).map_err(|refusal| match refusal {
                    Refusal::NotFound => no_service(id),
                    other => spoken(other.into()),
                })
            })
        }
        Service::List { settings } => with_store(&settings.config, async |_, store| {
            let mut after = None;
            loop {
                let services = store.read(move |tx| store::service::list(tx, after, 100)).await?;
                let Some(last) = services.last() else { return Ok(()) };
                after = Some(last.value.id);
                for service in services {
                    output::line(&format!("{}  {}", service.value.id, service.value.brand));
                }
            }
        }),
    }
}

/// A picture's file, no further than a picture may go.
fn picture(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|open| open.take(logo::BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|why| Failure(format!("{}: {why}", file.display())))
}

/// What is wrong with a service, in words for a terminal.
fn check(service: &Settled, config: &Config) -> Result<(), Failure> {
    problem(service, config).map_or(Ok(()), |(field, must)| Err(Failure(format!("{field} must {must}"))))
}

/// What the store refused, in words for a terminal.
fn spoken(error: store::Error) -> Failure {
    match error {
        store::Error::Refused(Refusal::BadRequest { field, must }) => Failure(format!("{field} must {must}")),
        other => other.into(),
    }
}

pub fn key(command: Key) -> Result<(), Failure> {
    match command {
        Key::Create { settings, service, scope, label } => {
            let service: ServiceId = service.parse().map_err(|_| Failure("--service must be an id, svc_…".into()))?;
            let scopes = scopes(&scope)?;
            with_store(&settings.config, async |_, store| {
                if store.read(move |tx| store::service::fetch(tx, service)).await?.is_none() {
                    return Err(no_service(service));
                }
                let key = create_key(store, service, &scopes, &label, Clock::default().now()).await?;
                output::line(&key);
                Ok(())
            })
        }
        Key::List { settings, service } => {
            let service: ServiceId = service.parse().map_err(|_| Failure("--service must be an id, svc_…".into()))?;
            with_store(&settings.config, async |_, store| {
                for key in store.read(move |tx| api_key::list(tx, service, 1_000)).await? {
                    let revoked = key.revoked_at.map_or(String::new(), |at| format!("  revoked {}", at.rfc3339()));
                    let made = key.created_at.rfc3339();
                    output::line(&format!("{}  {}  {}  {made}{revoked}", key.id, key.scopes, key.label));
                }
                Ok(())
            })
        }
        Key::Revoke { settings, service, key } => {
            let service: ServiceId = service.parse().map_err(|_| Failure("--service must be an id, svc_…".into()))?;
            let key: ApiKeyId = key.parse().map_err(|_| Failure("the key's name must be key_…".into()))?;
            with_store(&settings.config, async |_, store| {
                let now = Clock::default().now();
                if store.write(move |tx| api_key::revoke(tx, service, key, now)).await? {
                    output::line("revoked");
                    Ok(())
                } else {
                    Err(Failure(format!("service {service} has no key {key} that works")))
                }
            })
        }
    }
}

fn scopes(given: &[String]) -> Result<String, Failure> {
    let known = [Scope::Verify, Scope::Admin].map(Scope::name);
    match given.iter().find(|scope| !known.contains(&scope.as_str())) {
        Some(scope) => Err(Failure(format!("--scope {scope}: must be one of {}", known.join(", ")))),
        None => Ok(given.join(" ")),
    }
}

/// Makes a key and stores its hash; the key itself is only returned.
pub async fn create_key(
    store: &Store,
    service: ServiceId,
    scopes: &str,
    label: &str,
    now: Time,
) -> Result<String, Failure> {
    let (key, digest) = caller::generate();
    let row = api_key::ApiKey {
        digest,
        id: ApiKeyId(v7(now, 0, clock::random())),
        service,
        label: label.to_owned(),
        scopes: scopes.to_owned(),
        created_at: now,
        revoked_at: None,
    };
    store.write(move |tx| api_key::insert(tx, row.clone())).await?;
    Ok(key)
}

/// Refuses the demo's database, whose codes everybody may see (rule D6).
pub async fn refuse_demo(store: &Store) -> Result<(), Failure> {
    match store.read(|tx| setting::get(tx, DEMO)).await? {
        Some(_) => Err(Failure("this database belongs to the demo, whose codes are public; use another".into())),
        None => Ok(()),
    }
}
