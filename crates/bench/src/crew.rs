//! A crew of connections that creates and checks verifications, each as fast as its answers come back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{
    child::Server,
    connection::{Answer, Connection},
    latency::Latencies,
    output::Failure,
    people::{People, Person},
};

/// Room for latencies before a list grows.
const LATENCIES: usize = 16_384;

/// Connections that are open.
pub struct Crew {
    connections: Vec<Connection>,
    people: Arc<People>,
}

/// What a span came to.
pub struct Span {
    /// Each request's.
    pub latencies: Latencies,
    /// From the first request to the last answer.
    pub took: Duration,
    /// The ids of what was created.
    pub created: Vec<String>,
}

/// Verifications that wait for their code, each given out once.
pub struct Checks {
    codes: Vec<(String, String)>,
    next: AtomicUsize,
}

/// What all connections of a span share.
struct Plan {
    people: Arc<People>,
    checks: Option<Checks>,
    ends: Instant,
    over: AtomicBool,
}

impl Checks {
    /// Of these ids and codes.
    pub fn new(codes: Vec<(String, String)>) -> Checks {
        Checks { codes, next: AtomicUsize::new(0) }
    }

    fn next(&self) -> Option<&(String, String)> {
        self.codes.get(self.next.fetch_add(1, Ordering::Relaxed))
    }
}

impl Crew {
    /// Connects, to each of the servers in turn.
    ///
    /// # Errors
    /// When a server does not listen.
    pub async fn connect(servers: &[Server], count: usize, people: Arc<People>) -> Result<Crew, Failure> {
        let mut connections = Vec::with_capacity(count);
        for server in servers.iter().cycle().take(count) {
            connections.push(Connection::open(server.address, &server.api_key).await?);
        }
        Ok(Crew { connections, people })
    }

    /// Creates for as long as `length`; with `checks`, a right check follows each create, and no check is left when
    /// it ends early.
    ///
    /// # Errors
    /// The first answer that is not as it must be.
    pub async fn work(&mut self, length: Duration, checks: Option<Checks>) -> Result<Span, Failure> {
        let began = Instant::now();
        let plan = Plan { people: self.people.clone(), checks, ends: began + length, over: AtomicBool::new(false) };
        let plan = Arc::new(plan);
        let mut working = JoinSet::new();
        for connection in self.connections.drain(..) {
            let plan = plan.clone();
            working.spawn(async move { plan.work(connection).await });
        }
        let mut span = Span { latencies: Latencies::default(), took: Duration::ZERO, created: Vec::new() };
        while let Some(worked) = working.join_next().await {
            let (connection, latencies, created) = worked??;
            self.connections.push(connection);
            span.latencies.append(latencies);
            span.created.extend(created);
        }
        span.took = began.elapsed();
        Ok(span)
    }
}

impl Plan {
    async fn work(&self, mut connection: Connection) -> Result<(Connection, Latencies, Vec<String>), Failure> {
        let (mut latencies, mut created) = (Latencies::with_room(LATENCIES), Vec::with_capacity(LATENCIES));
        let mut asked = Instant::now();
        while asked < self.ends && !self.over.load(Ordering::Relaxed) {
            created.push(create(&mut connection, self.people.next()).await?);
            let answered = Instant::now();
            latencies.add(answered - asked);
            asked = answered;
            let Some(checks) = &self.checks else { continue };
            let Some((id, code)) = checks.next() else {
                self.over.store(true, Ordering::Relaxed);
                break;
            };
            check(&mut connection, id, code).await?;
            let answered = Instant::now();
            latencies.add(answered - asked);
            asked = answered;
        }
        Ok((connection, latencies, created))
    }
}

/// Begins the verification of somebody's number; its id.
pub async fn create(connection: &mut Connection, person: Person) -> Result<String, Failure> {
    let body = format!(r#"{{"to":"+{}","end_user":{{"ip":"{}"}}}}"#, person.number, person.ip);
    let answer = connection.post("/v1/verifications", &body).await?;
    expect(&answer, 201)?;
    let id = answer.body.split_once(r#""id":""#).and_then(|(_, after)| after.split_once('"'));
    id.map(|(id, _)| id.to_owned()).ok_or_else(|| Failure(format!("no id in {}", answer.body)))
}

/// Gives back a right code.
pub async fn check(connection: &mut Connection, id: &str, code: &str) -> Result<(), Failure> {
    let answer = connection.post(&format!("/v1/verifications/{id}/check"), &format!(r#"{{"code":"{code}"}}"#)).await?;
    expect(&answer, 200)
}

fn expect(answer: &Answer, status: u16) -> Result<(), Failure> {
    if answer.status == status {
        return Ok(());
    }
    Err(Failure(format!("{} instead of {status}: {}", answer.status, answer.body)))
}
