//! What a request may do, whichever door it came in by.
//!
//! Handlers parse and render; here a request becomes an operation on the store. Everything that is read, sealed or
//! hashed is so before the store's queue, so that its worker only decides.

pub mod arrival;
pub mod budget;
pub mod caller;
pub mod console;
pub mod ending;
pub mod excess;
mod fairness;
pub mod flow;
pub mod guess;
pub mod guide;
pub mod idempotency;
pub mod keys;
pub mod learning;
pub mod logo;
pub mod queue;
pub mod range;
pub mod resend;
pub mod route;
pub mod service;
pub mod source;
pub mod support;
mod traced;
pub mod verification;
pub mod watch;
pub mod webhook;

use std::sync::Arc;

use domain::{address::PhoneNumber, channel::Channel, id::OperationId, time::Time};
use store::{LiveRing, Store};

use crate::{
    clock,
    clock::Clock,
    config::Config,
    guide::Library,
    link::LinkState,
    telemetry::{Metrics, trace::Traces},
};

/// What every request is handled with.
pub struct App {
    /// The store.
    pub store: Store,
    /// The keys.
    pub keys: LiveRing,
    /// How the file stands that they are from.
    pub key_file: keys::KeyFile,
    /// The clock.
    pub clock: Arc<Clock>,
    /// The configuration.
    pub config: Arc<Config>,
    /// The routes, in the operator's order.
    pub routes: route::Routes,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What is told of requests, if anything.
    pub traces: Traces,
    /// The guides.
    pub guides: Arc<Library>,
    /// What was told of messages that wait.
    pub(crate) told: queue::Told,
    /// What is noted of messages on their way.
    pub(crate) arrivals: arrival::Arrivals,
    /// Who waits for changes.
    pub watch: watch::Watch,
    pub(crate) services: service::Services,
    pub(crate) callers: caller::Callers,
    pub(crate) budgets: budget::Budgets,
    pub(crate) excesses: excess::Excesses,
    pub(crate) ranges: range::Ranges,
    pub(crate) guesses: guess::Guesses,
    pub(crate) guide_starts: guide::Starts,
    fairness: fairness::Fairness,
}

impl App {
    /// Puts a server's parts together.
    pub fn new(
        store: Store,
        keys: impl Into<LiveRing>,
        clock: Arc<Clock>,
        config: Arc<Config>,
        links: Vec<(String, LinkState)>,
        guides: Arc<Library>,
        metrics: Arc<Metrics>,
    ) -> App {
        links.iter().for_each(|(route, _)| metrics.begin_route(route));
        App {
            watch: watch::Watch::new(store.clone()),
            arrivals: arrival::Arrivals::default(),
            told: queue::Told::default(),
            services: service::Services::default(),
            callers: caller::Callers::default(),
            budgets: budget::Budgets::default(),
            excesses: excess::Excesses::default(),
            ranges: range::Ranges::default(),
            guesses: guess::Guesses::default(),
            guide_starts: guide::Starts::default(),
            fairness: fairness::Fairness::new(store.queue().1),
            store,
            keys: keys.into(),
            key_file: keys::KeyFile::default(),
            clock,
            routes: route::Routes::new(&config, links),
            config,
            guides,
            metrics,
            traces: Traces::default(),
        }
    }

    /// Now.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Whether any route that is for codes of a channel to a number can send now: it is up, and no operator has banned it.
    pub fn can_send(&self, number: Option<&PhoneNumber>, channel: Channel) -> bool {
        self.routes.can_send(number, channel)
    }

    pub(crate) fn operation_id(&self) -> OperationId {
        OperationId(domain::id::v7(self.now(), 0, clock::random()))
    }
}
