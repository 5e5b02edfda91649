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

/// Between two rounds when the last one left nothing over.
const EVERY_MS: i64 = seconds(10);
/// Between two rounds while there is more: what is over goes as fast as it came, and the writer's time stays the requests'.
const BUSY_EVERY_MS: i64 = 50;
/// Rows of a kind in one commit, so that no request waits long behind it.
const ROWS_MAX: i64 = 100;
/// Rows that a step of a walk passes.
const WALKED: i64 = 500;
/// A walk goes on at once while at least so many of the rows that a step passed were over, so that no table is much larger
/// than what it has to remember, however fast it grows.
const WALK_ON_FROM: u64 = 25;
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

/// What a round came to.
struct Round {
    erased: usize,
    /// Whether there was more than it could take.
    more: bool,
    next: Cursors,
}

/// Sweeps until `stop`, and keeps the gauges.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let (mut cursors, mut erased, mut more) = (Cursors::default(), 0, false);
    let (mut tidied_at, mut folded_at) = (app.now(), Time::from_ms(0));
    look_ahead(&app).await;
    while !*stop.borrow() {
        let pause = if more { BUSY_EVERY_MS } else { EVERY_MS };
        tokio::select! {
            _ = stop.changed() => return,
            () = app.clock.sleep_until(app.now().plus(pause)) => {}
        }
        let now = app.now();
        more = false;
        match app.store.write(move |tx| once(tx, cursors, now)).await {
            Ok(round) => {
                erased += round.erased;
                (cursors, more) = (round.next, round.more);
            }
            Err(problem) => warn_of_store!(app, %problem, "could not sweep"),
        }
        match app.sweep_guides(now, ROWS_MAX).await {
            Ok(swept) => more |= swept >= ROWS_MAX as usize,
            Err(refusal) => warn_of_store!(app, code = refusal.code(), "could not sweep guides' sessions"),
        }
        if now.since(tidied_at) < EVERY_MS {
            continue;
        }
        tidied_at = now;
        if erased > 0 {
            info!(erased, "erased verifications whose retention is over");
            erased = 0;
        }
        if now.since(folded_at) >= FOLD_EVERY_MS {
            folded_at = now;
            if let Err(refusal) = app.fold_versions().await {
                warn_of_store!(app, code = refusal.code(), "could not fold counts of guides' old versions");
            }
        }
        tidy(&app, now).await;
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

/// One round over the tables that grow with every verification.
fn once(tx: &mut store::Tx, cursors: Cursors, now: Time) -> Result<Round, store::Error> {
    let erased = sweep::verifications(tx, now, ROWS_MAX)?;
    let numbers = sweep::numbers(tx, cursors.numbers, now, WALKED)?;
    let allowances = sweep::allowances(tx, cursors.allowances, now, WALKED)?;
    let counts = [
        erased as u64,
        sweep::audit(tx, now.plus(-AUDIT_KEPT_MS), ROWS_MAX)?,
        flow::sweep(tx, now.plus(-FLOWS_KEPT_MS), ROWS_MAX)?,
        idempotency::sweep(tx, now, ROWS_MAX)?,
        support::sweep(tx, now, ROWS_MAX)?,
        tally::sweep(tx, now, ROWS_MAX)?,
        delivery::sweep(tx, now, ROWS_MAX)?,
        arrival::sweep(tx, now, ROWS_MAX)?,
    ];
    let full = counts.iter().any(|count| *count >= ROWS_MAX as u64);
    let more = full || [numbers, allowances].iter().any(|step| step.dropped >= WALK_ON_FROM);
    Ok(Round { erased, more, next: Cursors { numbers: numbers.next, allowances: allowances.next } })
}

/// The tables that stay small, and rows that a clock that was set back left far ahead.
async fn tidy(app: &App, now: Time) {
    let tidied = app.store.write(move |tx| {
        message::hasten(tx, now, now.plus(DUE_WITHIN_MS))?;
        delivery::hasten(tx, now)?;
        console::sweep(tx, now)?;
        range::sweep(tx, now)?;
        guess::sweep(tx, now)?;
        learnt::sweep(tx, now)?;
        budget::sweep(tx, now.plus(-AUDIT_KEPT_MS))?;
        excess::sweep(tx, now.plus(-AUDIT_KEPT_MS))?;
        receipt::sweep(tx, now.plus(-RECEIPT_WAITS_MS))
    });
    match tidied.await {
        Ok(unmatched) => {
            app.metrics.unmatched.inc_by(unmatched);
        }
        Err(problem) => warn_of_store!(app, %problem, "could not sweep"),
    }
}

/// Reads what `/metrics` tells about the queue, the guides and the links.
pub async fn gauge(app: &App) {
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
    // What the node knows by itself stands before what the database may be long about.
    if let Ok(queue) = app.store.read(store::message::backlog).await {
        let oldest = queue.oldest_at.map_or(0, |at| app.now().since(at) / 1_000);
        app.metrics.queue_is(queue.queued, oldest);
    }
    if let Ok(waiting) = app.store.read(|tx| delivery::waiting(tx, WAITING_MAX)).await {
        app.metrics.webhooks_waiting_are(waiting);
    }
    app.metrics.clear_arrivals();
    for Line { route, carrier, country, sums } in &app.lately_summed().lines {
        let figures = [
            ("sent", sums.sent),
            ("back", sums.back),
            ("delivered", sums.delivered),
            ("undelivered", sums.undelivered),
            ("again", sums.again),
        ];
        for (what, count) in figures {
            app.metrics.arrivals_are([route, carrier, country], what, count);
        }
    }
}
