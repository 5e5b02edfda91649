//! Old rows: what a database holds that has been in use for a month. Verifications and messages are copies of rows that the
//! server has just written, under ids of the past month; numbers have a wrong code each, which is remembered for a month.

use std::{sync::Arc, time::Duration};

use domain::{
    digest::{Digest, Fixed},
    id::{MessageId, VerificationId, v7},
    key::{KeyId, KeyRing, NumberKey, Secret},
    number::Number,
    time::Time,
};
use server::{
    clock::{self, Clock},
    config::DatabaseUrl,
    run,
};
use store::{
    Store, StoreConfig,
    measured::{self, Copy, Over},
};

use crate::output::Failure;

/// Rows of one transaction.
const AT_ONCE: u64 = 2_000;
/// Different rows that are copied.
const TEMPLATES: i64 = 256;
/// How long the oldest ones have been there.
const OLDEST: Duration = Duration::from_secs(29 * 24 * 60 * 60);
/// A number has been verified so often in that time.
const VERIFICATIONS_A_NUMBER: u64 = 10;

/// Puts so many old verifications, each with its message, and a tenth as many numbers into a database that a server has
/// just worked on. The retention of the first `due` is over.
///
/// # Errors
/// When it holds nothing to copy, or cannot be written.
pub async fn fill(url: &str, verifications: u64, due: u64) -> Result<(), Failure> {
    let store = visit(url)?;
    let now = Clock::default().now();
    let over = store.read(|tx| measured::templates(tx, TEMPLATES)).await?;
    if over.is_empty() {
        return Err(Failure("there is no verification to copy".into()));
    }
    for begin in (0..verifications).step_by(AT_ONCE as usize) {
        let places = || begin..verifications.min(begin + AT_ONCE);
        let age_ms = |place: u64| (verifications - place) * OLDEST.as_millis() as u64 / verifications;
        let copies = places().zip(over.iter().cycle()).map(|(n, over)| {
            let mut over = over.clone();
            if n < due {
                over.erase_at = now;
            }
            one(now, age_ms(n), over)
        });
        let copies: Vec<Copy> = copies.collect();
        let names = places().step_by(VERIFICATIONS_A_NUMBER as usize).map(|_| Fixed(clock::random()));
        let names: Vec<NumberKey> = names.collect();
        let mut number = Number::new(NumberKey::default());
        number.failed(Digest::default(), false, now);
        let written = store.write(move |tx| {
            measured::copy(tx, &copies)?;
            measured::copy_number(tx, &number, &names)
        });
        written.await?;
    }
    if matches!(DatabaseUrl::parse(url), Ok(DatabaseUrl::Postgres(_))) {
        store.write(measured::settle).await?;
    }
    store.close().await;
    Ok(())
}

/// A database, opened beside or after its server; nothing sealed is read.
///
/// # Errors
/// When it cannot be opened.
pub fn visit(url: &str) -> Result<Store, Failure> {
    let database = DatabaseUrl::parse(url).map_err(Failure)?;
    let unused = KeyRing::new(&[(KeyId(1), Secret::new(clock::random()))]).ok_or(Failure("no key".into()))?;
    let clock = Clock::default();
    let config = StoreConfig::new(run::database(&database));
    Ok(Store::visit(&config, Arc::new(unused), Arc::new(move || clock.now()))?)
}

/// A verification that began so long ago.
fn one(now: Time, age_ms: u64, over: Over) -> Copy {
    let begun = now.plus(-i64::try_from(age_ms).unwrap_or(0));
    Copy {
        id: VerificationId(v7(begun, 0, clock::random())),
        message: MessageId(v7(begun, 0, clock::random())),
        carrier_id: Fixed(clock::random()),
        begun,
        over,
    }
}
