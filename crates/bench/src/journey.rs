//! The whole way: a create, the SMS at the phone over SMPP, the check with the code that it shows.
//!
//! The simulated carrier runs here, beside the generator: the server's processor time stays its own.

use std::{
    future::Future,
    io,
    pin::Pin,
    slice,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode},
};
use domain::time::Time;
use serde_json::Value;
use server::clock::Clock;
use sim::{Sim, SimConfig, world::CarrierName};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::{
    child::{Server, Serves},
    connection::Connection,
    crew::{check, create},
    fixture::ACCOUNT,
    latency::Latencies,
    output::Failure,
    people::People,
    process::{Used, rss_mb},
    row::Row,
};

/// The name that the simulator is asked under.
const HOST: &str = "localhost";
/// More than any answer of the simulator.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// So many people at once go the whole way, again and again for as long as `length`.
///
/// # Errors
/// When somebody does not arrive.
pub async fn measure(url: &str, people: usize, length: Duration, next: Arc<People>) -> Result<Row, Failure> {
    let sim = centre().await?;
    let phones = sim.router();
    let server = Server::start(&Serves::Sending(url, sim.smpp_address()))?;
    let servers = slice::from_ref(&server);
    let (warm, _) = walk(&server, &phones, people, length, &next).await?;
    let before = Used::now(servers, None);
    let (latencies, took) = walk(&server, &phones, people, length, &next).await?;
    let used = Used::now(servers, None).since(before);
    let what = ("end-to-end", warm.count(), people);
    let row = Row::new(what, latencies, took.as_secs_f64(), used, rss_mb(server.pid()));
    drop(server);
    sim.stop().await;
    Ok(row)
}

/// A message centre whose carriers take no time of their own.
///
/// # Errors
/// When it cannot listen.
pub async fn centre() -> Result<Sim, Failure> {
    let config = SimConfig {
        dir: None,
        seed: 1,
        smpp_listen: ([127, 0, 0, 1], 0).into(),
        system_id: ACCOUNT.0.into(),
        password: ACCOUNT.1.into(),
        account_is_in: String::new(),
        voice_secret: None,
        allowed_hosts: vec![HOST.into()],
    };
    let sim = Sim::start(config, Arc::new(SharedClock(Arc::default()))).await?;
    at_once(&sim.router()).await?;
    Ok(sim)
}

async fn walk(
    server: &Server,
    phones: &Router,
    people: usize,
    length: Duration,
    next: &Arc<People>,
) -> Result<(Latencies, Duration), Failure> {
    let began = Instant::now();
    let ends = began + length;
    let mut walking = JoinSet::new();
    for _ in 0..people {
        let mut connection = Connection::open(server.address, &server.api_key).await?;
        let (phones, next) = (phones.clone(), next.clone());
        walking.spawn(async move {
            let mut latencies = Latencies::default();
            while Instant::now() < ends {
                let asked = Instant::now();
                let person = next.next();
                let id = create(&mut connection, person).await?;
                let code = code_at(&phones, person.number).await?;
                check(&mut connection, &id, &code).await?;
                latencies.add(asked.elapsed());
            }
            Ok::<Latencies, Failure>(latencies)
        });
    }
    let mut all = Latencies::default();
    while let Some(walked) = walking.join_next().await {
        all.append(walked??);
    }
    Ok((all, began.elapsed()))
}

/// Carriers that take no time of their own: what is measured is ours.
async fn at_once(phones: &Router) -> Result<(), Failure> {
    for carrier in CarrierName::ALL {
        let path = format!("/v1/carriers/{}", carrier.key());
        ask(phones, Method::PUT, &path, r#"{"delay_ms":0}"#.into()).await?;
    }
    Ok(())
}

/// The code in the newest message of a phone, once there is one.
async fn code_at(phones: &Router, number: u64) -> Result<String, Failure> {
    let mut codes = messages_at(phones, number).await?;
    if codes.is_empty() { Err(Failure(format!("no SMS came to +{number}"))) } else { Ok(codes.swap_remove(0)) }
}

/// The codes in the messages of a phone, newest first, once there is one: the digits after the last `#`.
pub async fn messages_at(phones: &Router, number: u64) -> Result<Vec<String>, Failure> {
    let path = format!("/v1/phones/%2B{number}/messages?wait_ms=20000");
    let messages = ask(phones, Method::GET, &path, Body::empty()).await?;
    let texts = messages.as_array().into_iter().flatten().filter_map(|message| message["text"].as_str());
    Ok(texts.filter_map(|text| text.rsplit_once('#')).map(|(_, code)| code.to_owned()).collect())
}

pub(crate) async fn ask(phones: &Router, method: Method, path: &str, body: Body) -> Result<Value, Failure> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("host", HOST).header("content-type", "application/json").body(body)?;
    let answer = phones.clone().oneshot(request).await?;
    let status = answer.status();
    let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await?;
    match status {
        StatusCode::OK => Ok(serde_json::from_slice(&body)?),
        status => Err(Failure(format!("the simulator says {status} to {path}"))),
    }
}

/// The system's clock, as the simulator asks for one.
pub(crate) struct SharedClock(pub Arc<Clock>);

impl sim::Clock for SharedClock {
    fn now_ms(&self) -> i64 {
        self.0.now().ms()
    }

    fn sleep_until<'a>(&'a self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(self.0.sleep_until(Time::from_ms(at_ms)))
    }

    fn advance(&self, ms: i64) -> io::Result<()> {
        self.0.advance(ms);
        Ok(())
    }
}
