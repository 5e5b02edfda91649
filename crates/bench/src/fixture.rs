//! What the server under test is set up with: a service and a key of it.

use std::{net::SocketAddr, sync::Arc};

use domain::{
    country::Country,
    id::{ApiKeyId, ServiceId, v7},
    key::KeyRing,
    limit::SourceRules,
    service::{Policy, Service},
    time::Time,
};
use server::{
    app::caller,
    clock::{self, Clock},
    config::{
        Budget, Config, DatabaseUrl, Guides, Hidden, Http, Log, Traces, Webhooks,
        route::{Route, SmppRoute},
    },
    run,
};
use store::{Store, StoreConfig, api_key};

use crate::output::Failure;

/// The account at the simulated message centre; its name and its password.
pub const ACCOUNT: (&str, &str) = ("bench", "bench");

/// The server's configuration; with a message centre, its only route.
pub fn config(database: DatabaseUrl, address: SocketAddr, smpp: Option<SocketAddr>) -> Config {
    let route = |smpp: SocketAddr| {
        let password = Hidden(ACCOUNT.1.into());
        Route::Smpp(SmppRoute::plain("bench", smpp.to_string(), ACCOUNT.0.into(), password))
    };
    Config {
        public_url: format!("http://{address}"),
        database,
        secrets: String::new(),
        reseal_after_ms: 0,
        country: Country::JP,
        http: Http::default(),
        log: Log::default(),
        traces: Traces::default(),
        guides: Guides::default(),
        webhooks: Webhooks::default(),
        budget: Budget::default(),
        routes: smpp.map(route).into_iter().collect(),
    }
}

/// Writes a service with these rules down and gives a key of it.
///
/// # Errors
/// When the store cannot be written.
pub async fn prepare(config: &Config, keys: KeyRing, policy: Policy) -> Result<String, Failure> {
    let clock = Clock::default();
    let now = clock.now();
    let opened = StoreConfig::new(run::database(&config.database));
    let store = Store::open(&opened, Arc::new(keys), Arc::new(move || clock.now()))?;
    let service = service(now, policy);
    let (key, digest) = caller::generate();
    let row = api_key::ApiKey {
        digest,
        id: ApiKeyId(v7(now, 0, clock::random())),
        service: service.id,
        label: "bench".into(),
        scopes: "verify".into(),
        created_at: now,
        revoked_at: None,
    };
    let write =
        move |tx: &mut store::Tx| Ok(store::service::insert(tx, &service)? && api_key::insert(tx, row.clone())?);
    let written = store.write(write).await?;
    store.close().await;
    if written { Ok(key) } else { Err(Failure("the service could not be written".into())) }
}

/// The rules of a service that may ask for as much as it likes.
pub fn generous() -> Policy {
    let sources = SourceRules {
        address_per_10_minutes: u32::MAX,
        address_per_day: u32::MAX,
        account_per_day: u32::MAX,
        key_per_10_minutes: u32::MAX,
    };
    Policy { sms_per_day: u32::MAX, sources, ..Policy::default() }
}

fn service(now: Time, policy: Policy) -> Service {
    Service {
        id: ServiceId(v7(now, 0, clock::random())),
        brand: "Bench".into(),
        brand_en: None,
        sender: None,
        color: None,
        return_urls: Vec::new(),
        host: None,
        embed_origins: Vec::new(),
        email_code_url: None,
        contacts: Vec::new(),
        logo: None,
        policy,
        changed_at: now,
    }
}
