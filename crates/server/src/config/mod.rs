//! Configuration: one TOML file, and the environment over it. A file a section; unknown keys are refused.
//!
//! `docs/configuration.md` is written from [`DOCUMENTED`] by a test, which also holds that every key is there.

mod based;
mod budget;
mod database;
mod documented;
mod environment;
mod guides;
mod hidden;
mod http;
mod log;
pub mod route;
pub mod secrets;
mod traces;
pub mod twilio;
mod webhooks;

use std::{io::ErrorKind, path::Path};

pub use budget::{Budget, PlaceBudget};
pub use database::DatabaseUrl;
pub use documented::DOCUMENTED;
use domain::{
    country::Country,
    id::ServiceId,
    time::{Millis, days, hours},
};
pub use guides::Guides;
pub use hidden::Hidden;
pub use http::{Http, Network};
pub use log::{Log, LogFormat, LogLevel};
use serde::{Deserialize, Serialize};
pub use traces::Traces;
pub use webhooks::Webhooks;

use self::{environment::Variables, route::Route};

/// Everything that an operator sets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where people reach the hosted pages: scheme and host, no path.
    pub public_url: String,
    /// Where everything is kept.
    #[serde(default)]
    pub database: DatabaseUrl,
    /// The key file, kept apart from the database and its backups.
    #[serde(default = "secrets_file")]
    pub secrets: String,
    /// How long after a start, or after a secret came into use, what older ones sealed is sealed with it, in milliseconds.
    #[serde(default = "an_hour_ms")]
    pub reseal_after_ms: Millis,
    /// The country whose numbers a fresh service accepts.
    #[serde(default = "japan")]
    pub country: Country,
    /// How requests come in.
    #[serde(default)]
    pub http: Http,
    /// What is written about them.
    #[serde(default)]
    pub log: Log,
    /// Which spans of them go to a collector.
    #[serde(default)]
    pub traces: Traces,
    /// Which guides people are led by.
    #[serde(default)]
    pub guides: Guides,
    /// Where applications are told of events.
    #[serde(default)]
    pub webhooks: Webhooks,
    /// What messages cost, and how many may go out.
    #[serde(default)]
    pub budget: Budget,
    /// How messages go out, in the order in which they are tried.
    #[serde(default)]
    pub routes: Vec<Route>,
}

/// Why a configuration cannot be used, with what to do.
#[derive(Debug)]
pub struct ConfigError(pub String);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads a file and the environment over it. Files that it names are looked for from its own folder.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key.
    pub fn read(file: &Path) -> Result<Config, ConfigError> {
        let wrong = |problem: String| ConfigError(format!("{}: {problem}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| {
            let advice = if error.kind() == ErrorKind::NotFound { "; name your configuration by --config" } else { "" };
            wrong(format!("{error}{advice}"))
        })?;
        let mut table = table(&text).map_err(wrong)?;
        based::base(&mut table, file.parent().unwrap_or(Path::new("")));
        let text = toml::to_string(&table).map_err(|error| wrong(error.to_string()))?;
        let variables = environment::variables();
        Config::build(&text, &variables).map_err(|problem| match environment::at_fault(&text, &variables, &problem) {
            Some(name) => ConfigError(format!("{name} in the environment: {problem}")),
            None => wrong(problem),
        })
    }

    /// The configuration of a file's text and the environment over it, or what is wrong with it.
    fn build(text: &str, variables: &Variables) -> Result<Config, String> {
        let read = ::config::Config::builder()
            .add_source(::config::File::from_str(text, ::config::FileFormat::Toml))
            .add_source(environment::source(variables))
            .build()
            .and_then(::config::Config::try_deserialize::<Config>);
        let config = read.map_err(|error| error.to_string())?;
        config.problem().map_or(Ok(config), Err)
    }

    /// What is wrong with the values taken together.
    pub fn problem(&self) -> Option<String> {
        let url = public_url_problem(&self.public_url).map(|p| format!("public_url: {p}"));
        let names: Vec<&str> = self.routes.iter().map(Route::name).collect();
        let twice = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name));
        let twice = twice.map(|(_, name)| format!("routes: two are called {name:?}"));
        let route = self.routes.iter().find_map(|r| r.problem().map(|p| format!("routes: {}: {p}", r.name())));
        let webhooks = self.webhooks.problem().map(|p| format!("webhooks.{p}"));
        let reseal = !(0..=days(30)).contains(&self.reseal_after_ms);
        let reseal = reseal.then(|| "reseal_after_ms: must be 0 to 2592000000 (30 days)".to_owned());
        let traces = self.traces.problem().map(|p| format!("traces.{p}"));
        let budget = self.budget.problem().map(|p| format!("budget.{p}"));
        url.or(reseal)
            .or(twice)
            .or(route)
            .or(webhooks)
            .or(traces)
            .or(budget)
            .or_else(|| self.http.problem().map(|p| format!("http.{p}")))
    }

    /// The host of the pages, for the origin-bound last line of messages.
    pub fn public_host(&self) -> &str {
        let after = self.public_url.split_once("://").map_or("", |(_, rest)| rest);
        after.split([':', '/']).next().unwrap_or("")
    }

    /// Where pages with this host are reached, or those of `public_url`; with the same scheme and port.
    pub fn origin(&self, host: Option<&str>) -> String {
        let Some((scheme, rest)) = self.public_url.split_once("://") else { return self.public_url.clone() };
        let port = rest.strip_prefix(self.public_host()).unwrap_or("");
        host.map_or_else(|| self.public_url.clone(), |host| format!("{scheme}://{host}{port}"))
    }

    /// Why a service cannot have this host, if it cannot (rule D5).
    pub fn host_problem(&self, host: &str) -> Option<String> {
        if host == self.public_host() {
            return Some("be another host than that of `public_url`".into());
        }
        // What `http` may be used for: names below `localhost` are loopback (RFC 6761 §6.3).
        let private = host.ends_with(".localhost");
        (!self.is_https() && !private).then(|| "end in .localhost where `public_url` is http".into())
    }

    /// Whether people reach the pages over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// Reads a text as TOML; why it is none is told without the line itself: a password may stand there.
fn table(text: &str) -> Result<toml::Table, String> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        format!("line {}: {}", before.matches('\n').count() + 1, error.message())
    })
}

/// An address that names no host at all would make links and messages that lead nowhere.
fn public_url_problem(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(rest) = rest else { return Some("must begin with https://".into()) };
    let host = rest.split(':').next().unwrap_or("");
    let sound = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    if !sound || rest.contains(['/', '?', '#', '@']) {
        return Some("must be a scheme and a host, such as https://verify.example.jp, without a path".into());
    }
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    (url.starts_with("http://") && !loopback).then(|| "must be https except on loopback: codes are typed there".into())
}

fn an_hour_ms() -> Millis {
    hours(1)
}

fn secrets_file() -> String {
    "secrets.toml".into()
}

fn japan() -> Country {
    Country::JP
}

/// The context of hosted pages and the like that belong to no service yet.
pub const NO_SERVICE: ServiceId = ServiceId(uuid::Uuid::nil());

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn what_would_do_is_named() {
        for (text, part) in [
            ("log.level = \"loud\"", "\"loud\" must be error, warn, info, debug or trace for key `log.level`"),
            ("log.format = \"xml\"", "\"xml\" must be text or json for key `log.format`"),
        ] {
            let text = format!("public_url = \"https://v.example\"\n{text}\n");
            let said = Config::build(&text, &Variables::new()).expect_err("it is refused");
            assert!(said.contains(part), "{said}");
        }
        let missing = Config::read(Path::new("/none/tegata.toml")).expect_err("it is not there");
        assert!(missing.0.starts_with("/none/tegata.toml: ") && missing.0.contains("--config"), "{missing}");
    }

    #[rstest]
    #[case("https://verify.example.jp", None)]
    #[case("http://127.0.0.1:8080", None)]
    #[case("http://verify.example.jp", Some("https except on loopback"))]
    #[case("https://verify.example.jp/", Some("without a path"))]
    #[case("https://user@verify.example.jp", Some("without a path"))]
    #[case("verify.example.jp", Some("begin with https"))]
    fn the_public_address_is_checked(#[case] url: &str, #[case] problem: Option<&str>) {
        match (public_url_problem(url), problem) {
            (None, None) => {}
            (Some(told), Some(part)) => assert!(told.contains(part), "{told}"),
            (told, wanted) => panic!("{told:?} instead of {wanted:?}"),
        }
    }
}
