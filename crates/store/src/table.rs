//! Tables of the door: described once, and their statements come from that.

use std::borrow::Cow;

use crate::{
    statement::Statement,
    value::{Kind, Value},
};

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
    /// Key, version and the columns that change, for rows that are there in this version.
    pub update: Statement,
    /// Key, version and all columns, for rows that are not there.
    pub insert: Statement,
    changes: Vec<bool>,
}

impl Table {
    /// The table of this name: a key, `version`, and these columns.
    pub fn new(name: &'static str, key: &'static str, columns: &[Column]) -> Table {
        let head = [fixed(key, Kind::Bytes), fixed("version", Kind::Integer)];
        let all: Vec<&Column> = head.iter().chain(columns).collect();
        let changing: Vec<&Column> = head.iter().chain(columns.iter().filter(|column| column.changes)).collect();
        let statement = |verb: &str, row: &[&Column], text: String| Statement {
            name: Cow::Owned(format!("{name}.{verb}")),
            text: Cow::Owned(text),
            row: row.iter().map(|column| column.kind).collect(),
        };
        let names: Vec<&str> = all.iter().map(|column| column.name).collect();
        let read = names.join(", t.");
        let set: Vec<String> =
            changing.iter().zip(1..).skip(2).map(|(column, n)| format!(", {} = v.column{n}", column.name)).collect();
        let (names, set) = (names.join(", "), set.concat());
        let load = format!("SELECT t.{read} FROM {name} AS t {{join}} t.{key} = v.column1 {{lock}}");
        let update = format!(
            "UPDATE {name} AS t SET version = t.version + 1{set} {{from}} \
             WHERE t.{key} = v.column1 AND t.version = v.column2"
        );
        let insert = format!("INSERT INTO {name} ({names}) {{new}} ON CONFLICT DO NOTHING");
        Table {
            load: statement("load", &all[..1], load),
            update: statement("update", &changing, update),
            insert: statement("insert", &all, insert),
            changes: columns.iter().map(|column| column.changes).collect(),
        }
    }

    /// The same table, whose rows are loaded by key and owner: a row of another owner is not even read, so that refusing it
    /// takes no longer than refusing one that is not there (rule D10). An owner of null is whoever may read them all.
    pub fn owned_by(mut self, owner: &str) -> Table {
        let owned = format!(" AND (v.column2 IS NULL OR t.{owner} = v.column2) {{lock}}");
        self.load.text = Cow::Owned(self.load.text.replace(" {lock}", &owned));
        self.load.row.to_mut().push(Kind::Bytes);
        self
    }

    /// Those of a row's columns that an update writes.
    pub fn changing(&self, columns: Vec<Value>) -> impl Iterator<Item = Value> {
        columns.into_iter().zip(&self.changes).filter(|(_, changes)| **changes).map(|(value, _)| value)
    }

    /// The three, for the test that prepares them.
    pub fn all(&'static self) -> [&'static Statement; 3] {
        [&self.load, &self.update, &self.insert]
    }
}
