//! Messages: the outbox. A row waits, is claimed under a lease, and is settled through the door.

use std::collections::{BTreeSet, HashMap};

use domain::{
    delivery::State,
    digest::Fixed,
    effect::{Message, Settlement},
    id::{MessageId, ServiceId, VerificationId},
    time::Time,
    verification::{PRIORITIES, Verification},
};

use super::{read_word, verification, word};
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

/// A message under the caller's lease, with what its text is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The row.
    pub stored: Stored,
    /// Whose code it carries.
    pub verification: Verification,
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
    // The first and the last service that has messages here.
    WAITING = Statement::new(
        "message.waiting",
        "SELECT (SELECT service FROM message WHERE state = 'queued' ORDER BY service LIMIT 1), \
         (SELECT service FROM message WHERE state = 'queued' ORDER BY service DESC LIMIT 1)",
    );
    // The condition stands outside too: a row that another worker claimed meanwhile is not handed out twice.
    CLAIM = Statement::new(
        "message.claim",
        "WITH due AS MATERIALIZED (SELECT id AS due_id FROM message WHERE state = 'queued' AND service = $1 \
         AND due_ms <= $2 AND lease_until_ms <= $2 ORDER BY priority, due_ms LIMIT $3 {skip}) \
         UPDATE message SET lease_owner = $4, lease_until_ms = $5, attempts = attempts + 1 \
         FROM due WHERE id = due_id AND state = 'queued' AND lease_until_ms <= $2 \
         RETURNING id, verification, service, priority, created_ms, due_ms, deadline_ms, state, attempts, route, \
         carrier_id",
    );
    // Of one priority: each service's first message, then each one's second, and so on. Every step is one look into
    // the index that begins with the service: a join, or a window over all that waits, would read the whole queue.
    // How many turns a service gets at most follows from how many services there are. The last condition is written so
    // that PostgreSQL, which has no figures of this table, does not find the rows by it.
    CLAIM_IN_TURN = Statement::new(
        "message.claim_in_turn",
        "WITH RECURSIVE waiting (service) AS ( \
         SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' ORDER BY m.service LIMIT 1) \
         UNION ALL SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' AND m.service > w.service \
         ORDER BY m.service LIMIT 1) FROM waiting AS w WHERE w.service IS NOT NULL), \
         fair (of_service, next_id, turn) AS ( \
         SELECT w.service, (SELECT m.id FROM message AS m WHERE m.state = 'queued' AND m.service = w.service \
         AND m.priority = $1 AND m.due_ms <= $2 AND m.lease_until_ms <= $2 ORDER BY m.due_ms, m.id LIMIT 1), 1 \
         FROM waiting AS w WHERE w.service IS NOT NULL \
         UNION ALL SELECT f.of_service, (SELECT m.id FROM message AS m WHERE m.state = 'queued' \
         AND m.service = f.of_service AND m.priority = $1 AND m.due_ms <= $2 AND m.lease_until_ms <= $2 \
         AND (m.due_ms, m.id) > ((SELECT x.due_ms FROM message AS x WHERE x.id = f.next_id), f.next_id) \
         ORDER BY m.due_ms, m.id LIMIT 1), f.turn + 1 FROM fair AS f WHERE f.next_id IS NOT NULL \
         AND f.turn < (SELECT 3 + 2 * CAST($3 AS BIGINT) / COUNT(*) FROM waiting)), \
         due AS MATERIALIZED (SELECT id AS due_id FROM fair JOIN message ON id = next_id WHERE lease_until_ms <= $2 \
         ORDER BY turn, due_ms LIMIT $3 {skip}) \
         UPDATE message SET lease_owner = $4, lease_until_ms = $5, attempts = attempts + 1 \
         FROM due WHERE id = due_id AND COALESCE(state, '') = 'queued' AND lease_until_ms <= $2 \
         RETURNING id, verification, service, priority, created_ms, due_ms, deadline_ms, state, attempts, route, \
         carrier_id",
    );
    RENEW = Statement::list(
        "message.renew",
        &[Kind::Bytes, Kind::Bytes, Kind::Integer],
        "UPDATE message AS t SET lease_until_ms = v.column3 {from} \
         WHERE t.id = v.column1 AND t.lease_owner = v.column2 AND t.state = 'queued'",
    );
    RELEASE = Statement::list(
        "message.release",
        &[Kind::Bytes, Kind::Bytes, Kind::Integer],
        "UPDATE message AS t SET lease_owner = NULL, lease_until_ms = 0, due_ms = v.column3, \
         attempts = 0 {from} \
         WHERE t.id = v.column1 AND t.lease_owner = v.column2 AND t.state = 'queued'",
    );
    FREE = Statement::new(
        "message.free",
        "UPDATE message SET lease_owner = NULL, lease_until_ms = 0 \
         WHERE state = 'queued' AND lease_owner IS NOT NULL",
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
    AHEAD = Statement::new(
        "message.ahead",
        "SELECT COUNT(*) FROM (SELECT m.id FROM message AS own JOIN message AS m \
         ON m.state = 'queued' AND (m.priority, m.due_ms, m.id) < (own.priority, own.due_ms, own.id) \
         WHERE own.id = $1 AND own.state = 'queued' AND m.service = $2 LIMIT $3) AS before",
    );
    SERVICES = Statement::new(
        "message.services",
        "WITH RECURSIVE waiting (service, place) AS ( \
         SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' ORDER BY m.service LIMIT 1), 1 \
         UNION ALL SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' AND m.service > w.service \
         ORDER BY m.service LIMIT 1), w.place + 1 FROM waiting AS w WHERE w.service IS NOT NULL AND w.place < CAST($1 AS BIGINT)) \
         SELECT COUNT(service) FROM waiting",
    );
    NEXT_DUE = Statement::new(
        "message.next_due",
        "SELECT MIN(CASE WHEN lease_until_ms > due_ms THEN lease_until_ms ELSE due_ms END) FROM message \
         WHERE state = 'queued'",
    );
    BACKLOG = Statement::new("message.backlog", "SELECT COUNT(*), MIN(created_ms) FROM message WHERE state = 'queued'");
}

/// Up to `max` messages that are due, most urgent first, services in turn (rule D9); nobody else is given them until
/// `lease_until`. Where several services wait, `kept` of the places are not for the most urgent ones while there are others,
/// so that no service is kept waiting for ever by what another calls urgent.
///
/// # Errors
/// As [`Tx::query`].
pub fn claim(
    tx: &mut Tx,
    owner: Owner,
    now: Time,
    lease_until: Time,
    [max, kept]: [i64; 2],
) -> Result<Vec<Claimed>, Error> {
    let Some(mut waiting) = tx.query_one(&WAITING, &[])? else { return Ok(Vec::new()) };
    let (first, last): (Option<ServiceId>, Option<ServiceId>) = (waiting.read()?, waiting.read()?);
    let Some(first) = first else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    if Some(first) == last {
        rows = tx.query(&CLAIM, &values![first, now, max, owner, lease_until])?;
    } else {
        let [first, second, third] = PRIORITIES;
        let rounds = [(first, kept), (second, 0), (third, 0), (first, 0)];
        for (priority, kept) in rounds.into_iter().take(if kept > 0 { 4 } else { 3 }) {
            let left = max - kept - i64::try_from(rows.len()).unwrap_or(max);
            if left > 0 {
                let values = values![i64::from(priority), now, left, owner, lease_until];
                rows.extend(tx.query(&CLAIM_IN_TURN, &values)?);
            }
        }
    }
    let stored = in_turn(rows.into_iter().map(read).collect::<Result<_, _>>()?);
    let ids: Vec<VerificationId> = stored.iter().map(|s| s.message.verification).collect();
    let found = verification::fetch_all(tx, &ids)?;
    let found: HashMap<VerificationId, Verification> = found.into_iter().map(|v| (v.id, v)).collect();
    // A message goes with its verification; one without is never sent.
    let claimed = |s: Stored| Some(Claimed { verification: found.get(&s.message.verification)?.clone(), stored: s });
    Ok(stored.into_iter().filter_map(claimed).collect())
}

/// The most urgent first, then each service's first, then each one's second, and so on.
fn in_turn(mut stored: Vec<Stored>) -> Vec<Stored> {
    stored.sort_by_key(|s| (s.message.priority, s.message.due_at, s.message.id));
    let mut turns: HashMap<(u8, ServiceId), usize> = HashMap::new();
    let mut turn = |s: &Stored| {
        let turn = turns.entry((s.message.priority, s.message.service)).or_default();
        *turn += 1;
        *turn
    };
    let mut turned: Vec<(usize, Stored)> = stored.into_iter().map(|s| (turn(&s), s)).collect();
    turned.sort_by_key(|(turn, s)| (s.message.priority, *turn));
    turned.into_iter().map(|(_, s)| s).collect()
}

/// Keeps leases for longer; how many of them the owner still had.
///
/// # Errors
/// As [`Tx::query`].
pub fn renew(tx: &mut Tx, owner: Owner, ids: &[MessageId], lease_until: Time) -> Result<u64, Error> {
    tx.execute_list(&RENEW, &leases(owner, ids, lease_until))
}

/// Gives leases up of messages that were not sent: they are due again at `due_at`.
///
/// # Errors
/// As [`Tx::query`].
pub fn release(tx: &mut Tx, owner: Owner, ids: &[MessageId], due_at: Time) -> Result<u64, Error> {
    tx.changes.outbox = true;
    tx.execute_list(&RELEASE, &leases(owner, ids, due_at))
}

fn leases(owner: Owner, ids: &[MessageId], at: Time) -> Vec<Vec<Value>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(|id| values![id, owner, at].into()).collect()
}

/// Ends all leases: whoever had them is gone, since the data folder was not locked.
pub(crate) fn free(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&FREE, &[])
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
    let mut found: Vec<Stored> =
        tx.query_list(&BY_CARRIER_NAME, &named(names))?.into_iter().map(read).collect::<Result<_, _>>()?;
    found.sort_by_key(|stored| stored.message.created_at);
    let named = |stored: Stored| Some(((stored.route.clone()?, stored.carrier_id.clone()?), stored));
    Ok(found.into_iter().filter_map(named).collect())
}

/// Each name once.
pub(super) fn named(names: &[CarrierName]) -> Vec<Vec<Value>> {
    let names: BTreeSet<&CarrierName> = names.iter().collect();
    names.into_iter().map(|(route, id)| values![route.clone(), id.clone()].into()).collect()
}

/// How many messages of the service go before this one, counted up to `max` (rule V6); 0 if it does not wait.
///
/// # Errors
/// As [`Tx::query`].
pub fn ahead(tx: &mut Tx, service: ServiceId, id: MessageId, max: i64) -> Result<i64, Error> {
    let row = tx.query_one(&AHEAD, &values![id, service, max])?;
    row.map_or(Ok(0), |mut row| row.read())
}

/// How many services have messages here, counted up to `max`.
///
/// # Errors
/// As [`Tx::query`].
pub fn services(tx: &mut Tx, max: i64) -> Result<i64, Error> {
    tx.query_one(&SERVICES, &values![max])?.map_or(Ok(0), |mut row| row.read())
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

fn read(mut row: Row) -> Result<Stored, Error> {
    let message = Message {
        id: row.read()?,
        verification: row.read()?,
        service: row.read()?,
        priority: u8::try_from(row.read::<i64>()?).unwrap_or(u8::MAX),
        created_at: row.read()?,
        due_at: row.read()?,
        deadline_at: row.read()?,
    };
    let state = read_word(&mut row)?;
    Ok(Stored { message, state, attempts: row.read()?, route: row.read()?, carrier_id: row.read()? })
}
