//! What is sealed for as long as its row is kept, table by table: read in pages, and put back sealed anew, so that an older
//! secret can leave the key file (rule D11). Flows and kept answers are not among it: they are gone after a day.

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Field, Kind, Value, values},
};

/// A table with a sealed column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Verifications: the number that a code went to.
    Verification,
    /// Messages to support: what somebody wrote.
    SupportMessage,
    /// Webhooks: what their calls are signed with.
    Webhook,
}

/// A sealed value and the row that it is sealed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The row's key, as it is bound into the seal.
    pub row: Vec<u8>,
    /// As it stands in the column; `None` where it was erased.
    pub value: Option<Vec<u8>>,
}

statements! {
    VERIFICATIONS = Statement::new(
        "sealed.verifications",
        "SELECT id, address FROM verification WHERE id > $1 ORDER BY id LIMIT $2",
    );
    SUPPORT_MESSAGES = Statement::new(
        "sealed.support_messages",
        "SELECT reference, body FROM support_message WHERE reference > $1 ORDER BY reference LIMIT $2",
    );
    WEBHOOKS = Statement::new("sealed.webhooks", "SELECT id, secret FROM webhook WHERE id > $1 ORDER BY id LIMIT $2");
    // Only what is still there as it was read: a number that was corrected or erased meanwhile stays so.
    RESEAL_VERIFICATION = Statement::list(
        "sealed.reseal_verification",
        &[Kind::Bytes, Kind::Bytes, Kind::Bytes],
        "UPDATE verification AS t SET address = v.column3 {from} WHERE t.id = v.column1 AND t.address = v.column2",
    );
    RESEAL_SUPPORT_MESSAGE = Statement::list(
        "sealed.reseal_support_message",
        &[Kind::Text, Kind::Bytes, Kind::Bytes],
        "UPDATE support_message AS t SET body = v.column3 {from} WHERE t.reference = v.column1 AND t.body = v.column2",
    );
    RESEAL_WEBHOOK = Statement::list(
        "sealed.reseal_webhook",
        &[Kind::Bytes, Kind::Bytes, Kind::Bytes],
        "UPDATE webhook AS t SET secret = v.column3 {from} WHERE t.id = v.column1 AND t.secret = v.column2",
    );
}

impl Table {
    /// All of them.
    pub const ALL: [Table; 3] = [Table::Verification, Table::SupportMessage, Table::Webhook];

    /// The row's key as its column has it.
    fn key(self, row: &[u8]) -> Result<Value, Error> {
        match self {
            Table::Verification | Table::Webhook => Ok(row.to_vec().into_value()),
            Table::SupportMessage => {
                let text = String::from_utf8(row.to_vec());
                text.map(Field::into_value).map_err(|_| Error::Fault("a reference is no text".into()))
            }
        }
    }
}

/// Up to `max` rows after this one, in the order of their keys; an empty key comes before all.
///
/// # Errors
/// As [`Tx::query`].
pub fn page(tx: &mut Tx, table: Table, after: &[u8], max: i64) -> Result<Vec<Sealed>, Error> {
    let statement = match table {
        Table::Verification => &VERIFICATIONS,
        Table::SupportMessage => &SUPPORT_MESSAGES,
        Table::Webhook => &WEBHOOKS,
    };
    let mut rows = tx.query(statement, &[table.key(after)?, max.into_value()])?;
    let read = |row: &mut crate::value::Row| {
        let key = match table {
            Table::Verification | Table::Webhook => row.read()?,
            Table::SupportMessage => row.read::<String>()?.into_bytes(),
        };
        Ok(Sealed { row: key, value: row.read()? })
    };
    rows.iter_mut().map(read).collect()
}

/// Puts values that were sealed anew in the place of those that they were made from; how many were still there.
///
/// # Errors
/// As [`Tx::execute`].
pub fn replace(tx: &mut Tx, table: Table, values: &[(Sealed, Vec<u8>)]) -> Result<u64, Error> {
    let statement = match table {
        Table::Verification => &RESEAL_VERIFICATION,
        Table::SupportMessage => &RESEAL_SUPPORT_MESSAGE,
        Table::Webhook => &RESEAL_WEBHOOK,
    };
    let row = |(old, new): &(Sealed, Vec<u8>)| {
        Ok([&[table.key(&old.row)?], &values![old.value.clone(), new.clone()][..]].concat())
    };
    let list = values.iter().map(row).collect::<Result<Vec<_>, Error>>()?;
    tx.execute_list(statement, &list)
}
