//! What the two engines have in common: integers, texts, bytes, and nothing.

use domain::{
    digest::Fixed,
    id::{ApiKeyId, EventId, FlowId, GuideSessionId, MessageId, OperationId, ServiceId, VerificationId, WebhookId},
    time::Time,
};

use crate::error::Error;

/// A column's type; each engine spells it in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 64 bits with sign.
    Integer,
    /// UTF-8 without U+0000.
    Text,
    /// Bytes.
    Bytes,
}

/// A parameter of a statement, or a field of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// See [`Kind::Integer`].
    Integer(i64),
    /// See [`Kind::Text`].
    Text(String),
    /// See [`Kind::Bytes`].
    Bytes(Vec<u8>),
}

/// Something that one column holds.
pub trait Field: Sized {
    /// As it is stored.
    fn into_value(self) -> Value;
    /// As it was stored; `None` if it cannot be that.
    fn from_value(value: Value) -> Option<Self>;
}

/// The parameters of a statement, in order.
macro_rules! values {
    ($($field:expr),* $(,)?) => { [$($crate::value::Field::into_value($field)),*] };
}
pub(crate) use values;

/// A row of an answer, read column by column.
#[derive(Debug)]
pub struct Row(std::vec::IntoIter<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Row {
        Row(values.into_iter())
    }

    /// The next column.
    ///
    /// # Errors
    /// [`Error::Fault`] if it is missing or holds something else: the statement and its reader do not fit.
    pub fn read<T: Field>(&mut self) -> Result<T, Error> {
        let value = self.0.next();
        value.and_then(T::from_value).ok_or_else(|| {
            Error::Fault(format!("a column is no {}, with {} columns to go", std::any::type_name::<T>(), self.0.len()))
        })
    }
}

impl Field for i64 {
    fn into_value(self) -> Value {
        Value::Integer(self)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(integer) = value { Some(integer) } else { None }
    }
}

impl Field for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl Field for Vec<u8> {
    fn into_value(self) -> Value {
        Value::Bytes(self)
    }

    fn from_value(value: Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes) } else { None }
    }
}

impl<T: Field> Field for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }

    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl Field for Time {
    fn into_value(self) -> Value {
        Value::Integer(self.ms())
    }

    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(Time::from_ms)
    }
}

impl<const N: usize> Field for Fixed<N> {
    fn into_value(self) -> Value {
        Value::Bytes(self.0.to_vec())
    }

    fn from_value(value: Value) -> Option<Self> {
        Fixed::from_slice(&Vec::from_value(value)?)
    }
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl Field for $id {
            fn into_value(self) -> Value {
                Value::Bytes(self.bytes().to_vec())
            }

            fn from_value(value: Value) -> Option<Self> {
                $id::from_slice(&Vec::from_value(value)?)
            }
        }
    )*};
}

ids! { ApiKeyId EventId FlowId GuideSessionId MessageId OperationId ServiceId VerificationId WebhookId }
