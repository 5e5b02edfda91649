//! What is counted, by name.

/// Whose figure a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// One node's own since its start: counters are summed over nodes.
    Node,
    /// The database's, which each node tells as it last saw it: a sum over nodes would count it once a node.
    Database,
}

/// Every metric: its name, what it tells, and of whom; docs/metrics.md is written from it by a test.
pub const METRICS: &[(&str, &str, Of)] = &[
    ("tegata_verifications_created_total", "Verifications that began.", Of::Node),
    ("tegata_checks_total", "Codes that came back, by `outcome`: approved, or the refusal's code.", Of::Node),
    (
        "tegata_messages_sent_total",
        "Attempts to send, by `route` and `outcome`: accepted, refused, later, slower (the other side asks for less), unconfirmed.",
        Of::Node,
    ),
    (
        "tegata_route_choices_total",
        "Messages handed to a `route`, by `why` it was: order (the first that covers it), pinned, probe (to see whether it is well again), or why the first was not: banned, refused, down, silent, trouble, busy, resend (the person's last message went that way), behind (another is pinned or probed).",
        Of::Node,
    ),
    (
        "tegata_messages_maybe_repeated_total",
        "Messages that were claimed before by a process that died: they may go out twice.",
        Of::Node,
    ),
    (
        "tegata_messages_put_back_total",
        "Messages that were claimed and put back, since no route took them just then: they keep their places.",
        Of::Node,
    ),
    ("tegata_receipts_total", "Receipts that were written down, by `route` and `state`.", Of::Node),
    ("tegata_receipts_unmatched_total", "Receipts for messages that nobody knows.", Of::Node),
    ("tegata_resealed_total", "Values that an older secret had sealed, sealed with the newest one.", Of::Node),
    (
        "tegata_budget_refused_total",
        "Messages refused because a budget was used up, by `whose`: service, installation. `tegata budget` says which.",
        Of::Node,
    ),
    (
        "tegata_budget_used_percent",
        "How much of the fullest budget of this day or month is used, by `whose`: service (the fullest of any), installation. `tegata budget` says which.",
        Of::Database,
    ),
    (
        "tegata_limits_exceeded_total",
        "Requests over a rule, by `rule`: address, account, key, range, budget, and, always meant, context (one person's session) and phone (SMS to one, whoever asks); and `over`, what became of it: refused, slowed, shadow (nothing: the rule is only tried out). `tegata limits` tells it by service.",
        Of::Node,
    ),
    (
        "tegata_webhook_calls_total",
        "Calls to webhooks, by `outcome`: delivered, again (it is tried again later), failed (it was the last try), gone (410: the endpoint is disabled).",
        Of::Node,
    ),
    (
        "tegata_spans_total",
        "Spans of traces, by `outcome`: exported, lost (the collector did not take them), dropped (too many waited). All 0 without `traces.endpoint`.",
        Of::Node,
    ),
    ("tegata_webhook_deliveries_waiting", "Events on their way to webhooks, counted up to 10,000.", Of::Database),
    ("tegata_requests_total", "Requests answered, by `status` class: 2xx, 3xx, 4xx, 5xx.", Of::Node),
    ("tegata_queue_messages", "Messages that wait in the outbox.", Of::Database),
    ("tegata_queue_age_seconds", "How long the oldest message in the outbox has waited.", Of::Database),
    (
        "tegata_guides_refused",
        "Guides in the operator's folder that are broken: what was in use before still is, and the log says where.",
        Of::Node,
    ),
    ("tegata_link_up", "Whether a route's link is up, by `route`: 1 or 0.", Of::Node),
    ("tegata_route_trouble", "Whether two signs agree that less arrives by a `route` than usual: 1 or 0.", Of::Node),
    (
        "tegata_ranges_suspected",
        "Ranges of 100,000 numbers to which messages arrive and from which codes do not come back, by `verdict`: slowed, refused. `tegata limits` names them.",
        Of::Database,
    ),
    (
        "tegata_guessing",
        "Where codes are guessed in this hour or the last, by `what`: services (hardly any code is right, or more are wrong than usual), networks (each by itself). The console names the services.",
        Of::Database,
    ),
    (
        "tegata_wait_estimates_total",
        "Messages that left the queue of which was told when, by `outcome`: kept, late (it took longer than was told), early (less than half, where that was more than 10 seconds).",
        Of::Node,
    ),
    (
        "tegata_route_state",
        "How a `route` is, by `what`: share (of a thousand messages, how many may go by it: less while it is in trouble or tried again), slowed, silent, pinned, banned (1 or 0).",
        Of::Node,
    ),
    (
        "tegata_arrival_messages",
        "What came of the last hour's samples, by `route`, `carrier`, `country` and `what`: sent, back, delivered, undelivered, again (another was asked for, or help).",
        Of::Database,
    ),
];
