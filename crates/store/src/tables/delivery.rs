//! What is on its way to webhooks: a row for each event and endpoint, written with the change that it tells of.
//!
//! Whoever delivers claims endpoints, not rows: one that is slow keeps its own rows waiting, and nobody else's.

use std::collections::BTreeSet;

use domain::{
    digest::Fixed,
    id::{EventId, ServiceId, VerificationId, WebhookId},
    time::{Millis, Time, days, hours, minutes},
    webhook::{About, Event, Kind, Tried},
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

/// Services that are told of one route: more than anybody has.
const SERVICES_MAX: i64 = 10_000;
/// What stands where an event is about no verification.
const NO_VERIFICATION: Fixed<16> = Fixed([0; 16]);

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
    pub about: About,
    /// When it happened.
    pub at: Time,
    /// Where the delivery is.
    pub state: State,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next, or was to be.
    pub due_at: Time,
    /// What came of the last try, if there was one.
    pub last: Option<Tried>,
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
        &[Column::Bytes, Column::Bytes, Column::Text, Column::Bytes, Column::Integer, Column::Integer, Column::Text],
        "INSERT INTO webhook_delivery (webhook, event, kind, verification, at_ms, erase_ms, route, state, tries, due_ms) \
         SELECT s.webhook, v.column1, v.column3, v.column4, v.column5, v.column6, v.column7, 'waiting', 0, v.column5 \
         FROM webhook_subscription AS s {join} s.service = v.column2 AND s.kind = v.column3 ON CONFLICT DO NOTHING",
    );
    // By what is followed: that is of the last day, and found by its time.
    SERVICES_OF = Statement::new(
        "delivery.services_of",
        "SELECT DISTINCT m.service FROM arrival_sample AS a JOIN message AS m ON m.id = a.message \
         WHERE a.at_ms >= $1 AND a.route = $2 ORDER BY m.service LIMIT $3",
    );
    TOLD_OF = Statement::new(
        "delivery.told_of",
        "SELECT DISTINCT w.service FROM webhook_delivery AS d JOIN webhook AS w ON w.id = d.webhook \
         WHERE d.route = $1 AND d.kind = $2 ORDER BY w.service LIMIT $3",
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
        "SELECT event, kind, verification, route, at_ms, state, tries, due_ms, status, no_answer FROM webhook_delivery \
         WHERE webhook = $1 AND state = 'waiting' AND due_ms <= $2 ORDER BY due_ms LIMIT $3",
    );
    RECORD = Statement::list(
        "delivery.record",
        &[Column::Bytes, Column::Bytes, Column::Text, Column::Integer, Column::Integer, Column::Integer, Column::Text],
        "UPDATE webhook_delivery AS t SET state = v.column3, tries = v.column4, due_ms = v.column5, status = v.column6, \
         no_answer = v.column7 {from} WHERE t.webhook = v.column1 AND t.event = v.column2 AND t.state = 'waiting'",
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
        "SELECT event, kind, verification, route, at_ms, state, tries, due_ms, status, no_answer FROM webhook_delivery \
         WHERE webhook = $1 ORDER BY event DESC LIMIT $2",
    );
    AGAIN = Statement::new(
        "delivery.again",
        "UPDATE webhook_delivery SET state = 'waiting', tries = 0, due_ms = $3, erase_ms = $4 \
         WHERE webhook = $1 AND event = $2",
    );
    // What is due is on its way already.
    AGAIN_SINCE = Statement::new(
        "delivery.again_since",
        "UPDATE webhook_delivery SET state = 'waiting', tries = 0, due_ms = $1, erase_ms = $2 \
         WHERE (webhook, event) IN (SELECT webhook, event FROM webhook_delivery WHERE webhook = $3 AND at_ms >= $4 \
         AND (state = 'failed' OR state = 'waiting' AND due_ms > $1) ORDER BY event LIMIT $5)",
    );
    UNHEARD = Statement::new(
        "delivery.unheard",
        "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS BIGINT) \
         FROM webhook_delivery WHERE webhook = $1",
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
    Write { statement: &TELL, rows: events.map(told).collect(), exact: false }
}

/// Tells of a route the services whose messages went by it since `since`, as far as they are followed; that it is well
/// again, also those that were told that it fell. No other service learns of it.
///
/// # Errors
/// As [`Tx::query`].
pub fn tell_of_route(tx: &mut Tx, id: EventId, kind: Kind, route: &str, [since, now]: [Time; 2]) -> Result<(), Error> {
    let mut services = tx.query(&SERVICES_OF, &values![since, route.to_owned(), SERVICES_MAX])?;
    if kind == Kind::RouteRecovered {
        let fell = word(&Kind::RouteTroubled);
        services.extend(tx.query(&TOLD_OF, &values![route.to_owned(), fell, SERVICES_MAX])?);
    }
    let services: BTreeSet<ServiceId> = services.into_iter().map(|mut row| row.read()).collect::<Result<_, Error>>()?;
    let event = |service| Event { id, at: now, kind, about: About::Route(route.to_owned()), service };
    let rows: Vec<Vec<Value>> = services.into_iter().map(|service| told(&event(service))).collect();
    tx.execute_list(&TELL, &rows)?;
    Ok(())
}

fn told(event: &Event) -> Vec<Value> {
    let Event { id, at, kind, about, service } = event;
    let (verification, route) = match about {
        About::Verification(id) => (Fixed(id.bytes()), None),
        About::Route(name) => (NO_VERIFICATION, Some(name.clone())),
    };
    values![*id, *service, word(kind), verification, *at, at.plus(KEPT_MS), route].into()
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
    let row = |d: &Delivery| {
        let (status, no_answer) = match d.last {
            Some(Tried::Status(status)) => (Some(i64::from(status)), None),
            Some(Tried::Nothing(why)) => (None, Some(word(&why))),
            None => (None, None),
        };
        values![webhook, d.event, word(&d.state), d.tries, d.due_at, status, no_answer].into()
    };
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

/// Begins up to `max` deliveries again of what happened since then and did not get through, oldest first; how many.
///
/// # Errors
/// As [`Tx::query`].
pub fn again_since(tx: &mut Tx, webhook: WebhookId, [since, now]: [Time; 2], max: i64) -> Result<u64, Error> {
    tx.execute(&AGAIN_SINCE, &values![now, now.plus(KEPT_MS), webhook, since, max])
}

/// How many deliveries wait for an endpoint, and how many were given up.
///
/// # Errors
/// As [`Tx::query`].
pub fn unheard(tx: &mut Tx, webhook: WebhookId) -> Result<[i64; 2], Error> {
    let counted = tx.query_one(&UNHEARD, &values![webhook])?;
    counted.map_or(Ok([0, 0]), |mut row| Ok([row.read()?, row.read()?]))
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
    let (event, kind) = (row.read()?, read_word(&mut row)?);
    let (verification, route): (VerificationId, Option<String>) = (row.read()?, row.read()?);
    Ok(Delivery {
        event,
        kind,
        about: route.map_or(About::Verification(verification), About::Route),
        at: row.read()?,
        state: read_word(&mut row)?,
        tries: row.read()?,
        due_at: row.read()?,
        last: last(&mut row)?,
    })
}

fn last(row: &mut Row) -> Result<Option<Tried>, Error> {
    let status: Option<i64> = row.read()?;
    let no_answer: Option<Tried> = read_word::<Option<_>>(row)?.map(Tried::Nothing);
    Ok(status.and_then(|status| u16::try_from(status).ok()).map(Tried::Status).or(no_answer))
}
