//! Each route, reached as the server reaches it; and a test message by the first that takes it.

use std::sync::Arc;

use domain::{address::PhoneNumber, channel::Channel, country::Country, delivery::State, key::KeyRing, locale::Locale};
use server::{
    clock::Clock,
    config::{Config, route::Route},
    send::{Fault, Outcome, Trial, Unreached},
    sms,
};

use super::finding::Report;

/// A first answer that takes longer is worth a word, in milliseconds: people wait for it.
const SLOW_MS: i64 = 3_000;
/// What `--send` is called in the report.
const TEST: &str = "test message";

pub async fn look(
    report: &mut Report,
    config: &Config,
    keys: &Arc<KeyRing>,
    clock: &Arc<Clock>,
    to: Option<PhoneNumber>,
) {
    let mut waiting = to;
    for route in &config.routes {
        let check = format!("route {}", route.name());
        let mut trial = match Trial::reach(route, &config.public_url, keys, clock).await {
            Ok(trial) => trial,
            Err(unreached) => {
                not_reached(report, &check, route, unreached);
                continue;
            }
        };
        answered(report, &check, &trial);
        if let Some(to) = waiting.take_if(|_| route.cover().takes(Channel::Sms)) {
            waiting = send(report, config, route.name(), &mut trial, to).await;
        }
        trial.close().await;
    }
    if let Some(to) = waiting {
        report.wrong(TEST, format!("no route took it for {}", to.masked()), "see the routes above");
    }
}

/// What its answer tells. A gateway need not know `HEAD`: only that it is in trouble is wrong.
fn answered(report: &mut Report, check: &str, trial: &Trial) {
    let (ms, status) = (trial.took_ms(), trial.status().unwrap_or(200));
    let says = format!("it answers {status} to HEAD, after {ms} ms");
    match status {
        501 => {}
        500.. => return report.wrong(check, says, "it is there, and in trouble by its own word: see its log"),
        404 => return report.note(check, says, "if it takes no messages either, `url` is wrong"),
        401 | 403 => {
            let advice = "as it may, since HEAD is not signed; if it takes no messages either, see `secret`, and whether \
                          it lets this machine's address in";
            return report.note(check, says, advice);
        }
        300..=399 => return report.note(check, says, "redirects are not followed: see `url`"),
        _ => {}
    }
    let says = format!("it answers, after {ms} ms");
    if ms >= SLOW_MS { report.warning(check, says, "ask the provider why") } else { report.ok(check, says) }
}

fn not_reached(report: &mut Report, check: &str, route: &Route, unreached: Unreached) {
    if unreached.why.contains("ESME_RALYBND") {
        let says = "it is there, and bound already: by the server that runs, most likely";
        return report.warning(check, says, "stop the server and run this again to be sure");
    }
    if unreached.why.contains("`tls = false`") {
        return report.wrong(
            check,
            unreached.why,
            "without TLS only over a private line or a tunnel: codes and numbers can be read",
        );
    }
    let advice = match (unreached.fault, route) {
        (Fault::Settings, _) => "set it right in the configuration",
        (Fault::Away, _) => "see its address, the network, and the provider's own page",
        (Fault::Stranger, Route::Twilio(_)) => "see `account` and `auth_token`, or `key` and `key_secret`",
        (Fault::Stranger, Route::Smpp(_) | Route::Http(_)) => {
            "see its name and password, and whether the provider lets this machine's address in"
        }
        (Fault::Misplaced, _) => "see `account` and `base_url`",
        (Fault::Trouble, _) => "it is there, and takes nothing now: see the provider's own page",
    };
    report.wrong(check, unreached.why, advice);
}

/// Sends by one route; gives the number back if the next one should try.
async fn send(
    report: &mut Report,
    config: &Config,
    route: &str,
    trial: &mut Trial,
    to: PhoneNumber,
) -> Option<PhoneNumber> {
    let locale = if config.country == Country::JP { Locale::Ja } else { Locale::En };
    let (outcome, receipt) = trial.send(to.clone(), sms::test(locale)).await;
    let whom = format!("by {route} to {}", to.masked());
    match outcome {
        Outcome::Later { .. } | Outcome::Slower { .. } => return Some(to),
        Outcome::Refused(reason) => {
            report.wrong(TEST, format!("refused {whom}: {reason:?}"), "see number and sender, and ask the provider");
        }
        Outcome::Unconfirmed { .. } => {
            report.warning(TEST, format!("handed over {whom}, without an answer"), "look at the phone");
        }
        Outcome::Accepted { .. } => match receipt {
            Some(State::Delivered) => report.ok(TEST, format!("delivered {whom}")),
            Some(State::Undelivered | State::Expired) => {
                report.wrong(
                    TEST,
                    format!("accepted {whom}, and not delivered"),
                    "look at the phone, ask the provider",
                );
            }
            None if !trial.brings_receipts() => {
                report.ok(TEST, format!("accepted {whom}; what became of it, the gateway tells the server"));
            }
            Some(State::Queued | State::Submitted) | None => {
                let says = format!("accepted {whom}; no receipt came here (a running server may have it)");
                report.warning(TEST, says, "look at the phone");
            }
        },
    }
    None
}
