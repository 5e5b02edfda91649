//! Claims on messages: what is due is given to one node at a time, for a while, and given back if it could not go.
//!
//! What waits stands in lanes. A new message stands in the first lane, whose name is empty; one that no route of its own had
//! room for stands in the lane named after those routes, at the place that it always had, and is not looked at before one
//! of them has room. Thus nobody waits behind what waits for another route.

use std::collections::HashMap;

use domain::{
    id::{MessageId, ServiceId, VerificationId},
    time::Time,
    verification::{PRIORITIES, Verification},
};

use super::{
    message::{Owner, Stored, read},
    verification,
};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Row, Value, values},
};

/// Lanes that are looked at beside each other: there are as many as routes are for different messages.
const LANES_MAX: i64 = 64;

/// A message under the caller's lease, with what its text is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The row.
    pub stored: Stored,
    /// The lane that it stands in.
    pub lane: String,
    /// Whose code it carries.
    pub verification: Verification,
}

/// Who claims, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The node.
    pub owner: Owner,
    /// From when: what is due then is claimed.
    pub from: Time,
    /// Nobody else is given it until then.
    pub until: Time,
}

statements! {
    // The first and the last lane that has messages.
    ENDS = Statement::new(
        "claim.ends",
        "SELECT (SELECT lane FROM message WHERE state = 'queued' ORDER BY lane LIMIT 1), \
         (SELECT lane FROM message WHERE state = 'queued' ORDER BY lane DESC LIMIT 1)",
    );
    LANES = Statement::new(
        "claim.lanes",
        "WITH RECURSIVE waiting (lane, place) AS ( \
         SELECT (SELECT m.lane FROM message AS m WHERE m.state = 'queued' ORDER BY m.lane LIMIT 1), 1 \
         UNION ALL SELECT (SELECT m.lane FROM message AS m WHERE m.state = 'queued' AND m.lane > w.lane \
         ORDER BY m.lane LIMIT 1), w.place + 1 FROM waiting AS w WHERE w.lane IS NOT NULL \
         AND w.place < CAST($1 AS BIGINT)) SELECT lane FROM waiting WHERE lane IS NOT NULL ORDER BY lane",
    );
    // The first and the last service that has messages in a lane.
    WAITING = Statement::new(
        "claim.waiting",
        "SELECT (SELECT service FROM message WHERE state = 'queued' AND lane = $1 ORDER BY service LIMIT 1), \
         (SELECT service FROM message WHERE state = 'queued' AND lane = $1 ORDER BY service DESC LIMIT 1)",
    );
    // The condition stands outside too: a row that another worker claimed meanwhile is not handed out twice.
    CLAIM = Statement::new(
        "claim.claim",
        "WITH due AS MATERIALIZED (SELECT id AS due_id FROM message WHERE state = 'queued' AND lane = $6 AND service = $1 \
         AND due_ms <= $2 AND lease_until_ms <= $2 ORDER BY priority, due_ms LIMIT $3 {skip}) \
         UPDATE message SET lease_owner = $4, lease_until_ms = $5, attempts = attempts + 1 \
         FROM due WHERE id = due_id AND state = 'queued' AND lease_until_ms <= $2 \
         RETURNING id, verification, service, priority, created_ms, due_ms, deadline_ms, state, attempts, route, \
         carrier_id, lane",
    );
    // Of one priority: each service's first message, then each one's second, and so on. Every step is one look into
    // the index that begins with the service: a join, or a window over all that waits, would read the whole queue.
    // How many turns a service gets at most follows from how many services there are. The last condition is written so
    // that PostgreSQL, which has no figures of this table, does not find the rows by it.
    IN_TURN = Statement::new(
        "claim.in_turn",
        "WITH RECURSIVE waiting (service) AS ( \
         SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' AND m.lane = $6 ORDER BY m.service LIMIT 1) \
         UNION ALL SELECT (SELECT m.service FROM message AS m WHERE m.state = 'queued' AND m.lane = $6 \
         AND m.service > w.service ORDER BY m.service LIMIT 1) FROM waiting AS w WHERE w.service IS NOT NULL), \
         fair (of_service, next_id, turn) AS ( \
         SELECT w.service, (SELECT m.id FROM message AS m WHERE m.state = 'queued' AND m.lane = $6 \
         AND m.service = w.service AND m.priority = $1 AND m.due_ms <= $2 AND m.lease_until_ms <= $2 ORDER BY m.due_ms, m.id LIMIT 1), 1 \
         FROM waiting AS w WHERE w.service IS NOT NULL \
         UNION ALL SELECT f.of_service, (SELECT m.id FROM message AS m WHERE m.state = 'queued' \
         AND m.lane = $6 AND m.service = f.of_service AND m.priority = $1 AND m.due_ms <= $2 AND m.lease_until_ms <= $2 \
         AND (m.due_ms, m.id) > ((SELECT x.due_ms FROM message AS x WHERE x.id = f.next_id), f.next_id) \
         ORDER BY m.due_ms, m.id LIMIT 1), f.turn + 1 FROM fair AS f WHERE f.next_id IS NOT NULL \
         AND f.turn < (SELECT 3 + 2 * CAST($3 AS BIGINT) / COUNT(*) FROM waiting)), \
         due AS MATERIALIZED (SELECT id AS due_id FROM fair JOIN message ON id = next_id WHERE lease_until_ms <= $2 \
         ORDER BY turn, due_ms LIMIT $3 {skip}) \
         UPDATE message SET lease_owner = $4, lease_until_ms = $5, attempts = attempts + 1 \
         FROM due WHERE id = due_id AND COALESCE(state, '') = 'queued' AND lease_until_ms <= $2 \
         RETURNING id, verification, service, priority, created_ms, due_ms, deadline_ms, state, attempts, route, \
         carrier_id, lane",
    );
    EXPIRED = Statement::new(
        "claim.expired",
        "WITH due AS MATERIALIZED (SELECT id AS due_id FROM message WHERE state = 'queued' AND deadline_ms <= $1 \
         AND lease_until_ms <= $1 LIMIT $2 {skip}) \
         UPDATE message SET lease_owner = $3, lease_until_ms = $4, attempts = attempts + 1 \
         FROM due WHERE id = due_id AND state = 'queued' AND lease_until_ms <= $1 \
         RETURNING id, verification, service, priority, created_ms, due_ms, deadline_ms, state, attempts, route, \
         carrier_id, lane",
    );
    RENEW = Statement::list(
        "claim.renew",
        &[Kind::Bytes, Kind::Bytes, Kind::Integer],
        "UPDATE message AS t SET lease_until_ms = v.column3 {from} \
         WHERE t.id = v.column1 AND t.lease_owner = v.column2 AND t.state = 'queued'",
    );
    RELEASE = Statement::new(
        "claim.release",
        "UPDATE message SET lease_owner = NULL, lease_until_ms = $3, lane = COALESCE($4, lane), attempts = 0 \
         WHERE id = $1 AND lease_owner = $2 AND state = 'queued'",
    );
    UNSORT = Statement::new("claim.unsort", "UPDATE message SET lane = '' WHERE state = 'queued' AND lane > ''");
    FREE = Statement::new(
        "claim.free",
        "UPDATE message SET lease_owner = NULL, lease_until_ms = 0 \
         WHERE state = 'queued' AND lease_owner IS NOT NULL",
    );
}

/// Up to so many messages of each lane that are due, most urgent first, services in turn (rule D9). `share` says for a lane
/// how many; and, where several services wait, how many of these places are not for the most urgent ones while there are
/// others, so that no service is kept waiting for ever by what another calls urgent. It is asked once for each lane that
/// has messages, the first lane last: which of the others is asked first changes from one moment to the next.
///
/// # Errors
/// As [`Tx::query`].
pub fn claim(tx: &mut Tx, lease: Lease, mut share: impl FnMut(&str) -> [i64; 2]) -> Result<Vec<Claimed>, Error> {
    let Some(mut ends) = tx.query_one(&ENDS, &[])? else { return Ok(Vec::new()) };
    let (first, last): (Option<String>, Option<String>) = (ends.read()?, ends.read()?);
    let Some(first) = first else { return Ok(Vec::new()) };
    let mut lanes = vec![first];
    if last.as_ref() != lanes.first() {
        lanes = tx.query(&LANES, &values![LANES_MAX])?.iter_mut().map(Row::read).collect::<Result<_, _>>()?;
    }
    let has_first = lanes.first().is_some_and(String::is_empty);
    let mut named = lanes.split_off(usize::from(has_first));
    let turns = usize::try_from(lease.from.ms()).unwrap_or(0) % named.len().max(1);
    named.rotate_left(turns);
    let mut rows = Vec::new();
    for lane in named.iter().chain(&lanes) {
        rows.extend(claim_of(tx, lease, lane, share(lane))?);
    }
    complete(tx, rows)
}

/// The messages of one lane.
fn claim_of(tx: &mut Tx, lease: Lease, lane: &str, [max, kept]: [i64; 2]) -> Result<Vec<(Stored, String)>, Error> {
    let Lease { owner, from, until } = lease;
    let Some(mut waiting) = tx.query_one(&WAITING, &values![lane.to_owned()])? else { return Ok(Vec::new()) };
    let (first, last): (Option<ServiceId>, Option<ServiceId>) = (waiting.read()?, waiting.read()?);
    let Some(first) = first.filter(|_| max > 0) else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    if Some(first) == last {
        rows = tx.query(&CLAIM, &values![first, from, max, owner, until, lane.to_owned()])?;
    } else {
        let [first, second, third] = PRIORITIES;
        let rounds = [(first, kept), (second, 0), (third, 0), (first, 0)];
        for (priority, kept) in rounds.into_iter().take(if kept > 0 { 4 } else { 3 }) {
            let left = max - kept - i64::try_from(rows.len()).unwrap_or(max);
            if left > 0 {
                let values = values![i64::from(priority), from, left, owner, until, lane.to_owned()];
                rows.extend(tx.query(&IN_TURN, &values)?);
            }
        }
    }
    Ok(in_turn(rows.into_iter().map(read_with_lane).collect::<Result<_, _>>()?))
}

/// Up to `max` messages whose deadline is over, of all lanes, in no order. Reads the whole queue.
///
/// # Errors
/// As [`Tx::query`].
pub fn claim_expired(tx: &mut Tx, lease: Lease, max: i64) -> Result<Vec<Claimed>, Error> {
    let rows = tx.query(&EXPIRED, &values![lease.from, max, lease.owner, lease.until])?;
    let rows = rows.into_iter().map(read_with_lane).collect::<Result<_, _>>()?;
    complete(tx, rows)
}

/// Adds what their texts are made from.
fn complete(tx: &mut Tx, rows: Vec<(Stored, String)>) -> Result<Vec<Claimed>, Error> {
    let ids: Vec<VerificationId> = rows.iter().map(|(stored, _)| stored.message.verification).collect();
    let found = verification::fetch_all(tx, &ids)?;
    let found: HashMap<VerificationId, Verification> = found.into_iter().map(|v| (v.id, v)).collect();
    // A message goes with its verification; one without is never sent.
    let claimed = |(stored, lane): (Stored, String)| {
        Some(Claimed { verification: found.get(&stored.message.verification)?.clone(), lane, stored })
    };
    Ok(rows.into_iter().filter_map(claimed).collect())
}

/// The most urgent first, then each service's first, then each one's second, and so on.
fn in_turn(mut stored: Vec<(Stored, String)>) -> Vec<(Stored, String)> {
    stored.sort_by_key(|(s, _)| (s.message.priority, s.message.due_at, s.message.id));
    let mut turns: HashMap<(u8, ServiceId), usize> = HashMap::new();
    let mut turn = |s: &Stored| {
        let turn = turns.entry((s.message.priority, s.message.service)).or_default();
        *turn += 1;
        *turn
    };
    let mut turned: Vec<(usize, (Stored, String))> = stored.into_iter().map(|row| (turn(&row.0), row)).collect();
    turned.sort_by_key(|(turn, (s, _))| (s.message.priority, *turn));
    turned.into_iter().map(|(_, row)| row).collect()
}

/// Keeps leases for longer; how many of them the owner still had.
///
/// # Errors
/// As [`Tx::query`].
pub fn renew(tx: &mut Tx, owner: Owner, ids: &[MessageId], lease_until: Time) -> Result<u64, Error> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<Vec<Value>> = ids.into_iter().map(|id| values![id, owner, lease_until].into()).collect();
    tx.execute_list(&RENEW, &rows)
}

/// Gives a message up that was not sent: it keeps its place, nobody is given it before `again_at`, and it waits in this lane,
/// or in the one it stands in.
///
/// # Errors
/// As [`Tx::query`].
pub fn release(tx: &mut Tx, owner: Owner, id: MessageId, again_at: Time, lane: Option<String>) -> Result<u64, Error> {
    tx.execute(&RELEASE, &values![id, owner, again_at, lane])
}

/// Puts all that waits into the first lane: routes may be other ones than when it was sorted. How many.
///
/// # Errors
/// As [`Tx::query`].
pub fn unsort(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&UNSORT, &[])
}

/// Ends all leases: whoever had them is gone, since the data folder was not locked.
pub(crate) fn free(tx: &mut Tx) -> Result<u64, Error> {
    tx.execute(&FREE, &[])
}

fn read_with_lane(mut row: Row) -> Result<(Stored, String), Error> {
    let stored = read(&mut row)?;
    Ok((stored, row.read()?))
}
