//! What requests meet: a service with a key, a route by HTTP, and a flow, a verification and a guide under way. Requests
//! name them by words in braces.

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Request, header},
};
use domain::{
    channel::Channel,
    country::Country,
    id::{ApiKeyId, MessageId, ServiceId, v4, v7},
    key::{KeyId, KeyRing, Secret},
    limit::SourceRules,
    service::{Policy, Service},
};
use serde_json::{Value, json};
use server::{
    api,
    app::{App, caller},
    clock::Clock,
    config::{
        Budget, Config, DatabaseUrl, Guides, Hidden, Http, Log, Traces, Webhooks,
        route::{HttpRoute, Route},
    },
    guide::Library,
    receipt, run,
    send::{Provider, http::Gateway},
    signature::{Signer, receipt_path},
    web::{Web, browser::Browser},
    work::receipts,
};
use store::{Store, StoreConfig, api_key};
use tokio::{sync::watch, task::JoinHandle};
use tower::ServiceExt;

/// Of requests that name no other.
pub const HOST: &str = "127.0.0.1:8080";
const ROUTE: &str = "gateway";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The browser that the flows are opened in.
const BROWSER: &str = "tegata_flow=00000000000000000000000000000000.en";

/// The server's parts, and the words that requests know them by.
pub struct Setting {
    app: Arc<App>,
    /// The gateway's, for call-backs.
    pub signer: Signer,
    words: Vec<(&'static str, String)>,
    /// Writes receipts down, as in a server that runs.
    receiving: (watch::Sender<bool>, JoinHandle<()>),
}

impl Setting {
    /// A server in this folder, with its router.
    pub async fn make(folder: &Path) -> (Setting, Router) {
        let database = DatabaseUrl::Sqlite(folder.join("tegata.db"));
        store::migrate(&run::database(&database)).expect("the schema can be made");
        let keys = Arc::new(KeyRing::new(&[(KeyId(1), Secret::new([7; 32]))]).expect("one key"));
        let clock = Arc::new(Clock::default());
        let now = clock.clone();
        let opened = StoreConfig::new(run::database(&database));
        let store = Store::open(&opened, keys.clone(), Arc::new(move || now.now())).expect("the store opens");
        let gateway =
            Gateway::new(route(), "http://127.0.0.1:8080", keys.clone(), clock.clone()).expect("certificates");
        let link = Provider::Http(Arc::new(gateway)).link().clone();
        let guides = Arc::new(Library::open(None).expect("those in the binary are whole"));
        let config = Arc::new(config(database));
        let app = App::new(store, keys, clock, config, vec![(ROUTE.into(), link)], guides, Arc::default());
        let app = Arc::new(app);
        let (receipts, incoming) = receipt::channel();
        let router = run::router(Web { app: app.clone(), document: &api::DOCUMENT, receipts });
        let (stop, stopping) = watch::channel(false);
        let receiving = (stop, tokio::spawn(receipts::run(app.clone(), incoming, receipt::handed().1, stopping)));
        let signer = Signer::read(SECRET).expect("a secret");
        let words = words(&app).await;
        (Setting { app, signer, words, receiving }, router)
    }

    /// Makes a new flow, verification and guide, with numbers and sessions of their own.
    pub async fn renew(&mut self, router: &Router, nth: u32) {
        let begun = [
            ("/v1/verifications", json!({ "to": format!("+8190{:08}", 10_000_000 + nth % 80_000_000) })),
            (
                "/v1/flows",
                json!({ "kind": "verify_phone", "return_url": "https://shop.example/verified", "state": "s" }),
            ),
            ("/v1/guides/sms-not-arriving/sessions", json!({})),
        ];
        let [mut verification, mut flow, mut guide] = [const { Value::Null }; 3];
        for ((path, body), made) in begun.into_iter().zip([&mut verification, &mut flow, &mut guide]) {
            *made = self.call(router, path, &body).await;
        }
        let text = |value: &Value| value.as_str().expect("it was begun").to_owned();
        let last =
            |url: String| url.rsplit('/').next().unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
        let token = last(text(&flow["url"]));
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(BROWSER))]);
        let form = Browser::of(&headers).token(&self.app.keys.load(), &token);
        for (word, value) in [
            ("verification", text(&verification["id"])),
            ("flow-id", text(&flow["id"])),
            ("flow", token),
            ("form", form),
            ("session-id", text(&guide["id"])),
            ("session", last(text(&guide["url"]))),
            ("now", (self.app.now().ms() / 1_000).to_string()),
        ] {
            self.words.retain(|(known, _)| *known != word);
            self.words.push((word, value));
        }
    }

    async fn call(&self, router: &Router, path: &str, body: &Value) -> Value {
        let key = self.fill(b"Bearer {key}");
        let request = Request::post(path).header(header::HOST, HOST).header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, key).body(Body::from(body.to_string()));
        let response = router.clone().oneshot(request.expect("a request")).await.unwrap_or_else(|never| match never {});
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.expect("an answer");
        assert!(status.is_success(), "{path}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("it is JSON")
    }

    /// Writes the words' values where they stand in braces.
    pub fn fill(&self, bytes: &[u8]) -> Vec<u8> {
        let (mut filled, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
        while let Some((first, after)) = rest.split_first() {
            let word = self.words.iter().find_map(|(word, value)| {
                let after = after.strip_prefix(word.as_bytes())?.strip_prefix(b"}")?;
                (*first == b'{').then_some((value, after))
            });
            match word {
                Some((value, after)) => {
                    filled.extend_from_slice(value.as_bytes());
                    rest = after;
                }
                None => {
                    filled.push(*first);
                    rest = after;
                }
            }
        }
        filled
    }

    /// Closes the store, once the receipts are written down.
    pub async fn close(&mut self) {
        self.receiving.0.send_replace(true);
        // One that panicked has ended too.
        let _ended = (&mut self.receiving.1).await;
        self.app.store.clone().close().await;
    }
}

/// Those that stay: the service, its key, a message and the address of its receipt.
async fn words(app: &App) -> Vec<(&'static str, String)> {
    let now = app.now();
    let service = service(ServiceId(v4([1; 16])));
    let (id, (key, digest)) = (service.id, caller::generate());
    let row = api_key::ApiKey {
        digest,
        id: ApiKeyId(v7(now, 0, [2; 10])),
        service: id,
        label: "hostile".into(),
        scopes: "verify admin".into(),
        created_at: now,
        revoked_at: None,
    };
    let written =
        app.store.write(move |tx| Ok(store::service::insert(tx, &service)? && api_key::insert(tx, row.clone())?));
    assert!(written.await.expect("the store can be written"), "the service is new");
    let message = MessageId(v7(now, 0, [3; 10]));
    let path = receipt_path(app.keys.load().index(), ROUTE, message, &message.to_string());
    let token = path.rsplit('/').next().unwrap_or_default().to_owned();
    vec![
        ("key", key),
        ("service", id.to_string()),
        ("browser", BROWSER.to_owned()),
        ("message", message.to_string()),
        ("token", token),
    ]
}

fn service(id: ServiceId) -> Service {
    let sources = SourceRules {
        address_per_10_minutes: u32::MAX,
        address_per_day: u32::MAX,
        account_per_day: u32::MAX,
        key_per_10_minutes: u32::MAX,
    };
    Service {
        id,
        brand: "Minato".into(),
        brand_en: None,
        sender: None,
        color: None,
        return_urls: vec!["https://shop.example/verified".into()],
        host: Some("verify.shop.localhost".into()),
        embed_origins: vec!["https://shop.example".into()],
        email_code_url: Some("https://shop.example/code-by-email".into()),
        contacts: Vec::new(),
        logo: None,
        policy: Policy { calls: true, sms_per_day: u32::MAX, sources, ..Policy::default() },
        changed_at: domain::time::Time::default(),
    }
}

fn config(database: DatabaseUrl) -> Config {
    let trusted = vec!["127.0.0.0/8".parse().expect("a network")];
    Config {
        public_url: "http://127.0.0.1:8080".into(),
        database,
        secrets: String::new(),
        reseal_after_ms: 0,
        country: Country::JP,
        http: Http { trusted_proxies: trusted, listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Http::default() },
        log: Log::default(),
        traces: Traces::default(),
        guides: Guides::default(),
        webhooks: Webhooks::default(),
        budget: Budget::default(),
        routes: vec![Route::Http(route())],
    }
}

/// A gateway that nothing is ever sent to: what is dispatched is no request's matter.
fn route() -> HttpRoute {
    HttpRoute {
        name: ROUTE.into(),
        url: "http://127.0.0.1:9/".into(),
        secret: Hidden(SECRET.into()),
        sender: String::new(),
        timeout_ms: 1_000,
        window: 1,
        countries: Vec::new(),
        number_types: Vec::new(),
        carriers: Vec::new(),
        channels: vec![Channel::Sms, Channel::Call],
        rate_per_second: None,
    }
}
