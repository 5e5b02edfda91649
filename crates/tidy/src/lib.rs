//! The tree's own rules, each a pure function from texts to violations; `tests/all` runs them over the tree.
//!
//! A rule is a line scanner over [`source::Source`], not a parser: it may be fooled on purpose, not by accident. An exception
//! to a rule stands in the rule's table, with its reason.

pub mod arrows;
pub mod calls;
pub mod documents;
pub mod migrations;
pub mod places;
pub mod rules;
pub mod sizes;
pub mod source;
pub mod tree;
pub mod words;

pub use tree::File;

/// One place where the tree breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    /// Relative to the workspace's root, with `/`.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub why: String,
}

impl Violation {
    /// At `line` (from 1) of `path`.
    pub fn new(path: &str, line: usize, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, why: why.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.why)
    }
}
