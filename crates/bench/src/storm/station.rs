//! A node's place in a storm: its configuration and its ways out, which outlive the processes that run there.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use domain::key::KeyRing;
use server::{clock::Clock, config::Config, telemetry::Metrics};
use store::message;

use super::{chance::Chance, node::Node, weather::Weather};
use crate::output::Failure;

/// How many turns a node has in a round.
const TURNS: usize = 10;
/// How often a round looks whether they are done.
const LOOK_EVERY: Duration = Duration::from_micros(20);
/// How long a round waits for the store's threads, which back off for longer when their connection is lost.
const STORE_WAIT: Duration = Duration::from_millis(40);

/// The place.
pub struct Station {
    /// The weather of each of its ways, in the order of its routes.
    pub ways: Vec<Weather>,
    pub node: Option<Node>,
    /// What every process here counted, the dead ones too.
    pub metrics: Vec<Arc<Metrics>>,
    pub config: Config,
}

impl Station {
    /// With no process yet.
    pub fn new(config: Config, ways: Vec<Weather>) -> Station {
        Station { ways, node: None, metrics: Vec::new(), config }
    }

    /// Starts a process, if there is none; whether there is one now.
    ///
    /// # Errors
    /// When it does not start, for another reason than that its database is away.
    pub fn start(&mut self, keys: &KeyRing, clock: &Arc<Clock>) -> Result<bool, Failure> {
        if self.node.is_none() {
            self.node = Node::start(&self.config, keys, clock)?;
            self.metrics.extend(self.node.iter().map(|node| node.metrics.clone()));
        }
        Ok(self.node.is_some())
    }

    /// Lets the process, and its store's threads, do what they can do now.
    pub fn turn(&self) {
        let Some(node) = &self.node else { return };
        node.turn(TURNS);
        let began = Instant::now();
        while node.is_busy() && began.elapsed() < STORE_WAIT {
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Whether the process has come to where it is to die, or ends by itself since its store broke.
    pub fn is_doomed(&self, chance: &mut Chance) -> bool {
        let sprung = self.ways.iter().any(Weather::sprung);
        let Some(node) = &self.node else { return false };
        if sprung {
            self.ways.iter().for_each(|way| way.trap(None));
            // What was answered may have been read by now, or written down.
            node.turn(chance.within(0..8) as usize);
        }
        sprung || node.faults.is_dead() || !node.has_whole_store()
    }

    /// How many messages wait in the store; `None` if nobody here can tell.
    pub fn queued(&self) -> Option<i64> {
        let backlog = self.node.as_ref()?.ask(async |app| app.store.read(message::backlog).await);
        backlog.ok().map(|backlog| backlog.queued)
    }
}
