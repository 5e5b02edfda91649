//! Routes: what is known of each over all nodes, and what happened to them.

use domain::{
    digest::Fixed,
    route::{Change, Known},
    time::Time,
};

use super::{Versioned, decode, encode, read_word, word};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Row, values},
};

/// Rows that are read at once: more routes than anybody configures.
const ROUTES_MAX: i64 = 1_000;

/// Something that happened to a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Time,
    /// Random.
    pub id: Fixed<16>,
    /// To which.
    pub route: String,
    /// What.
    pub change: Change,
    /// Who did it: `console`, `terminal`, or `server` for what was learnt.
    pub author: String,
    /// What was known of it from then on.
    pub known: Known,
}

statements! {
    ALL_OF_THEM = Statement::new("route.all", "SELECT name, version, state FROM route ORDER BY name LIMIT $1");
    FETCH = Statement::new("route.fetch", "SELECT name, version, state FROM route WHERE name = $1");
    ADD = Statement::new(
        "route.add",
        "INSERT INTO route (name, version, state) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING",
    );
    PUT = Statement::new(
        "route.put",
        "UPDATE route SET version = version + 1, state = $3 WHERE name = $1 AND version = $2",
    );
    NOTE = Statement::new(
        "route_change.note",
        "INSERT INTO route_change (at_ms, id, route, change, author, state) VALUES ($1, $2, $3, $4, $5, $6)",
    );
    LATELY = Statement::new(
        "route_change.lately",
        "SELECT at_ms, id, route, change, author, state FROM route_change ORDER BY at_ms DESC, id DESC LIMIT $1",
    );
    SWEEP = Statement::new("route_change.sweep", "DELETE FROM route_change WHERE at_ms < $1");
}

/// What is known of every route of which anything is.
///
/// # Errors
/// As [`Tx::query`].
pub fn all(tx: &mut Tx) -> Result<Vec<(String, Known)>, Error> {
    let rows = tx.query(&ALL_OF_THEM, &values![ROUTES_MAX])?;
    rows.into_iter().map(|row| read(row).map(|(name, known)| (name, known.value))).collect()
}

/// Changes what is known of a route, and notes it; `None` if there was nothing to change.
///
/// # Errors
/// As [`Tx::query`]; `Conflict`, which runs the closure again, if another node was faster.
pub fn change(
    tx: &mut Tx,
    (id, author): (Fixed<16>, &str),
    route: &str,
    now: Time,
    next: impl FnOnce(Known) -> Option<(Known, Change)>,
) -> Result<Option<Happened>, Error> {
    let found = tx.query_one(&FETCH, &values![route.to_owned()])?.map(read).transpose()?;
    let before = found.map(|(_, known)| known);
    let Some((known, change)) = next(before.as_ref().map_or_else(Known::default, |before| before.value)) else {
        return Ok(None);
    };
    let state = encode(&known);
    let written = match before {
        None => tx.execute(&ADD, &values![route.to_owned(), state.clone()])?,
        Some(before) => tx.execute(&PUT, &values![route.to_owned(), before.version, state.clone()])?,
    };
    if written == 0 {
        return Err(Error::Conflict("route: another node changed it".into()));
    }
    tx.execute(&NOTE, &values![now, id, route.to_owned(), word(&change), author.to_owned(), state])?;
    Ok(Some(Happened { at: now, id, route: route.to_owned(), change, author: author.to_owned(), known }))
}

/// Up to `max` things that happened to routes, newest first.
///
/// # Errors
/// As [`Tx::query`].
pub fn lately(tx: &mut Tx, max: i64) -> Result<Vec<Happened>, Error> {
    let happened = |mut row: Row| {
        let (at, id, route) = (row.read()?, row.read()?, row.read()?);
        let change = read_word(&mut row)?;
        Ok(Happened { at, id, route, change, author: row.read()?, known: decode(&mut row)? })
    };
    tx.query(&LATELY, &values![max])?.into_iter().map(happened).collect()
}

/// Drops what happened before `before`.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, before: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![before])
}

fn read(mut row: Row) -> Result<(String, Versioned<Known>), Error> {
    let (name, version) = (row.read()?, row.read()?);
    Ok((name, Versioned { version, value: decode(&mut row)? }))
}
