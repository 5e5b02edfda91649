//! Old rows: what a database holds that has been in use for a month. They are copies of rows that the server has just
//! written, under other keys: ids of the past thirty days for verifications and messages, random ones for numbers.

use std::{sync::Arc, time::Duration};

use domain::{
    id::{MessageId, VerificationId, v7},
    key::{KeyId, KeyRing, Secret},
    time::Time,
};
use server::{
    clock::{self, Clock},
    config::DatabaseUrl,
    run,
};
use store::{Error, Field, Kind, Row, Statement, Store, StoreConfig, Value};

use crate::output::Failure;

/// Rows of one transaction.
const AT_ONCE: u64 = 2_000;
/// Different rows that are copied.
const TEMPLATES: i64 = 256;
/// How long the oldest ones have been there.
const OLDEST: Duration = Duration::from_secs(29 * 24 * 60 * 60);
/// A number has been verified so often in that time.
const VERIFICATIONS_A_NUMBER: u64 = 10;

static VERIFICATIONS: Statement = Statement::new(
    "old.verifications",
    "SELECT service, erase_ms, address, state, audit FROM verification \
     WHERE state LIKE '%\"status\":\"approved\"%' LIMIT $1",
);
static NUMBERS: Statement = Statement::new("old.numbers", "SELECT expires_ms, state FROM number LIMIT $1");
static VERIFICATION: Statement = Statement::list(
    "old.verification",
    &[Kind::Bytes, Kind::Integer, Kind::Bytes, Kind::Integer, Kind::Bytes, Kind::Text, Kind::Text],
    "INSERT INTO verification (id, version, service, erase_ms, address, state, audit) {new}",
);
static MESSAGE: Statement = Statement::list(
    "old.message",
    &[
        Kind::Bytes,
        Kind::Bytes,
        Kind::Bytes,
        Kind::Text,
        Kind::Integer,
        Kind::Integer,
        Kind::Integer,
        Kind::Integer,
        Kind::Text,
        Kind::Text,
        Kind::Integer,
        Kind::Integer,
    ],
    "INSERT INTO message (id, verification, service, state, priority, created_ms, due_ms, deadline_ms, route, \
     carrier_id, attempts, lease_until_ms) {new}",
);
static NUMBER: Statement = Statement::list(
    "old.number",
    &[Kind::Bytes, Kind::Integer, Kind::Integer, Kind::Text],
    "INSERT INTO number (key, version, expires_ms, state) {new}",
);
// What PostgreSQL does by itself after a while, so that it does not do it while time is taken.
static ANALYZE: Statement = Statement::new("old.analyze", "ANALYZE");
static CHECKPOINT: Statement = Statement::new("old.checkpoint", "CHECKPOINT");

/// A verification that is copied: service, end of its retention, sealed number, state, audit.
#[derive(Clone)]
struct Over {
    service: Vec<u8>,
    erase_ms: i64,
    address: Option<Vec<u8>>,
    state: String,
    audit: Option<String>,
}

/// Puts so many old verifications, each with its message, and a tenth as many numbers into a database that a server has
/// just worked on. The retention of the first `due` is over.
///
/// # Errors
/// When it holds nothing to copy, or cannot be written.
pub async fn fill(url: &str, verifications: u64, due: u64) -> Result<(), Failure> {
    let database = DatabaseUrl::parse(url).map_err(Failure)?;
    let clock = Arc::new(Clock::default());
    let now = clock.now();
    let unused = KeyRing::new(&[(KeyId(1), Secret::new(clock::random()))]).ok_or(Failure("no key".into()))?;
    let store =
        Store::open(&StoreConfig::new(run::database(&database)), Arc::new(unused), Arc::new(move || clock.now()))?;
    let over = store.read(|tx| tx.query(&VERIFICATIONS, &[Value::Integer(TEMPLATES)])?.iter_mut().map(read).collect());
    let over: Vec<Over> = over.await?;
    let numbers = store.read(|tx| {
        let rows = tx.query(&NUMBERS, &[Value::Integer(TEMPLATES)])?;
        rows.into_iter().map(|mut row| Ok((row.read()?, row.read()?))).collect()
    });
    let numbers: Vec<(i64, String)> = numbers.await?;
    if over.is_empty() || numbers.is_empty() {
        return Err(Failure("there is no verification to copy".into()));
    }
    for begin in (0..verifications).step_by(AT_ONCE as usize) {
        let places = || begin..verifications.min(begin + AT_ONCE);
        let age_ms = |place: u64| (verifications - place) * OLDEST.as_millis() as u64 / verifications;
        let rows = places().zip(over.iter().cycle()).map(|(n, over)| {
            let erase_ms = if n < due { now.ms() } else { over.erase_ms };
            one(now, age_ms(n), &Over { erase_ms, ..over.clone() })
        });
        let (verifications, messages): (Vec<_>, Vec<_>) = rows.unzip();
        let phones = places().step_by(VERIFICATIONS_A_NUMBER as usize).zip(numbers.iter().cycle());
        let phones: Vec<_> = phones.map(|(_, (expires_ms, state))| number(*expires_ms, state)).collect();
        let written = store.write(move |tx| {
            tx.execute_list(&VERIFICATION, &verifications)?;
            tx.execute_list(&MESSAGE, &messages)?;
            tx.execute_list(&NUMBER, &phones)
        });
        written.await?;
    }
    if matches!(database, DatabaseUrl::Postgres(_)) {
        store.write(|tx| Ok((tx.execute(&ANALYZE, &[])?, tx.execute(&CHECKPOINT, &[])?))).await?;
    }
    store.close().await;
    Ok(())
}

fn read(row: &mut Row) -> Result<Over, Error> {
    Ok(Over {
        service: row.read()?,
        erase_ms: row.read()?,
        address: row.read()?,
        state: row.read()?,
        audit: row.read()?,
    })
}

/// A verification that began so long ago, and its message.
fn one(now: Time, age_ms: u64, over: &Over) -> (Vec<Value>, Vec<Value>) {
    let age_ms = i64::try_from(age_ms).unwrap_or(0);
    let begun = Time::from_ms(now.ms() - age_ms);
    let id = VerificationId(v7(begun, 0, clock::random()));
    let Over { service, erase_ms, address, state, audit } = over.clone();
    let carrier_id = domain::digest::Fixed(clock::random::<8>()).hex();
    let message = vec![
        MessageId(v7(begun, 0, clock::random())).into_value(),
        id.into_value(),
        service.clone().into_value(),
        "delivered".to_owned().into_value(),
        Value::Integer(0),
        begun.into_value(),
        begun.into_value(),
        begun.into_value(),
        "old".to_owned().into_value(),
        carrier_id.into_value(),
        Value::Integer(1),
        Value::Integer(0),
    ];
    let verification = vec![
        id.into_value(),
        Value::Integer(2),
        service.into_value(),
        Value::Integer(erase_ms),
        address.into_value(),
        state.into_value(),
        audit.into_value(),
    ];
    (verification, message)
}

fn number(expires_ms: i64, state: &str) -> Vec<Value> {
    let key = domain::digest::Fixed(clock::random::<32>());
    vec![key.into_value(), Value::Integer(1), Value::Integer(expires_ms), state.to_owned().into_value()]
}
