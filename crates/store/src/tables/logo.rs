//! Services' logos, one each.

use domain::id::ServiceId;

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

statements! {
    PUT = Statement::new(
        "logo.put",
        "INSERT INTO service_logo (service, png) VALUES ($1, $2) ON CONFLICT (service) DO UPDATE SET png = excluded.png",
    );
    FETCH = Statement::new("logo.fetch", "SELECT png FROM service_logo WHERE service = $1");
    REMOVE = Statement::new("logo.remove", "DELETE FROM service_logo WHERE service = $1");
}

/// Sets a service's logo.
///
/// # Errors
/// As [`Tx::query`].
pub fn put(tx: &mut Tx, service: ServiceId, png: Vec<u8>) -> Result<(), Error> {
    tx.execute(&PUT, &values![service, png])?;
    Ok(())
}

/// A service's logo.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, service: ServiceId) -> Result<Option<Vec<u8>>, Error> {
    tx.query_one(&FETCH, &values![service])?.map(|mut row| row.read()).transpose()
}

/// Takes a service's logo away.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove(tx: &mut Tx, service: ServiceId) -> Result<(), Error> {
    tx.execute(&REMOVE, &values![service])?;
    Ok(())
}
