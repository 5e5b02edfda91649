//! Configuration: one TOML file, and the environment over it. A file a section; unknown keys are refused.
//!
//! `docs/configuration.md` is written from [`DOCUMENTED`] by a test, which also holds that every key is there.

mod budget;
mod database;
mod guides;
mod http;
mod log;
pub mod route;
pub mod secrets;
mod webhooks;

use std::path::Path;

pub use budget::{Budget, PlaceBudget};
pub use database::DatabaseUrl;
use domain::{
    country::Country,
    id::ServiceId,
    time::{Millis, days, hours},
};
pub use guides::Guides;
pub use http::{Http, Network};
pub use log::{Log, LogFormat};
use serde::{Deserialize, Serialize};
pub use webhooks::Webhooks;

use self::route::Route;

/// The prefix of environment variables: `TEGATA__HTTP__LISTEN` is `http.listen`.
const ENVIRONMENT: &str = "TEGATA";

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
    /// How long after a start what older secrets sealed is sealed with the newest one, in milliseconds.
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
    /// Reads a file and the environment over it.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key.
    pub fn read(file: &Path) -> Result<Config, ConfigError> {
        let environment =
            ::config::Environment::with_prefix(ENVIRONMENT).prefix_separator("__").separator("__").try_parsing(true);
        let text =
            std::fs::read_to_string(file).map_err(|error| ConfigError(format!("{}: {error}", file.display())))?;
        readable(&text).map_err(|problem| ConfigError(format!("{}: {problem}", file.display())))?;
        let read = ::config::Config::builder()
            .add_source(::config::File::from_str(&text, ::config::FileFormat::Toml))
            .add_source(environment)
            .build()
            .and_then(::config::Config::try_deserialize::<Config>);
        let config = read.map_err(|error| ConfigError(format!("{}: {error}", file.display())))?;
        config.problem().map_or(Ok(config), |problem| Err(ConfigError(format!("{}: {problem}", file.display()))))
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
        let budget = self.budget.problem().map(|p| format!("budget.{p}"));
        url.or(reseal).or(twice).or(route).or(webhooks).or(budget).or_else(|| self.http.problem().map(|p| format!("http.{p}")))
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

/// Why a text is no TOML, without the line itself: a password may stand there.
fn readable(text: &str) -> Result<(), String> {
    let Err(error) = toml::from_str::<toml::Table>(text) else { return Ok(()) };
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    Err(format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
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

/// Every key: its name, its unit and form, its default, and what it is for.
pub const DOCUMENTED: &[(&str, &str, &str, &str)] = &[
    (
        "public_url",
        "URL",
        "(required)",
        "Where people reach the hosted pages: scheme and host, no path. Its host ends every message, so that phones offer the code only there. `serve` does not start with one that would take a service's messages over one SMS.",
    ),
    (
        "database",
        "URL",
        "`sqlite:tegata.db`",
        "`sqlite:FILE`, or `postgres://user:password@host/name` for several nodes.",
    ),
    (
        "secrets",
        "file",
        "`secrets.toml`",
        "The key file made by `tegata secrets init`. Keep it out of the database's backups.",
    ),
    (
        "reseal_after_ms",
        "milliseconds",
        "`3600000`",
        "After a rotation: how long after a start what older secrets sealed is sealed with the newest one, in the background. By then every node must have been restarted with the new key file.",
    ),
    (
        "country",
        "ISO 3166-1",
        "`JP`",
        "The country whose numbers a fresh service accepts; each service can allow others.",
    ),
    ("http.listen", "address", "`127.0.0.1:8080`", "Where the API and the pages are served."),
    (
        "http.admin_listen",
        "address",
        "`127.0.0.1:8081`",
        "Where `/readyz` and `/metrics` are served; keep it on loopback or a private network.",
    ),
    (
        "http.trusted_proxies",
        "networks",
        "`[]`",
        "Proxies whose `X-Forwarded-For` is believed, such as `[\"10.0.0.0/8\"]`. With none, forwarding headers are ignored.",
    ),
    (
        "http.shared_networks",
        "networks",
        "`[]`",
        "Networks behind whose addresses many unrelated people are, such as the ranges from which a mobile carrier's phones come: `[\"198.51.100.0/24\"]`. An address in one of them that is over its limit is not refused; its messages are held back, 10 seconds longer each, a minute at most. Every other limit holds.",
    ),
    ("http.body_bytes_max", "bytes", "`65536`", "The largest request body."),
    ("http.connections_max", "connections", "`4096`", "How many connections are held open at once; further ones wait."),
    (
        "http.connections_source_max",
        "connections",
        "`1024`",
        "How many of them one source holds at once, an IPv4 address or an IPv6 /64; further ones are closed. Trusted proxies are exempt: name yours.",
    ),
    ("http.header_timeout_ms", "milliseconds", "`10000`", "How long a client may take to send a request's head."),
    (
        "http.request_timeout_ms",
        "milliseconds",
        "`30000`",
        "How long a request may take in all; event streams are exempt.",
    ),
    (
        "http.drain_timeout_ms",
        "milliseconds",
        "`20000`",
        "How long requests under way may still take after a stop was asked for.",
    ),
    ("log.level", "`error` … `trace`", "`info`", "How much is logged."),
    ("log.format", "`text` or `json`", "`text`", "How it is logged. Logs never hold codes, numbers or secrets."),
    (
        "guides.folder",
        "folder",
        "(none)",
        "Guides of your own, a folder each (docs/guides.md): over the built-in ones, and taken as you edit them.",
    ),
    (
        "guides.sampling",
        "boolean",
        "`false`",
        "Whether guides try rarely shown steps now and then (Thompson sampling), so as to learn faster. Off: the likeliest first.",
    ),
    (
        "webhooks.own_origins",
        "origins",
        "`[]`",
        "Your own applications that webhooks may call though their addresses are not public, or without TLS: `[\"http://10.0.0.5:3000\"]`. Whoever has an API key can have events posted there; all other endpoints must be https and public.",
    ),
    ("budget.currency", "ISO 4217", "`JPY`", "The currency of all prices and costs: for whoever reads the figures."),
    (
        "budget.price",
        "minor units",
        "`0.0`",
        "What a message costs, such as `7.5`, in yen or in cents; to the thousandth. It is what `cost_per_…` are counted by, here and in services' settings.",
    ),
    (
        "budget.sms_per_day",
        "messages",
        "(none)",
        "Messages that all services together may send in a day (UTC). Each service has a budget of its own.",
    ),
    ("budget.sms_per_month", "messages", "(none)", "The same in a month (UTC)."),
    ("budget.cost_per_day", "minor units", "(none)", "What the messages of all services may cost in a day (UTC)."),
    ("budget.cost_per_month", "minor units", "(none)", "The same in a month (UTC)."),
    (
        "budget.places.place",
        "ISO 3166-1 or prefix",
        "(required)",
        "One `[[budget.places]]` for each country (`KR`) or prefix (`+1876`, 4 to 11 digits) with a price or a budget of its own; at most 50. A calling code is no place: +1 is twenty-five countries.",
    ),
    (
        "budget.places.price",
        "minor units",
        "(none)",
        "What a message there costs. The longest prefix that has a price says, else the country, else `budget.price`.",
    ),
    (
        "budget.places.sms_per_day",
        "messages",
        "(none)",
        "Messages that all services together may send there in a day (UTC).",
    ),
    ("budget.places.sms_per_month", "messages", "(none)", "The same in a month (UTC)."),
    ("budget.places.cost_per_day", "minor units", "(none)", "What these may cost in a day (UTC)."),
    ("budget.places.cost_per_month", "minor units", "(none)", "The same in a month (UTC)."),
    (
        "routes.name",
        "text",
        "(required)",
        "A route's name, in metrics and in what is stored. Do not reuse one for another provider.",
    ),
    ("routes.kind", "`smpp` or `http`", "(required)", "How the provider is spoken to."),
    ("routes.address", "host:port", "(required, smpp)", "The SMSC."),
    (
        "routes.tls",
        "boolean",
        "`true`",
        "Whether SMPP goes over TLS. Turn it off only inside a private network or tunnel.",
    ),
    ("routes.ca_file", "file", "(the system's)", "A PEM file with the authority that signed the SMSC's certificate."),
    ("routes.system_id", "text", "(required, smpp)", "The name to bind with."),
    (
        "routes.password",
        "text",
        "(required, smpp)",
        "The password to bind with; at most 8 characters by the protocol. `{ file = \"…\" }` reads it from a file.",
    ),
    ("routes.system_type", "text", "empty", "The system type to bind with, if the provider asks for one."),
    (
        "routes.sender",
        "text",
        "empty",
        "The sender of messages: digits, or up to 11 letters. A service's own sender goes first.",
    ),
    (
        "routes.window",
        "messages",
        "`10`",
        "How many submits may wait for their answer at once; the provider says how many it takes.",
    ),
    (
        "routes.response_timeout_ms",
        "milliseconds",
        "`10000`",
        "How long an answer may take before its message counts as unconfirmed.",
    ),
    (
        "routes.countries",
        "ISO 3166-1",
        "`[]`",
        "Countries whose numbers the route is for, such as `[\"JP\"]`; none: all. SMS to a country that no route is for is refused when it is asked for (`country-not-allowed`).",
    ),
    (
        "routes.number_types",
        "`mobile`, `mobile_or_fixed_line`",
        "`[]`",
        "Types of numbers that the route is for; none: all. `mobile_or_fixed_line` are numbers whose digits do not tell, such as North America's.",
    ),
    (
        "routes.carriers",
        "names",
        "`[]`",
        "Carriers whose phones the route is for, as guides name them (`docomo`, `au` …); none: all. A carrier is known once somebody told it in a guide, never by the number's digits: name a route for everybody after such a one.",
    ),
    (
        "routes.rate_per_second",
        "messages",
        "(none)",
        "How many messages each node hands over in a second at most, evenly. When the provider asks for less (`ESME_RTHROTTLED`, `ESME_RMSGQFUL`, 429) it halves by itself, and grows again.",
    ),
    ("routes.enquire_link_ms", "milliseconds", "`30000`", "How long the link may be silent before it is tested."),
    (
        "routes.message_ids",
        "`as_is` or `hex_in_response`",
        "`as_is`",
        "`hex_in_response` if responses write ids in hexadecimal and receipts in decimal.",
    ),
    ("routes.url", "https URL", "(required, http)", "Where messages are posted (docs/http-provider.md)."),
    (
        "routes.secret",
        "`whsec_…`",
        "(required, http)",
        "Signs both what is posted and the receipts that come back. `{ file = \"…\" }` reads it from a file.",
    ),
    ("routes.timeout_ms", "milliseconds", "`10000`", "How long the provider's answer may take."),
];

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

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
