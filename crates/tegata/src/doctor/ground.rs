//! What a server stands on: the database with its schema, its disk and its clock, and the key file that fits it.

use std::{path::Path, sync::Arc};

use domain::{
    country::Country,
    key::KeyRing,
    route::{Known, Order},
    time::{Millis, seconds},
};
use server::{
    app::{keys, service},
    clock::Clock,
    config::{Config, DatabaseUrl, route::Route},
    run,
};
use store::{Store, StoreConfig, route, setting, sweep};

use super::finding::Report;
use crate::database::refuse_demo;

/// As much as a node's clock may be off before it is not ready (rule D11), and before that is worth a word.
const CLOCK_WRONG_MS: Millis = seconds(2);
const CLOCK_WARNING_MS: Millis = 500;
/// Room on the disk, in bytes: a busy day's log and rows; and what is about to be none.
const ROOM_WARNING_BYTES: u64 = 1 << 30;
const ROOM_WRONG_BYTES: u64 = 100 << 20;

pub async fn look(report: &mut Report, config: &Config, ring: &Arc<KeyRing>, clock: &Arc<Clock>) {
    if let DatabaseUrl::Sqlite(file) = &config.database {
        if !file.exists() {
            let says = format!("there is no database {}", file.display());
            return report.wrong("database", says, "run `tegata migrate`, or `tegata restore` with a backup");
        }
        disk(report, file);
    }
    let now = clock.clone();
    // Opening blocks, and the drivers must not do so on a thread that drives tasks.
    let settings = StoreConfig::new(run::database(&config.database));
    let keys = ring.clone();
    let opening = tokio::task::spawn_blocking(move || Store::visit(&settings, keys, Arc::new(move || now.now())));
    match opening.await {
        Ok(Ok(store)) => {
            inside(report, config, &store, ring, clock).await;
            store.close().await;
        }
        Ok(Err(error)) => {
            let says = error.to_string();
            report.wrong("database", &*says, unopened(&says));
        }
        Err(error) => report.wrong("database", error.to_string(), "report this: opening it panicked"),
    }
}

/// What only the open database tells.
async fn inside(report: &mut Report, config: &Config, store: &Store, ring: &KeyRing, clock: &Clock) {
    const MARK: &str = "doctor";
    let written = store.write(|tx| {
        setting::set(tx, MARK, "was here")?;
        setting::remove(tx, MARK)
    });
    match written.await {
        Ok(()) => report.ok("database", "reachable, writable, its schema is this version's"),
        Err(error) => report.wrong("database", error.to_string(), unwritten(&error)),
    }
    lax(report, store).await;
    if let Err(failure) = refuse_demo(store).await {
        report.wrong("database", failure.to_string(), "make one with `tegata migrate`");
    }
    match keys::fits(store, ring).await {
        Ok(()) => report.ok("keys", "the key file has every key that rows name"),
        Err(problem) => report.wrong("keys", problem.to_string(), "docs/operations.md, \"When a key must change\""),
    }
    match service::first_misfit(store, config).await {
        Ok(None) => {}
        Ok(Some(problem)) => report.wrong("services", problem, "`serve` does not start with it"),
        Err(error) => report.wrong("services", error.to_string(), "see the database"),
    }
    match service::uncovered(store, config).await {
        Ok(countries) if countries.is_empty() => {}
        Ok(countries) => {
            let countries: Vec<&str> = countries.iter().map(Country::code).collect();
            let says = format!("services allow numbers that no route is for: {}", countries.join(", "));
            report.warning(
                "routes",
                says,
                "they are refused: add to `countries` of a route, or take them off the services",
            );
        }
        Err(error) => report.wrong("routes", error.to_string(), "see the database"),
    }
    match store.read(route::all).await {
        Ok(known) => banned(report, config, &known),
        Err(error) => report.wrong("routes", error.to_string(), "see the database"),
    }
    match clocks(store, clock).await {
        Ok((ahead_ms, _)) if ahead_ms.abs() >= CLOCK_WRONG_MS => {
            let says = format!("this machine's is {ahead_ms} ms behind the database's: the node is not ready");
            report.wrong("clock", says, "let NTP keep both");
        }
        Ok((_, Some(future_ms))) if future_ms >= CLOCK_WRONG_MS => {
            let says = format!("the newest verification is {future_ms} ms in the future: a clock was set back");
            report.wrong(
                "clock",
                says,
                "set it right; else stop, and `tegata restored` ends codes that would live too long",
            );
        }
        Ok((ahead_ms, _)) if ahead_ms.abs() >= CLOCK_WARNING_MS => {
            report.warning("clock", format!("it is {ahead_ms} ms behind the database's"), "let NTP keep both");
        }
        Ok(_) => report.ok("clock", "in step with the database"),
        Err(error) => report.wrong("clock", error.to_string(), "see the database"),
    }
}

/// Whether the database keeps what it says is committed.
async fn lax(report: &mut Report, store: &Store) {
    match store.read(store::Tx::lax).await {
        Ok(lax) if lax.is_empty() => {}
        Ok(lax) => {
            let says = format!("{}: a crash may lose what was acknowledged", lax.join(", "));
            report.warning("database", says, "turn it on in the server's settings, or for this database");
        }
        Err(error) => report.wrong("database", error.to_string(), "see the database"),
    }
}

/// What to look at where it cannot be opened; SQLSTATEs stand at the end of PostgreSQL's words.
fn unopened(says: &str) -> &'static str {
    let known = [
        ("(3D000)", "make it (`createdb`), or see its name in `database`; then `tegata migrate`"),
        ("(28P01)", "see user and password in `database`"),
        (
            "(28000)",
            "see the user in `database`, and the server's pg_hba.conf; if that asks for TLS: `?sslmode=require`",
        ),
        ("(42501)", "give the user of `database` rights on it: it should own it"),
        ("(53300)", "raise the server's max_connections, or end what holds connections"),
        ("does not support TLS", "turn TLS on at the server, or, on a private network only, say no `sslmode=require`"),
        (
            "certificate",
            "the server's certificate must be for the host in `database`, by an authority that this machine trusts",
        ),
        (
            "the connection to the database is lost",
            "see host and port in `database`, the network, and that the server runs",
        ),
    ];
    let advice = known.iter().find(|(part, _)| says.contains(part)).map(|(_, advice)| *advice);
    advice.unwrap_or("nothing is accepted until it can be opened")
}

/// What to do where nothing can be written.
fn unwritten(error: &store::Error) -> &'static str {
    match error {
        store::Error::Full(_) => "make room where the database is: until then nothing is accepted",
        store::Error::Conflict(_) => "end what has it open for long, as a shell or a copy does",
        store::Error::Lost(_) => "see that it answers, and what its own log says",
        store::Error::Unavailable(_) | store::Error::Fault(_) | store::Error::Refused(_) => {
            "give the service's user the right to write, and see that its disk is sound"
        }
    }
}

/// What operators said of the routes that are configured.
fn banned(report: &mut Report, config: &Config, known: &[(String, Known)]) {
    let is_banned = |name: &str| known.iter().any(|(of, known)| of == name && known.order == Some(Order::Banned));
    let (banned, open): (Vec<&str>, Vec<&str>) =
        config.routes.iter().map(Route::name).partition(|name| is_banned(name));
    let advice = "`tegata route release` takes a ban back";
    if !banned.is_empty() && open.is_empty() {
        report.wrong("routes", "all are banned: no message goes out", advice);
    } else if !banned.is_empty() {
        report.warning("routes", format!("banned: {}", banned.join(", ")), advice);
    }
}

/// How far the database's clock is ahead of ours, and its newest verification.
async fn clocks(store: &Store, clock: &Clock) -> Result<(Millis, Option<Millis>), store::Error> {
    let newest = store.read(sweep::newest).await?;
    Ok((store.clock_ahead_ms().await?, newest.map(|at| at.since(clock.now()))))
}

fn disk(report: &mut Report, file: &Path) {
    let found = match rustix::fs::statvfs(file) {
        Ok(found) => found,
        Err(error) => return report.warning("disk", error.to_string(), "see how much room is left yourself"),
    };
    let room = found.f_bavail.saturating_mul(found.f_frsize);
    let says = format!("{} MB are free where the database is", room >> 20);
    if room < ROOM_WRONG_BYTES {
        report.wrong("disk", says, "make room now: on a full disk nothing is accepted");
    } else if room < ROOM_WARNING_BYTES {
        report.warning("disk", says, "make room");
    } else {
        report.ok("disk", says);
    }
}

#[cfg(test)]
mod tests {
    use store::Error;

    use super::{unopened, unwritten};

    #[test]
    fn what_is_to_be_looked_at_fits_why_nothing_is_opened() {
        for (says, advice) in [
            ("the database is not available: database \"d\" does not exist (3D000)", "createdb"),
            ("the database is not available: password authentication failed for user \"u\" (28P01)", "password"),
            ("the connection to the database is lost: sorry, too many clients already (53300)", "max_connections"),
            (
                "the connection to the database is lost: error performing TLS handshake: server does not support TLS",
                "sslmode",
            ),
            ("the connection to the database is lost: error connecting to server: Connection refused", "host and port"),
            ("another process uses tegata.lock", "nothing is accepted"),
        ] {
            assert!(unopened(says).contains(advice), "{says}: {}", unopened(says));
        }
    }

    #[test]
    fn what_is_to_be_done_fits_why_nothing_is_written() {
        assert!(unwritten(&Error::Full("database or disk is full".into())).starts_with("make room"));
        assert!(
            unwritten(&Error::Unavailable("attempt to write a readonly database".into())).contains("right to write")
        );
    }
}
