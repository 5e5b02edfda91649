//! The labelled counters that are there at 0 before their first event: `increase()` does not see a series begin, so that an
//! alert would miss the first batch of what it waits for.

use std::hash::Hash;

use domain::{
    limit::{Limited, Over},
    refusal::Refusal,
};
use prometheus_client::metrics::{counter::Counter, family::Family};

use super::{Metrics, Outcome, RouteOutcome, RuleOver, Status, UsedUp, Whose};

const WEBHOOK_CALLS: [&str; 4] = ["delivered", "again", "failed", "gone"];
const SPANS: [&str; 3] = ["exported", "lost", "dropped"];
const ESTIMATES: [&str; 3] = ["kept", "late", "early"];
const STATUSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];
const SENT: [&str; 5] = ["accepted", "refused", "later", "slower", "unconfirmed"];

/// What a code that comes back is refused with.
const CHECKS: [Refusal; 6] = [
    Refusal::IncorrectCode { checks_left: 0 },
    Refusal::SupersededCode { checks_left: 0 },
    Refusal::ExpiredCode,
    Refusal::AlreadyUsed,
    Refusal::Canceled,
    Refusal::TooManyChecks { retry_at: None },
];

impl Metrics {
    /// Begins whatever labels are known before anything happens.
    pub(super) fn begin(&self) {
        let outcome = |outcome| Outcome { outcome };
        let exceeded = Limited::ALL.into_iter().flat_map(|rule| Over::ALL.map(|over| (rule, over)));
        let exceeded = exceeded.map(|(rule, over)| RuleOver { rule: rule.name(), over: over.name() });
        begin(&self.exceeded, exceeded);
        let whose = [UsedUp::Service, UsedUp::Installation];
        begin(&self.budget_refused, whose.map(|whose| Whose { whose: whose.name() }));
        let refused = CHECKS.iter().map(Refusal::code);
        begin(&self.checks, refused.chain(["approved"]).map(outcome));
        begin(&self.webhook_calls, WEBHOOK_CALLS.map(outcome));
        begin(&self.spans, SPANS.map(outcome));
        begin(&self.estimates, ESTIMATES.map(outcome));
        begin(&self.requests, STATUSES.map(|status| Status { status }));
    }

    /// Begins what is counted of a configured route.
    pub(crate) fn begin_route(&self, route: &str) {
        let of = |outcome: &str| RouteOutcome { route: route.to_owned(), outcome: outcome.to_owned() };
        begin(&self.sent, SENT.map(of));
    }
}

fn begin<L: Clone + Eq + Hash>(family: &Family<L, Counter>, all: impl IntoIterator<Item = L>) {
    for labels in all {
        family.get_or_create(&labels).inc_by(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::METRICS;

    #[test]
    fn what_alerts_wait_for_is_there_before_it_happens() {
        let metrics = Metrics::default();
        metrics.begin_route("r");
        let text = metrics.text();
        for series in [
            "tegata_budget_refused_total{whose=\"service\"}",
            "tegata_budget_refused_total{whose=\"installation\"}",
            "tegata_limits_exceeded_total{rule=\"range\",over=\"slowed\"}",
            "tegata_limits_exceeded_total{rule=\"budget\",over=\"shadow\"}",
            "tegata_checks_total{outcome=\"approved\"}",
            "tegata_checks_total{outcome=\"incorrect-code\"}",
            "tegata_webhook_calls_total{outcome=\"failed\"}",
            "tegata_spans_total{outcome=\"lost\"}",
            "tegata_requests_total{status=\"5xx\"}",
            "tegata_messages_sent_total{route=\"r\",outcome=\"unconfirmed\"}",
        ] {
            assert!(text.lines().any(|line| line == format!("{series} 0")), "{series}: {text}");
        }
    }

    /// A name that is counted under another would stay at 0.
    #[test]
    fn what_begins_is_documented() {
        for (metric, outcomes) in [
            ("tegata_webhook_calls_total", &WEBHOOK_CALLS[..]),
            ("tegata_spans_total", &SPANS),
            ("tegata_wait_estimates_total", &ESTIMATES),
            ("tegata_requests_total", &STATUSES),
            ("tegata_messages_sent_total", &SENT),
        ] {
            let (_, help, _) = METRICS.iter().find(|(name, ..)| *name == metric).expect("it is a metric");
            for outcome in outcomes {
                assert!(help.contains(outcome), "{metric}: {outcome}");
            }
        }
    }
}
