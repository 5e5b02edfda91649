//! `tegata serve`.

use std::{path::Path, sync::Arc};

use axum::Router;
use server::{
    clock::Clock,
    config::{Config, secrets},
    run, telemetry,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use crate::{Settings, database, output::Failure};

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let config = Config::read(&settings.config)?;
    telemetry::start_log(&config.log)?;
    let keys = secrets::read(Path::new(&config.secrets))?;
    runtime()?.block_on(async {
        let (public, admin) = run::bind(config.http.listen, config.http.admin_listen).await?;
        let running = run::start(config, keys, Arc::new(Clock::default()), public, admin, Router::new()).await?;
        if database::is_demo(&running.app.store).await? {
            running.stop().await;
            return Err(Failure("this database belongs to the demo, whose codes are public; use another".into()));
        }
        info!(url = running.app.config.public_url, "serving");
        stopped().await?;
        info!("stopping");
        running.stop().await;
        Ok(())
    })
}

/// What everything asynchronous runs on.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Waits for an order to stop: SIGTERM, or Ctrl-C.
pub async fn stopped() -> Result<(), Failure> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}
