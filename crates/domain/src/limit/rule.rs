//! Rules: how much, in which span, and what becomes of more.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, days, minutes};

/// At most `max` in any `window`, unless going over only slows, or is only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The window in milliseconds.
    pub window_ms: Millis,
    /// How many fit into it.
    pub max: u32,
    /// What becomes of one more.
    pub over: Over,
    /// What it is called, if it is told of.
    pub of: Option<Limited>,
}

/// What becomes of whoever goes over a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// It is refused.
    Refused,
    /// It is held back for a while: for what many unrelated people share (rule M1).
    Slowed,
    /// Nothing: it is counted what would be refused, while an operator tries a rule out.
    Shadow,
}

impl Over {
    /// Each.
    pub const ALL: [Over; 3] = [Over::Refused, Over::Slowed, Over::Shadow];

    /// Its name in metrics and at the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Over::Refused => "refused",
            Over::Slowed => "slowed",
            Over::Shadow => "shadow",
        }
    }
}

/// What an operator hears of that it was gone over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// What an address or its network may ask for.
    Address,
    /// What an account of the application may ask for.
    Account,
    /// What an API key may ask for.
    Key,
    /// What may go to a range of numbers whose codes do not come back.
    Range,
    /// The budgets.
    Budget,
    /// What a context may ask for, to one number and to how many (rule V5).
    Context,
    /// What one phone gets, whoever asks (rule V4).
    Phone,
}

impl Limited {
    /// Each.
    pub const ALL: [Limited; 7] = [
        Limited::Address,
        Limited::Account,
        Limited::Key,
        Limited::Range,
        Limited::Budget,
        Limited::Context,
        Limited::Phone,
    ];

    /// Its name in settings, metrics and at the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Limited::Address => "address",
            Limited::Account => "account",
            Limited::Key => "key",
            Limited::Range => "range",
            Limited::Budget => "budget",
            Limited::Context => "context",
            Limited::Phone => "phone",
        }
    }

    /// Whether an operator can try it out before it is meant. The others protect people and are always meant.
    pub const fn is_tuned(self) -> bool {
        match self {
            Limited::Address | Limited::Account | Limited::Key | Limited::Range | Limited::Budget => true,
            Limited::Context | Limited::Phone => false,
        }
    }
}

impl Rule {
    /// A rule that refuses whoever goes over it.
    pub const fn new(window_ms: Millis, max: u32) -> Rule {
        Rule { window_ms, max, over: Over::Refused, of: None }
    }

    /// The same, called by its name.
    #[must_use]
    pub const fn of(self, limited: Limited) -> Rule {
        Rule { of: Some(limited), ..self }
    }

    /// The same, but going over it is only counted.
    #[must_use]
    pub const fn shadowed(self) -> Rule {
        Rule { over: Over::Shadow, ..self }
    }

    /// The same, but going over it only slows.
    #[must_use]
    pub const fn slowing(self) -> Rule {
        Rule { over: Over::Slowed, ..self }
    }
}

/// What one source may ask for, by what names it (rule M1). Wider networks hold more people and may ask for more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceRules {
    /// Codes asked for by one address (IPv4) or one /64 (IPv6) in ten minutes.
    pub address_per_10_minutes: u32,
    /// The same in a day.
    pub address_per_day: u32,
    /// Codes asked for by one account of the application in a day.
    pub account_per_day: u32,
    /// Codes asked for by one API key in ten minutes, when it names no end user.
    pub key_per_10_minutes: u32,
}

impl Default for SourceRules {
    fn default() -> Self {
        SourceRules { address_per_10_minutes: 20, address_per_day: 100, account_per_day: 20, key_per_10_minutes: 6_000 }
    }
}

impl SourceRules {
    /// For one address; `widening` is how many times as many a wider network may ask for.
    pub fn address(&self, widening: u32) -> Vec<Rule> {
        vec![
            Rule::new(minutes(10), self.address_per_10_minutes.saturating_mul(widening)).of(Limited::Address),
            Rule::new(days(1), self.address_per_day.saturating_mul(widening)).of(Limited::Address),
        ]
    }

    /// For one account.
    pub fn account(&self) -> Vec<Rule> {
        vec![Rule::new(days(1), self.account_per_day).of(Limited::Account)]
    }

    /// For one API key.
    pub fn key(&self) -> Vec<Rule> {
        vec![Rule::new(minutes(10), self.key_per_10_minutes).of(Limited::Key)]
    }
}
