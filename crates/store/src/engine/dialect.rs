//! How an engine spells what the common texts leave open.

use std::{collections::HashMap, fmt::Write};

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
    /// Locks the rows of `t` that a query reads.
    pub lock: &'static str,
    /// Locks the rows that a query reads, and leaves out those that are locked.
    pub skip: &'static str,
    pub begin_write: &'static str,
    pub begin_read: &'static str,
    pub begin_migration: &'static str,
    /// How long lists may be, longest first; the last is 1. Few lengths mean few prepared statements.
    pub lengths: &'static [usize],
}

impl Dialect {
    /// The text of a statement whose list has so many rows, with the statement's name in front.
    pub fn spell(&self, statement: &Statement, length: usize) -> String {
        let text = statement.text.replace("{lock}", self.lock).replace("{skip}", self.skip);
        let text =
            if length == 1 { self.single(text, &statement.row) } else { self.list(&text, &statement.row, length) };
        format!("/* {} */ {}", statement.name, text.replace('$', &self.parameter.to_string()))
    }

    /// A list of many rows: `v`, a table with `column1…n`. Rows of nothing, which pad it, are not inserted.
    fn list(&self, text: &str, row: &[Kind], length: usize) -> String {
        let rows = self.rows(row, length);
        let columns: Vec<String> = (1..=row.len()).map(|n| format!("v.column{n}")).collect();
        let new = format!("SELECT {} FROM {rows} AS v WHERE v.column1 IS NOT NULL", columns.join(", "));
        text.replace("{join}", &format!("JOIN {rows} AS v ON"))
            .replace("{from}", &format!("FROM {rows} AS v"))
            .replace("{new}", &new)
            .replace("{rows}", &rows)
    }

    /// A list of one row is no list: its columns are the parameters themselves, and the engine has less to do.
    fn single(&self, text: String, row: &[Kind]) -> String {
        let rows = self.rows(row, 1);
        let text = text.replace("{join}", "WHERE").replace("{from}", "").replace("{rows}", &rows);
        let text = text.replace("{new}", &rows[1..rows.len() - 1]);
        // Backwards, since `column1` begins `column10` as well.
        (1..=row.len()).rev().zip(row.iter().rev()).fold(text, |text, (n, kind)| {
            text.replace(&format!("v.column{n}"), &format!("CAST(${n} AS {})", self.kind(*kind)))
        })
    }

    /// A migration's text.
    pub fn spell_schema(&self, text: &str) -> String {
        let words = [
            ("{integer}", self.integer),
            ("{text}", self.text_column),
            ("{bytes}", self.bytes),
            ("{table}", self.table),
            ("{heap}", self.heap),
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

    /// The shortest list into which so many rows fit, or the longest that there is.
    pub fn fitting(&self, rows: usize) -> usize {
        let fits = self.lengths.iter().rev().find(|length| **length >= rows);
        fits.or(self.lengths.first()).copied().unwrap_or(1)
    }

    /// `(VALUES (CAST($1 AS …), …), ($3, …) …)`; the first row's casts tell the columns' types.
    fn rows(&self, row: &[Kind], length: usize) -> String {
        let mut text = String::from("(VALUES ");
        for place in 0..row.len() * length {
            let column = place % row.len();
            let before = match (place, column) {
                (0, _) => "(",
                (_, 0) => "), (",
                _ => ", ",
            };
            text.push_str(before);
            let written = if place < row.len() {
                write!(text, "CAST(${} AS {})", place + 1, self.kind(row[column]))
            } else {
                write!(text, "${}", place + 1)
            };
            written.expect("a text takes all that is written to it");
        }
        text.push_str("))");
        text
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Integer => self.integer,
            Kind::Text => self.text,
            Kind::Bytes => self.bytes,
        }
    }
}

/// What a connection keeps of each statement and length.
pub(super) struct Kept<T>(HashMap<usize, HashMap<String, T>>);

impl<T> Kept<T> {
    /// Nothing yet.
    pub fn new() -> Kept<T> {
        Kept(HashMap::new())
    }

    /// What is kept, or made now.
    pub fn get(
        &mut self,
        statement: &Statement,
        length: usize,
        make: impl FnOnce() -> Result<T, Error>,
    ) -> Result<&T, Error> {
        let of_length = self.0.entry(length).or_default();
        if !of_length.contains_key(&*statement.name) {
            of_length.insert(statement.name.clone().into_owned(), make()?);
        }
        Ok(&of_length[&*statement.name])
    }
}
