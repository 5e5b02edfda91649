//! What is over is swept away, a bounded number of rows at a time: numbers when their retention ends, rows that have
//! nothing left to remember, flows, kept answers.

use std::sync::Arc;

use domain::{
    route::Order,
    time::{Time, days, hours, minutes, seconds},
};
use store::{
    arrival::Line, budget, console, delivery, excess, flow, idempotency, message, receipt, support, sweep, tally,
};
use tokio::sync::watch;
use tracing::{info, warn};

use crate::app::{
    App,
    arrival::{self, RouteState},
    guess, range,
    route::learnt::{self, Condition, RouteView},
};

const EVERY_MS: i64 = seconds(10);
/// Rows of a kind in one commit, so that no request waits long behind it.
const ROWS_MAX: i64 = 500;
/// How often counts of guides' old versions are folded.
const FOLD_EVERY_MS: i64 = hours(1);
/// How long the audit and the budgets of past days are kept.
const AUDIT_KEPT_MS: i64 = days(400);
/// How long a flow that is over can still say so, to its person and its application.
const FLOWS_KEPT_MS: i64 = days(1);
/// How long a receipt waits for its message to be known.
const RECEIPT_WAITS_MS: i64 = minutes(10);

/// A message waits for its turn less long than this: slowed or put back, a minute.
const DUE_WITHIN_MS: i64 = minutes(2);
/// How far deliveries that wait are counted.
const WAITING_MAX: i64 = 10_000;

/// A row from further ahead than this is from before the clock was set back.
const CLOCK_AHEAD_MS: i64 = minutes(1);

/// Where the walks through the tables go on.
#[derive(Clone, Copy, Default)]
struct Cursors {
    numbers: sweep::Cursor,
    allowances: sweep::Cursor,
}

/// Sweeps until `stop`, and keeps the gauges.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let (mut cursors, mut folded_at) = (Cursors::default(), Time::from_ms(0));
    look_ahead(&app).await;
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            () = app.clock.sleep_until(app.now().plus(EVERY_MS)) => {}
        }
        let now = app.now();
        match app.store.write(move |tx| once(tx, cursors, now)).await {
            Ok((erased, unmatched, next)) => {
                cursors = next;
                app.metrics.unmatched.inc_by(unmatched);
                if erased > 0 {
                    info!(erased, "erased verifications whose retention is over");
                }
            }
            Err(problem) => warn!(%problem, "could not sweep"),
        }
        if let Err(refusal) = app.sweep_guides(now, ROWS_MAX).await {
            warn!(code = refusal.code(), "could not sweep guides' sessions");
        }
        if now.since(folded_at) >= FOLD_EVERY_MS {
            folded_at = now;
            if let Err(refusal) = app.fold_versions().await {
                warn!(code = refusal.code(), "could not fold counts of guides' old versions");
            }
        }
        if let Err(refusal) = app.give_budgets_back(false).await {
            warn!(code = refusal.code(), "what was left of a day's budgets could not be given back to the month");
        }
        gauge(&app).await;
    }
}

/// Says so if the newest verification is from the future: it and its like would live too long (rule D11).
async fn look_ahead(app: &App) {
    let newest = app.store.read(sweep::newest).await.ok().flatten();
    let ahead_ms = newest.map_or(0, |at| at.since(app.now()));
    if ahead_ms > CLOCK_AHEAD_MS {
        warn!(
            ahead_ms,
            "the newest verification is from the future: if the clock was set back, `tegata restored` ends such"
        );
    }
}

/// One round over every table; says what was erased, how many receipts found no message, and where to go on.
fn once(tx: &mut store::Tx, cursors: Cursors, now: Time) -> Result<(usize, u64, Cursors), store::Error> {
    message::hasten(tx, now, now.plus(DUE_WITHIN_MS))?;
    let erased = sweep::verifications(tx, now, ROWS_MAX)?;
    let numbers = sweep::numbers(tx, cursors.numbers, now, ROWS_MAX)?;
    let allowances = sweep::allowances(tx, cursors.allowances, now, ROWS_MAX)?;
    sweep::audit(tx, now.plus(-AUDIT_KEPT_MS), ROWS_MAX)?;
    flow::sweep(tx, now.plus(-FLOWS_KEPT_MS), ROWS_MAX)?;
    idempotency::sweep(tx, now, ROWS_MAX)?;
    support::sweep(tx, now, ROWS_MAX)?;
    tally::sweep(tx, now, ROWS_MAX)?;
    console::sweep(tx, now)?;
    delivery::sweep(tx, now, ROWS_MAX)?;
    arrival::sweep(tx, now, ROWS_MAX)?;
    range::sweep(tx, now)?;
    guess::sweep(tx, now)?;
    learnt::sweep(tx, now)?;
    budget::sweep(tx, now.plus(-AUDIT_KEPT_MS))?;
    excess::sweep(tx, now.plus(-AUDIT_KEPT_MS))?;
    let unmatched = receipt::sweep(tx, now.plus(-RECEIPT_WAITS_MS))?;
    Ok((erased, unmatched, Cursors { numbers, allowances }))
}

/// Reads what `/metrics` tells about the queue, the guides and the links.
pub async fn gauge(app: &App) {
    if let Ok(queue) = app.store.read(store::message::backlog).await {
        let oldest = queue.oldest_at.map_or(0, |at| app.now().since(at) / 1_000);
        app.metrics.queue_is(queue.queued, oldest);
    }
    if let Ok(waiting) = app.store.read(|tx| delivery::waiting(tx, WAITING_MAX)).await {
        app.metrics.webhooks_waiting_are(waiting);
    }
    app.metrics.guides_refused_are(app.guides.troubles().len());
    for route in app.routes.iter() {
        app.metrics.link_is(&route.name, route.link.is_up());
        app.metrics.trouble_is(&route.name, app.route_state(&route.name) == RouteState::Trouble);
    }
    for RouteView { name, condition, known } in app.routes.views(app.now()) {
        app.metrics.route_is(&name, "share", known.share());
        app.metrics.route_is(&name, "slowed", i64::from(condition == Condition::Slowed));
        app.metrics.route_is(&name, "silent", i64::from(condition == Condition::Silent));
        app.metrics.route_is(&name, "pinned", i64::from(known.order == Some(Order::Pinned)));
        app.metrics.route_is(&name, "banned", i64::from(known.order == Some(Order::Banned)));
    }
    let Ok(lines) = app.lately().await else { return };
    app.metrics.clear_arrivals();
    for Line { route, carrier, country, sums } in lines {
        let figures = [
            ("sent", sums.sent),
            ("back", sums.back),
            ("delivered", sums.delivered),
            ("undelivered", sums.undelivered),
            ("again", sums.again),
        ];
        for (what, count) in figures {
            app.metrics.arrivals_are([&route, &carrier, &country], what, count);
        }
    }
}
