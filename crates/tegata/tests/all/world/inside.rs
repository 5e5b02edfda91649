//! A server of an operator's own that runs within the test, so that the test moves its clock: `serve` has no way to
//! (rule D6). Commands work beside it, by the machine's clock.

use std::{path::Path, sync::Arc};

use server::{
    clock::Clock,
    config::{Config, secrets},
    run::{self, Running},
};
use tokio::runtime::Runtime;

use super::{Served, process::assert_quiet};

/// A server whose clock is the test's.
pub struct Inside {
    /// Its addresses, its key and its files; the process has ended.
    pub served: Served,
    clock: Arc<Clock>,
    runtime: Runtime,
    running: Option<Running>,
}

impl Inside {
    /// As [`Served::start`].
    pub fn start(more: &str) -> Inside {
        let mut served = Served::start(more);
        assert_quiet(&served.process.stop(), true);
        let (clock, runtime) = (Arc::new(Clock::default()), Runtime::new().expect("a runtime"));
        let config = Config::read(Path::new(&served.config)).expect("it was served");
        let keys = secrets::read(Path::new(&config.secrets)).expect("they were read before");
        let running = runtime.block_on(async {
            let (public, admin) = run::bind(config.http.listen, config.http.admin_listen).await.expect("its own ports");
            run::start(config, keys, clock.clone(), public, admin, Default::default()).await
        });
        Inside { served, clock, runtime, running: Some(running.expect("it was served before")) }
    }

    pub fn advance(&self, ms: i64) {
        self.clock.advance(ms);
    }

    /// A link to its console, by its own clock.
    pub fn console(&self) -> String {
        let running = self.running.as_ref().expect("until it is dropped");
        let link = server::app::console::link(&running.app.store, &self.served.url, self.clock.now(), 60_000);
        self.runtime.block_on(link).expect("the store is there")
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}
