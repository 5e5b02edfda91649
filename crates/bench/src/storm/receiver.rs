//! An application's endpoints for events: they take them well, late, badly, or not at all, and remember what they took.

use std::{
    collections::BTreeSet,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::time::Time;
use serde_json::Value;
use server::signature::{Signed, Signer};

use super::{
    call::{self, Call, Reply},
    figures::Figures,
    weather::{Mishap, Rates, State, Weather},
};

/// An endpoint; clones share it.
#[derive(Clone)]
pub struct Receiver {
    weather: Weather,
    heard: Arc<Mutex<Heard>>,
    /// Whether it says one day that it is gone.
    leaves: bool,
}

/// What an endpoint heard.
#[derive(Clone, Default)]
pub struct Heard {
    /// Its id and what its calls are signed with, once it is known to the server.
    pub endpoint: Option<(String, Signer)>,
    /// Whether it said that it is gone.
    pub gone: bool,
    /// Every event that it was told of: id, kind, verification.
    pub told: BTreeSet<(String, String, String)>,
    /// The ids of those that it said to have.
    pub taken: BTreeSet<String>,
    /// What was wrong with calls.
    pub broken: Vec<String>,
}

impl Receiver {
    /// Opens one; where it listens.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn open(weather: Weather, leaves: bool) -> io::Result<(Receiver, SocketAddr)> {
        let receiver = Receiver { weather, heard: Arc::default(), leaves };
        let own = receiver.clone();
        let address = call::listen(move |call| own.hear(&call)).await?;
        Ok((receiver, address))
    }

    /// What befalls its calls from now on.
    pub fn rates(&self, rates: Rates) {
        self.weather.rates(rates);
    }

    pub fn figures(&self) -> Figures {
        self.weather.figures()
    }

    pub fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, call: &Call) -> Reply {
        let mut heard = self.heard();
        let signed = Signed { id: &call.id, timestamp: &call.timestamp, body: &call.body };
        // The clock may have jumped since: what is looked at is the signature, not its time.
        let at = Time::from_ms(call.timestamp.parse::<i64>().unwrap_or(0) * 1_000);
        let right = heard.endpoint.as_ref().is_some_and(|(_, signer)| signer.accepts(signed, &call.signature, at));
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let (Some(kind), Some(of), true) = (body["type"].as_str(), body["data"]["verification"].as_str(), right) else {
            heard.broken.push(format!("a call to an endpoint is not signed, or tells nothing: {body}"));
            return Reply::Status(400, Duration::ZERO);
        };
        heard.told.insert((call.id.clone(), kind.to_owned(), of.to_owned()));
        if heard.gone {
            return Reply::Status(410, Duration::ZERO);
        }
        let reply = answer(&mut self.weather.state());
        match reply {
            Reply::Status(300.., _) if self.leaves => {
                heard.gone = true;
                return Reply::Status(410, Duration::ZERO);
            }
            Reply::Status(200..=299, _) => _ = heard.taken.insert(call.id.clone()),
            Reply::Status(..) | Reply::Again(..) | Reply::Garbage(_) | Reply::Part | Reply::End | Reply::Nothing => {}
        }
        reply
    }
}

fn answer(state: &mut State) -> Reply {
    const TAKEN: Reply = Reply::Status(204, Duration::ZERO);
    let Rates { drop, delay, twice: _, late: _, cut, garble, refuse } = state.rates;
    let befell = state.befalls(&[
        (drop, Mishap::Drop, "events that an endpoint let hang"),
        (delay, Mishap::Delay, "events taken late"),
        (cut, Mishap::Cut, "events whose call was cut"),
        (garble, Mishap::Garble, "events answered with garbage"),
        (refuse, Mishap::Refuse, "events refused"),
    ]);
    let chance = &mut state.chance;
    match befell {
        None | Some(Mishap::Twice | Mishap::Late) => TAKEN,
        Some(Mishap::Drop) => Reply::Nothing,
        Some(Mishap::Delay) => Reply::Status(200, Duration::from_millis(chance.within(100..14_000))),
        Some(Mishap::Cut) => chance.one(&[Reply::Part, Reply::End]).clone(),
        Some(Mishap::Garble) => Reply::Garbage((0..chance.within(4..200)).map(|_| chance.next() as u8).collect()),
        Some(Mishap::Refuse) => {
            let status = *chance.one(&[500, 503, 404, 400, 429, 301]);
            Reply::Status(status, Duration::ZERO)
        }
    }
}
