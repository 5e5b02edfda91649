//! Verifications: one row each, with the sealed number in a column of its own.

use std::{collections::BTreeSet, sync::LazyLock};

use domain::{
    id::{ServiceId, VerificationId},
    time::Time,
    verification::Verification,
};

use super::{decode, encode};
use crate::{
    door::Aggregate,
    error::Error,
    statement::{Statement, statements},
    table::{Table, changing, fixed},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        "verification",
        "id",
        &[
            fixed("service", Kind::Bytes),
            fixed("erase_ms", Kind::Integer),
            changing("address", Kind::Bytes),
            changing("state", Kind::Text),
            changing("audit", Kind::Text),
        ],
    )
    .owned_by("service")
});

statements! {
    FETCH = Statement::new(
        "verification.fetch",
        "SELECT id, service, address, state FROM verification WHERE id = $1 AND service = $2",
    );
    FETCH_ALL = Statement::list(
        "verification.fetch_all",
        &[Kind::Bytes],
        "SELECT t.id, t.service, t.address, t.state FROM verification AS t {join} t.id = v.column1",
    );
    PENDING = Statement::new(
        "verification.pending",
        "SELECT id, service, address, state FROM verification WHERE id > $1 AND state LIKE '%\"status\":\"pending\"%' \
         ORDER BY id LIMIT $2",
    );
    VERSIONS = Statement::list(
        "verification.versions",
        &[Kind::Bytes],
        "SELECT t.id, t.version FROM verification AS t {join} t.id = v.column1",
    );
}

/// The service's verification of this id; another's is none (rule D5).
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, service: ServiceId, id: VerificationId) -> Result<Option<Verification>, Error> {
    tx.query_one(&FETCH, &values![id, service])?.map(read).transpose()
}

/// Those of these ids that there are, whoever's they are, in no order.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch_all(tx: &mut Tx, ids: &[VerificationId]) -> Result<Vec<Verification>, Error> {
    let list: Vec<Vec<Value>> = ids.iter().map(|id| values![*id].into()).collect();
    tx.query_list(&FETCH_ALL, &list)?.into_iter().map(read).collect()
}

/// Up to `max` of those that nothing has ended yet, oldest first, after this one; some may have expired meanwhile.
/// Reads the whole table: for what an operator does once.
///
/// # Errors
/// As [`Tx::query`].
pub fn pending(tx: &mut Tx, after: Option<VerificationId>, max: i64) -> Result<Vec<Verification>, Error> {
    let after = after.map_or([0; 16], |id| id.bytes()).to_vec();
    tx.query(&PENDING, &values![after, max])?.into_iter().map(read).collect()
}

/// Id and version of those of these ids that there are, in no order: what changed since the last look.
///
/// # Errors
/// As [`Tx::query`].
pub fn versions(tx: &mut Tx, ids: &[VerificationId]) -> Result<Vec<(VerificationId, i64)>, Error> {
    let list: Vec<Vec<Value>> = ids.iter().map(|id| values![*id].into()).collect();
    tx.query_list(&VERSIONS, &list)?.iter_mut().map(|row| Ok((row.read()?, row.read()?))).collect()
}

/// Id, service, address and state.
fn read(mut row: Row) -> Result<Verification, Error> {
    let (id, service) = (row.read()?, row.read()?);
    rest(id, service, &mut row)
}

/// Address and state.
fn rest(id: VerificationId, service: ServiceId, row: &mut Row) -> Result<Verification, Error> {
    let address: Option<Vec<u8>> = row.read()?;
    let mut verification: Verification = decode(row)?;
    (verification.id, verification.service, verification.address) = (id, service, address.unwrap_or_default());
    Ok(verification)
}

/// The door's rows of these ids, each for the service that names it; `None` for whoever may know any service's.
pub(crate) fn load(tx: &mut Tx, wanted: &BTreeSet<(VerificationId, Option<ServiceId>)>) -> Result<Vec<Row>, Error> {
    let list: Vec<Vec<Value>> = wanted.iter().map(|(id, service)| values![*id, *service].into()).collect();
    tx.query_list(&TABLE.load, &list)
}

/// A verification with what is kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub verification: Verification,
    pub erase_at: Time,
    /// Its lines of the audit.
    pub audit: String,
}

impl Aggregate for Kept {
    type Key = VerificationId;

    fn table() -> &'static Table {
        &TABLE
    }

    fn blank(_: VerificationId) -> Option<Kept> {
        None
    }

    fn key(&self) -> VerificationId {
        self.verification.id
    }

    fn columns(&self) -> Vec<Value> {
        let Verification { service, address, .. } = &self.verification;
        let address = (!address.is_empty()).then(|| address.clone());
        values![*service, self.erase_at, address, encode(&self.verification), self.audit.clone()].into()
    }

    fn from_columns(id: VerificationId, row: &mut Row) -> Result<Kept, Error> {
        let service = row.read()?;
        let erase_at = row.read()?;
        let verification = rest(id, service, row)?;
        let audit: Option<String> = row.read()?;
        Ok(Kept { verification, erase_at, audit: audit.unwrap_or_default() })
    }
}
