//! A guide as it stands in its file, before it is held against itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Confidence, Kind, Proof, Then, facts::Source};

/// A fact's, value's or cause's name.
pub type Name = String;

/// The content of a guide's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The weight of "something else", against the causes' weights.
    pub other: f64,
    /// What reaching a human costs a person, in seconds.
    pub contact_cost_s: f64,
    /// When it is over.
    pub solved: Condition,
    /// What can be known.
    pub facts: Vec<Fact>,
    /// What can be wrong.
    pub causes: Vec<Cause>,
    /// What can never be.
    #[serde(default)]
    pub impossible: Vec<Impossible>,
}

/// Alternatives; one alternative may stand without its list.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// Each of its facts has one of these values.
    All(BTreeMap<Name, Values>),
    /// One of these holds.
    Any(Vec<BTreeMap<Name, Values>>),
}

impl Default for Condition {
    fn default() -> Condition {
        Condition::All(BTreeMap::new())
    }
}

/// Some values of a fact.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Values {
    /// This one.
    One(Name),
    /// One of these.
    Of(Vec<Name>),
    /// Any but these.
    Not {
        /// These not.
        not: Vec<Name>,
    },
}

/// A fact.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its name.
    pub id: Name,
    /// Where it comes from.
    pub source: Source,
    /// Its values' names.
    pub values: Vec<Name>,
    /// How often each is met; equal if it is left out.
    #[serde(default)]
    pub chance: Option<Vec<f64>>,
    /// Whether a change of it moves the guide at once.
    #[serde(default)]
    pub moves: bool,
    /// How it is asked.
    #[serde(default)]
    pub question: Option<Question>,
}

/// A question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What it costs to answer, in seconds.
    pub cost_s: f64,
    /// When it makes sense.
    #[serde(default)]
    pub when: Condition,
}

/// A cause.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Its name.
    pub id: Name,
    /// What kind of remedy it has.
    pub kind: Kind,
    /// When it is possible.
    #[serde(default)]
    pub when: Condition,
    /// How likely it is.
    pub weight: f64,
    /// How much likelier it is where a fact has a value; 1 where nothing is said.
    #[serde(default)]
    pub likelihood: BTreeMap<Name, BTreeMap<Name, f64>>,
    /// What its remedy costs, in seconds.
    pub cost_s: f64,
    /// How often the remedy works.
    pub works: f64,
    /// What follows.
    #[serde(default)]
    pub then: Then,
    /// Whether it comes again for each message.
    #[serde(default)]
    pub again: bool,
    /// What proves it.
    pub proof: Vec<Proof>,
    /// What it mends in the simulator's terms.
    #[serde(default)]
    pub fixes: Vec<Name>,
    /// Whether a protection should be switched on again afterwards.
    #[serde(default)]
    pub restore: bool,
    /// Whether the place of the setting is drawn.
    #[serde(default)]
    pub drawing: bool,
    /// Pages of others.
    #[serde(default)]
    pub links: Vec<Link>,
    /// How sure its labels are.
    pub confidence: Confidence,
    /// Where it was read, and when that was checked.
    pub origin: Vec<super::Origin>,
}

/// A page of somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Names its text, `link-<id>`.
    pub id: Name,
    /// Where it is: https.
    pub to: String,
}

/// What can never be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impossible {
    /// Causes by name; `docomo-*` means all whose name begins so.
    pub causes: Vec<Name>,
    /// Under which condition they can never be shown.
    pub when: Condition,
}
