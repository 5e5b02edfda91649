//! `[[routes]]`: how messages go out.

use domain::{
    address::NumberType,
    channel::Channel,
    country::Country,
    route::Cover,
    service::{SENDER_MUST, is_sender},
};
use serde::{Deserialize, Serialize};

use super::{hidden::Hidden, twilio::TwilioRoute};

/// The fastest rate, in messages a second.
const RATE_MAX: u32 = 100_000;
/// Names in a list of one route.
const LIST_MAX: usize = 300;

/// One provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Route {
    /// A bind to an SMSC.
    Smpp(SmppRoute),
    /// The signed HTTP call of docs/http-provider.md.
    Http(HttpRoute),
    /// An account with Twilio.
    Twilio(TwilioRoute),
}

/// A bind to an SMSC.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmppRoute {
    /// The route's name.
    pub name: String,
    /// `host:port`.
    pub address: String,
    /// Whether it goes over TLS (rule D1).
    #[serde(default = "yes")]
    pub tls: bool,
    /// The authority that signed the SMSC's certificate, as a PEM file.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// The name to bind with.
    pub system_id: String,
    /// The password to bind with.
    pub password: Hidden,
    /// The system type to bind with.
    #[serde(default)]
    pub system_type: String,
    /// The sender of messages.
    #[serde(default)]
    pub sender: String,
    /// Submits that may wait for their answer at once.
    #[serde(default = "window")]
    pub window: usize,
    /// How long an answer may take, in milliseconds.
    #[serde(default = "ten_seconds_ms")]
    pub response_timeout_ms: i64,
    /// How long the link may be silent, in milliseconds.
    #[serde(default = "half_a_minute_ms")]
    pub enquire_link_ms: i64,
    /// How the SMSC writes ids.
    #[serde(default)]
    pub message_ids: MessageIds,
    /// Countries whose numbers it is for; none: all.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// Types of numbers that it is for; none: all.
    #[serde(default)]
    pub number_types: Vec<NumberType>,
    /// Carriers whose phones it is for; none: all.
    #[serde(default)]
    pub carriers: Vec<String>,
    /// Messages that each node hands over in a second at most.
    #[serde(default)]
    pub rate_per_second: Option<u32>,
}

/// The signed HTTP call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpRoute {
    /// The route's name.
    pub name: String,
    /// Where messages are posted.
    pub url: String,
    /// Signs what is posted and the receipts that come back.
    pub secret: Hidden,
    /// The sender of messages.
    #[serde(default)]
    pub sender: String,
    /// How long an answer may take, in milliseconds.
    #[serde(default = "ten_seconds_ms")]
    pub timeout_ms: i64,
    /// Messages under way at once.
    #[serde(default = "window")]
    pub window: usize,
    /// Countries whose numbers it is for; none: all.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// Types of numbers that it is for; none: all.
    #[serde(default)]
    pub number_types: Vec<NumberType>,
    /// Carriers whose phones it is for; none: all.
    #[serde(default)]
    pub carriers: Vec<String>,
    /// What it is for: `sms`, `call` or both.
    #[serde(default = "sms")]
    pub channels: Vec<Channel>,
    /// Messages that each node hands over in a second at most.
    #[serde(default)]
    pub rate_per_second: Option<u32>,
}

/// How the SMSC writes ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageIds {
    /// Alike in responses and receipts.
    #[default]
    AsIs,
    /// Hexadecimal in responses, decimal in receipts.
    HexInResponse,
}

impl Route {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Route::Smpp(route) => &route.name,
            Route::Http(route) => &route.name,
            Route::Twilio(route) => &route.name,
        }
    }

    /// The sender of its messages, if it has one of its own.
    pub fn sender(&self) -> &str {
        match self {
            Route::Smpp(route) => &route.sender,
            Route::Http(route) => &route.sender,
            Route::Twilio(route) => &route.sender,
        }
    }

    /// What messages it is for.
    pub fn cover(&self) -> Cover {
        let (countries, number_types, carriers) = match self {
            Route::Smpp(route) => (&route.countries, &route.number_types, &route.carriers),
            Route::Http(route) => (&route.countries, &route.number_types, &route.carriers),
            Route::Twilio(route) => (&route.countries, &route.number_types, &route.carriers),
        };
        let channels = match self {
            Route::Smpp(_) | Route::Twilio(_) => sms(),
            Route::Http(route) => route.channels.clone(),
        };
        Cover { countries: countries.clone(), number_types: number_types.clone(), carriers: carriers.clone(), channels }
    }

    /// Messages that each node hands over in a second at most.
    pub fn rate_per_second(&self) -> Option<u32> {
        match self {
            Route::Smpp(route) => route.rate_per_second,
            Route::Http(route) => route.rate_per_second,
            Route::Twilio(route) => route.rate_per_second,
        }
    }

    /// Submits that may wait for their answer at once.
    pub fn window(&self) -> usize {
        match self {
            Route::Smpp(route) => route.window,
            Route::Http(route) => route.window,
            Route::Twilio(route) => route.window,
        }
    }

    /// Whether its link tells by itself if it is up; else only sending does.
    pub fn has_link(&self) -> bool {
        match self {
            Route::Smpp(_) => true,
            Route::Http(_) | Route::Twilio(_) => false,
        }
    }

    pub(super) fn problem(&self) -> Option<String> {
        let name = self.name();
        let sound =
            (1..=32).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if !sound {
            return Some("name must be 1 to 32 letters, digits, - or _".into());
        }
        if self.rate_per_second().is_some_and(|rate| !(1..=RATE_MAX).contains(&rate)) {
            return Some(format!("rate_per_second must be 1 to {RATE_MAX}"));
        }
        let carrier = |name: &String| (1..=32).contains(&name.len()) && !name.contains(char::is_whitespace);
        let Cover { countries, carriers, .. } = self.cover();
        if countries.len() > LIST_MAX || carriers.len() > LIST_MAX || !carriers.iter().all(carrier) {
            return Some(format!("countries and carriers must be at most {LIST_MAX}, carriers one word each"));
        }
        let number_types = number_types_problem(&self.cover());
        match self {
            Route::Smpp(route) => route.problem(),
            Route::Http(route) => route.problem(),
            Route::Twilio(route) => route.problem(),
        }
        .or(number_types)
    }
}

/// A route for SMS alone that is only for numbers which get none would take nothing, ever.
fn number_types_problem(cover: &Cover) -> Option<String> {
    let none = |number_type: &NumberType| number_type.without_sms().is_some();
    let is_idle = !cover.number_types.is_empty() && cover.number_types.iter().all(none) && !cover.takes(Channel::Call);
    is_idle.then(|| {
        "number_types must have mobile or mobile_or_fixed_line: the others get calls, which it makes none".into()
    })
}

/// What holds of a service's sender holds of a route's, which stands in for it; without one the provider has its own.
pub(super) fn sender_problem(sender: &str) -> Option<String> {
    let sound = sender.is_empty() || is_sender(sender);
    (!sound).then(|| format!("sender must {SENDER_MUST}: SMS carries no other"))
}

impl SmppRoute {
    /// A bind without TLS for everything, as fast as it takes messages: to a simulated SMSC on this machine.
    pub fn plain(name: &str, address: String, system_id: String, password: Hidden) -> SmppRoute {
        SmppRoute {
            name: name.to_owned(),
            address,
            tls: false,
            ca_file: None,
            system_id,
            password,
            system_type: String::new(),
            sender: "Tegata".into(),
            window: 100,
            response_timeout_ms: ten_seconds_ms(),
            enquire_link_ms: half_a_minute_ms(),
            message_ids: MessageIds::AsIs,
            countries: Vec::new(),
            number_types: Vec::new(),
            carriers: Vec::new(),
            rate_per_second: None,
        }
    }

    fn problem(&self) -> Option<String> {
        let rules = [
            (self.address.rsplit_once(':').is_some_and(|(_, p)| p.parse::<u16>().is_ok()), "address must be host:port"),
            ((1..=15).contains(&self.system_id.len()), "system_id must be 1 to 15 characters"),
            (self.password.0.len() <= 8, "password must be at most 8 characters"),
            (self.system_type.len() <= 12, "system_type must be at most 12 characters"),
            ((1..=1_000).contains(&self.window), "window must be 1 to 1000"),
            ((100..=120_000).contains(&self.response_timeout_ms), "response_timeout_ms must be 100 to 120000"),
            ((1_000..=600_000).contains(&self.enquire_link_ms), "enquire_link_ms must be 1000 to 600000"),
        ];
        let broken = rules.into_iter().find(|(holds, _)| !holds);
        broken.map(|(_, problem)| problem.to_owned()).or_else(|| sender_problem(&self.sender))
    }
}

impl HttpRoute {
    /// A provider of calls for everything: a simulated one on this machine.
    pub fn of_calls(name: &str, url: String, secret: Hidden, sender: &str) -> HttpRoute {
        HttpRoute {
            name: name.to_owned(),
            url,
            secret,
            sender: sender.to_owned(),
            timeout_ms: ten_seconds_ms(),
            window: window(),
            countries: Vec::new(),
            number_types: Vec::new(),
            carriers: Vec::new(),
            channels: vec![Channel::Call],
            rate_per_second: None,
        }
    }

    fn problem(&self) -> Option<String> {
        let rules = [
            (is_https_or_loopback(&self.url), "url must be https (http only to loopback)"),
            (
                !names_a_user(&self.url),
                "url must have no user or password in it, which stand in logs: calls are signed",
            ),
            (
                self.secret.0.starts_with("whsec_") && self.secret.0.len() >= 38,
                "secret must be whsec_ and 24 or more bytes in base64",
            ),
            ((100..=120_000).contains(&self.timeout_ms), "timeout_ms must be 100 to 120000"),
            ((1..=1_000).contains(&self.window), "window must be 1 to 1000"),
            (!self.channels.is_empty() && self.channels.len() <= 2, "channels must be [\"sms\"], [\"call\"] or both"),
        ];
        let broken = rules.into_iter().find(|(holds, _)| !holds);
        broken.map(|(_, problem)| problem.to_owned()).or_else(|| sender_problem(&self.sender))
    }
}

/// Whether what goes to an address that the operator named goes by TLS, or not onto a network at all.
pub(super) fn is_https_or_loopback(url: &str) -> bool {
    let loopback = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    url.starts_with("https://") || loopback.iter().any(|start| url.starts_with(start))
}

/// Whether an address has a user, and perhaps a password, before its host.
pub(super) fn names_a_user(url: &str) -> bool {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.split(['/', '\\', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

fn yes() -> bool {
    true
}

fn sms() -> Vec<Channel> {
    vec![Channel::Sms]
}

pub(super) fn window() -> usize {
    10
}

pub(super) fn ten_seconds_ms() -> i64 {
    10_000
}

fn half_a_minute_ms() -> i64 {
    30_000
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn smpp(more: &str) -> Result<SmppRoute, String> {
        let text = format!("name = \"a\"\naddress = \"h:1\"\nsystem_id = \"i\"\n{more}");
        toml::from_str(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn d1_smpp_goes_over_tls_unless_told_otherwise() {
        let tls = |more: &str| smpp(&format!("password = \"p\"\n{more}")).map(|route| route.tls);
        assert_eq!((tls(""), tls("tls = true"), tls("tls = false")), (Ok(true), Ok(true), Ok(false)));
    }

    #[rstest]
    #[case("", None)]
    #[case("sender = \"Minato Shop\"\nnumber_types = [\"fixed_line\", \"mobile\"]", None)]
    #[case("sender = \"+815012345678\"", None)]
    #[case("sender = \"12345678901234567890123\"", Some("sender must be up to 15 digits"))]
    #[case("sender = \"日本のショップ\"", Some("sender must be up to 15 digits, or up to 11 letters"))]
    #[case("sender = \"ABCDEFGHIJKLMNOP\"", Some("or up to 11 letters"))]
    #[case("number_types = [\"fixed_line\"]", Some("number_types must have mobile"))]
    #[case("number_types = [\"voip\", \"fixed_line\"]", Some("number_types must have mobile"))]
    fn a_route_that_nothing_could_go_by_is_refused(#[case] more: &str, #[case] wrong: Option<&str>) {
        let problem = Route::Smpp(smpp(&format!("password = \"p\"\n{more}")).expect("it is read")).problem();
        assert_eq!(problem.is_some(), wrong.is_some(), "{problem:?}");
        assert!(wrong.is_none_or(|part| problem.is_some_and(|said| said.contains(part))));
    }

    #[test]
    fn a_route_of_calls_may_be_for_fixed_lines_alone() {
        for (channels, refused) in [("[\"call\"]", false), ("[\"sms\", \"call\"]", false), ("[\"sms\"]", true)] {
            let text = format!(
                "kind = \"http\"\nname = \"a\"\nurl = \"https://h/m\"\nsecret = \"whsec_{}\"\nchannels = {channels}\n\
                 number_types = [\"fixed_line\"]",
                "A".repeat(32)
            );
            assert_eq!(toml::from_str::<Route>(&text).expect("it is read").problem().is_some(), refused, "{channels}");
        }
    }

    #[test]
    fn d8_an_address_with_a_password_is_refused() {
        for (url, refused) in [
            ("https://user:password@gateway.example/m", true),
            ("https://user@gateway.example", true),
            ("https://gateway.example/m?to=a@b", false),
            ("https://gateway.example/@m", false),
        ] {
            let text = format!("kind = \"http\"\nname = \"a\"\nurl = \"{url}\"\nsecret = \"whsec_{}\"", "A".repeat(32));
            let problem = toml::from_str::<Route>(&text).expect("it is read").problem();
            assert_eq!(problem.is_some(), refused, "{url}: {problem:?}");
            assert!(problem.is_none_or(|said| said.contains("user") && !said.contains("gateway")));
        }
    }
}
