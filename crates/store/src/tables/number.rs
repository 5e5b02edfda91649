//! Numbers: what a service remembers about one.

use std::sync::LazyLock;

use domain::{key::NumberKey, number::Number};

use super::{decode, encode};
use crate::{
    door::Aggregate,
    error::Error,
    table::{Table, changing},
    value::{Kind, Row, Value, values},
};

pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new("number", "key", &[changing("expires_ms", Kind::Integer), changing("state", Kind::Text)])
});

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
