//! Facts: named values from small finite sets, so that everything about a guide can be enumerated.

/// A fact's place in its guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactAt(pub u8);

/// A value's place in its fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueAt(pub u8);

/// The most facts of a guide.
pub const FACTS_MAX: usize = 24;
/// The most values of a fact.
pub const VALUES_MAX: usize = 32;

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The system sees it: never asked. Its first value stands where nothing was seen.
    Observed,
    /// The person says it.
    Told,
    /// Guessed from the page's browser until the person says otherwise.
    Derived,
}

/// A fact as its guide declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its name.
    pub id: String,
    /// Where it comes from.
    pub source: Source,
    /// Its values' names.
    pub values: Vec<String>,
    /// How often each value is met, summing up to 1; weighs what is not known yet.
    pub chance: Vec<f64>,
    /// Whether a change of it makes the guide think again at once, even in the middle of a step.
    pub moves: bool,
    /// How it is asked; observed facts and those that are only guessed have no question.
    pub question: Option<Question>,
}

/// Asks a person for a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What reading and answering costs, in seconds.
    pub cost_s: f64,
    /// When it makes sense to ask.
    pub when: super::condition::Condition,
}

impl Fact {
    /// The place of a value.
    pub fn value(&self, name: &str) -> Option<ValueAt> {
        let place = self.values.iter().position(|value| value == name)?;
        u8::try_from(place).ok().map(ValueAt)
    }

    /// Its values' places.
    pub fn places(&self) -> impl Iterator<Item = ValueAt> + use<> {
        (0..u8::try_from(self.values.len()).unwrap_or(0)).map(ValueAt)
    }
}

/// Some of a fact's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ValueSet(u32);

impl ValueSet {
    /// Whether a value is among them.
    pub fn has(self, value: ValueAt) -> bool {
        self.0 >> value.0 & 1 == 1
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, value: ValueAt) -> ValueSet {
        ValueSet(self.0 | 1 << value.0)
    }

    /// The values that are among both.
    #[must_use]
    pub fn both(self, those: ValueSet) -> ValueSet {
        ValueSet(self.0 & those.0)
    }

    /// The fact's other values.
    #[must_use]
    pub fn complement(self, fact: &Fact) -> ValueSet {
        fact.places().filter(|value| !self.has(*value)).fold(ValueSet::default(), ValueSet::with)
    }
}

/// Some facts of a guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FactSet(u32);

impl FactSet {
    /// Whether a fact is among them.
    pub fn has(self, fact: FactAt) -> bool {
        self.0 >> fact.0 & 1 == 1
    }

    /// These and one more.
    #[must_use]
    pub fn with(self, fact: FactAt) -> FactSet {
        FactSet(self.0 | 1 << fact.0)
    }

    /// These and those.
    #[must_use]
    pub fn and(self, those: FactSet) -> FactSet {
        FactSet(self.0 | those.0)
    }
}

/// What is known, by the facts' places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Facts(Vec<Option<ValueAt>>);

impl Facts {
    /// Nothing known of a guide's facts.
    pub fn unknown(facts: &[Fact]) -> Facts {
        Facts(vec![None; facts.len()])
    }

    /// A fact's value, if it is known.
    pub fn get(&self, fact: FactAt) -> Option<ValueAt> {
        self.0.get(usize::from(fact.0)).copied().flatten()
    }

    /// Sets a fact.
    pub fn set(&mut self, fact: FactAt, value: Option<ValueAt>) {
        if let Some(place) = self.0.get_mut(usize::from(fact.0)) {
            *place = value;
        }
    }

    /// These, with one fact more.
    #[must_use]
    pub fn with(&self, fact: FactAt, value: ValueAt) -> Facts {
        let mut more = self.clone();
        more.set(fact, Some(value));
        more
    }
}
