//! Guides: how people get unstuck, one step at a time.
//!
//! Decision-theoretic troubleshooting (Heckerman, Breese, Rommelse, CACM 38(3), 1995): a problem has possible causes,
//! each with a probability given what is known and a remedy with a cost; trying them in the order of probability ÷ cost
//! is optimal when one cause is at work. Facts are finite, so that everything about a guide can be proved by enumeration.

pub mod check;
mod compile;
pub mod condition;
mod cost;
mod draft;
pub mod facts;
mod learn;
mod next;
mod session;
mod table;

pub use compile::{Fault, Place};
pub use draft::{Draft, Link, Name, Values};
pub use learn::{Counts, Entropy, Factors, Order};
pub use next::{Candidate, Decision, Excluded, Inquiry, RuledOut, Step, Why};
pub use session::{Known, Outcome, Session, Showing, Shown, SolvedBy, Tried};

use condition::Condition;
use facts::{Fact, FactAt, FactSet, Facts, ValueAt};
use serde::{Deserialize, Serialize};
use table::Table;

/// A cause's place in its guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CauseAt(pub u8);

/// The most causes of a guide.
pub const CAUSES_MAX: usize = 120;

/// A guide: compiled from its files, and sound in itself. Whether it leads everybody somewhere is for the checker.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Its name, such as `sms-not-arriving`.
    pub id: String,
    /// What its content is known by: changes with every edit.
    pub version: String,
    /// Its facts.
    pub facts: Vec<Fact>,
    /// Its causes.
    pub causes: Vec<Cause>,
    /// What its author says can never be: the checker holds the causes' conditions against it.
    pub impossible: Vec<Impossible>,
    /// When it is over, by what is observed.
    pub solved: Condition,
    /// The weight of "something else", which only a human can help with.
    pub other: f64,
    /// What reaching a human costs a person, in seconds.
    pub contact_cost_s: f64,
}

/// One thing that can be wrong, with its remedy.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Its name.
    pub id: String,
    /// What kind of remedy it has.
    pub kind: Kind,
    /// When it is possible.
    pub when: Condition,
    /// How likely it is against the others, before anything is known.
    pub weight: f64,
    /// What trying its remedy costs, in seconds of a person's time.
    pub cost_s: f64,
    /// How often its remedy works when it is the cause, from 0 to 1.
    pub works: f64,
    /// What the person does after it.
    pub then: Then,
    /// Whether it comes again for each message: waiting, and looking at what has just arrived.
    pub again: bool,
    /// What proves that it helped.
    pub proof: Vec<Proof>,
    /// What it mends, in the simulator's terms.
    pub fixes: Vec<String>,
    /// Whether a protection was switched off for it, and should be switched on again.
    pub restore: bool,
    /// Whether its labels are known well enough for a drawing of the place.
    pub drawing: bool,
    /// Pages of others that say more.
    pub links: Vec<Link>,
    /// How sure its text is.
    pub confidence: Confidence,
    table: Table,
}

/// What kind of remedy: nothing is changed while there is a place left to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing is wrong yet: the person waits, and the page watches.
    Wait,
    /// The message may be there: the person looks, and nothing changes.
    Look,
    /// Something harmless that undoes itself, such as leaving aeroplane mode.
    Try,
    /// A setting that may have been chosen on purpose.
    Change,
}

/// What follows when a person has done a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The message on its way arrives, or the person has it.
    #[default]
    Nothing,
    /// The old code is gone: a new one is sent.
    Resend,
    /// The number is corrected, and the code sent there.
    Number,
    /// Another way that the service offers.
    OtherWay,
    /// Only a human can go on from here.
    Contact,
}

/// What proves that a remedy helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The carrier says that a message arrived.
    Delivered,
    /// The right code came back.
    Approved,
    /// The person says so.
    Word,
}

/// How sure a text's labels are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The maker's or carrier's own words were read.
    Official,
    /// Others report them.
    ThirdParty,
    /// Nobody confirmed them: shown as a place and a link, never as exact names.
    Unverified,
}

/// Causes that can never be shown under a condition.
#[derive(Clone, Debug)]
pub struct Impossible {
    /// Which.
    pub causes: Vec<CauseAt>,
    /// Under which condition.
    pub when: Condition,
}

impl Guide {
    /// The fact at a place.
    pub fn fact(&self, at: FactAt) -> &Fact {
        &self.facts[usize::from(at.0)]
    }

    /// The place of a fact.
    pub fn fact_at(&self, id: &str) -> Option<FactAt> {
        let place = self.facts.iter().position(|fact| fact.id == id)?;
        u8::try_from(place).ok().map(FactAt)
    }

    /// The places of its facts.
    pub fn fact_places(&self) -> impl Iterator<Item = FactAt> + use<> {
        (0..u8::try_from(self.facts.len()).unwrap_or(0)).map(FactAt)
    }

    /// The cause at a place.
    pub fn cause(&self, at: CauseAt) -> &Cause {
        &self.causes[usize::from(at.0)]
    }

    /// The place of a cause.
    pub fn cause_at(&self, id: &str) -> Option<CauseAt> {
        let place = self.causes.iter().position(|cause| cause.id == id)?;
        u8::try_from(place).ok().map(CauseAt)
    }

    /// Whether a cause's likelihood depends on the fact of this name.
    pub fn hangs_on(&self, cause: &Cause, fact: &str) -> bool {
        cause.reads().any(|at| self.fact(at).id == fact)
    }

    /// The places of its causes.
    pub fn cause_places(&self) -> impl Iterator<Item = CauseAt> + use<> {
        (0..u8::try_from(self.causes.len()).unwrap_or(0)).map(CauseAt)
    }

    /// The next step of a session, and why it is this one.
    pub fn next(&self, facts: &Facts, session: &Session, order: &Order) -> Decision {
        next::decide(self, facts, session, order)
    }

    /// What is known in a session now: what is observed, what the browser tells, what the person said. Names that the
    /// guide does not have are passed over, and only a fact's own source can tell it.
    pub fn facts(&self, observed: &Known, derived: &Known, session: &Session) -> Facts {
        session::facts(self, observed, derived, session)
    }
}

impl Cause {
    /// How likely it is against the others, given what is known; 0 if it is impossible.
    pub fn weight(&self, facts: &Facts) -> f64 {
        self.table.weight(facts)
    }

    /// Whether it is possible whatever the open facts are, so that it can be shown.
    pub fn is_certain(&self, facts: &Facts) -> bool {
        self.table.is_certain(facts)
    }

    /// How often it is possible, over what is open.
    pub fn share(&self, facts: &Facts) -> f64 {
        self.table.share(facts)
    }

    /// The open facts that could still decide whether it is possible, with the right values of the others.
    pub fn decided_by(&self, facts: &Facts) -> FactSet {
        self.table.decided_by(facts)
    }

    /// The open facts that could still change how likely it is; those that decide are among them.
    pub fn weighed_by(&self, facts: &Facts) -> FactSet {
        self.table.weighed_by(facts)
    }

    /// Whether two values of a fact make no difference to it.
    pub fn is_alike(&self, fact: FactAt, a: ValueAt, b: ValueAt) -> bool {
        self.table.is_alike(fact, a, b)
    }

    /// The facts on which its likelihood depends.
    pub fn reads(&self) -> impl Iterator<Item = FactAt> {
        self.table.reads()
    }
}

/// A day on which something was checked, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Where it was read.
    pub source: String,
    /// When.
    pub checked: jiff::civil::Date,
}
