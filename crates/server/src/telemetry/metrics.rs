//! Counters and gauges, for Prometheus. Labels come from our own lists, never from input (rule D8).

mod begin;
#[cfg(test)]
mod tests;

use domain::{
    delivery::State,
    limit::{Limited, Over},
    refusal::Refusal,
    time::Time,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{METRICS, rate::Rate};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Whose {
    whose: &'static str,
}

/// Whose budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsedUp {
    /// A service's own.
    Service,
    /// That of all services together.
    Installation,
}

impl UsedUp {
    fn name(self) -> &'static str {
        match self {
            UsedUp::Service => "service",
            UsedUp::Installation => "installation",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RuleOver {
    rule: &'static str,
    over: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Judged {
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct What {
    what: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteOutcome {
    route: String,
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteChoice {
    route: String,
    why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteState {
    route: String,
    state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteWhat {
    route: String,
    what: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Arrival {
    route: String,
    carrier: String,
    country: String,
    what: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Status {
    status: &'static str,
}

/// What one process counts.
pub struct Metrics {
    registry: Registry,
    pub(crate) created: Counter,
    pub(crate) maybe_repeated: Counter,
    pub(crate) put_back: Counter,
    pub(crate) unmatched: Counter,
    pub(crate) resealed: Counter,
    checks: Family<Outcome, Counter>,
    budget_refused: Family<Whose, Counter>,
    exceeded: Family<RuleOver, Counter>,
    sent: Family<RouteOutcome, Counter>,
    choices: Family<RouteChoice, Counter>,
    receipts: Family<RouteState, Counter>,
    requests: Family<Status, Counter>,
    spans: Family<Outcome, Counter>,
    webhook_calls: Family<Outcome, Counter>,
    estimates: Family<Outcome, Counter>,
    webhooks_waiting: Gauge,
    queue: Gauge,
    queue_age: Gauge,
    guides_refused: Gauge,
    links: Family<Route, Gauge>,
    troubles: Family<Route, Gauge>,
    ranges: Family<Judged, Gauge>,
    guessing: Family<What, Gauge>,
    budget_used: Family<Whose, Gauge>,
    route_states: Family<RouteWhat, Gauge>,
    arrivals: Family<Arrival, Gauge>,
    rate: Rate,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Metrics {
            registry: Registry::default(),
            created: Counter::default(),
            budget_refused: Family::default(),
            exceeded: Family::default(),
            maybe_repeated: Counter::default(),
            put_back: Counter::default(),
            unmatched: Counter::default(),
            resealed: Counter::default(),
            checks: Family::default(),
            sent: Family::default(),
            choices: Family::default(),
            receipts: Family::default(),
            requests: Family::default(),
            webhook_calls: Family::default(),
            estimates: Family::default(),
            spans: Family::default(),
            webhooks_waiting: Gauge::default(),
            queue: Gauge::default(),
            queue_age: Gauge::default(),
            guides_refused: Gauge::default(),
            links: Family::default(),
            troubles: Family::default(),
            ranges: Family::default(),
            guessing: Family::default(),
            budget_used: Family::default(),
            route_states: Family::default(),
            arrivals: Family::default(),
            rate: Rate::default(),
        };
        metrics.register();
        metrics.begin();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        // The library ends each help text with a full stop.
        let help = |name: &str| {
            let text = METRICS.iter().find(|(known, ..)| *known == name).map_or("", |(_, help, _)| help);
            text.trim_end_matches('.')
        };
        // The library adds `_total` to counters by itself.
        let counter = |name: &str| (name.to_owned(), help(&format!("{name}_total")).to_owned());
        let registry = &mut self.registry;
        let mut count = |name: &str, metric: Counter| {
            let (name, help) = counter(name);
            registry.register(name, help, metric);
        };
        count("tegata_verifications_created", self.created.clone());
        count("tegata_messages_maybe_repeated", self.maybe_repeated.clone());
        count("tegata_messages_put_back", self.put_back.clone());
        count("tegata_receipts_unmatched", self.unmatched.clone());
        count("tegata_resealed", self.resealed.clone());
        registry.register("tegata_checks", help("tegata_checks_total"), self.checks.clone());
        registry.register("tegata_budget_refused", help("tegata_budget_refused_total"), self.budget_refused.clone());
        registry.register("tegata_limits_exceeded", help("tegata_limits_exceeded_total"), self.exceeded.clone());
        registry.register("tegata_messages_sent", help("tegata_messages_sent_total"), self.sent.clone());
        registry.register("tegata_route_choices", help("tegata_route_choices_total"), self.choices.clone());
        registry.register("tegata_receipts", help("tegata_receipts_total"), self.receipts.clone());
        registry.register("tegata_requests", help("tegata_requests_total"), self.requests.clone());
        registry.register("tegata_webhook_calls", help("tegata_webhook_calls_total"), self.webhook_calls.clone());
        registry.register("tegata_spans", help("tegata_spans_total"), self.spans.clone());
        let waiting = "tegata_webhook_deliveries_waiting";
        registry.register(waiting, help(waiting), self.webhooks_waiting.clone());
        registry.register("tegata_queue_messages", help("tegata_queue_messages"), self.queue.clone());
        registry.register("tegata_queue_age_seconds", help("tegata_queue_age_seconds"), self.queue_age.clone());
        registry.register("tegata_guides_refused", help("tegata_guides_refused"), self.guides_refused.clone());
        registry.register("tegata_link_up", help("tegata_link_up"), self.links.clone());
        registry.register("tegata_route_trouble", help("tegata_route_trouble"), self.troubles.clone());
        registry.register("tegata_ranges_suspected", help("tegata_ranges_suspected"), self.ranges.clone());
        registry.register("tegata_guessing", help("tegata_guessing"), self.guessing.clone());
        registry.register("tegata_budget_used_percent", help("tegata_budget_used_percent"), self.budget_used.clone());
        registry.register("tegata_wait_estimates", help("tegata_wait_estimates_total"), self.estimates.clone());
        registry.register("tegata_route_state", help("tegata_route_state"), self.route_states.clone());
        registry.register("tegata_arrival_messages", help("tegata_arrival_messages"), self.arrivals.clone());
    }

    /// Counts a code that came back.
    pub fn checked(&self, refusal: Option<&Refusal>) {
        let outcome = refusal.map_or("approved", Refusal::code);
        self.checks.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts requests over a rule.
    pub fn exceeded(&self, rule: Limited, over: Over, count: u64) {
        let names = RuleOver { rule: rule.name(), over: over.name() };
        self.exceeded.get_or_create(&names).inc_by(count);
    }

    /// Remembers of how many services codes are guessed, and by how many networks.
    pub fn guessing_is(&self, services: usize, networks: usize) {
        for (what, count) in [("services", services), ("networks", networks)] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.guessing.get_or_create(&What { what }).set(count);
        }
    }

    /// Remembers how many ranges of numbers are slowed and refused.
    pub fn ranges_are(&self, slowed: usize, refused: usize) {
        for (verdict, count) in [("slowed", slowed), ("refused", refused)] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.ranges.get_or_create(&Judged { verdict }).set(count);
        }
    }

    /// Remembers how much of the fullest budget is used up.
    pub fn budget_used_is(&self, whose: UsedUp, percent: i64) {
        self.budget_used.get_or_create(&Whose { whose: whose.name() }).set(percent);
    }

    /// Counts a message that no budget had room for.
    pub fn budget_refused(&self, whose: UsedUp) {
        self.budget_refused.get_or_create(&Whose { whose: whose.name() }).inc();
    }

    /// Counts an attempt to send.
    pub fn sent(&self, route: &str, outcome: &str, now: Time) {
        if !matches!(outcome, "later" | "slower") {
            self.rate.count(now);
        }
        self.sent.get_or_create(&RouteOutcome { route: route.to_owned(), outcome: outcome.to_owned() }).inc();
    }

    /// Counts a message that a route is given.
    pub fn chosen(&self, route: &str, why: &str) {
        self.choices.get_or_create(&RouteChoice { route: route.to_owned(), why: why.to_owned() }).inc();
    }

    /// Counts a receipt.
    pub fn received(&self, route: &str, state: State) {
        let state = match state {
            State::Queued => "queued",
            State::Submitted => "submitted",
            State::Delivered => "delivered",
            State::Undelivered => "undelivered",
            State::Expired => "expired",
        };
        self.receipts.get_or_create(&RouteState { route: route.to_owned(), state: state.to_owned() }).inc();
    }

    /// Counts a message of which was told when it would go.
    pub fn estimated(&self, outcome: &'static str) {
        self.estimates.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a call to a webhook.
    pub fn webhook_called(&self, outcome: &'static str) {
        self.webhook_calls.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts spans and what became of them.
    pub fn spans(&self, outcome: &'static str, count: u64) {
        self.spans.get_or_create(&Outcome { outcome }).inc_by(count);
    }

    /// Remembers how many events are on their way to webhooks.
    pub fn webhooks_waiting_are(&self, deliveries: i64) {
        self.webhooks_waiting.set(deliveries);
    }

    /// Counts an answer by its status' class.
    pub fn answered(&self, status: u16) {
        let status = match status {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        self.requests.get_or_create(&Status { status }).inc();
    }

    /// Messages that go out a second, lately.
    pub fn sends_per_second(&self, now: Time) -> Option<u32> {
        self.rate.per_second(now)
    }

    /// Remembers how long the queue is.
    pub fn queue_is(&self, messages: i64, oldest_seconds: i64) {
        self.queue.set(messages);
        self.queue_age.set(oldest_seconds);
    }

    /// Remembers how many guides are broken.
    pub fn guides_refused_are(&self, guides: usize) {
        self.guides_refused.set(i64::try_from(guides).unwrap_or(i64::MAX));
    }

    /// Remembers whether a link is up.
    pub fn link_is(&self, route: &str, up: bool) {
        self.links.get_or_create(&Route { route: route.to_owned() }).set(i64::from(up));
    }

    /// Remembers whether less arrives by a route than usual.
    pub fn trouble_is(&self, route: &str, trouble: bool) {
        self.troubles.get_or_create(&Route { route: route.to_owned() }).set(i64::from(trouble));
    }

    /// Remembers one thing of how a route is.
    pub fn route_is(&self, route: &str, what: &str, figure: i64) {
        self.route_states.get_or_create(&RouteWhat { route: route.to_owned(), what: what.to_owned() }).set(figure);
    }

    /// Forgets the last hour's arrivals, before the next ones are told.
    pub fn clear_arrivals(&self) {
        self.arrivals.clear();
    }

    /// Remembers how many of the last hour's samples by a route to a carrier and country were sent, came back and so on.
    pub fn arrivals_are(&self, [route, carrier, country]: [&str; 3], what: &str, count: i64) {
        let of = Arrival {
            route: route.to_owned(),
            carrier: carrier.to_owned(),
            country: country.to_owned(),
            what: what.to_owned(),
        };
        self.arrivals.get_or_create(&of).set(count);
    }

    /// Everything, in Prometheus' text form.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _written = encode(&mut text, &self.registry);
        text
    }
}
