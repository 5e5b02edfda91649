//! Services: who asks, and the rules they ask under.

use domain::{id::ServiceId, refusal::Refusal, service::Service};

use super::{Versioned, decode, encode};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Row, values},
};

statements! {
    INSERT = Statement::new(
        "service.insert",
        "INSERT INTO service (id, version, state) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING",
    );
    UPDATE = Statement::new(
        "service.update",
        "UPDATE service SET version = version + 1, state = $3 WHERE id = $1 AND version = $2",
    );
    FETCH = Statement::new("service.fetch", "SELECT version, state FROM service WHERE id = $1");
    CLAIM = Statement::new(
        "service.claim",
        "INSERT INTO service_host (host, service) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    );
    RELEASE = Statement::new("service.release", "DELETE FROM service_host WHERE service = $1");
    OF_HOST = Statement::new("service.of_host", "SELECT service FROM service_host WHERE host = $1");
    LIST = Statement::new("service.list", "SELECT version, state FROM service WHERE id > $1 ORDER BY id LIMIT $2");
}

/// Adds a service; `false` if its id is taken.
///
/// # Errors
/// `Refused` if another service has its host; else as [`Tx::query`].
pub fn insert(tx: &mut Tx, service: &Service) -> Result<bool, Error> {
    if tx.execute(&INSERT, &values![service.id, encode(service)])? == 0 {
        return Ok(false);
    }
    claim(tx, service)?;
    Ok(true)
}

/// Replaces a service; `false` if it is no longer in this version.
///
/// # Errors
/// As [`insert`].
pub fn update(tx: &mut Tx, service: &Service, version: i64) -> Result<bool, Error> {
    if tx.execute(&UPDATE, &values![service.id, version, encode(service)])? == 0 {
        return Ok(false);
    }
    claim(tx, service)?;
    Ok(true)
}

/// A host belongs to one service (rule D5): of two who claim it at once, the table's key lets one.
fn claim(tx: &mut Tx, service: &Service) -> Result<(), Error> {
    tx.execute(&RELEASE, &values![service.id])?;
    let Some(host) = &service.host else { return Ok(()) };
    if tx.execute(&CLAIM, &values![host.clone(), service.id])? == 1 {
        return Ok(());
    }
    Err(Refusal::BadRequest { field: "host".into(), must: "be a host that no other service has".into() }.into())
}

/// The service whose pages have this host.
///
/// # Errors
/// As [`Tx::query`].
pub fn of_host(tx: &mut Tx, host: &str) -> Result<Option<ServiceId>, Error> {
    tx.query_one(&OF_HOST, &values![host.to_owned()])?.map(|mut row| row.read()).transpose()
}

/// The service of this id.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, id: ServiceId) -> Result<Option<Versioned<Service>>, Error> {
    tx.query_one(&FETCH, &values![id])?.map(read).transpose()
}

/// Up to `max` services after this id, in the order of their ids.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, after: Option<ServiceId>, max: i64) -> Result<Vec<Versioned<Service>>, Error> {
    let after = after.map_or(Vec::new(), |id| id.bytes().to_vec());
    tx.query(&LIST, &values![after, max])?.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<Versioned<Service>, Error> {
    Ok(Versioned { version: row.read()?, value: decode(&mut row)? })
}
