//! What is on its way to webhooks: a row for each event and endpoint, written with the change that it tells of.
//!
//! Whoever delivers claims endpoints, not rows: one that is slow keeps its own rows waiting, and nobody else's.

use domain::{
    digest::Fixed,
    id::{EventId, VerificationId, WebhookId},
    time::{Millis, Time, days, hours, minutes},
    webhook::{Event, Kind},
};

use super::{
    read_word,
    webhook::{self, Webhook},
    word,
};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::{Tx, Write},
    value::{Kind as Column, Row, Value, values},
};

/// How long a delivery is remembered after its event, or after somebody asked for it again: longer than it is tried.
const KEPT_MS: Millis = days(7);
/// No delivery waits longer for its next try, and no claim holds so long: one that does is from before the clock was
/// set back.
const DUE_WITHIN_MS: Millis = hours(25);
const CLAIMED_WITHIN_MS: Millis = minutes(2);

/// Where a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is tried when it is due.
    Waiting,
    /// The endpoint has it.
    Delivered,
    /// It was tried as often as it is.
    Failed,
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The event.
    pub event: EventId,
    /// What it tells of.
    pub kind: Kind,
    /// What it happened to.
    pub verification: VerificationId,
    /// When it happened.
    pub at: Time,
    /// Where the delivery is.
    pub state: State,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next, or was to be.
    pub due_at: Time,
    /// The status of the last answer, if the last try was answered.
    pub status: Option<i64>,
}

/// An endpoint under the caller's lease, with what is due there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The endpoint.
    pub webhook: Webhook,
    /// The oldest that is due.
    pub due: Vec<Delivery>,
}

statements! {
    TELL = Statement::list(
        "delivery.tell",
        &[Column::Bytes, Column::Bytes, Column::Text, Column::Bytes, Column::Integer, Column::Integer],
        "INSERT INTO webhook_delivery (webhook, event, kind, verification, at_ms, erase_ms, state, tries, due_ms) \
         SELECT s.webhook, v.column1, v.column3, v.column4, v.column5, v.column6, 'waiting', 0, v.column5 \
         FROM webhook_subscription AS s {join} s.service = v.column2 AND s.kind = v.column3 ON CONFLICT DO NOTHING",
    );
    IS_DUE = Statement::new(
        "delivery.is_due",
        "SELECT w.id FROM webhook AS w WHERE w.disabled_ms IS NULL AND w.lease_until_ms <= $1 \
         AND EXISTS (SELECT 1 FROM webhook_delivery AS d \
         WHERE d.webhook = w.id AND d.state = 'waiting' AND d.due_ms <= $1) LIMIT 1",
    );
    // The condition stands outside too: an endpoint that another node claimed meanwhile is not handed out twice.
    CLAIM = Statement::new(
        "delivery.claim",
        "WITH due AS MATERIALIZED (SELECT w.id AS due_id FROM webhook AS w \
         WHERE w.disabled_ms IS NULL AND w.lease_until_ms <= $1 AND EXISTS (SELECT 1 FROM webhook_delivery AS d \
         WHERE d.webhook = w.id AND d.state = 'waiting' AND d.due_ms <= $1) \
         ORDER BY w.lease_until_ms LIMIT $2 {skip}) \
         UPDATE webhook SET lease_owner = $3, lease_until_ms = $4 FROM due WHERE id = due_id AND lease_until_ms <= $1 \
         RETURNING id, service, url, events, secret, created_ms, disabled_ms",
    );
    DUE = Statement::new(
        "delivery.due",
        "SELECT event, kind, verification, at_ms, state, tries, due_ms, status FROM webhook_delivery \
         WHERE webhook = $1 AND state = 'waiting' AND due_ms <= $2 ORDER BY due_ms LIMIT $3",
    );
    RECORD = Statement::list(
        "delivery.record",
        &[Column::Bytes, Column::Bytes, Column::Text, Column::Integer, Column::Integer, Column::Integer],
        "UPDATE webhook_delivery AS t SET state = v.column3, tries = v.column4, due_ms = v.column5, status = v.column6 \
         {from} WHERE t.webhook = v.column1 AND t.event = v.column2 AND t.state = 'waiting'",
    );
    RELEASE = Statement::new(
        "delivery.release",
        "UPDATE webhook SET lease_owner = NULL, lease_until_ms = $3 WHERE id = $1 AND lease_owner = $2",
    );
    FREE = Statement::new(
        "delivery.free",
        "UPDATE webhook SET lease_owner = NULL, lease_until_ms = 0 WHERE lease_owner IS NOT NULL",
    );
    LIST = Statement::new(
        "delivery.list",
        "SELECT event, kind, verification, at_ms, state, tries, due_ms, status FROM webhook_delivery \
         WHERE webhook = $1 ORDER BY event DESC LIMIT $2",
    );
    AGAIN = Statement::new(
        "delivery.again",
        "UPDATE webhook_delivery SET state = 'waiting', tries = 0, due_ms = $3, erase_ms = $4 \
         WHERE webhook = $1 AND event = $2",
    );
    WAITING = Statement::new(
        "delivery.waiting",
        "SELECT COUNT(*) FROM (SELECT d.event FROM webhook_delivery AS d JOIN webhook AS w ON w.id = d.webhook \
         WHERE d.state = 'waiting' AND w.disabled_ms IS NULL LIMIT $1) AS waiting",
    );
    SWEEP = Statement::new(
        "delivery.sweep",
        "DELETE FROM webhook_delivery WHERE (webhook, event) IN \
         (SELECT webhook, event FROM webhook_delivery WHERE erase_ms <= $1 ORDER BY erase_ms LIMIT $2)",
    );
    HASTEN = Statement::new(
        "delivery.hasten",
        "UPDATE webhook_delivery SET due_ms = $1 WHERE state = 'waiting' AND due_ms > $2",
    );
    UNCLAIM = Statement::new(
        "delivery.unclaim",
        "UPDATE webhook SET lease_owner = NULL, lease_until_ms = 0 WHERE lease_until_ms > $1",
    );
}

/// Adds a row for each endpoint that is told of such events, sorted by event. Where a service has none, none.
pub(crate) fn tell<'a>(events: impl Iterator<Item = &'a Event>) -> Write {
    let row = |e: &Event| {
        let erase_at = e.at.plus(KEPT_MS);
        values![e.id, e.service, word(&e.kind), e.verification, e.at, erase_at].into()
    };
    Write { statement: &TELL, rows: events.map(row).collect(), exact: false }
}

/// Whether anything is due: a question for a reader, so that nobody writes where there is nothing to do.
///
/// # Errors
/// As [`Tx::query`].
pub fn is_due(tx: &mut Tx, now: Time) -> Result<bool, Error> {
    Ok(tx.query_one(&IS_DUE, &values![now])?.is_some())
}

/// Up to `endpoints_max` endpoints for which something is due, those first that were not served for longest, and up to
/// `due_max` deliveries of each; nobody else is given them until `lease_until`.
///
/// # Errors
/// As [`Tx::query`].
pub fn claim(
    tx: &mut Tx,
    owner: Fixed<16>,
    now: Time,
    lease_until: Time,
    [endpoints_max, due_max]: [i64; 2],
) -> Result<Vec<Claimed>, Error> {
    let webhooks = tx.query(&CLAIM, &values![now, endpoints_max, owner, lease_until])?;
    let mut claimed = Vec::with_capacity(webhooks.len());
    for row in webhooks {
        let webhook = webhook::read(row)?;
        let due = tx.query(&DUE, &values![webhook.id, now, due_max])?;
        claimed.push(Claimed { webhook, due: due.into_iter().map(read).collect::<Result<_, _>>()? });
    }
    Ok(claimed)
}

/// Writes down what became of tries, and gives the endpoint back.
///
/// # Errors
/// As [`Tx::query`].
pub fn record(tx: &mut Tx, owner: Fixed<16>, webhook: WebhookId, tried: &[Delivery], now: Time) -> Result<(), Error> {
    let row = |d: &Delivery| values![webhook, d.event, word(&d.state), d.tries, d.due_at, d.status].into();
    let mut rows: Vec<Vec<Value>> = tried.iter().map(row).collect();
    rows.sort_unstable();
    tx.execute_list(&RECORD, &rows)?;
    tx.execute(&RELEASE, &values![webhook, owner, now])?;
    Ok(())
}

/// Ends all leases: whoever had them is gone, since the data folder was not locked.
pub(crate) fn free(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&FREE, &[])
}

/// Up to `max` of an endpoint's deliveries, newest events first.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, webhook: WebhookId, max: i64) -> Result<Vec<Delivery>, Error> {
    tx.query(&LIST, &values![webhook, max])?.into_iter().map(read).collect()
}

/// Begins a delivery from its first try again; `false` if there is none.
///
/// # Errors
/// As [`Tx::query`].
pub fn again(tx: &mut Tx, webhook: WebhookId, event: EventId, now: Time) -> Result<bool, Error> {
    Ok(tx.execute(&AGAIN, &values![webhook, event, now, now.plus(KEPT_MS)])? == 1)
}

/// How many deliveries wait for endpoints that are there, counted up to `max`.
///
/// # Errors
/// As [`Tx::query`].
pub fn waiting(tx: &mut Tx, max: i64) -> Result<i64, Error> {
    tx.query_one(&WAITING, &values![max])?.map_or(Ok(0), |mut row| row.read())
}

/// Drops up to `max` deliveries whose time is over; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, now: Time, max: i64) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![now, max])
}

/// Makes due what a clock that was set back left far ahead.
///
/// # Errors
/// As [`Tx::query`].
pub fn hasten(tx: &mut Tx, now: Time) -> Result<(), Error> {
    tx.execute(&HASTEN, &values![now, now.plus(DUE_WITHIN_MS)])?;
    tx.execute(&UNCLAIM, &values![now.plus(CLAIMED_WITHIN_MS)])?;
    Ok(())
}

fn read(mut row: Row) -> Result<Delivery, Error> {
    Ok(Delivery {
        event: row.read()?,
        kind: read_word(&mut row)?,
        verification: row.read()?,
        at: row.read()?,
        state: read_word(&mut row)?,
        tries: row.read()?,
        due_at: row.read()?,
        status: row.read()?,
    })
}
