//! docs/metrics.md, from the list that `/metrics` is made of.

use server::telemetry::METRICS;

use crate::{code, held, table};

const HEAD: &str = "# Metrics

`/metrics` on `http.admin_listen`, in OpenMetrics' text form. Every figure is of one process since its start; sum over nodes. Labels come
from our own lists: route names, states, codes of refusals; what is known of them before anything happens begins at 0. Written by a test from `crates/server/src/telemetry/metrics.rs`.

";

const TAIL: &str = "
What to watch: `tegata_link_up` 0 for minutes; `tegata_queue_age_seconds` above the time that your people wait (60, say); the share of
`outcome=\"refused\"` in `tegata_messages_sent_total` of a route; `tegata_requests_total{status=\"5xx\"}`; any
`tegata_budget_refused_total`.
";

#[test]
fn metrics() {
    let kind = |name: &str| if name.ends_with("_total") { "counter" } else { "gauge" };
    let rows = METRICS.iter().map(|(name, tells)| vec![code(name), kind(name).into(), (*tells).into()]);
    held("metrics", &format!("{HEAD}{}{TAIL}", table(&["metric", "kind", "what it tells"], rows)));
}
