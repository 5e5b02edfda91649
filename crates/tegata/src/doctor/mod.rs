//! `tegata doctor`: looks at everything that a service stands on, and says what is wrong and what to do.

mod finding;
mod ground;
mod routes;
mod settings;

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use domain::{
    address::{NumberProblem, PhoneNumber},
    key::KeyRing,
};
use server::{
    clock::Clock,
    config::{Config, secrets},
};

use self::finding::Report;
use crate::{
    Settings,
    output::{self, Failure},
    serve::runtime,
};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// Send a test message to this number, which must be one of your own, by the first route that takes it.
    #[arg(long, value_name = "NUMBER")]
    send: Option<String>,
    /// Print one JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut report = Report::default();
    match Config::read(&arguments.settings.config) {
        Ok(config) => {
            let to = arguments.send.as_deref().map(|number| PhoneNumber::parse(number, Some(config.country)));
            let to =
                to.transpose().map_err(|why| Failure(format!("--send: no SMS goes there: it is {}", kind(why))))?;
            settings::look(&mut report, &arguments.settings.config, &config)?;
            runtime()?.block_on(look(&mut report, &config, to));
        }
        Err(error) => report.wrong("configuration", error.0, "docs/configuration.md names every key"),
    }
    report.print(arguments.json);
    Ok(report.code())
}

/// Looks at what answers only when it is asked.
async fn look(report: &mut Report, config: &Config, to: Option<PhoneNumber>) {
    let keys: Arc<KeyRing> = match secrets::of(config) {
        Ok(keys) => Arc::new(keys),
        Err(error) => return report.wrong("key file", error.0, "nothing else can be looked at without it"),
    };
    let clock = Arc::new(Clock::default());
    ground::look(report, config, &keys, &clock).await;
    routes::look(report, config, &keys, &clock, to).await;
}

/// What a text is instead of a number that takes SMS.
fn kind(problem: NumberProblem) -> &'static str {
    match problem {
        NumberProblem::Empty => "empty",
        NumberProblem::Unreadable => "no phone number",
        NumberProblem::TooShort => "too short; write it as +819012345678",
        NumberProblem::TooLong => "too long; write it as +819012345678",
        NumberProblem::Unassigned => "a number that nobody has",
        NumberProblem::Voip => "an IP phone's number",
        NumberProblem::FixedLine => "a fixed line",
        NumberProblem::TollFree => "free to call",
        NumberProblem::SharedCost => "a number of shared cost",
        NumberProblem::PremiumRate => "a number that costs extra",
        NumberProblem::Pager => "a pager's or a machine's",
    }
}

/// Says a line; there is one place that prints.
fn say(line: &str) {
    output::line(line);
}
