//! A node: the whole product in a runtime of its own, which moves only when it is given a turn, and dies when that is
//! dropped: every task at once, wherever it waits.

use std::{net::SocketAddr, pin::pin, sync::Arc, thread, time::Duration};

use axum::Router;
use domain::key::KeyRing;
use server::{
    app::App,
    clock::Clock,
    config::Config,
    run::{self, Running, StartError},
    telemetry::Metrics,
};
use store::{Error, Faults, OpenError};
use tokio::{
    runtime::{Builder, Runtime},
    task::yield_now,
};

use crate::output::Failure;

/// How often a new node looks whether the dead one's threads have let go of the data, once a millisecond.
const TRIES_MAX: usize = 20_000;
/// The metric of messages that a dead process had claimed.
const MAYBE_REPEATED: &str = "tegata_messages_maybe_repeated_total";

/// A node that runs.
pub struct Node {
    pub address: SocketAddr,
    pub faults: Faults,
    /// What it counts; kept by whoever lets it die, as a monitoring system would.
    pub metrics: Arc<Metrics>,
    running: Running,
    runtime: Runtime,
}

/// A runtime whose time stands still until it is moved.
pub fn still() -> Result<Runtime, Failure> {
    Ok(Builder::new_current_thread().enable_all().start_paused(true).build()?)
}

/// Waits for something that other threads do, while time stands still: a runtime that has nothing to do but to wait
/// would move it to the next timer.
pub fn wait<T>(runtime: &Runtime, what: impl Future<Output = T>) -> T {
    runtime.block_on(async {
        let mut what = pin!(what);
        loop {
            tokio::select! {
                biased;
                done = &mut what => return done,
                () = yield_now() => thread::yield_now(),
            }
        }
    })
}

/// Lets a runtime do what it can do now.
pub fn turn(runtime: &Runtime, rounds: usize) {
    runtime.block_on(async {
        for _ in 0..rounds {
            yield_now().await;
        }
    });
}

/// Moves a runtime's time.
pub fn pass(runtime: &Runtime, span: Duration) {
    runtime.block_on(tokio::time::advance(span));
}

impl Node {
    /// Starts one on a database, once a dead one has let go of that. `None` if the database is away.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(config: &Config, keys: &KeyRing, clock: &Arc<Clock>) -> Result<Option<Node>, Failure> {
        let runtime = still()?;
        let faults = Faults::of(&run::database(&config.database));
        for _ in 0..TRIES_MAX {
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let started = wait(&runtime, async {
                let (public, admin) = run::bind(any, any).await?;
                let address = public.local_addr();
                let running = run::start(config.clone(), keys.clone(), clock.clone(), public, admin, Router::new());
                Ok::<_, StartError>((running.await?, address))
            });
            match started {
                Ok((running, address)) => {
                    let metrics = running.app.metrics.clone();
                    return Ok(Some(Node { address: address?, faults, metrics, running, runtime }));
                }
                Err(StartError::Store(OpenError::InUse(_))) => thread::sleep(Duration::from_millis(1)),
                Err(StartError::Store(OpenError::Engine(
                    Error::Lost(_) | Error::Unavailable(_) | Error::Full(_) | Error::Conflict(_),
                ))) => {
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure("a dead node does not let go of its data".into()))
    }

    /// Lets it do what it can do now.
    pub fn turn(&self, rounds: usize) {
        turn(&self.runtime, rounds);
    }

    /// Moves its time.
    pub fn pass(&self, span: Duration) {
        pass(&self.runtime, span);
    }

    /// Whether the store's threads owe somebody an answer, and can give it.
    pub fn is_busy(&self) -> bool {
        self.running.app.store.owed() > 0 && !self.faults.stalls()
    }

    /// Whether all of its store's threads live.
    pub fn has_whole_store(&self) -> bool {
        self.running.app.store.is_whole()
    }

    /// Waits for something of its store.
    pub fn ask<T>(&self, work: impl AsyncFnOnce(&App) -> T) -> T {
        wait(&self.runtime, work(&self.running.app))
    }

    /// Has something done that nobody waits for.
    pub fn begin<F: Future<Output = ()> + Send + 'static>(&self, work: impl FnOnce(Arc<App>) -> F) {
        // How it ends shows in what it leaves behind.
        drop(self.runtime.spawn(work(self.running.app.clone())));
    }

    /// Kills it: what its store had not committed never is.
    pub fn kill(self) {
        self.faults.die();
    }

    /// Takes it down in order.
    pub fn stop(self) {
        let Node { running, runtime, .. } = self;
        runtime.block_on(running.stop());
    }
}

/// How many messages a node says may have been sent twice.
pub fn maybe_repeated(metrics: &Metrics) -> u64 {
    let text = metrics.text();
    let line = text.lines().find_map(|line| line.strip_prefix(MAYBE_REPEATED));
    line.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}
