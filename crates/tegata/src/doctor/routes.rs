//! Each route, reached as the server reaches it; and a test message by the first that takes it.

use std::sync::Arc;

use domain::{address::PhoneNumber, channel::Channel, country::Country, delivery::State, key::KeyRing, locale::Locale};
use server::{
    clock::Clock,
    config::Config,
    send::{Outcome, Trial, Unreached},
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
                not_reached(report, &check, unreached);
                continue;
            }
        };
        match trial.took_ms() {
            ms @ SLOW_MS.. => report.warning(&check, format!("it answers, after {ms} ms"), "ask the provider why"),
            ms => report.ok(&check, format!("it answers, after {ms} ms")),
        }
        if let Some(to) = waiting.take_if(|_| route.cover().takes(Channel::Sms)) {
            waiting = send(report, config, route.name(), &mut trial, to).await;
        }
        trial.close().await;
    }
    if let Some(to) = waiting {
        report.wrong(TEST, format!("no route took it for {}", to.masked()), "see the routes above");
    }
}

fn not_reached(report: &mut Report, check: &str, unreached: Unreached) {
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
    let advice = if unreached.refused {
        "see its name and password, and whether the provider lets this machine's address in"
    } else {
        "see its address, the network, and the provider's own page"
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
