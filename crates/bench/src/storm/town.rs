//! Where the people of a storm live: their phones, the message centre, and the wire that leads to it, in a runtime of
//! their own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::http::Method;
use server::clock::Clock;
use sim::{Sim, SimConfig, world::Number};
use tokio::runtime::Runtime;

use super::{chance::Chance, node, wire::Wire};
use crate::{
    fixture::ACCOUNT,
    journey::{self, SharedClock},
    output::Failure,
};

/// The name that the simulator is asked under.
const HOST: &str = "localhost";

/// The town.
pub struct Town {
    /// A wire for each node, and where it begins.
    pub wires: Vec<(Wire, SocketAddr)>,
    pub phones: Phones,
    runtime: Runtime,
}

/// The phones; clones share them.
#[derive(Clone)]
pub struct Phones(Arc<Sim>);

impl Town {
    /// Founds one by a clock.
    ///
    /// # Errors
    /// When there are no ports.
    pub fn found(chance: &mut Chance, clock: &Arc<Clock>, nodes: usize) -> Result<Town, Failure> {
        let runtime = node::still()?;
        let config = SimConfig {
            dir: None,
            seed: chance.next(),
            smpp_listen: ([127, 0, 0, 1], 0).into(),
            system_id: ACCOUNT.0.into(),
            password: ACCOUNT.1.into(),
            account_is_in: String::new(),
            allowed_hosts: vec![HOST.into()],
        };
        let sim = node::wait(&runtime, Sim::start(config, Arc::new(SharedClock(clock.clone()))))?;
        let lay = |_| node::wait(&runtime, Wire::lay(sim.smpp_address(), chance.fork()));
        let wires = (0..nodes).map(lay).collect::<Result<Vec<_>, _>>()?;
        Ok(Town { wires, phones: Phones(Arc::new(sim)), runtime })
    }

    /// Somebody begins to do something.
    pub fn begin(&self, what: impl Future<Output = ()> + Send + 'static) {
        // How it ends shows in what it leaves behind.
        drop(self.runtime.spawn(what));
    }

    /// Sets the message centre, in the simulator's own JSON.
    ///
    /// # Errors
    /// When the simulator says no.
    pub fn set_centre(&self, json: &str) -> Result<(), Failure> {
        let router = self.phones.0.router();
        let asked = journey::ask(&router, Method::PUT, "/v1/carriers/smsc", json.to_owned().into());
        node::wait(&self.runtime, asked).map(drop)
    }

    pub fn turn(&self, rounds: usize) {
        node::turn(&self.runtime, rounds);
    }

    pub fn pass(&self, span: Duration) {
        node::pass(&self.runtime, span);
    }
}

impl Phones {
    /// The codes that came to a number, newest first.
    pub fn codes(&self, number: u64) -> Vec<String> {
        let Ok(number) = format!("+{number}").parse::<Number>() else { return Vec::new() };
        self.0.read(|world| {
            let messages = world.handset(number).into_iter().flat_map(|handset| &handset.mailbox.messages);
            messages.filter_map(|message| message.text.rsplit_once('#').map(|(_, code)| code.to_owned())).collect()
        })
    }

    /// How many messages are still on their way to any phone, or back as receipts.
    pub fn under_way(&self) -> usize {
        let (messages, receipts) = self.0.read(|world| world.under_way());
        messages + receipts
    }
}
