//! `bench`: how fast the server is. It generates the load and runs itself as the server under test, in a process of
//! its own, so that the processor time of both can be told apart.

mod ceiling;
mod chart;
mod child;
mod connection;
mod crew;
mod fixture;
mod journey;
mod latency;
mod old;
mod output;
mod people;
mod postgres;
mod process;
mod row;
mod scratch;
mod soak;
mod start;
mod storm;
mod subject;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use output::Failure;

/// The allocator of the binary that is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Tegata on this machine.
#[derive(Parser)]
#[command(name = "bench", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Creates and checks of verifications: the bare HTTP ceiling, each store, and the whole way to a phone.
    Verify(verify::Arguments),
    /// Storms: everything fails at once, by a seed, and every promise is checked afterwards.
    Storm(storm::Arguments),
    /// The whole server under a steady load for a long time: memory, latency, and whether the counts add up.
    Soak(soak::Arguments),
    /// How soon the program answers after its start, and its memory while nothing happens.
    Start(start::Arguments),
    /// The server under test, which the other commands start.
    #[command(hide = true)]
    Serve(subject::Arguments),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::note(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    // As the server itself: as many threads as there are cores.
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match command {
        Command::Verify(arguments) => runtime()?.block_on(verify::run(&arguments)),
        Command::Soak(arguments) => runtime()?.block_on(soak::run(&arguments)),
        Command::Serve(arguments) => subject::run(&runtime()?, &arguments),
        Command::Storm(arguments) => storm::run(&arguments),
        Command::Start(arguments) => start::run(&arguments),
    }
}
