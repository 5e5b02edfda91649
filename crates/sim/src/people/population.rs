//! A population as its file tells it: lines, phones, and what is in a message's way, in the simulator's own terms.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::world::{CarrierName, Receipts, Switch, System};

/// Weights by name.
pub type Shares<K> = BTreeMap<K, f64>;

/// The populations that come with Tegata, by name.
pub const SHIPPED: [(&str, &str); 3] = [
    ("japan", include_str!("../../populations/japan.toml")),
    ("elsewhere", include_str!("../../populations/elsewhere.toml")),
    ("mixed", include_str!("../../populations/mixed.toml")),
];

/// The most lines and troubles of a population.
const ENTRIES_MAX: usize = 200;
/// The longest delay and outage: an hour, the most that a carrier of the simulator can be set to.
const WAIT_S_MAX: f64 = 3600.0;

/// Who opens the guide.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// What reports call it.
    pub name: String,
    /// Which country's numbers these are, as guides name it.
    pub country: String,
    /// The service's sender, as phones show it.
    pub sender: String,
    /// How many people need help, by the hour of the day, from midnight.
    pub by_hour: [f64; 24],
    /// When somebody can be reached: the hour of opening and that of closing, the same every day.
    pub desk: [u8; 2],
    /// What the service allows besides SMS: the share of services.
    pub service: Service,
    /// What is true of everybody alike.
    pub everybody: Everybody,
    /// Lines, by what their customers call them.
    pub lines: Vec<Line>,
    /// What is in the way; each person has one of these.
    pub troubles: Vec<Trouble>,
}

/// Other ways, as shares of services that have them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Support calls back.
    pub call_back: f64,
    /// A code by e-mail.
    pub email_code: f64,
    /// A call that reads the code out.
    #[serde(default)]
    pub call: f64,
}

/// Shares of all people.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Everybody {
    /// The page is open on the phone that the message is for.
    pub on_phone: f64,
    /// The number was typed here, and can be corrected; it came from the application otherwise.
    pub typed: f64,
    /// There is another number of theirs that gets SMS.
    pub another_number: f64,
    /// A mistyped number that nobody has; somebody else's otherwise.
    pub unused: f64,
    /// A carrier's trouble is known to the service.
    pub noticed: f64,
    /// A message gets lost even where nothing is wrong.
    pub loss: f64,
    /// How long a message takes where nothing is wrong, in seconds, from and to.
    pub delay_s: [f64; 2],
    /// What has changed lately where it is not the trouble; the rest: nothing.
    pub lately: Shares<String>,
    /// A second trouble of the phone hides behind the first.
    pub second: f64,
}

/// A line as its customers name it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What its customers answer when they are asked for their carrier.
    pub brand: String,
    /// The simulator's station.
    pub carrier: CarrierName,
    /// Its weight.
    pub share: f64,
    /// Whose line a virtual operator uses, as its customers would answer.
    #[serde(default)]
    pub host: Option<String>,
    /// What its customers' phones run.
    pub systems: Shares<System>,
    /// Which app has the SMS of an Android phone.
    #[serde(default)]
    pub apps: Shares<String>,
    /// How its receipts behave.
    #[serde(default)]
    pub receipts: Option<Shares<Receipts>>,
    /// The share of messages whose receipts say why one failed.
    pub reasons: f64,
}

/// One thing that can be in the way.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trouble {
    /// Its weight among the people whom it can meet.
    pub share: f64,
    /// Only these systems.
    pub systems: Vec<System>,
    /// Only customers of these.
    pub brands: Vec<String>,
    /// Switches that are on.
    pub on: Vec<Switch>,
    /// Switches that are off.
    pub off: Vec<Switch>,
    /// The sender is on the block list.
    pub blocked: bool,
    /// What is wrong with the number.
    pub number: Option<WrongNumber>,
    /// The carrier is slow, in seconds, from and to.
    pub delay_s: Option<[f64; 2]>,
    /// The carrier is down, for so many seconds from asking for the code, from and to.
    pub outage_s: Option<[f64; 2]>,
    /// The first message is lost on the way.
    pub lost: bool,
    /// The person is abroad.
    pub abroad: bool,
    /// What has changed lately.
    pub lately: Option<String>,
    /// How often these people have another number that gets SMS, instead of everybody's share.
    pub another_number: Option<f64>,
}

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongNumber {
    /// A digit is wrong, or it is an old one.
    Mistyped,
    /// An IP-phone's: refused before anything is sent.
    IpPhone,
    /// A fixed line's: refused before anything is sent.
    FixedLine,
}

/// Why a population's file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub String);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unusable {}

impl Population {
    /// Reads a population's file.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line or its place.
    pub fn read(text: &str) -> Result<Population, Unusable> {
        let population: Population = toml::from_str(text).map_err(|error| Unusable(error.to_string()))?;
        population.check()?;
        Ok(population)
    }

    fn check(&self) -> Result<(), Unusable> {
        counted("lines", self.lines.len())?;
        counted("troubles", self.troubles.len())?;
        weights("by_hour", self.by_hour.iter())?;
        if self.desk[0] >= self.desk[1] || self.desk[1] > 24 {
            return unusable("desk", "must be the hour of opening and a later one of closing, up to 24");
        }
        let (service, all) = (&self.service, &self.everybody);
        let services = [service.call_back, service.email_code, service.call];
        let alike = [all.on_phone, all.typed, all.another_number, all.unused, all.noticed, all.loss, all.second];
        shares("service", services)?;
        shares("everybody", alike)?;
        shares("everybody.lately", [all.lately.values().sum()])?;
        span("everybody.delay_s", Some(all.delay_s))?;
        for (at, line) in self.lines.iter().enumerate() {
            let place = format!("lines[{at}] ({})", line.brand);
            weights(&place, line.systems.values())?;
            shares(&place, [line.reasons])?;
            if !line.carrier.has_customers() || !line.carrier.carries_sms() {
                return unusable(&place, "its carrier must be one that brings SMS to phones");
            }
            line.receipts.iter().try_for_each(|receipts| weights(&place, receipts.values()))?;
            if !line.apps.is_empty() {
                weights(&place, line.apps.values())?;
            }
        }
        weights("lines", self.lines.iter().map(|line| &line.share))?;
        self.check_troubles()
    }

    fn check_troubles(&self) -> Result<(), Unusable> {
        for (at, trouble) in self.troubles.iter().enumerate() {
            let place = format!("troubles[{at}] ({})", trouble.label());
            span(&place, trouble.delay_s)?;
            span(&place, trouble.outage_s)?;
            shares(&place, trouble.another_number)?;
            if let Some(brand) = trouble.brands.iter().find(|brand| self.lines.iter().all(|line| line.brand != **brand))
            {
                return unusable(&place, format!("no line has the brand {brand:?}"));
            }
        }
        weights("troubles", self.troubles.iter().map(|trouble| &trouble.share))
    }
}

impl Trouble {
    /// What it is called in a report: the settings that it consists of.
    pub fn label(&self) -> String {
        let switches = self.on.iter().chain(&self.off).map(|switch| switch.key());
        let number = self.number.map(|number| match number {
            WrongNumber::Mistyped => "mistyped",
            WrongNumber::IpPhone => "ip_phone",
            WrongNumber::FixedLine => "fixed_line",
        });
        let others = [
            self.blocked.then_some("blocked_senders"),
            number,
            self.delay_s.map(|_| "delay"),
            self.outage_s.map(|_| "outage"),
            self.lost.then_some("lost"),
        ];
        let all: Vec<&str> = switches.chain(others.into_iter().flatten()).collect();
        if all.is_empty() { "nothing".into() } else { all.join("+") }
    }

    /// Whether it can meet the customers of `brand` with a phone of this system.
    pub fn meets(&self, system: System, brand: &str) -> bool {
        (self.systems.is_empty() || self.systems.contains(&system))
            && (self.brands.is_empty() || self.brands.iter().any(|one| one == brand))
    }
}

fn unusable<T>(place: &str, reason: impl fmt::Display) -> Result<T, Unusable> {
    Err(Unusable(format!("{place}: {reason}")))
}

fn counted(place: &str, count: usize) -> Result<(), Unusable> {
    if (1..=ENTRIES_MAX).contains(&count) {
        return Ok(());
    }
    unusable(place, format!("there must be 1 to {ENTRIES_MAX}"))
}

fn weights<'a>(place: &str, mut all: impl Iterator<Item = &'a f64> + Clone) -> Result<(), Unusable> {
    let sum: f64 = all.clone().sum();
    if sum > 0.0 && all.all(|weight| weight.is_finite() && *weight >= 0.0) {
        return Ok(());
    }
    unusable(place, "weights must be numbers from 0, and not all of them 0")
}

fn shares(place: &str, all: impl IntoIterator<Item = f64>) -> Result<(), Unusable> {
    if all.into_iter().all(|share| (0.0..=1.0).contains(&share)) {
        return Ok(());
    }
    unusable(place, "shares must be numbers from 0 to 1")
}

fn span(place: &str, span: Option<[f64; 2]>) -> Result<(), Unusable> {
    match span {
        Some([from, to]) if !(0.0 <= from && from <= to && to <= WAIT_S_MAX) => {
            unusable(place, format!("a span must be two numbers from 0 to {WAIT_S_MAX}, the smaller one first"))
        }
        Some(_) | None => Ok(()),
    }
}
