//! Statements: one SQL text for both engines, with a name that shows in the database's own statistics.
//!
//! Parameters are `$1…$n`. A statement over a list calls its rows `v`, their columns `v.column1…n`, and says `{join}`
//! for the list and `ON`, `{from}` in an update, `{new}` for the rows of an insert, `{rows}` where it stands alone.
//! `{lock}` and `{skip}` lock rows of `t` where the engine has more than one writer. No `now()`, `random()`, booleans,
//! arrays, JSON or `greatest`.

use std::borrow::Cow;

use crate::value::Kind;

/// A statement. Equal names mean equal texts: connections keep prepared statements by name.
#[derive(Debug)]
pub struct Statement {
    /// `table.verb`.
    pub name: Cow<'static, str>,
    pub(crate) text: Cow<'static, str>,
    /// The columns of one row of its list; empty if it has none.
    pub(crate) row: Cow<'static, [Kind]>,
}

impl Statement {
    /// A statement with single parameters.
    pub const fn new(name: &'static str, text: &'static str) -> Statement {
        Statement { name: Cow::Borrowed(name), text: Cow::Borrowed(text), row: Cow::Borrowed(&[]) }
    }

    /// A statement over a list of rows with these columns.
    pub const fn list(name: &'static str, row: &'static [Kind], text: &'static str) -> Statement {
        Statement { name: Cow::Borrowed(name), text: Cow::Borrowed(text), row: Cow::Borrowed(row) }
    }
}

/// Declares a file's statements, and `ALL` of them for the test that prepares each on both engines.
macro_rules! statements {
    ($($name:ident = $statement:expr;)*) => {
        $(static $name: $crate::statement::Statement = $statement;)*
        pub(crate) static ALL: &[&$crate::statement::Statement] = &[$(&$name),*];
    };
}
pub(crate) use statements;
