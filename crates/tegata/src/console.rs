//! `tegata console`: the operator's way in.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::time::Time;
use server::{
    app::console::{self, LINK_LIFETIME_MS},
    clock::Clock,
};
use store::Store;

use crate::{
    Settings,
    database::with_store,
    demo,
    output::{self, Failure},
};

#[derive(Subcommand)]
pub enum Console {
    /// Print an address that signs in to the console: once, within ten minutes.
    Link(Whose),
}

/// Whose console.
#[derive(Args)]
pub struct Whose {
    #[command(flatten)]
    settings: Settings,
    /// The data folder of a demo, instead of a configuration file.
    #[arg(long, conflicts_with = "config")]
    data: Option<PathBuf>,
    /// The demo's database, if it was given one.
    #[arg(long, requires = "data")]
    database: Option<String>,
}

pub fn run(command: Console) -> Result<(), Failure> {
    let Console::Link(whose) = command;
    match whose.data {
        Some(data) => demo::with_store(&data, whose.database.as_deref(), async |url, store, now| {
            print_link(store, url, now).await
        }),
        None => with_store(&whose.settings.config, async |config, store| {
            print_link(store, &config.public_url, Clock::default().now()).await
        }),
    }
}

async fn print_link(store: &Store, url: &str, now: Time) -> Result<(), Failure> {
    output::line(&console::link(store, url, now, LINK_LIFETIME_MS).await?);
    Ok(())
}
