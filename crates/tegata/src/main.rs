//! `tegata`: the one binary.

mod backup;
mod budget;
mod console;
mod database;
mod demo;
mod doctor;
mod guide;
mod limits;
mod output;
mod route;
mod secrets;
mod serve;
mod webhook;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use output::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Verifies phone numbers by SMS code, on your own machine.
#[derive(Parser)]
#[command(name = "tegata", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try it: a server, a simulated carrier with phones, and a sample shop, in one process.
    Demo(demo::Arguments),
    /// Serve, with the settings of a file.
    Serve(Settings),
    /// Check configuration, key file, database, clock and routes, and say what to do. Ends with 0 if all is well, 1 with
    /// warnings, 2 if something is wrong.
    Doctor(doctor::Arguments),
    /// Bring the database up to this version.
    Migrate(database::Migrate),
    /// End every code and link that a restored backup takes for live: before it is served.
    Restored(database::Restored),
    /// Copy the database into a new file, beside a running server. SQLite only; the key file is not in it.
    Backup(backup::Copy),
    /// Put a backup in place of a database that is not there, with all codes and links in it ended. SQLite only.
    Restore(backup::Copy),
    /// The key file.
    #[command(subcommand)]
    Secrets(secrets::Secrets),
    /// Services: the applications that ask.
    #[command(subcommand)]
    Service(database::Service),
    /// API keys.
    #[command(subcommand)]
    Key(database::Key),
    /// What is spent of the budgets, leased to nodes, and left, by service, country and prefix.
    Budget(budget::Whose),
    /// How often each rule was gone over, and what became of it; also what rules in shadow would have refused.
    Limits(limits::Whose),
    /// Guides: how people get unstuck.
    #[command(subcommand)]
    Guide(guide::Guide),
    /// Routes: how messages go out.
    #[command(subcommand)]
    Route(route::Route),
    /// Webhooks: what applications are told.
    #[command(subcommand)]
    Webhook(webhook::Webhooks),
    /// The operator's pages.
    #[command(subcommand)]
    Console(console::Console),
}

/// Where the settings are.
#[derive(Args)]
pub struct Settings {
    /// The configuration file (docs/configuration.md).
    #[arg(long, default_value = "tegata.toml")]
    config: PathBuf,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(failure) => {
            output::failure(&failure);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    let done = match command {
        Command::Doctor(arguments) => return doctor::run(&arguments),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Serve(settings) => serve::run(&settings),
        Command::Migrate(arguments) => database::migrate(&arguments),
        Command::Restored(arguments) => database::restored(&arguments),
        Command::Backup(copy) => backup::backup(&copy),
        Command::Restore(copy) => backup::restore(&copy),
        Command::Secrets(command) => secrets::run(command),
        Command::Service(command) => database::service(command),
        Command::Key(command) => database::key(command),
        Command::Budget(whose) => budget::run(&whose),
        Command::Limits(whose) => limits::run(&whose),
        Command::Guide(command) => guide::run(&command),
        Command::Route(command) => route::run(command),
        Command::Webhook(command) => webhook::run(command),
        Command::Console(command) => console::run(command),
    };
    done.map(|()| ExitCode::SUCCESS)
}
