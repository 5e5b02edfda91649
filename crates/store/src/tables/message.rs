//! Messages: the outbox. A row waits, is claimed under a lease, and is settled through the door.

use domain::{
    delivery::State,
    effect::{Message, Settlement},
};

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind, Value, values},
};

statements! {
    INSERT = Statement::list(
        "message.insert",
        &[
            Kind::Bytes, Kind::Bytes, Kind::Bytes, Kind::Text, Kind::Integer, Kind::Integer, Kind::Integer,
            Kind::Integer,
        ],
        "INSERT INTO message (id, verification, service, state, priority, created_ms, due_ms, deadline_ms, \
         attempts, lease_until_ms) \
         SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, v.column7, v.column8, 0, 0 \
         FROM {rows} AS v WHERE v.column1 IS NOT NULL",
    );
    SETTLE = Statement::list(
        "message.settle",
        &[Kind::Bytes, Kind::Text, Kind::Text, Kind::Text],
        "UPDATE message AS t SET state = v.column2, route = COALESCE(v.column3, t.route), \
         carrier_id = COALESCE(v.column4, t.carrier_id), lease_owner = NULL, lease_until_ms = 0 \
         FROM {rows} AS v WHERE t.id = v.column1",
    );
}

/// As it is stored.
fn name(state: State) -> &'static str {
    match state {
        State::Queued => "queued",
        State::Submitted => "submitted",
        State::Delivered => "delivered",
        State::Undelivered => "undelivered",
        State::Expired => "expired",
    }
}

/// Adds messages, sorted by id.
pub(crate) fn insert<'a>(tx: &mut Tx, messages: impl Iterator<Item = &'a Message>) -> Result<(), Error> {
    let list: Vec<Vec<Value>> = messages
        .map(|m| {
            let state = name(State::Queued).to_owned();
            let priority = i64::from(m.priority);
            values![m.id, m.verification, m.service, state, priority, m.created_at, m.due_at, m.deadline_at]
        })
        .collect();
    tx.execute_list(&INSERT, &list)?;
    Ok(())
}

/// Writes where messages are, sorted by id, and ends their leases. A row that was erased meanwhile is left alone.
pub(crate) fn settle<'a>(tx: &mut Tx, settlements: impl Iterator<Item = &'a Settlement>) -> Result<(), Error> {
    let list: Vec<Vec<Value>> = settlements
        .map(|s| values![s.message, name(s.state).to_owned(), s.route.clone(), s.carrier_id.clone()])
        .collect();
    tx.execute_list(&SETTLE, &list)?;
    Ok(())
}
