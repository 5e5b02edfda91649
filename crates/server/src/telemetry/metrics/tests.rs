//! What is exposed is what is documented.

use super::*;

#[test]
fn every_metric_is_documented_and_every_documented_one_is_there() {
    let metrics = Metrics::default();
    metrics.checked(None);
    metrics.sent("r", "accepted", Time::from_ms(0));
    metrics.chosen("r", "order");
    metrics.received("r", State::Delivered);
    metrics.answered(200);
    metrics.budget_refused(UsedUp::Service);
    metrics.exceeded(Limited::Account, Over::Refused, 1);
    metrics.webhook_called("delivered");
    metrics.spans("exported", 1);
    metrics.estimated("kept");
    metrics.ranges_are(0, 1);
    metrics.guessing_is(1, 2);
    metrics.budget_used_is(UsedUp::Service, 80);
    metrics.link_is("r", true);
    metrics.trouble_is("r", false);
    metrics.route_is("r", "share", 1_000);
    metrics.arrivals_are(["r", "unknown", "JP"], "sent", 1);
    let text = metrics.text();
    for (name, help, _) in METRICS {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name} is not exposed");
        assert!(text.contains(help), "{name} has another help text");
    }
    let named = text.lines().filter(|line| line.starts_with("# TYPE")).count();
    assert_eq!(named, METRICS.len());
}
