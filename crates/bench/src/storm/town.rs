//! Where the people of a storm live: their phones, the message centres and the gateway, and the ways that lead there, in
//! a runtime of their own.

use std::{cmp::Reverse, net::SocketAddr, sync::Arc, time::Duration};

use axum::http::Method;
use server::clock::Clock;
use sim::{Sim, SimConfig, world::Number};
use tokio::runtime::Runtime;

use super::{
    chance::Chance, desk::Desk, gateway::Gateway, node, receiver::Receiver, shape::Shape, weather::Weather, wire,
};
use crate::{
    fixture::ACCOUNT,
    journey::{self, SharedClock},
    output::Failure,
};

/// The name that the simulator is asked under.
const HOST: &str = "localhost";

/// The town.
pub struct Town {
    pub phones: Phones,
    runtime: Runtime,
}

/// The phones, each reached by every message centre and by the gateway; clones share them.
#[derive(Clone)]
pub struct Phones {
    centres: Arc<Vec<Sim>>,
    pub gateway: Gateway,
}

impl Town {
    /// Founds one by a clock, with so many message centres, and a gateway in a shape.
    ///
    /// # Errors
    /// When there are no ports.
    pub fn found(chance: &mut Chance, clock: &Arc<Clock>, centres: usize, shape: Shape) -> Result<Town, Failure> {
        let runtime = node::still()?;
        let mut start = || {
            let config = SimConfig {
                dir: None,
                seed: chance.next(),
                smpp_listen: ([127, 0, 0, 1], 0).into(),
                system_id: ACCOUNT.0.into(),
                password: ACCOUNT.1.into(),
                account_is_in: String::new(),
                voice_secret: None,
                allowed_hosts: vec![HOST.into()],
            };
            node::wait(&runtime, Sim::start(config, Arc::new(SharedClock(clock.clone()))))
        };
        let centres = (0..centres).map(|_| start()).collect::<Result<Vec<_>, _>>()?;
        let gateway = Gateway::new(clock, shape);
        Ok(Town { phones: Phones { centres: Arc::new(centres), gateway }, runtime })
    }

    /// Lays a way to a message centre, through some weather.
    ///
    /// # Errors
    /// When there is no port.
    pub fn way_to_centre(&self, centre: usize, weather: &Weather) -> Result<SocketAddr, Failure> {
        let address = self.phones.centres[centre].smpp_address();
        Ok(node::wait(&self.runtime, wire::lay(address, weather.clone()))?)
    }

    /// Opens a way to the gateway, through some weather.
    ///
    /// # Errors
    /// When there is no port.
    pub fn way_to_gateway(&self, weather: &Weather, desk: &Arc<Desk>) -> Result<SocketAddr, Failure> {
        Ok(node::wait(&self.runtime, self.phones.gateway.open(weather.clone(), desk.clone()))?)
    }

    /// Opens an endpoint for events, and says where.
    ///
    /// # Errors
    /// When there is no port.
    pub fn endpoint(&self, weather: &Weather, leaves: bool) -> Result<(Receiver, SocketAddr), Failure> {
        Ok(node::wait(&self.runtime, Receiver::open(weather.clone(), leaves))?)
    }

    /// Somebody begins to do something.
    pub fn begin(&self, what: impl Future<Output = ()> + Send + 'static) {
        // How it ends shows in what it leaves behind.
        drop(self.runtime.spawn(what));
    }

    /// Sets a message centre, in the simulator's own JSON.
    ///
    /// # Errors
    /// When the simulator says no.
    pub fn set_centre(&self, centre: usize, json: &str) -> Result<(), Failure> {
        let router = self.phones.centres[centre].router();
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
        let Ok(to) = format!("+{number}").parse::<Number>() else { return Vec::new() };
        let arrived = self.gateway.arrived().into_iter().filter(|(_, letter)| letter.number == number);
        let mut codes: Vec<(i64, String)> = arrived.map(|(at_ms, letter)| (at_ms, letter.code)).collect();
        for centre in self.centres.iter() {
            centre.read(|world| {
                let messages = world.handset(to).into_iter().flat_map(|handset| &handset.mailbox.messages);
                let code = |text: &str| text.rsplit_once('#').map(|(_, code)| code.to_owned());
                codes.extend(messages.filter_map(|message| Some((message.received_ms, code(&message.text)?))));
            });
        }
        codes.sort_by_key(|(at_ms, _)| Reverse(*at_ms));
        codes.into_iter().map(|(_, code)| code).collect()
    }

    /// How many messages are still on their way to any phone, or back as receipts.
    pub fn under_way(&self) -> usize {
        let of_centre = |centre: &Sim| {
            let (messages, receipts) = centre.read(|world| world.under_way());
            messages + receipts
        };
        self.centres.iter().map(of_centre).sum::<usize>() + self.gateway.under_way()
    }
}
