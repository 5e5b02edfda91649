//! What a storm came to.

use std::collections::BTreeMap;

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(BTreeMap<&'static str, u64>);

impl Figures {
    /// Counts so many more.
    pub fn add(&mut self, what: &'static str, more: u64) {
        *self.0.entry(what).or_default() += more;
    }

    /// Takes another's in.
    pub fn append(&mut self, other: &Figures) {
        other.0.iter().for_each(|(what, count)| self.add(what, *count));
    }

    /// A line each.
    pub fn lines(&self) -> Vec<String> {
        self.0.iter().map(|(what, count)| format!("{what:40} {count:>12}")).collect()
    }
}
