//! Carriers: who they are, how they behave, and the way that a message takes through them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The stations that a message can pass. `Smsc` is the message centre itself: what is set there holds for all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierName {
    /// The message centre that clients bind to.
    Smsc,
    /// NTT docomo.
    Docomo,
    /// au (KDDI).
    Au,
    /// SoftBank.
    Softbank,
    /// Rakuten Mobile.
    Rakuten,
    /// A virtual operator on docomo's line: docomo's outage is its outage.
    MvnoDocomo,
    /// 050 numbers: no SMS.
    Voip,
    /// Fixed lines: no SMS.
    FixedLine,
    /// Every carrier outside Japan.
    Foreign,
}

impl CarrierName {
    /// All stations, in the order in which they are shown.
    pub const ALL: [CarrierName; 9] = [
        CarrierName::Smsc,
        CarrierName::Docomo,
        CarrierName::Au,
        CarrierName::Softbank,
        CarrierName::Rakuten,
        CarrierName::MvnoDocomo,
        CarrierName::Voip,
        CarrierName::FixedLine,
        CarrierName::Foreign,
    ];

    /// The name in the API's addresses and bodies.
    pub fn key(self) -> &'static str {
        match self {
            CarrierName::Smsc => "smsc",
            CarrierName::Docomo => "docomo",
            CarrierName::Au => "au",
            CarrierName::Softbank => "softbank",
            CarrierName::Rakuten => "rakuten",
            CarrierName::MvnoDocomo => "mvno-docomo",
            CarrierName::Voip => "voip",
            CarrierName::FixedLine => "fixed-line",
            CarrierName::Foreign => "foreign",
        }
    }

    /// The station of that name, if there is one.
    pub fn from_key(key: &str) -> Option<CarrierName> {
        CarrierName::ALL.into_iter().find(|name| name.key() == key)
    }

    /// Whether a phone can be this carrier's customer.
    pub fn has_customers(self) -> bool {
        self != CarrierName::Smsc
    }

    /// Whether this carrier brings SMS to its customers at all.
    pub fn carries_sms(self) -> bool {
        !matches!(self, CarrierName::Voip | CarrierName::FixedLine)
    }

    /// The stations between the sender and this carrier's customer, itself included.
    pub fn stations(self) -> &'static [CarrierName] {
        match self {
            CarrierName::Smsc => &[CarrierName::Smsc],
            CarrierName::Docomo => &[CarrierName::Smsc, CarrierName::Docomo],
            CarrierName::Au => &[CarrierName::Smsc, CarrierName::Au],
            CarrierName::Softbank => &[CarrierName::Smsc, CarrierName::Softbank],
            CarrierName::Rakuten => &[CarrierName::Smsc, CarrierName::Rakuten],
            CarrierName::MvnoDocomo => &[CarrierName::Smsc, CarrierName::Docomo, CarrierName::MvnoDocomo],
            CarrierName::Voip => &[CarrierName::Smsc, CarrierName::Voip],
            CarrierName::FixedLine => &[CarrierName::Smsc, CarrierName::FixedLine],
            CarrierName::Foreign => &[CarrierName::Smsc, CarrierName::Foreign],
        }
    }
}

/// How a carrier's delivery receipts behave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// A receipt follows what happened, at once.
    #[default]
    Normal,
    /// No receipt ever comes.
    None,
    /// The receipt comes [`RECEIPT_LATE_MS`] after the fact.
    Late,
    /// The receipt says the contrary of what happened.
    Wrong,
}

impl Receipts {
    /// All ways, in the order in which they are shown.
    pub const ALL: [Receipts; 4] = [Receipts::Normal, Receipts::None, Receipts::Late, Receipts::Wrong];

    /// The name in the API's bodies.
    pub fn key(self) -> &'static str {
        match self {
            Receipts::Normal => "normal",
            Receipts::None => "none",
            Receipts::Late => "late",
            Receipts::Wrong => "wrong",
        }
    }
}

/// How late a late receipt is, in milliseconds.
pub const RECEIPT_LATE_MS: i64 = 60_000;
/// The longest delay that can be set, in milliseconds: an hour.
pub const DELAY_MAX_MS: u32 = 3_600_000;
/// A message takes its delay and up to this share of it more, as its luck says.
const JITTER: f64 = 0.2;

/// What can be set on a carrier.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Carrier {
    /// How long a message takes at least, in milliseconds.
    pub delay_ms: u32,
    /// The share of messages that vanish without a receipt, from 0 to 1.
    pub loss: f64,
    /// The most messages accepted in one second; more are answered with `ESME_RTHROTTLED`.
    pub throttle_per_second: Option<u32>,
    /// How receipts behave.
    pub receipts: Receipts,
    /// Whether the carrier is down. Messages are accepted and wait; the centre itself drops and refuses connections.
    pub outage: bool,
    /// Whether receipts say why a message failed; many Japanese routes only say "undelivered".
    pub reasons: bool,
}

impl Carrier {
    /// How a carrier behaves when nobody has changed it: every message arrives within 300 ms.
    pub fn at_first(name: CarrierName) -> Carrier {
        let (delay_ms, reasons) = match name {
            CarrierName::Smsc => (0, true),
            CarrierName::Docomo | CarrierName::Au | CarrierName::Softbank => (120, true),
            CarrierName::Rakuten => (150, false),
            CarrierName::MvnoDocomo => (60, false),
            CarrierName::Voip | CarrierName::FixedLine => (100, true),
            CarrierName::Foreign => (200, true),
        };
        let receipts = Receipts::Normal;
        Carrier { delay_ms, loss: 0.0, throttle_per_second: None, receipts, outage: false, reasons }
    }
}

/// All carriers' settings. Every name is always there.
pub type Carriers = BTreeMap<CarrierName, Carrier>;

/// The carriers as they are at first.
pub fn at_first() -> Carriers {
    CarrierName::ALL.into_iter().map(|name| (name, Carrier::at_first(name))).collect()
}

/// What all stations on a message's way amount to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Way {
    delay_ms: i64,
    loss: f64,
    /// How receipts come back: the way of the station nearest to the phone that is not normal.
    pub receipts: Receipts,
    /// Whether a station is down.
    pub outage: bool,
    /// Whether a receipt comes back with its reason.
    pub reasons: bool,
}

impl Way {
    /// The way to the customers of `name`.
    pub fn to(carriers: &Carriers, name: CarrierName) -> Way {
        Way::past(name.stations().iter().filter_map(|station| carriers.get(station)))
    }

    /// The way of calls to the customers of `name`: the message centre is no part of it.
    pub fn of_calls_to(carriers: &Carriers, name: CarrierName) -> Way {
        let stations = name.stations().iter().filter(|station| **station != CarrierName::Smsc);
        Way::past(stations.filter_map(|station| carriers.get(station)))
    }

    fn past<'a>(stations: impl Iterator<Item = &'a Carrier>) -> Way {
        let direct = Way { delay_ms: 0, loss: 0.0, receipts: Receipts::Normal, outage: false, reasons: true };
        stations.fold(direct, |way, station| Way {
            delay_ms: way.delay_ms + i64::from(station.delay_ms),
            loss: 1.0 - (1.0 - way.loss) * (1.0 - station.loss),
            receipts: if station.receipts == Receipts::Normal { way.receipts } else { station.receipts },
            outage: way.outage || station.outage,
            reasons: way.reasons && station.reasons,
        })
    }

    /// How long a message of this luck is under way, in milliseconds.
    pub fn delay_ms(&self, luck: super::luck::Luck) -> i64 {
        self.delay_ms + (self.delay_ms as f64 * JITTER * luck.jitter) as i64
    }

    /// Whether a message of this luck is lost.
    pub fn loses(&self, luck: super::luck::Luck) -> bool {
        luck.loss < self.loss
    }
}
