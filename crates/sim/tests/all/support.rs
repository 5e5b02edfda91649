//! A running simulator for a test: its clock, its HTTP side without a socket, its message centre over a real one.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use sim::{Clock, Sim, SimConfig};
use smpp::link::{BindError, Client, ClientConfig, Receipts, client};
use smpp::session::Config;
use smpp::{Address, Bind, Message, MessageIds};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

/// 2026-11-22 00:00 UTC.
pub const START_MS: i64 = 1_795_305_600_000;
/// The account that tests bind with.
pub const ACCOUNT: (&str, &str) = ("demo", "secret");

/// The secret of the voice provider.
pub const VOICE_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A clock that goes with the machine's and can be moved ahead of it.
pub struct MovableClock {
    began: tokio::time::Instant,
    ahead_ms: watch::Sender<i64>,
}

impl MovableClock {
    pub fn new() -> Arc<MovableClock> {
        Arc::new(MovableClock { began: tokio::time::Instant::now(), ahead_ms: watch::Sender::new(START_MS) })
    }
}

impl Clock for MovableClock {
    fn now_ms(&self) -> i64 {
        *self.ahead_ms.borrow() + self.began.elapsed().as_millis() as i64
    }

    fn sleep_until<'a>(&'a self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        let mut moved = self.ahead_ms.subscribe();
        Box::pin(async move {
            while let left_ms @ 1.. = at_ms - self.now_ms() {
                let sleep = tokio::time::sleep(Duration::from_millis(left_ms as u64));
                tokio::select! {
                    () = sleep => {}
                    _ = moved.changed() => {}
                }
            }
        })
    }

    fn advance(&self, ms: i64) -> std::io::Result<()> {
        self.ahead_ms.send_modify(|ahead_ms| *ahead_ms += ms);
        Ok(())
    }
}

pub fn config(dir: Option<&Path>, seed: u64) -> SimConfig {
    SimConfig {
        dir: dir.map(Path::to_path_buf),
        seed,
        smpp_listen: ([127, 0, 0, 1], 0).into(),
        system_id: ACCOUNT.0.into(),
        password: ACCOUNT.1.into(),
        account_is_in: "sim.toml".into(),
        voice_secret: Some(VOICE_SECRET.into()),
        allowed_hosts: vec!["127.0.0.1".into(), "localhost".into()],
    }
}

/// A simulator and its HTTP side.
pub struct Lab {
    pub sim: Sim,
    router: Router,
}

/// A new simulator that remembers nothing.
pub async fn lab() -> Lab {
    lab_in(None, 7).await
}

pub async fn lab_in(dir: Option<&Path>, seed: u64) -> Lab {
    let sim = Sim::start(config(dir, seed), MovableClock::new()).await.unwrap();
    let router = sim.router();
    Lab { sim, router }
}

impl Lab {
    /// Sends a request as it is.
    pub async fn ask(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.call("GET", path, None).await
    }

    pub async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.call("PUT", path, Some(body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.call("POST", path, Some(body)).await
    }

    /// Sets a phone or a carrier, which has to be possible.
    pub async fn set(&self, path: &str, body: Value) {
        let (status, answer) = self.put(path, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// The messages of a phone, once there is one; waits at most 2 seconds.
    pub async fn sms_to(&self, number: &str) -> Vec<Value> {
        let (status, messages) = self.get(&format!("/v1/phones/{number}/messages?wait_ms=2000")).await;
        assert_eq!(status, StatusCode::OK, "{messages}");
        messages.as_array().unwrap().clone()
    }

    pub async fn advance(&self, ms: i64) {
        let (status, answer) = self.post("/v1/clock", json!({ "advance_ms": ms })).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = request(method, path).header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.ask(request.body(body).unwrap()).await;
        let status = response.status();
        let text = text(response).await;
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
    }

    /// Binds to the message centre.
    pub async fn bind(&self) -> Bound {
        let (client, receipts) = try_bind(&self.sim, ACCOUNT).await.unwrap();
        Bound { client, receipts }
    }
}

pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080")
}

pub async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), 4 << 20).await.unwrap().to_vec()).unwrap()
}

pub async fn try_bind(sim: &Sim, (system_id, password): (&str, &str)) -> Result<(Client, Receipts), BindError> {
    let stream = TcpStream::connect(sim.smpp_address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let bind = Bind::new(system_id, password, "").unwrap();
    let config = ClientConfig { bind, session: Config::default(), message_ids: MessageIds::default() };
    client(stream, config).await
}

/// A bound client.
pub struct Bound {
    pub client: Client,
    pub receipts: Receipts,
}

impl Bound {
    /// Submits a text from the sender `TEGATA` with a receipt; the message's id.
    pub async fn send(&self, to: &str, text: &str) -> String {
        self.client.submit(message(to, text).with_receipt()).await.unwrap()
    }
}

pub fn message(to: &str, text: &str) -> Message {
    let from = Address::alphanumeric("TEGATA").unwrap();
    Message::new(from, Address::international(to).unwrap(), smpp::text::one_segment(text).unwrap())
}

/// A folder of this test's own, gone when the test ends well.
pub struct Folder(std::path::PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tegata-sim-test-{}-{nth}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn journal(&self) -> std::path::PathBuf {
        self.0.join("sim.jsonl")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
