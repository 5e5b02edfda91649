//! `tegata serve`.

use std::{path::Path, sync::Arc};

use axum::Router;
use server::{
    app::{route::unknown_carriers, service},
    clock::Clock,
    config::{Config, secrets},
    run::{self, Running},
    telemetry,
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{error, info, warn};

use crate::{Settings, database, output::Failure};

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let config = Config::read(&settings.config)?;
    telemetry::start_log(&config.log);
    let secrets = Path::new(&config.secrets);
    let keys = secrets::Source::of(&config)?;
    if secrets::is_open(secrets) {
        warn!(file = config.secrets, "everybody on this machine can read or write the key file: chmod 600 it");
    }
    if config.http.trusted_proxies.iter().any(|network| network.is_everything()) {
        warn!("http.trusted_proxies names everybody, so anybody can pass for any address: name your proxies");
    }
    if config.routes.is_empty() {
        warn!("there is no [[routes]]: messages wait until there is one, and end unsent when their codes do");
    }
    // Before anything serves or sends.
    database::with_store(&settings.config, async |config, store| {
        database::refuse_demo(store).await?;
        for country in service::uncovered(store, config).await? {
            warn!(%country, "a service allows numbers of a country that no [[routes]] is for: they are refused");
        }
        Ok(())
    })?;
    runtime()?.block_on(async {
        let orders = Orders::listen()?;
        let (public, admin) = run::bind(config.http.listen, config.http.admin_listen).await?;
        // With port 0 the system chose.
        let (listen, admin_listen) = (public.local_addr()?, admin.local_addr()?);
        let running = run::start(config, keys, Arc::new(Clock::default()), public, admin, Router::new()).await?;
        for (route, carrier) in unknown_carriers(&running.app.config, &running.app.guides) {
            warn!(
                route,
                carrier, "no guide knows this carrier of a route: nobody can tell it, so nothing goes by it there"
            );
        }
        let database = run::database(&running.app.config.database);
        info!(url = running.app.config.public_url, %listen, %admin_listen, %database, "serving");
        let ended = until_over(orders, &running).await;
        info!("stopping");
        running.stop().await;
        ended
    })
}

/// Waits for the order to stop, or until the server cannot go on.
pub async fn until_over(orders: Orders, running: &Running) -> Result<(), Failure> {
    tokio::select! {
        () = orders.stop() => Ok(()),
        end = running.ends() => {
            error!(%end, "the server cannot go on");
            Err(end.into())
        }
    }
}

/// What everything asynchronous runs on.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Orders to stop: SIGTERM, SIGHUP (there is nothing to read anew: the key file and guides are watched), or Ctrl-C.
pub struct Orders {
    terminated: Signal,
    hung_up: Signal,
    interrupted: Signal,
}

impl Orders {
    /// Listens from now on: before anybody is told that the server is ready, since an order may follow at once.
    pub fn listen() -> Result<Orders, Failure> {
        let [terminated, hung_up, interrupted] =
            [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()].map(signal);
        Ok(Orders { terminated: terminated?, hung_up: hung_up?, interrupted: interrupted? })
    }

    /// Waits for the order.
    pub async fn stop(mut self) {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.hung_up.recv() => {}
            _ = self.interrupted.recv() => {}
        }
    }
}
