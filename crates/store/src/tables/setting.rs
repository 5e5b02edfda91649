//! Settings of the installation itself: a mark that it is a demo, and the like.

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

statements! {
    GET = Statement::new("setting.get", "SELECT value FROM setting WHERE name = $1");
    SET = Statement::new(
        "setting.set",
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    ALL_OF_THEM = Statement::new("setting.all", "SELECT name, value FROM setting ORDER BY name LIMIT 10000");
    REMOVE = Statement::new("setting.remove", "DELETE FROM setting WHERE name = $1");
}

/// A setting's text.
///
/// # Errors
/// As [`Tx::query`].
pub fn get(tx: &mut Tx, name: &str) -> Result<Option<String>, Error> {
    tx.query_one(&GET, &values![name.to_owned()])?.map(|mut row| row.read()).transpose()
}

/// Sets it.
///
/// # Errors
/// As [`Tx::query`].
pub fn set(tx: &mut Tx, name: &str, value: &str) -> Result<(), Error> {
    tx.execute(&SET, &values![name.to_owned(), value.to_owned()])?;
    Ok(())
}

/// Every setting's name and text, by name; there are a few.
///
/// # Errors
/// As [`Tx::query`].
pub fn all(tx: &mut Tx) -> Result<Vec<(String, String)>, Error> {
    tx.query(&ALL_OF_THEM, &[])?.into_iter().map(|mut row| Ok((row.read()?, row.read()?))).collect()
}

/// Forgets it.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove(tx: &mut Tx, name: &str) -> Result<(), Error> {
    tx.execute(&REMOVE, &values![name.to_owned()])?;
    Ok(())
}
