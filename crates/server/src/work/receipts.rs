//! Receipts: written down before they are acknowledged, then matched with their message.
//!
//! A receipt may come before the answer to its own submit, or to another node: it waits in its row until the message's
//! id is known.

use std::{sync::Arc, time::Duration};

use domain::{
    address::PhoneNumber,
    delivery::State,
    digest::Digest,
    effect::Settlement,
    time::Time,
    verification::{Report, Verification},
};
use store::{
    message::{self, Stored},
    receipt::{self, Receipt},
    verification,
};
use tokio::sync::{mpsc, watch};
use tracing::warn;

use super::report;
use crate::{
    app::{App, arrival::Note},
    receipt::Incoming,
};

/// Receipts handled at once.
const BATCH_MAX: usize = 256;
/// The safety net.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// Takes receipts until `stop`.
pub async fn run(app: Arc<App>, mut incoming: mpsc::Receiver<Incoming>, mut stop: watch::Receiver<bool>) {
    let mut submissions = app.watch.submissions();
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => break,
            count = incoming.recv_many(&mut batch, BATCH_MAX) => {
                if count == 0 {
                    break;
                }
                write_down(&app, &mut batch).await;
            }
            _ = submissions.changed() => {}
            () = tokio::time::sleep(POLL_EVERY) => {}
        }
        settle(&app).await;
    }
}

/// Writes a batch in one commit and acknowledges it; without the commit the carrier repeats them.
async fn write_down(app: &App, batch: &mut Vec<Incoming>) {
    let now = app.now();
    let rows: Vec<Receipt> = batch.iter().filter_map(|one| row(app, one, now)).collect();
    let written = app.store.write(move |tx| rows.iter().try_for_each(|row| receipt::insert(tx, row.clone())));
    if let Err(problem) = written.await {
        warn!(%problem, "receipts could not be written down; the carrier will repeat them");
        batch.clear();
        return;
    }
    for one in batch.drain(..) {
        app.metrics.received(&one.route, one.state);
        one.ack.accept();
    }
}

/// A receipt's row. `None` if it names a phone that cannot be read: it can be matched with no message, ever (rule D1).
fn row(app: &App, one: &Incoming, now: Time) -> Option<Receipt> {
    let phone = match &one.recipient {
        Some(recipient) => {
            let phone = phone(app, recipient);
            if phone.is_none() {
                warn!(route = one.route, "a receipt names no phone that can be read, and was dropped");
            }
            Some(phone?)
        }
        None => None,
    };
    let (route, carrier_id) = (one.route.clone(), one.carrier_id.clone());
    Some(Receipt { route, carrier_id, at: now, state: one.state, reason: one.reason, phone })
}

/// Applies every receipt whose message is known. Each is removed only after it was applied: applying it twice changes
/// nothing.
async fn settle(app: &App) {
    let found = app.store.read(move |tx| {
        let receipts = receipt::matched(tx, BATCH_MAX as i64)?;
        let known = |one: Receipt| {
            let message = message::by_carrier_id(tx, &one.route, &one.carrier_id)?;
            let Some(message) = message else { return Ok(None) };
            let verification = verification::fetch(tx, message.message.service, message.message.verification)?;
            Ok(verification.map(|verification| (one, message, verification)))
        };
        receipts.into_iter().map(known).collect::<Result<Vec<_>, store::Error>>()
    });
    let matched: Vec<(Receipt, Stored, Verification)> = found.await.unwrap_or_default().into_iter().flatten().collect();
    if matched.is_empty() {
        return;
    }
    let applied = matched.iter().map(|(receipt, stored, v)| apply(app, receipt.clone(), stored.clone(), v));
    let applied = futures::future::join_all(applied).await;
    let done = matched.into_iter().zip(applied).filter(|(_, applied)| *applied);
    let done: Vec<Receipt> = done.map(|((receipt, ..), _)| receipt).collect();
    let removed = app.store.write(move |tx| done.iter().try_for_each(|receipt| receipt::remove(tx, receipt).map(drop)));
    if let Err(problem) = removed.await {
        warn!(%problem, "receipts that were applied could not be removed; they will be applied again");
    }
}

/// The phone that a receipt names: international digits, or as dialled at home.
fn phone(app: &App, recipient: &str) -> Option<Digest> {
    let international = PhoneNumber::from_e164(&format!("+{recipient}"));
    let number = international.or_else(|_| PhoneNumber::parse(recipient, Some(app.config.country))).ok()?;
    Some(app.keys.index().phone(&number))
}

/// Whether the receipt has done all that it can.
async fn apply(app: &App, receipt: Receipt, stored: Stored, verification: &Verification) -> bool {
    // Ids come round again: a receipt is for a message by its id and its number (rule D1). One that names none came
    // to an address that is the message's own.
    if receipt.phone.is_some_and(|phone| verification.phone_of(stored.message.id) != Some(phone)) {
        warn!(route = receipt.route, "a receipt names another phone than its message, and was dropped");
        return true;
    }
    let (state, reason) = (receipt.state, receipt.reason);
    let message = stored.message.id;
    match state {
        State::Delivered => app.note(Note::Received(message, true)),
        State::Undelivered | State::Expired => app.note(Note::Received(message, false)),
        State::Queued | State::Submitted => {}
    }
    let carrier_id = Some(receipt.carrier_id);
    let settled = Settlement { message, state, route: Some(receipt.route), carrier_id };
    let settlement = (state != State::Submitted).then_some(settled);
    report(app, stored.message.verification, Report { message, state, reason, settlement }).await
}
