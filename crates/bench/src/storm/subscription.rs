//! The application's endpoints in a storm: they are made by API, told of what happens, and in the end of all that was left.

use std::{
    sync::mpsc::{TryRecvError, channel},
    time::Duration,
};

use domain::{
    time::{Millis, Time, seconds},
    verification::Verification,
};
use serde_json::json;
use server::signature::Signer;
use store::delivery::{self, Delivery, State};
use tokio::time::sleep;

use super::{
    chance::Chance,
    climate::Climate,
    events::Endpoint,
    receiver::{Heard, Receiver},
    scene::Scene,
    town::Town,
    weather::{Rates, Weather},
};
use crate::output::Failure;

const EVENTS: [&str; 3] = ["verification.approved", "verification.undelivered", "verification.locked"];
/// Events of one endpoint that are looked at: more than a storm brings.
const DELIVERIES_MAX: i64 = 10_000;
/// How often it is looked whether all is told, and how many steps pass in between.
const LOOKS_MAX: usize = 60;
const STEPS: usize = 20;
/// A claim of a process that died holds for less.
const CLAIM_MS: Millis = seconds(31);
/// When whoever heard no answer asks again.
const AGAIN: Duration = Duration::from_millis(500);

/// Opens the endpoints that a climate brings, and gives the origins that they have.
///
/// # Errors
/// When there are no ports.
pub fn open(climate: &Climate, chance: &mut Chance, town: &Town) -> Result<(Vec<Receiver>, Vec<String>), Failure> {
    let leaves = climate.endpoints.iter().map(|(_, leaves)| *leaves);
    let opened = leaves.map(|leaves| town.endpoint(&Weather::new(chance.fork()), leaves));
    let opened = opened.collect::<Result<Vec<_>, _>>()?;
    Ok(opened.into_iter().map(|(receiver, address)| (receiver, format!("http://{address}"))).unzip())
}

impl Scene {
    /// Makes each endpoint known to the server; from then on its calls fail as the climate says.
    ///
    /// # Errors
    /// When the server does not take one.
    pub(super) fn subscribe(&mut self, origins: &[String]) -> Result<(), Failure> {
        for (place, origin) in origins.iter().enumerate() {
            let (made, heard) = channel();
            let (desk, wanted) = (self.desk.clone(), json!({ "url": format!("{origin}/events"), "events": EVENTS }));
            self.town.begin(async move {
                let view = loop {
                    match desk.ask(0, "POST", "/v1/webhooks", "", &wanted).await {
                        Some((201, view)) => break view,
                        Some(_) | None => sleep(AGAIN).await,
                    }
                };
                _ = made.send(view);
            });
            let view = loop {
                match heard.try_recv() {
                    Ok(view) => break view,
                    Err(TryRecvError::Empty) => self.step()?,
                    Err(TryRecvError::Disconnected) => return Err(Failure("an endpoint was not taken".into())),
                }
            };
            let (id, secret) = (view["id"].as_str().unwrap_or_default(), view["secret"].as_str().unwrap_or_default());
            let signer = Signer::read(secret).ok_or(Failure("an endpoint has no secret".into()))?;
            self.receivers[place].heard().endpoint = Some((id.to_owned(), signer));
            self.receivers[place].rates(self.climate.endpoints[place].0);
        }
        Ok(())
    }

    /// What is broken of the promises on events, once there was time to tell of all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn events_broken(&mut self, rows: &[Verification], now: Time) -> Result<Vec<String>, Failure> {
        self.receivers.iter().for_each(|receiver| receiver.rates(Rates::default()));
        self.tell_all()?;
        let mut broken = Vec::new();
        for receiver in self.receivers.clone() {
            let heard = receiver.heard().clone();
            let deliveries = self.deliveries(&heard)?;
            broken.extend(Endpoint { heard: &heard, deliveries: &deliveries, rows, now }.broken());
            self.figures.append(&receiver.figures());
            let count = |state: State| deliveries.iter().filter(|one| one.state == state).count() as u64;
            self.figures.add("events delivered", count(State::Delivered));
            self.figures.add("events of endpoints that were gone", count(State::Failed) + count(State::Waiting));
            self.figures.add("calls for events", deliveries.iter().map(|one| one.tries.unsigned_abs()).sum());
        }
        Ok(broken)
    }

    /// Lets time pass until every event is delivered, or its endpoint is gone.
    fn tell_all(&mut self) -> Result<(), Failure> {
        for _ in 0..LOOKS_MAX {
            for _ in 0..STEPS {
                self.step()?;
            }
            let mut due: Option<Time> = None;
            for receiver in self.receivers.clone() {
                let heard = receiver.heard().clone();
                let waiting = self.deliveries(&heard)?.into_iter().filter(|one| one.state == State::Waiting);
                due = due.max(waiting.filter(|_| !heard.gone).map(|one| one.due_at).max());
            }
            let Some(due) = due else { break };
            self.clock.advance(due.since(self.clock.now()).max(CLAIM_MS));
        }
        Ok(())
    }

    fn deliveries(&self, heard: &Heard) -> Result<Vec<Delivery>, Failure> {
        let Some(id) = heard.endpoint.as_ref().and_then(|(id, _)| id.parse().ok()) else { return Ok(Vec::new()) };
        let node = self.stations[0].node.as_ref().ok_or(Failure("no node is left".into()))?;
        Ok(node.ask(async |app| app.store.read(move |tx| delivery::list(tx, id, DELIVERIES_MAX)).await)?)
    }
}
