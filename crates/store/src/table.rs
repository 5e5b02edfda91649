//! Tables of the door: described once, and their statements come from that.

use std::borrow::Cow;

use crate::{statement::Statement, value::Kind};

/// A column, and whether a row's first value of it stays.
pub(crate) struct Column {
    name: &'static str,
    kind: Kind,
    changes: bool,
}

/// A column that saving a row writes again.
pub(crate) const fn changing(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, changes: true }
}

/// A column that never changes: left out of updates, so that its index is not touched.
pub(crate) const fn fixed(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, changes: false }
}

/// The statements of a table, each over a list of rows sorted by key.
pub(crate) struct Table {
    /// Rows by key, locked where there is more than one writer.
    pub load: Statement,
    /// Key, version and all columns, for rows that are there in this version.
    pub update: Statement,
    /// Key, version and all columns, for rows that are not there.
    pub insert: Statement,
}

impl Table {
    /// The table of this name: a key, `version`, and these columns.
    pub fn new(name: &'static str, key: &'static str, columns: &[Column]) -> Table {
        let names: Vec<&str> = [key, "version"].into_iter().chain(columns.iter().map(|c| c.name)).collect();
        let kinds: Vec<Kind> = [Kind::Bytes, Kind::Integer].into_iter().chain(columns.iter().map(|c| c.kind)).collect();
        let values: Vec<String> = (1..=names.len()).map(|n| format!("v.column{n}")).collect();
        let read: Vec<String> = names.iter().map(|name| format!("t.{name}")).collect();
        let set: Vec<String> = columns
            .iter()
            .zip(&values[2..])
            .filter(|(column, _)| column.changes)
            .map(|(column, value)| format!(", {} = {value}", column.name))
            .collect();
        let statement = |verb: &str, row: &[Kind], text: String| Statement {
            name: Cow::Owned(format!("{name}.{verb}")),
            text: Cow::Owned(text),
            row: Cow::Owned(row.to_vec()),
        };
        let (read, set, names, values) = (read.join(", "), set.concat(), names.join(", "), values.join(", "));
        Table {
            load: statement(
                "load",
                &kinds[..1],
                format!("SELECT {read} FROM {name} AS t JOIN {{rows}} AS v ON t.{key} = v.column1 {{lock}}"),
            ),
            update: statement(
                "update",
                &kinds,
                format!(
                    "UPDATE {name} AS t SET version = t.version + 1{set} FROM {{rows}} AS v \
                     WHERE t.{key} = v.column1 AND t.version = v.column2"
                ),
            ),
            insert: statement("insert", &kinds, insert(name, &names, &values)),
        }
    }

    /// The three, for the test that prepares them.
    pub fn all(&'static self) -> [&'static Statement; 3] {
        [&self.load, &self.update, &self.insert]
    }
}

/// Lists are padded with rows of nothing, which are left out here.
fn insert(name: &str, names: &str, values: &str) -> String {
    format!(
        "INSERT INTO {name} ({names}) SELECT {values} FROM {{rows}} AS v WHERE v.column1 IS NOT NULL \
         ON CONFLICT DO NOTHING"
    )
}
