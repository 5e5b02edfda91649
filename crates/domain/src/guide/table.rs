//! A cause's likelihood for each combination of the facts that it reads, known or open, worked out once: a step is
//! decided by look-ups, and a checker can ask millions of times.

use super::{
    condition::{Condition, Verdict},
    facts::{Fact, FactAt, Facts, ValueAt},
};

/// The most combinations of one cause.
pub const ENTRIES_MAX: usize = 400_000;

/// How much likelier a cause is where a fact has a value: one factor for each value.
pub type Likelihood = Vec<(FactAt, Vec<f64>)>;

/// Likelihoods by combination. A fact's digit is its value, or one more than the last where it is open.
#[derive(Clone, Debug)]
pub struct Table {
    reads: Vec<FactAt>,
    sizes: Vec<usize>,
    weights: Vec<f64>,
    shares: Vec<f64>,
}

impl Table {
    /// Works a table out; `None` if the cause reads too many facts.
    pub fn new(facts: &[Fact], when: &Condition, weight: f64, likelihood: &Likelihood) -> Option<Table> {
        let mut reads = when.reads();
        reads.extend(likelihood.iter().map(|(fact, _)| *fact));
        reads.sort_unstable();
        reads.dedup();
        let sizes: Vec<usize> = reads.iter().map(|at| facts[usize::from(at.0)].values.len() + 1).collect();
        let entries = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size))?;
        if entries > ENTRIES_MAX {
            return None;
        }
        let mut table = Table { reads, sizes, weights: vec![0.0; entries], shares: vec![0.0; entries] };
        table.fill_known(facts, when, weight, likelihood);
        table.fill_open(facts);
        Some(table)
    }

    /// The facts that it depends on.
    pub fn reads(&self) -> &[FactAt] {
        &self.reads
    }

    /// The likelihood under these facts: the mean over what is open.
    pub fn weight(&self, facts: &Facts) -> f64 {
        self.weights[self.entry(facts)]
    }

    /// How often the condition holds, over what is open: 1 where it holds whatever that is.
    pub fn share(&self, facts: &Facts) -> f64 {
        self.shares[self.entry(facts)]
    }

    fn entry(&self, facts: &Facts) -> usize {
        self.reads.iter().zip(&self.sizes).fold(0, |entry, (fact, size)| {
            entry * size + facts.get(*fact).map_or(size - 1, |value| usize::from(value.0))
        })
    }

    fn digits(&self, mut entry: usize) -> Vec<usize> {
        let mut digits = vec![0; self.sizes.len()];
        for (digit, size) in digits.iter_mut().zip(&self.sizes).rev() {
            *digit = entry % size;
            entry /= size;
        }
        digits
    }

    fn fill_known(&mut self, facts: &[Fact], when: &Condition, weight: f64, likelihood: &Likelihood) {
        for entry in 0..self.weights.len() {
            let digits = self.digits(entry);
            if digits.iter().zip(&self.sizes).any(|(digit, size)| digit + 1 == *size) {
                continue;
            }
            let mut known = Facts::unknown(facts);
            for (fact, digit) in self.reads.iter().zip(&digits) {
                known.set(*fact, u8::try_from(*digit).ok().map(ValueAt));
            }
            if when.verdict(&known) == Verdict::Holds {
                self.shares[entry] = 1.0;
                self.weights[entry] = likelihood.iter().fold(weight, |weight, (fact, factors)| {
                    weight * known.get(*fact).map_or(1.0, |value| factors[usize::from(value.0)])
                });
            }
        }
    }

    /// Fact by fact: an open digit is the mean of the known ones. Afterwards every combination of the facts up to this
    /// one is there, so that the next can build on it.
    fn fill_open(&mut self, facts: &[Fact]) {
        let mut stride = self.weights.len();
        for place in 0..self.reads.len() {
            stride /= self.sizes[place];
            let open = self.sizes[place] - 1;
            let chance = &facts[usize::from(self.reads[place].0)].chance;
            for entry in (0..self.weights.len()).filter(|entry| entry / stride % self.sizes[place] == open) {
                let first = entry - open * stride;
                let of = |value: usize| first + value * stride;
                self.weights[entry] = (0..open).map(|value| chance[value] * self.weights[of(value)]).sum();
                self.shares[entry] = (0..open).map(|value| chance[value] * self.shares[of(value)]).sum();
            }
        }
    }
}
