//! Messages: the outbox. A row waits, is claimed under a lease (`claim.rs`), and is settled through the door.

use std::collections::{BTreeSet, HashMap};

use domain::{
    delivery::State,
    digest::Fixed,
    effect::{Message, Settlement},
    id::{MessageId, ServiceId},
    time::Time,
};

pub use super::claim::{Claimed, Lease, claim, claim_expired, release, renew, unsort};
use super::{read_word, word};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::{Tx, Write},
    value::{Kind, Row, Value, values},
};

/// Names a node while it runs.
pub type Owner = Fixed<16>;

/// What a message is called by whom it was handed to: the route, and the carrier's id.
pub type CarrierName = (String, String);

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What was asked for.
    pub message: Message,
    /// Where it is.
    pub state: State,
    /// How often it was claimed since it was last given back: more than once, and an earlier claim may have sent it.
    pub attempts: i64,
    /// The route that took it.
    pub route: Option<String>,
    /// The carrier's id for it.
    pub carrier_id: Option<String>,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// How many messages.
    pub queued: i64,
    /// When the oldest of them was asked for.
    pub oldest_at: Option<Time>,
}

statements! {
    INSERT = Statement::list(
        "message.insert",
        &[
            Kind::Bytes, Kind::Bytes, Kind::Bytes, Kind::Text, Kind::Integer, Kind::Integer, Kind::Integer,
            Kind::Integer, Kind::Integer, Kind::Integer,
        ],
        "INSERT INTO message (id, verification, service, state, priority, created_ms, due_ms, deadline_ms, \
         attempts, lease_until_ms) {new}",
    );
    SETTLE = Statement::list(
        "message.settle",
        &[Kind::Bytes, Kind::Text, Kind::Text, Kind::Text],
        "UPDATE message AS t SET state = v.column2, route = COALESCE(v.column3, t.route), \
         carrier_id = COALESCE(v.column4, t.carrier_id), lease_owner = NULL, lease_until_ms = 0 \
         {from} WHERE t.id = v.column1",
    );
    HASTEN = Statement::new(
        "message.hasten",
        "UPDATE message SET lease_owner = NULL, lease_until_ms = 0, due_ms = $1 \
         WHERE state = 'queued' AND (due_ms > $2 OR lease_until_ms > $2)",
    );
    BY_CARRIER_NAME = Statement::list(
        "message.by_carrier_name",
        &[Kind::Text, Kind::Text],
        "SELECT t.id, t.verification, t.service, t.priority, t.created_ms, t.due_ms, t.deadline_ms, t.state, \
         t.attempts, t.route, t.carrier_id FROM message AS t {join} t.route = v.column1 AND t.carrier_id = v.column2",
    );
    BY_ID = Statement::list(
        "message.by_id",
        &[Kind::Bytes],
        "SELECT t.id, t.verification, t.service, t.priority, t.created_ms, t.due_ms, t.deadline_ms, t.state, \
         t.attempts, t.route, t.carrier_id FROM message AS t {join} t.id = v.column1",
    );
    AHEAD = Statement::new(
        "message.ahead",
        "SELECT COUNT(*) FROM (SELECT m.id FROM message AS own JOIN message AS m \
         ON m.state = 'queued' AND (m.priority, m.due_ms, m.id) < (own.priority, own.due_ms, own.id) \
         WHERE own.id = $1 AND own.state = 'queued' AND m.service = $2 AND m.lane = $4 LIMIT $3) AS before",
    );
    SERVICES = Statement::new(
        "message.services",
        "WITH RECURSIVE waiting (service, place) AS ( \
         SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' AND m.lane = $2 ORDER BY m.service LIMIT 1), 1 \
         UNION ALL SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' AND m.lane = $2 \
         AND m.service > w.service ORDER BY m.service LIMIT 1), w.place + 1 FROM waiting AS w \
         WHERE w.service IS NOT NULL AND w.place < CAST($1 AS BIGINT)) \
         SELECT COUNT(service) FROM waiting",
    );
    NEXT_DUE = Statement::new(
        "message.next_due",
        "SELECT MIN(CASE WHEN lease_until_ms > due_ms THEN lease_until_ms ELSE due_ms END) FROM message \
         WHERE state = 'queued'",
    );
    BACKLOG = Statement::new("message.backlog", "SELECT COUNT(*), MIN(created_ms) FROM message WHERE state = 'queued'");
}

/// Makes due what waits for a time after `latest`, and ends its lease; how many. No message waits that long: it was
/// queued or claimed when the clock was ahead of what it is now.
///
/// # Errors
/// As [`Tx::query`].
pub fn hasten(tx: &mut Tx, now: Time, latest: Time) -> Result<u64, Error> {
    let hastened = tx.execute(&HASTEN, &values![now, latest])?;
    tx.changes.outbox |= hastened > 0;
    Ok(hastened)
}

/// The messages that carriers name in their receipts, in no order; the newest, should a carrier use an id twice.
///
/// # Errors
/// As [`Tx::query`].
pub fn by_carrier_name(tx: &mut Tx, names: &[CarrierName]) -> Result<HashMap<CarrierName, Stored>, Error> {
    let mut found: Vec<Stored> = tx
        .query_list(&BY_CARRIER_NAME, &named(names))?
        .into_iter()
        .map(|mut row| read(&mut row))
        .collect::<Result<_, _>>()?;
    found.sort_by_key(|stored| stored.message.created_at);
    let named = |stored: Stored| Some(((stored.route.clone()?, stored.carrier_id.clone()?), stored));
    Ok(found.into_iter().filter_map(named).collect())
}

/// Messages by their ids, in no order.
///
/// # Errors
/// As [`Tx::query`].
pub fn by_id(tx: &mut Tx, ids: &BTreeSet<MessageId>) -> Result<HashMap<MessageId, Stored>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Vec<Value>> = ids.iter().map(|id| values![*id].into()).collect();
    let found = tx.query_list(&BY_ID, &ids)?.into_iter().map(|mut row| read(&mut row));
    found.map(|stored| stored.map(|stored| (stored.message.id, stored))).collect()
}

/// Each name once.
pub(super) fn named(names: &[CarrierName]) -> Vec<Vec<Value>> {
    let names: BTreeSet<&CarrierName> = names.iter().collect();
    names.into_iter().map(|(route, id)| values![route.clone(), id.clone()].into()).collect()
}

/// How many messages of the service go before this one, counted up to `max` (rule V6), where it waits in this lane or will, once
/// it is sorted; 0 if it does not wait.
///
/// # Errors
/// As [`Tx::query`].
pub fn ahead(tx: &mut Tx, service: ServiceId, id: MessageId, lane: &str, max: i64) -> Result<i64, Error> {
    let mut ahead = 0;
    for lane in lanes(lane) {
        let row = tx.query_one(&AHEAD, &values![id, service, max, lane])?;
        ahead += row.map_or(Ok(0), |mut row| row.read::<i64>())?;
    }
    Ok(ahead.min(max))
}

/// How many services have messages in a lane or may have, once all are sorted, counted up to `max`.
///
/// # Errors
/// As [`Tx::query`].
pub fn services(tx: &mut Tx, lane: &str, max: i64) -> Result<i64, Error> {
    let mut most = 0;
    for lane in lanes(lane) {
        let row = tx.query_one(&SERVICES, &values![max, lane])?;
        most = row.map_or(Ok(0), |mut row| row.read::<i64>())?.max(most);
    }
    Ok(most)
}

/// A lane, and before it the one that all messages come through.
fn lanes(lane: &str) -> impl Iterator<Item = String> {
    let named = (!lane.is_empty()).then(|| lane.to_owned());
    std::iter::once(String::new()).chain(named)
}

/// When the next message may be claimed; `None` if none waits. Reads the whole queue: for when nothing is due.
///
/// # Errors
/// As [`Tx::query`].
pub fn next_due(tx: &mut Tx) -> Result<Option<Time>, Error> {
    tx.query_one(&NEXT_DUE, &[])?.map_or(Ok(None), |mut row| row.read())
}

/// How much waits.
///
/// # Errors
/// As [`Tx::query`].
pub fn backlog(tx: &mut Tx) -> Result<Backlog, Error> {
    let row = tx.query_one(&BACKLOG, &[])?;
    row.map_or(Ok(Backlog { queued: 0, oldest_at: None }), |mut row| {
        Ok(Backlog { queued: row.read()?, oldest_at: row.read()? })
    })
}

/// Adds messages, sorted by id.
pub(crate) fn insert<'a>(messages: impl Iterator<Item = &'a Message>) -> Write {
    let queued = word(&State::Queued);
    let rows = messages
        .map(|m| {
            let (state, priority) = (queued.clone(), i64::from(m.priority));
            let (due, deadline) = (m.due_at, m.deadline_at);
            // No attempt, no lease.
            values![m.id, m.verification, m.service, state, priority, m.created_at, due, deadline, 0i64, 0i64].into()
        })
        .collect();
    Write { statement: &INSERT, rows, exact: false }
}

/// Writes where messages are, sorted by id, and ends their leases. A row that was erased meanwhile is left alone.
pub(crate) fn settle<'a>(settlements: impl Iterator<Item = &'a Settlement>) -> Write {
    let rows =
        settlements.map(|s| values![s.message, word(&s.state), s.route.clone(), s.carrier_id.clone()].into()).collect();
    Write { statement: &SETTLE, rows, exact: false }
}

pub(super) fn read(row: &mut Row) -> Result<Stored, Error> {
    let message = Message {
        id: row.read()?,
        verification: row.read()?,
        service: row.read()?,
        priority: u8::try_from(row.read::<i64>()?).unwrap_or(u8::MAX),
        created_at: row.read()?,
        due_at: row.read()?,
        deadline_at: row.read()?,
    };
    let state = read_word(row)?;
    Ok(Stored { message, state, attempts: row.read()?, route: row.read()?, carrier_id: row.read()? })
}
