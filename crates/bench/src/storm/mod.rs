//! `bench storm`: the whole product in a storm, a seed at a time. The seed decides who is there, what they do and what
//! befalls them; when it is over, every promise is checked (`promises`). A broken one is told with its seed, and
//! the seed brings it about again.

mod call;
mod chance;
mod climate;
mod desk;
mod events;
mod figures;
mod frame;
mod gateway;
mod ground;
mod node;
mod person;
mod promises;
mod receiver;
mod scene;
mod shape;
mod station;
mod subscription;
mod town;
mod verdict;
mod weather;
mod wire;

use std::{
    env, fs,
    path::PathBuf,
    sync::Mutex,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use figures::Figures;
use ground::Kind;
use server::{config::Log, telemetry};

use crate::{
    output::{self, Failure},
    scratch::Scratch,
};

/// Where files cost no disk.
const MEMORY: &str = "/dev/shm";
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Which storms are held.
#[derive(Args)]
pub struct Arguments {
    /// Only this one, with what it brings and the servers' logs.
    #[arg(long)]
    seed: Option<u64>,
    /// So many.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first one.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// As many of them as so many minutes allow.
    #[arg(long)]
    minutes: Option<u64>,
    /// What the nodes stand on.
    #[arg(long, value_enum, default_value = "sqlite")]
    ground: Kind,
    /// How many at once; two for each core unless told: one waits for its store's threads while the other works.
    #[arg(long)]
    at_once: Option<usize>,
    /// Where the databases are put, and removed from afterwards; in memory unless told.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Storms that are under way.
struct Storms {
    scratch: Scratch,
    next: AtomicU64,
    end: u64,
    seeds: u64,
    /// After which time none is begun.
    span: Duration,
    began: Instant,
    ground: Kind,
    /// Whether each is told of beforehand.
    tells: bool,
    sum: Mutex<(u64, Figures, Vec<String>)>,
}

/// Holds them and prints what they came to.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    // Of many storms' lines nobody could tell whose they are.
    if arguments.seed.is_some() {
        telemetry::start_log(&Log::default());
    }
    let memory = Some(PathBuf::from(MEMORY)).filter(|folder| folder.is_dir());
    let folder = arguments.data.clone().or(memory).unwrap_or_else(env::temp_dir);
    let (from, seeds) = arguments.seed.map_or((arguments.from, arguments.seeds), |seed| (seed, 1));
    let storms = Storms {
        scratch: Scratch::new(&folder)?,
        next: AtomicU64::new(from),
        end: from + seeds,
        seeds,
        span: arguments.minutes.map_or(Duration::MAX, |minutes| Duration::from_secs(60 * minutes)),
        began: Instant::now(),
        ground: arguments.ground,
        tells: arguments.seed.is_some(),
        sum: Mutex::default(),
    };
    let cores: usize = thread::available_parallelism().map_or(1, Into::into);
    let at_once = arguments.at_once.unwrap_or(2 * cores);
    let held = thread::scope(|scope| {
        let holding: Vec<_> = (0..at_once.max(1)).map(|_| scope.spawn(|| storms.hold())).collect();
        let joined = holding.into_iter().map(|one| one.join().unwrap_or(Err(Failure("a storm panicked".into()))));
        joined.collect::<Result<Vec<()>, Failure>>()
    });
    held?;
    let (held, figures, broken) = storms.sum.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    output::line(&format!("{:40} {held:>12}", "seeds"));
    figures.lines().iter().for_each(|line| output::line(line));
    if broken.is_empty() {
        output::line(&format!("{:40} {:>12}", "promises broken", 0));
        return Ok(());
    }
    broken.iter().for_each(|line| output::line(line));
    Err(Failure(format!("{} promises were broken; `bench storm --seed N` brings a seed about again", broken.len())))
}

impl Storms {
    /// Holds one after the other, as long as there are some.
    fn hold(&self) -> Result<(), Failure> {
        let mut told = Instant::now();
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end || self.began.elapsed() >= self.span {
                return Ok(());
            }
            if self.tells {
                output::note(&format!("{:#?}", climate::Climate::draw(&mut chance::Chance::new(seed), self.ground)));
            }
            let folder = self.scratch.folder(&seed.to_string())?;
            let outcome = scene::hold(seed, self.ground, &folder)
                .map_err(|failure| Failure(format!("seed {seed}: {failure}")))?;
            fs::remove_dir_all(&folder)?;
            let mut sum = self.sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            sum.0 += 1;
            sum.1.append(&outcome.figures);
            for broken in outcome.broken {
                let line = format!("seed {seed}: {broken}");
                output::note(&line);
                sum.2.push(line);
            }
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                output::note(&format!("{} of {} seeds, {} broken promises", sum.0, self.seeds, sum.2.len()));
            }
        }
    }
}
