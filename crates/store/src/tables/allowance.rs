//! Allowances: how much of a limit is used up, by source and by phone.

use std::sync::LazyLock;

use domain::limit::{Limit, LimitKey};

use super::{decode, encode};
use crate::{
    door::Aggregate,
    error::Error,
    table::{Table, changing},
    value::{Kind, Row, Value, values},
};

pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new("allowance", "key", &[changing("expires_ms", Kind::Integer), changing("state", Kind::Text)])
});

impl Aggregate for Limit {
    type Key = LimitKey;

    fn table() -> &'static Table {
        &TABLE
    }

    fn blank(key: LimitKey) -> Option<Limit> {
        Some(Limit::new(key))
    }

    fn key(&self) -> LimitKey {
        self.key
    }

    fn columns(&self) -> Vec<Value> {
        values![self.expires(), encode(self)].into()
    }

    fn from_columns(key: LimitKey, row: &mut Row) -> Result<Limit, Error> {
        let _expires_ms: i64 = row.read()?;
        let mut limit: Limit = decode(row)?;
        limit.key = key;
        Ok(limit)
    }
}
