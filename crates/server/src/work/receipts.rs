//! Receipts: what each says is in the store before it is acknowledged.
//!
//! Mostly its message is known: then it is applied at once. A receipt may come before the answer to its own submit, or to
//! another node: then it waits in its row until the message's id is known. What came to an address of the message's own
//! names it whatever its route answered: a gateway that said no may have sent it, and says so.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use domain::{
    address::PhoneNumber,
    delivery::State,
    digest::Digest,
    effect::Settlement,
    id::{MessageId, VerificationId},
    time::Time,
    verification::{Report, Verification},
};
use futures::{
    FutureExt, StreamExt,
    future::{join, join_all},
    stream::FuturesUnordered,
};
use store::{
    message::{self, CarrierName, Stored},
    receipt::{self, Receipt},
    verification,
};
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};
use tracing::warn;

use super::report;
use crate::{
    app::{App, arrival::Note},
    receipt::Incoming,
};

/// Receipts, or messages handed over, of one batch: one read of the store.
const BATCH_MAX: usize = 256;
/// Batches under way at once: the next is read while others are written.
const BATCHES_MAX: usize = 8;
/// The safety net: a node that stopped had not applied what it had written down.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// A message that a receipt names.
struct Known {
    stored: Stored,
    verification: Verification,
}

/// What a receipt is of.
enum Of {
    /// A message of which it tells something.
    Message(Box<Known>),
    /// A message that is over, or that another route has by now: it changes nothing.
    Past,
    /// None that is known yet.
    Nothing,
}

/// Takes receipts, and names of messages that were handed over, until `stop`.
pub async fn run(
    app: Arc<App>,
    mut incoming: mpsc::Receiver<Incoming>,
    mut handed: mpsc::Receiver<CarrierName>,
    mut stop: watch::Receiver<bool>,
) {
    let mut under_way = FuturesUnordered::new();
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        let has_room = under_way.len() < BATCHES_MAX;
        // The dispatcher ends first: receipts still come then.
        let is_handed = has_room && !(handed.is_closed() && handed.is_empty());
        let (mut receipts, mut names) = (Vec::new(), Vec::new());
        tokio::select! {
            _ = stop.changed() => break,
            Some(()) = under_way.next() => {}
            count = incoming.recv_many(&mut receipts, BATCH_MAX), if has_room => {
                if count == 0 {
                    break;
                }
                under_way.push(take(&app, receipts).boxed());
            }
            count = handed.recv_many(&mut names, BATCH_MAX), if is_handed => if count > 0 {
                under_way.push(catch_up(&app, names).boxed());
            },
            _ = look.tick(), if has_room => under_way.push(look_again(&app).boxed()),
        }
    }
    while under_way.next().await.is_some() {}
}

/// Applies receipts whose messages are known, writes the others down, and acknowledges each then. Without that its
/// carrier repeats it.
async fn take(app: &App, batch: Vec<Incoming>) {
    let now = app.now();
    let (mut waiting, mut receipts) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for one in batch {
        match read(app, &one, now) {
            Some(receipt) => {
                waiting.push(one);
                receipts.push(receipt);
            }
            None => acknowledge(app, one),
        }
    }
    let found = match find(app, receipts).await {
        Ok(found) => found,
        Err(problem) => {
            return warn_of_store!(app, %problem, "receipts could not be read; the carrier will repeat them");
        }
    };
    let (mut known, mut early) = (Vec::new(), Vec::new());
    for (one, (receipt, message)) in waiting.into_iter().zip(found) {
        match message {
            Of::Message(message) => known.push((one, receipt, message)),
            Of::Past => acknowledge(app, one),
            Of::Nothing => early.push((one, receipt)),
        }
    }
    let applied = known.into_iter().map(async |(one, receipt, message)| {
        if apply(app, &receipt, &message).await {
            acknowledge(app, one);
        }
    });
    join(join_all(applied), write_down(app, early)).await;
}

/// Writes receipts down whose messages are not known, in one commit.
async fn write_down(app: &App, early: Vec<(Incoming, Receipt)>) {
    if early.is_empty() {
        return;
    }
    let (waiting, receipts): (Vec<Incoming>, Vec<Receipt>) = early.into_iter().unzip();
    let rows = receipts.clone();
    if let Err(problem) = app.store.write(move |tx| receipt::insert(tx, &rows)).await {
        return warn_of_store!(app, %problem, "receipts could not be written down; the carrier will repeat them");
    }
    waiting.into_iter().for_each(|one| acknowledge(app, one));
    // The answer to its submit may have been written between the look for the message and the receipt's row.
    settle(app, receipts).await;
}

fn acknowledge(app: &App, one: Incoming) {
    app.metrics.received(&one.route, one.state);
    one.ack.accept();
}

/// Applies what came before its message was handed over.
async fn catch_up(app: &App, names: Vec<CarrierName>) {
    let found = app.store.read(move |tx| receipt::of(tx, &names)).await;
    settle(app, found.unwrap_or_default()).await;
}

/// Applies what nobody is applying.
async fn look_again(app: &App) {
    let found = app.store.read(|tx| receipt::matched(tx, BATCH_MAX as i64)).await;
    settle(app, found.unwrap_or_default()).await;
}

/// Applies every one of these whose message is known, and removes it then: applying it twice changes nothing.
async fn settle(app: &App, receipts: Vec<Receipt>) {
    if receipts.is_empty() {
        return;
    }
    let found = find(app, receipts).await.unwrap_or_default();
    let applied = found.into_iter().map(async |(receipt, message)| match message {
        Of::Message(message) => apply(app, &receipt, &message).await.then_some(receipt),
        Of::Past => Some(receipt),
        Of::Nothing => None,
    });
    let done: Vec<Receipt> = join_all(applied).await.into_iter().flatten().collect();
    if done.is_empty() {
        return;
    }
    if let Err(problem) = app.store.write(move |tx| receipt::remove(tx, &done)).await {
        warn_of_store!(app, %problem, "receipts that were applied could not be removed; they will be applied again");
    }
}

/// Each with what it is of.
async fn find(app: &App, receipts: Vec<Receipt>) -> Result<Vec<(Receipt, Of)>, store::Error> {
    let names: Vec<CarrierName> =
        receipts.iter().map(|receipt| (receipt.route.clone(), receipt.carrier_id.clone())).collect();
    let own: BTreeSet<MessageId> = receipts.iter().filter_map(addressed).collect();
    let wanted = names.clone();
    let (named, by_id, verifications) = app
        .store
        .read(move |tx| {
            let (named, by_id) = (message::by_carrier_name(tx, &wanted)?, message::by_id(tx, &own)?);
            let found = named.values().chain(by_id.values());
            let ids: Vec<VerificationId> = found.map(|stored| stored.message.verification).collect();
            Ok((named, by_id, verification::fetch_all(tx, &ids)?))
        })
        .await?;
    let verifications: HashMap<VerificationId, Verification> =
        verifications.into_iter().map(|verification| (verification.id, verification)).collect();
    let known = |stored: &Stored| {
        let verification = verifications.get(&stored.message.verification)?.clone();
        Some(Box::new(Known { stored: stored.clone(), verification }))
    };
    let of = |receipt: &Receipt, name: &CarrierName| match (named.get(name), addressed(receipt)) {
        (Some(stored), _) => known(stored).map_or(Of::Nothing, Of::Message),
        (None, Some(id)) => by_id.get(&id).and_then(known).map_or(Of::Nothing, |known| unheld(receipt, known)),
        (None, None) => Of::Nothing,
    };
    Ok(receipts
        .into_iter()
        .zip(&names)
        .map(|(receipt, name)| {
            let of = of(&receipt, name);
            (receipt, of)
        })
        .collect())
}

/// The message whose own address a receipt came to: only that message's, and only this route, was told it (rule D1).
fn addressed(receipt: &Receipt) -> Option<MessageId> {
    receipt.carrier_id.parse().ok().filter(|_| receipt.phone.is_none())
}

/// What a receipt is of whose route is not known to have its message: it said no, or has not answered yet. That the phone has it
/// is true whoever brought it; what else became of such an attempt, the message's present state outlives.
fn unheld(receipt: &Receipt, known: Box<Known>) -> Of {
    if receipt.state == State::Delivered {
        Of::Message(known)
    } else if known.stored.state.is_final() || known.stored.route.is_some() {
        Of::Past
    } else {
        Of::Nothing
    }
}

/// A receipt as it is kept. `None` if it names a phone that cannot be read: it can be matched with no message, ever (rule D1).
fn read(app: &App, one: &Incoming, now: Time) -> Option<Receipt> {
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

/// The phone that a receipt names: international digits, or as dialled at home.
fn phone(app: &App, recipient: &str) -> Option<Digest> {
    let international = PhoneNumber::from_e164(&format!("+{recipient}"));
    let number = international.or_else(|_| PhoneNumber::parse(recipient, Some(app.config.country))).ok()?;
    Some(app.keys.load().index().phone(&number))
}

/// Whether the receipt has done all that it can.
async fn apply(app: &App, receipt: &Receipt, Known { stored, verification }: &Known) -> bool {
    let (message, state, reason) = (stored.message.id, receipt.state, receipt.reason);
    // Ids come round again: a receipt is for a message by its id and its number (rule D1). One that names none came
    // to an address that is the message's own.
    if receipt.phone.is_some_and(|phone| verification.phone_of(message) != Some(phone)) {
        warn!(route = receipt.route, "a receipt names another phone than its message, and was dropped");
        return true;
    }
    // Where another route has it by now, that one's receipts are still to find it.
    let is_its = stored.route.as_ref().is_none_or(|holder| *holder == receipt.route);
    if stored.route.is_none() {
        app.note(Note::Sent(message, receipt.route.clone()));
    }
    match state {
        State::Delivered if is_its => app.note(Note::Received(message, true)),
        State::Undelivered | State::Expired if is_its => app.note(Note::Received(message, false)),
        State::Queued | State::Submitted | State::Delivered | State::Undelivered | State::Expired => {}
    }
    let (route, carrier_id) = is_its.then(|| (receipt.route.clone(), receipt.carrier_id.clone())).unzip();
    let settled = Settlement { message, state, route, carrier_id };
    let settlement = (state != State::Submitted).then_some(settled);
    report(app, stored.message.verification, Report { message, state, reason, settlement }).await
}
