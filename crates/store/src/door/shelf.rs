//! Rows of one table while a batch decides: loaded once, changed in memory, saved if they differ.

use std::collections::BTreeMap;

use crate::{
    error::Error,
    table::Table,
    tx::Write,
    value::{Field, Row, Value},
};

/// A row that a decision changes as a whole.
pub(crate) trait Aggregate: PartialEq + Sized {
    /// Names the row.
    type Key: Copy + Ord + Field;

    /// Where the rows are.
    fn table() -> &'static Table;

    /// A row of which nothing is known, for rows that need not be there.
    fn blank(key: Self::Key) -> Option<Self>;

    /// This row's name.
    fn key(&self) -> Self::Key;

    /// The columns after key and version.
    fn columns(&self) -> Vec<Value>;

    /// Reads those columns.
    fn from_columns(key: Self::Key, row: &mut Row) -> Result<Self, Error>;
}

/// The rows that a batch names, sorted by key: the order in which they are locked and written.
pub(crate) struct Shelf<A: Aggregate> {
    slots: BTreeMap<A::Key, Slot<A>>,
}

struct Slot<A> {
    /// The version in the table; 0 if there is no row.
    version: i64,
    row: Option<A>,
    changed: bool,
}

impl<A: Aggregate> Shelf<A> {
    /// Room for these rows, as if none were there.
    pub fn new(keys: impl Iterator<Item = A::Key>) -> Shelf<A> {
        Shelf { slots: keys.map(|key| (key, Slot { version: 0, row: A::blank(key), changed: false })).collect() }
    }

    /// Room for these rows too, where there is none yet.
    #[cfg(feature = "memory")]
    pub fn want(&mut self, keys: impl Iterator<Item = A::Key>) {
        for key in keys {
            self.slots.entry(key).or_insert_with(|| Slot { version: 0, row: A::blank(key), changed: false });
        }
    }

    /// The keys, as the list of the statement that loads.
    pub fn keys(&self) -> Vec<Vec<Value>> {
        self.slots.keys().map(|key| vec![key.into_value()]).collect()
    }

    /// Takes the rows that were loaded.
    pub fn fill(&mut self, rows: Vec<Row>) -> Result<(), Error> {
        for mut row in rows {
            let key: A::Key = row.read()?;
            let version = row.read()?;
            let loaded = A::from_columns(key, &mut row)?;
            self.slots.insert(key, Slot { version, row: Some(loaded), changed: false });
        }
        Ok(())
    }

    /// The row as it stands now, if the batch named it and it is there or need not be.
    pub fn get(&self, key: &A::Key) -> Option<&A> {
        self.slots.get(key)?.row.as_ref()
    }

    /// Puts a row back, from wherever a decision has it.
    pub fn put(&mut self, row: A) {
        let slot = self.slots.entry(row.key()).or_insert(Slot { version: 0, row: None, changed: false });
        if slot.row.as_ref() != Some(&row) {
            *slot = Slot { version: slot.version, row: Some(row), changed: true };
        }
    }

    /// Changes a row in place, if it is there.
    pub fn change(&mut self, key: &A::Key, change: impl FnOnce(&mut A)) {
        if let Some(Slot { row: Some(row), changed, .. }) = self.slots.get_mut(key) {
            change(row);
            *changed = true;
        }
    }

    /// Takes a row that has none of its own from elsewhere: nothing differs yet.
    pub fn lend(&mut self, row: A) {
        if let Some(slot) = self.slots.get_mut(&row.key()).filter(|slot| slot.version == 0) {
            slot.row = Some(row);
        }
    }

    /// A row that differs, and has none in the table.
    pub fn new_row(&self, key: &A::Key) -> Option<&A> {
        let slot = self.slots.get(key).filter(|slot| slot.changed && slot.version == 0)?;
        slot.row.as_ref()
    }

    /// Leaves a row as it is in the table.
    pub fn leave(&mut self, key: &A::Key) {
        if let Some(slot) = self.slots.get_mut(key) {
            slot.changed = false;
        }
    }

    /// The rows that differ from the table's.
    pub fn changed(&self) -> impl Iterator<Item = &A> {
        self.slots.values().filter(|slot| slot.changed).filter_map(|slot| slot.row.as_ref())
    }

    /// Writes the rows that differ: those that are there by key and version, then the new ones.
    pub fn writes(&self) -> [Write; 2] {
        let (mut present, mut new): (Vec<Vec<Value>>, Vec<Vec<Value>>) = (Vec::new(), Vec::new());
        for (key, slot) in self.slots.iter().filter(|(_, slot)| slot.changed) {
            let Some(row) = &slot.row else { continue };
            if slot.version > 0 {
                let head = [key.into_value(), Value::Integer(slot.version)].into_iter();
                present.push(head.chain(A::table().changing(row.columns())).collect());
            } else {
                let head = [key.into_value(), Value::Integer(1)].into_iter();
                new.push(head.chain(row.columns()).collect());
            }
        }
        let Table { update, insert, .. } = A::table();
        [(update, present), (insert, new)].map(|(statement, rows)| Write { statement, rows, exact: true })
    }
}
