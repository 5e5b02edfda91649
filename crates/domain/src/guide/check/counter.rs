//! What does not hold, shown as the walk of a person.

use std::fmt;

use super::super::{
    CauseAt, Guide, Known, Name, Outcome,
    facts::{FactAt, Facts, Source, ValueAt},
};

/// What is proved of a guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// Every path ends.
    Ends,
    /// A path ends solved or at a human, and at a human only when nothing else is left.
    EndsWell,
    /// At each hour of the week a human can be reached, or says when.
    HumanHours,
    /// Every cause is shown to somebody.
    CauseReachable,
    /// Every question is asked of somebody.
    QuestionReachable,
    /// No remedy is shown twice; waiting and looking are, for a new message.
    RemedyOnce,
    /// No remedy is shown that cannot be it.
    Possible,
    /// Nothing is asked that is known.
    NotKnown,
    /// Nothing is asked that makes no difference.
    Matters,
    /// Nothing is changed while something harmless is left.
    HarmlessFirst,
}

impl Property {
    /// All of them.
    pub const ALL: [Property; 10] = [
        Property::Ends,
        Property::EndsWell,
        Property::HumanHours,
        Property::CauseReachable,
        Property::QuestionReachable,
        Property::RemedyOnce,
        Property::Possible,
        Property::NotKnown,
        Property::Matters,
        Property::HarmlessFirst,
    ];

    /// What is wrong where it does not hold.
    pub fn broken(self) -> &'static str {
        match self {
            Property::Ends => "a path does not end",
            Property::EndsWell => "a path ends, but neither solved nor at a human when all else is done",
            Property::HumanHours => "nobody can be reached, and nothing says when",
            Property::CauseReachable => "a cause is never shown",
            Property::QuestionReachable => "a question is never asked",
            Property::RemedyOnce => "a remedy is shown twice",
            Property::Possible => "a remedy is shown that cannot be it",
            Property::NotKnown => "something is asked that is known",
            Property::Matters => "something is asked that makes no difference",
            Property::HarmlessFirst => "something is changed while something harmless is left",
        }
    }
}

/// One thing that happens on a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What the system sees at the beginning.
    Observed(Known),
    /// What the browser tells at the beginning.
    Guessed(Known),
    /// Something else is seen from here on.
    Changed(Name, Name),
    /// A question, with its answer.
    Asked(Name, Name),
    /// A remedy, with what comes of it.
    Shown(Name, Outcome),
}

/// A property that does not hold: a walk that shows it, and what is wrong at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterExample {
    /// Which property.
    pub property: Property,
    /// The walk of a person, from the beginning; empty where nobody ever gets there.
    pub walk: Vec<Event>,
    /// What is wrong at its end.
    pub wrong: String,
}

impl CounterExample {
    pub(super) fn new(property: Property, walk: Vec<Event>, wrong: impl Into<String>) -> CounterExample {
        CounterExample { property, walk, wrong: wrong.into() }
    }
}

impl fmt::Display for CounterExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:", self.property.broken())?;
        for (place, event) in self.walk.iter().enumerate() {
            writeln!(f, "  {:>2}. {event}", place + 1)?;
        }
        write!(f, "  !!  {}", self.wrong)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Observed(known) => write!(f, "observed: {}", list(known)),
            Event::Guessed(known) => write!(f, "guessed from the page: {}", list(known)),
            Event::Changed(fact, value) => write!(f, "observed now: {fact} = {value}"),
            Event::Asked(fact, value) => write!(f, "asked {fact}? the person says {value}"),
            Event::Shown(cause, Outcome::Done) => write!(f, "shown {cause}: done, and a new message is sent"),
            Event::Shown(cause, Outcome::NotHelped) => write!(f, "shown {cause}: does not help"),
            Event::Shown(cause, Outcome::CannotDo) => write!(f, "shown {cause}: cannot be done"),
            Event::Shown(cause, Outcome::PassedOver) => write!(f, "shown {cause}: is passed over"),
        }
    }
}

fn list(known: &Known) -> String {
    let pairs: Vec<String> = known.iter().map(|(fact, value)| format!("{fact} = {value}")).collect();
    pairs.join(", ")
}

/// How a guide's facts are called.
pub trait Names {
    /// A fact and its value.
    fn pair(&self, fact: FactAt, value: ValueAt) -> (Name, Name);
    /// What is known of facts from one source.
    fn known(&self, facts: &Facts, source: Source) -> Known;
    /// What is observed otherwise.
    fn changed(&self, before: &Facts, now: &Facts) -> Vec<Event>;
    /// What a cause is called.
    fn called(&self, cause: CauseAt) -> &str;
}

impl Names for Guide {
    fn pair(&self, fact: FactAt, value: ValueAt) -> (Name, Name) {
        let fact = self.fact(fact);
        (fact.id.clone(), fact.values.get(usize::from(value.0)).cloned().unwrap_or_default())
    }

    fn known(&self, facts: &Facts, source: Source) -> Known {
        let places = self.fact_places().filter(|at| self.fact(*at).source == source);
        places.filter_map(|at| Some(self.pair(at, facts.get(at)?))).collect()
    }

    fn changed(&self, before: &Facts, now: &Facts) -> Vec<Event> {
        let (before, now) = (self.known(before, Source::Observed), self.known(now, Source::Observed));
        let changed = now.into_iter().filter(|(fact, value)| before.get(fact) != Some(value));
        changed.map(|(fact, value)| Event::Changed(fact, value)).collect()
    }

    fn called(&self, cause: CauseAt) -> &str {
        &self.cause(cause).id
    }
}
