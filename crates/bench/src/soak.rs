//! `bench soak`: the whole server under a steady load for a long time. People come at a steady rate, whatever the server
//! does; each creates, reads the SMS on their phone, and checks. A line each window shows whether memory and latency
//! stay flat; at the end, what the API said, the store, the message centre and the phones have to add up.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::json;
use sim::{Sim, world::World};
use store::measured::{self, Counts};
use tokio::{sync::Mutex, task::JoinSet, time::sleep_until};

use crate::{
    child::{Server, Serves},
    connection::Connection,
    crew::{check, create},
    journey::{self, messages_at},
    latency::Latencies,
    old,
    output::{self, Failure},
    people::People,
    process::rss_mb,
    scratch::Scratch,
};

/// People under way at once; more wait, and their waiting counts as theirs.
const AT_ONCE: u64 = 256;
/// How long the store may still take to record its last receipts.
const SETTLES: Duration = Duration::from_secs(10);

/// How much, and for how long.
#[derive(Args)]
pub struct Arguments {
    /// Minutes of load.
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// People a second. Half of what `bench verify --store end-to-end` shows is meant.
    #[arg(long, default_value_t = 2_000.0)]
    per_second: f64,
    /// Seconds of one window.
    #[arg(long, default_value_t = 60)]
    window: u64,
    /// Print one line of JSON a window.
    #[arg(long)]
    json: bool,
    /// Where the database is put, and removed from afterwards; the folder for temporary files unless told.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// What all people share.
struct Soak {
    began: Instant,
    every: Duration,
    ends: Instant,
    next: AtomicU64,
    people: Arc<People>,
    /// What happened in the window that is open.
    window: Mutex<Latencies>,
    approved: AtomicU64,
    seen: AtomicU64,
}

/// What one window saw.
struct Window {
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
    rss_mb: f64,
}

/// Loads, looks, and adds up.
///
/// # Errors
/// When anybody's turn fails, or the counts do not add up.
pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let scratch = Scratch::new(&arguments.data.clone().unwrap_or_else(std::env::temp_dir))?;
    let url = format!("sqlite:{}", scratch.folder("soak")?.join("tegata.db").display());
    let sim = journey::centre().await?;
    let server = Server::start(&Serves::Sending(&url, sim.smpp_address()))?;
    let soak = Arc::new(Soak::new(arguments)?);
    let mut turns = JoinSet::new();
    for _ in 0..AT_ONCE {
        let connection = Connection::open(server.address, &server.api_key).await?;
        turns.spawn(soak.clone().turns(connection, sim.router()));
    }
    let windows = soak.look(arguments, &server).await;
    while let Some(turn) = turns.join_next().await {
        turn??;
    }
    tokio::time::sleep(SETTLES).await;
    drop(server);
    let verdict = soak.add_up(&url, &sim).await;
    sim.stop().await;
    flat(&windows);
    verdict
}

impl Soak {
    fn new(arguments: &Arguments) -> Result<Soak, Failure> {
        if !(arguments.per_second > 0.0 && arguments.minutes > 0.0 && arguments.window > 0) {
            return Err(Failure("--per-second, --minutes and --window must be more than 0".into()));
        }
        let began = Instant::now();
        Ok(Soak {
            began,
            every: Duration::from_secs_f64(1.0 / arguments.per_second),
            ends: began + Duration::from_secs_f64(arguments.minutes * 60.0),
            next: AtomicU64::new(0),
            people: Arc::default(),
            window: Mutex::default(),
            approved: AtomicU64::new(0),
            seen: AtomicU64::new(0),
        })
    }

    /// One person after another, each at their own time, until the load ends.
    async fn turns(self: Arc<Soak>, mut connection: Connection, phones: axum::Router) -> Result<(), Failure> {
        loop {
            let nth = self.next.fetch_add(1, Ordering::Relaxed);
            let comes = self.began + self.every.mul_f64(nth as f64);
            if comes >= self.ends {
                return Ok(());
            }
            sleep_until(comes.into()).await;
            let person = self.people.next();
            let id = create(&mut connection, person).await?;
            let codes = messages_at(&phones, person.number).await?;
            self.seen.fetch_add(codes.len() as u64, Ordering::Relaxed);
            let code = codes.first().ok_or_else(|| Failure(format!("no SMS came to +{}", person.number)))?;
            check(&mut connection, &id, code).await?;
            self.approved.fetch_add(1, Ordering::Relaxed);
            self.window.lock().await.add(comes.elapsed());
        }
    }

    /// A line each window.
    async fn look(&self, arguments: &Arguments, server: &Server) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut closes = self.began;
        while closes < self.ends {
            closes = (closes + Duration::from_secs(arguments.window)).min(self.ends);
            sleep_until(closes.into()).await;
            let mut latencies = std::mem::take(&mut *self.window.lock().await);
            let [p50_ms, p99_ms] = [50, 99].map(|percent| latencies.percentile_ms(percent));
            let window = Window { count: latencies.count(), p50_ms, p99_ms, rss_mb: rss_mb(server.pid()) };
            window.print(arguments.json, self.began.elapsed());
            windows.push(window);
        }
        windows
    }

    /// Whether API, store, message centre and phones tell the same.
    async fn add_up(&self, url: &str, sim: &Sim) -> Result<(), Failure> {
        let approved = self.approved.load(Ordering::Relaxed);
        let store = old::visit(url)?;
        let Counts { verifications, approved: stored, queued, delivered } = store.read(measured::counts).await?;
        store.close().await;
        let counted = |count: i64| u64::try_from(count).unwrap_or(0);
        let told = [
            ("the API approved", approved),
            ("the store holds verifications", counted(verifications)),
            ("of them approved", counted(stored)),
            ("messages delivered", counted(delivered)),
            ("the message centre took", sim.read(World::taken)),
            ("phones showed", self.seen.load(Ordering::Relaxed)),
        ];
        let text: Vec<String> = told.iter().map(|(what, count)| format!("{what} {count}")).collect();
        output::line(&format!("{}; still queued {queued}", text.join(", ")));
        if queued > 0 || told.iter().any(|(_, count)| *count != approved) {
            return Err(Failure("the counts do not add up".into()));
        }
        Ok(())
    }
}

impl Window {
    fn print(&self, json: bool, at: Duration) {
        let Window { count, p50_ms, p99_ms, rss_mb } = self;
        let seconds = at.as_secs();
        output::line(&if json {
            json!({ "at_s": seconds, "turns": count, "p50_ms": p50_ms, "p99_ms": p99_ms, "rss_mb": rss_mb.round() })
                .to_string()
        } else {
            format!("{seconds:>5} s  {count:>8} turns  p50 {p50_ms:>7.1} ms  p99 {p99_ms:>7.1} ms  {rss_mb:>5.0} MiB")
        });
    }
}

/// The first quarter beside the last.
fn flat(windows: &[Window]) {
    let quarter = (windows.len() / 4).max(1);
    let middle = |windows: &[Window], value: fn(&Window) -> f64| {
        let mut values: Vec<f64> = windows.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    };
    let (first, last) = (&windows[..quarter.min(windows.len())], &windows[windows.len().saturating_sub(quarter)..]);
    let pair = |value: fn(&Window) -> f64| (middle(first, value), middle(last, value));
    let ((p99, p99_last), (rss, rss_last)) = (pair(|window| window.p99_ms), pair(|window| window.rss_mb));
    output::line(&format!(
        "median of the first quarter and of the last: p99 {p99:.1} and {p99_last:.1} ms, memory {rss:.0} and {rss_last:.0} MiB"
    ));
}
