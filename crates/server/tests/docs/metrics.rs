//! docs/metrics.md, from the list that `/metrics` is made of.

use server::telemetry::{METRICS, Of};

use crate::{code, held, table};

const HEAD: &str = "# Metrics

`/metrics` on `http.admin_listen`, in OpenMetrics' text form. Figures of `node` are one process's since its start: sum counters over nodes. Those of
`database` are the same on each node, as it last looked: take `max by (…)` their labels, also before a sum. Labels come from our own lists: route names, states, codes of refusals; what is known of them before anything happens begins
at 0. Written by a test from `crates/server/src/telemetry/catalogue.rs`.

";

const TAIL: &str = "
What to watch: `tegata_link_up` 0 for minutes; `tegata_queue_age_seconds` above the time that your people wait (60, say); the share of
`outcome=\"refused\"` in `tegata_messages_sent_total` of a route; `tegata_requests_total{status=\"5xx\"}`; any
`tegata_budget_refused_total`.
";

#[test]
fn metrics() {
    let kind = |name: &str| if name.ends_with("_total") { "counter" } else { "gauge" };
    let of = |of: &Of| match of {
        Of::Node => "node",
        Of::Database => "database",
    };
    let row = |(name, tells, whose): &(&str, &str, Of)| {
        vec![code(name), kind(name).into(), of(whose).into(), (*tells).into()]
    };
    let table = table(&["metric", "kind", "of", "what it tells"], METRICS.iter().map(row));
    held("metrics", &format!("{HEAD}{table}{TAIL}"));
}
