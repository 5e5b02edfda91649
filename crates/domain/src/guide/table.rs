//! A cause's likelihood for each combination of the facts that it reads, known or open, worked out once: a step is
//! decided by look-ups, and a checker can ask millions of times.

use super::{
    condition::{Condition, Verdict},
    facts::{Fact, FactAt, FactSet, Facts, ValueAt},
};

/// The most combinations of one cause.
pub const ENTRIES_MAX: usize = 400_000;

/// How much likelier a cause is where a fact has a value: one factor for each value.
pub type Likelihood = Vec<(FactAt, Vec<f64>)>;

/// Likelihoods by combination. Values of a fact that nothing tells apart are one class; a fact's digit is its value's
/// class, or one more than the last where it is open.
#[derive(Clone, Debug)]
pub struct Table {
    reads: Vec<Digit>,
    rows: Vec<Row>,
}

/// A fact that is read, as a digit of a row's number.
#[derive(Clone, Debug)]
struct Digit {
    fact: FactAt,
    /// Each value's class.
    class: Vec<usize>,
    /// How often each class is met, and a value of it.
    classes: Vec<(f64, ValueAt)>,
    stride: usize,
}

/// What is said of a cause under one combination. What is certain is never told from a sum of chances: four rare values
/// together are rarer than what rounding takes away.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// The mean over what is open.
    weight: f64,
    /// How often the condition holds, over what is open.
    share: f64,
    certain: bool,
    /// The open facts that could still decide whether the condition holds.
    decides: FactSet,
    /// The open facts that could still change the weight.
    weighs: FactSet,
}

impl Table {
    /// Works a table out; `None` if the cause reads too many facts.
    pub fn new(facts: &[Fact], when: &Condition, weight: f64, likelihood: &Likelihood) -> Option<Table> {
        let mut places = when.reads();
        places.extend(likelihood.iter().map(|(fact, _)| *fact));
        places.sort_unstable();
        places.dedup();
        let mut reads: Vec<Digit> = places.into_iter().map(|at| Digit::new(facts, at, when, likelihood)).collect();
        let mut entries: usize = 1;
        for digit in reads.iter_mut().rev() {
            digit.stride = entries;
            entries = entries.checked_mul(digit.open() + 1).filter(|entries| *entries <= ENTRIES_MAX)?;
        }
        let mut table = Table { reads, rows: Vec::with_capacity(entries) };
        for entry in 0..entries {
            let mut open = table.reads.iter().filter(|digit| digit.of(entry) == digit.open());
            let row = match (open.next(), open.next()) {
                (None, _) => table.known(facts, entry, when, weight, likelihood),
                (Some(first), second) => table.mean(entry, first, second),
            };
            table.rows.push(row);
        }
        Some(table)
    }

    /// The facts that it depends on.
    pub fn reads(&self) -> impl Iterator<Item = FactAt> {
        self.reads.iter().map(|digit| digit.fact)
    }

    /// Whether the likelihood makes no difference between two values of a fact.
    pub fn is_alike(&self, fact: FactAt, a: ValueAt, b: ValueAt) -> bool {
        let digit = self.reads.iter().find(|digit| digit.fact == fact);
        digit.is_none_or(|digit| digit.class[usize::from(a.0)] == digit.class[usize::from(b.0)])
    }

    /// The likelihood under these facts: the mean over what is open.
    pub fn weight(&self, facts: &Facts) -> f64 {
        self.row(facts).weight
    }

    /// How often the condition holds, over what is open.
    pub fn share(&self, facts: &Facts) -> f64 {
        self.row(facts).share
    }

    /// Whether the condition holds whatever the open facts are.
    pub fn is_certain(&self, facts: &Facts) -> bool {
        self.row(facts).certain
    }

    /// The open facts that could still decide whether the condition holds.
    pub fn decided_by(&self, facts: &Facts) -> FactSet {
        self.row(facts).decides
    }

    /// The open facts that could still change the likelihood.
    pub fn weighed_by(&self, facts: &Facts) -> FactSet {
        self.row(facts).weighs
    }

    fn row(&self, facts: &Facts) -> &Row {
        let class = |digit: &Digit| facts.get(digit.fact).map_or(digit.open(), |at| digit.class[usize::from(at.0)]);
        let digit = |digit: &Digit| digit.stride * class(digit);
        &self.rows[self.reads.iter().map(digit).sum::<usize>()]
    }

    fn known(&self, facts: &[Fact], entry: usize, when: &Condition, weight: f64, likelihood: &Likelihood) -> Row {
        let mut known = Facts::unknown(facts);
        for digit in &self.reads {
            known.set(digit.fact, digit.classes.get(digit.of(entry)).map(|(_, value)| *value));
        }
        if when.verdict(&known) != Verdict::Holds {
            return Row::default();
        }
        let weight = likelihood.iter().fold(weight, |weight, (fact, factors)| {
            weight * known.get(*fact).map_or(1.0, |value| factors[usize::from(value.0)])
        });
        Row { weight, share: 1.0, certain: true, ..Row::default() }
    }

    /// The rows with each class of a fact that is open in this one.
    fn known_of(&self, entry: usize, digit: &Digit) -> impl Iterator<Item = &Row> {
        let (open, stride) = (digit.open(), digit.stride);
        (0..open).map(move |class| &self.rows[entry - (open - class) * stride])
    }

    /// The row where `first` is open, and perhaps a `second`: from rows that are less open, which come before it.
    fn mean(&self, entry: usize, first: &Digit, second: Option<&Digit>) -> Row {
        let mut mean = Row { certain: true, ..Row::default() };
        for (row, (chance, _)) in self.known_of(entry, first).zip(&first.classes) {
            mean.weight += chance * row.weight;
            mean.share += chance * row.share;
            mean.certain &= row.certain;
            mean.decides = mean.decides.and(row.decides);
            mean.weighs = mean.weighs.and(row.weighs);
        }
        let least = &self.rows[entry - first.open() * first.stride];
        let (decides, weighs) = match second {
            // The first fact makes a difference if it makes one with some value of the second.
            Some(second) => (
                self.known_of(entry, second).any(|row| row.decides.has(first.fact)),
                self.known_of(entry, second).any(|row| row.weighs.has(first.fact)),
            ),
            None => (
                self.known_of(entry, first).any(|row| row.certain != least.certain),
                self.known_of(entry, first).any(|row| row.weight != least.weight),
            ),
        };
        if decides {
            mean.decides = mean.decides.with(first.fact);
        }
        if weighs {
            mean.weighs = mean.weighs.with(first.fact);
        }
        mean
    }
}

impl Digit {
    fn new(facts: &[Fact], at: FactAt, when: &Condition, likelihood: &Likelihood) -> Digit {
        let fact = &facts[usize::from(at.0)];
        let factors = likelihood.iter().filter(|(read, _)| *read == at).map(|(_, factors)| factors);
        let factors: Vec<&Vec<f64>> = factors.collect();
        let alike = |a: ValueAt, b: ValueAt| {
            let same = |factors: &&Vec<f64>| factors[usize::from(a.0)] == factors[usize::from(b.0)];
            when.is_alike(at, a, b) && factors.iter().all(same)
        };
        let mut digit = Digit { fact: at, class: Vec::new(), classes: Vec::new(), stride: 1 };
        for (value, chance) in fact.places().zip(&fact.chance) {
            let known = digit.classes.iter().position(|(_, of)| alike(*of, value));
            match known {
                Some(class) => digit.classes[class].0 += chance,
                None => digit.classes.push((*chance, value)),
            }
            digit.class.push(known.unwrap_or(digit.classes.len() - 1));
        }
        digit
    }

    /// What stands for a fact that is open.
    fn open(&self) -> usize {
        self.classes.len()
    }

    fn of(&self, entry: usize) -> usize {
        entry / self.stride % (self.open() + 1)
    }
}
