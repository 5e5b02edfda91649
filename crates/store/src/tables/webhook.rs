//! Webhooks: the endpoints of services, and which events each is told of.

use domain::{
    id::{ServiceId, WebhookId},
    time::Time,
    webhook::{ENDPOINTS_MAX, Kind},
};

use super::{decode, encode, word};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Kind as Column, Row, Value, values},
};

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose events it is told of.
    pub service: ServiceId,
    /// Where it is.
    pub url: String,
    /// Which events.
    pub events: Vec<Kind>,
    /// What its calls are signed with, sealed for its id.
    pub secret: Vec<u8>,
    /// Since when it is there.
    pub created_at: Time,
    /// Since when nothing is sent there: it said that it is gone.
    pub disabled_at: Option<Time>,
}

statements! {
    INSERT = Statement::new(
        "webhook.insert",
        "INSERT INTO webhook (id, service, url, events, secret, created_ms, lease_until_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
    );
    SUBSCRIBE = Statement::list(
        "webhook.subscribe",
        &[Column::Bytes, Column::Text, Column::Bytes],
        "INSERT INTO webhook_subscription (service, kind, webhook) {new}",
    );
    UNSUBSCRIBE = Statement::new(
        "webhook.unsubscribe",
        "DELETE FROM webhook_subscription WHERE service = $1 AND webhook = $2",
    );
    LIST = Statement::new(
        "webhook.list",
        "SELECT id, service, url, events, secret, created_ms, disabled_ms FROM webhook \
         WHERE service = $1 ORDER BY created_ms, id LIMIT 100",
    );
    ALL_OF_THEM = Statement::new(
        "webhook.all",
        "SELECT id, service, url, events, secret, created_ms, disabled_ms FROM webhook ORDER BY service, id LIMIT $1",
    );
    FETCH = Statement::new(
        "webhook.fetch",
        "SELECT id, service, url, events, secret, created_ms, disabled_ms FROM webhook WHERE service = $1 AND id = $2",
    );
    REMOVE = Statement::new("webhook.remove", "DELETE FROM webhook WHERE service = $1 AND id = $2");
    DISABLE = Statement::new(
        "webhook.disable",
        "UPDATE webhook SET disabled_ms = $3 WHERE service = $1 AND id = $2 AND disabled_ms IS NULL",
    );
}

/// Adds an endpoint; `false` if its service has as many as it may.
///
/// # Errors
/// As [`Tx::query`].
pub fn insert(tx: &mut Tx, webhook: &Webhook) -> Result<bool, Error> {
    let Webhook { id, service, url, events, secret, created_at, disabled_at: _ } = webhook.clone();
    if list(tx, service)?.len() as i64 >= ENDPOINTS_MAX {
        return Ok(false);
    }
    tx.execute(&INSERT, &values![id, service, url, encode(&events), secret, created_at])?;
    let subscription = |kind: &Kind| values![service, word(kind), id].into();
    let subscriptions: Vec<Vec<Value>> = events.iter().map(subscription).collect();
    tx.execute_list(&SUBSCRIBE, &subscriptions)?;
    Ok(true)
}

/// A service's endpoints, oldest first.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, service: ServiceId) -> Result<Vec<Webhook>, Error> {
    tx.query(&LIST, &values![service])?.into_iter().map(read).collect()
}

/// Up to `max` endpoints of all services: for operators.
///
/// # Errors
/// As [`Tx::query`].
pub fn all(tx: &mut Tx, max: i64) -> Result<Vec<Webhook>, Error> {
    tx.query(&ALL_OF_THEM, &values![max])?.into_iter().map(read).collect()
}

/// An endpoint of a service.
///
/// # Errors
/// As [`Tx::query`].
pub fn fetch(tx: &mut Tx, service: ServiceId, id: WebhookId) -> Result<Option<Webhook>, Error> {
    tx.query_one(&FETCH, &values![service, id])?.map(read).transpose()
}

/// Takes an endpoint away; `false` if the service has none of this id. What was on its way there is not sent any more,
/// and swept in its time.
///
/// # Errors
/// As [`Tx::query`].
pub fn remove(tx: &mut Tx, service: ServiceId, id: WebhookId) -> Result<bool, Error> {
    tx.execute(&UNSUBSCRIBE, &values![service, id])?;
    Ok(tx.execute(&REMOVE, &values![service, id])? == 1)
}

/// Ends an endpoint that said that it is gone.
///
/// # Errors
/// As [`Tx::query`].
pub fn disable(tx: &mut Tx, service: ServiceId, id: WebhookId, now: Time) -> Result<(), Error> {
    tx.execute(&UNSUBSCRIBE, &values![service, id])?;
    tx.execute(&DISABLE, &values![service, id, now])?;
    Ok(())
}

pub(super) fn read(mut row: Row) -> Result<Webhook, Error> {
    Ok(Webhook {
        id: row.read()?,
        service: row.read()?,
        url: row.read()?,
        events: decode(&mut row)?,
        secret: row.read()?,
        created_at: row.read()?,
        disabled_at: row.read()?,
    })
}
