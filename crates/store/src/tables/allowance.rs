//! Allowances: how much of a limit is used up, by source and by phone. A phone's has beside it what its numbers are
//! remembered for a short while by services: one row less for whoever asks for a code.

use std::{collections::BTreeMap, sync::LazyLock};

use domain::{
    key::NumberKey,
    limit::{Limit, LimitKey},
    number::Number,
    time::Time,
};

use super::{decode, decode_or_default, encode};
use crate::{
    door::Aggregate,
    error::Error,
    table::{Table, changing},
    value::{Kind, Row, Value, values},
};

pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let numbers = changing("numbers", Kind::Text);
    Table::new("allowance", "key", &[changing("expires_ms", Kind::Integer), changing("state", Kind::Text), numbers])
});

/// A limit's row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Allowance {
    pub limit: Limit,
    /// Of a phone: what services remember of its number that is over within the hour. What lasts has a row of its own in
    /// `number`, which nothing ties to the phone.
    pub numbers: BTreeMap<NumberKey, Number>,
}

impl Allowance {
    /// Remembers a number here, and forgets those of which nothing is left at `now`.
    pub fn keep(&mut self, number: Number, now: Time) {
        self.numbers.insert(number.key, number);
        self.numbers.retain(|_, number| number.expires() > now);
    }

    fn expires(&self) -> Time {
        self.numbers.values().map(Number::expires).fold(self.limit.expires(), Time::max)
    }
}

impl Aggregate for Allowance {
    type Key = LimitKey;

    fn table() -> &'static Table {
        &TABLE
    }

    fn blank(key: LimitKey) -> Option<Allowance> {
        Some(Allowance { limit: Limit::new(key), numbers: BTreeMap::new() })
    }

    fn key(&self) -> LimitKey {
        self.limit.key
    }

    fn columns(&self) -> Vec<Value> {
        let numbers = (!self.numbers.is_empty()).then(|| encode(&self.numbers));
        values![self.expires(), encode(&self.limit), numbers].into()
    }

    fn from_columns(key: LimitKey, row: &mut Row) -> Result<Allowance, Error> {
        let _expires_ms: i64 = row.read()?;
        let mut limit: Limit = decode(row)?;
        limit.key = key;
        let mut numbers: BTreeMap<NumberKey, Number> = decode_or_default(row)?;
        numbers.iter_mut().for_each(|(key, number)| number.key = *key);
        Ok(Allowance { limit, numbers })
    }
}
