//! `tegata console`: the operator's way in.

use clap::Subcommand;
use server::{app::console, clock::Clock};

use crate::{
    Settings,
    database::with_store,
    output::{self, Failure},
};

#[derive(Subcommand)]
pub enum Console {
    /// Print an address that signs in to the console: once, within ten minutes.
    Link(Settings),
}

pub fn run(command: Console) -> Result<(), Failure> {
    match command {
        Console::Link(settings) => with_store(&settings.config, async |config, store| {
            let link = console::link(store, &config.public_url, Clock::default().now()).await;
            let link = link.map_err(|refusal| Failure(format!("{}: run it again", refusal.code())))?;
            output::line(&link);
            Ok(())
        }),
    }
}
