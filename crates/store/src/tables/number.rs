//! Numbers: what a service remembers about one.

use std::sync::LazyLock;

use domain::{key::NumberKey, number::Number};

use super::{decode, encode};
use crate::{
    door::Aggregate,
    error::Error,
    statement::{Statement, statements},
    table::{Table, changing},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new("number", "key", &[changing("expires_ms", Kind::Integer), changing("state", Kind::Text)])
});

statements! {
    FETCH = Statement::new("number.fetch", "SELECT expires_ms, state FROM number WHERE key = $1");
}

/// What a service remembers about a number; nothing but the number itself if it remembers nothing.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, key: NumberKey) -> Result<Number, Error> {
    let row = tx.query_one(&FETCH, &values![key])?;
    row.map_or_else(|| Ok(Number::new(key)), |mut row| Number::from_columns(key, &mut row))
}

impl Aggregate for Number {
    type Key = NumberKey;

    fn table() -> &'static Table {
        &TABLE
    }

    fn blank(key: NumberKey) -> Option<Number> {
        Some(Number::new(key))
    }

    fn key(&self) -> NumberKey {
        self.key
    }

    fn columns(&self) -> Vec<Value> {
        values![self.expires(), encode(self)].into()
    }

    fn from_columns(key: NumberKey, row: &mut Row) -> Result<Number, Error> {
        let _expires_ms: i64 = row.read()?;
        let mut number: Number = decode(row)?;
        number.key = key;
        Ok(number)
    }
}
