//! How an engine spells what the common texts leave open.

use std::collections::HashMap;

use super::Role;
use crate::{error::Error, statement::Statement, value::Kind};

/// One engine's words.
pub(crate) struct Dialect {
    pub integer: &'static str,
    pub text: &'static str,
    /// A column's text, compared byte by byte.
    pub text_column: &'static str,
    pub bytes: &'static str,
    /// What begins a parameter.
    pub parameter: char,
    /// Ends a table of small rows.
    pub table: &'static str,
    /// Ends a table of rows that change often, or are larger.
    pub heap: &'static str,
    /// Begins a statement of a migration that is only for an engine whose rows move when they change; else a comment.
    pub moves: &'static str,
    /// Locks the rows of `t` that a query reads.
    pub lock: &'static str,
    /// Locks the rows that a query reads, and leaves out those that are locked.
    pub skip: &'static str,
    pub begin_write: &'static str,
    pub begin_read: &'static str,
    pub begin_migration: &'static str,
    /// Whether a list is an array for each of its columns; else its statement runs for one row after the other.
    pub arrays: bool,
}

impl Dialect {
    /// The text of a statement, with its name in front.
    pub fn spell(&self, statement: &Statement) -> String {
        let text = statement.text.replace("{lock}", self.lock).replace("{skip}", self.skip);
        let text = match (&*statement.row, self.arrays) {
            ([], _) => text,
            (row, true) => self.list(&text, row),
            (row, false) => self.single(&text, row),
        };
        format!("/* {} */ {}", statement.name, text.replace('$', &self.parameter.to_string()))
    }

    /// A list of any length: `v`, a table with `column1…n`, from an array for each of them.
    fn list(&self, text: &str, row: &[Kind]) -> String {
        let arrays = self.parameters(row, "[]").join(", ");
        let columns: Vec<String> = (1..=row.len()).map(|n| format!("column{n}")).collect();
        let columns = columns.join(", ");
        let rows = format!("unnest({arrays}) AS v ({columns})");
        text.replace("{join}", &format!("JOIN {rows} ON"))
            .replace("{from}", &format!("FROM {rows}"))
            .replace("{new}", &format!("SELECT {columns} FROM {rows}"))
            .replace("{rows}", &format!("(SELECT {columns} FROM {rows})"))
    }

    /// A list of one row is no list: its columns are the parameters themselves.
    fn single(&self, text: &str, row: &[Kind]) -> String {
        let parameters = self.parameters(row, "");
        let values = format!("VALUES ({})", parameters.join(", "));
        let text = text.replace("{join}", "WHERE").replace("{from}", "").replace("{new}", &values);
        let text = text.replace("{rows}", &format!("({values})"));
        // Backwards, since `column1` begins `column10` as well.
        let columns = parameters.iter().enumerate().rev();
        columns.fold(text, |text, (place, parameter)| text.replace(&format!("v.column{}", place + 1), parameter))
    }

    /// `CAST($1 AS …)`, one for each column.
    fn parameters(&self, row: &[Kind], array: &str) -> Vec<String> {
        row.iter().zip(1..).map(|(kind, n)| format!("CAST(${n} AS {}{array})", self.kind(*kind))).collect()
    }

    /// A migration's text.
    pub fn spell_schema(&self, text: &str) -> String {
        let words = [
            ("{integer}", self.integer),
            ("{text}", self.text_column),
            ("{bytes}", self.bytes),
            ("{table}", self.table),
            ("{heap}", self.heap),
            ("{move}", self.moves),
        ];
        words.iter().fold(text.to_owned(), |text, (mark, word)| text.replace(mark, word))
    }

    /// What begins a transaction.
    pub fn begin(&self, role: Role) -> &'static str {
        match role {
            Role::Writer => self.begin_write,
            Role::Reader => self.begin_read,
            Role::Migration => self.begin_migration,
        }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Integer => self.integer,
            Kind::Text => self.text,
            Kind::Bytes => self.bytes,
        }
    }
}

/// What a connection keeps of each statement.
pub(super) struct Kept<T>(HashMap<String, T>);

impl<T> Kept<T> {
    /// Nothing yet.
    pub fn new() -> Kept<T> {
        Kept(HashMap::new())
    }

    /// What is kept, or made now.
    pub fn get(&mut self, statement: &Statement, make: impl FnOnce() -> Result<T, Error>) -> Result<&T, Error> {
        if !self.0.contains_key(&*statement.name) {
            self.0.insert(statement.name.clone().into_owned(), make()?);
        }
        Ok(&self.0[&*statement.name])
    }
}
