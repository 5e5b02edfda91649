//! Carriers, and the message centre itself (`smsc`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::{Map, Value};

use super::phones::object;
use super::problem::Problem;
use super::{Body, change};
use crate::edit;
use crate::exchange::Exchange;
use crate::world::{Carrier, CarrierName, Change, World};

#[derive(Serialize)]
pub(super) struct CarrierJson {
    name: CarrierName,
    #[serde(flatten)]
    carrier: Carrier,
}

pub(super) async fn list(State(exchange): State<Arc<Exchange>>) -> Json<Vec<CarrierJson>> {
    let carriers = exchange.read(|world| world.carriers().clone());
    Json(carriers.into_iter().map(|(name, carrier)| CarrierJson { name, carrier }).collect())
}

pub(super) async fn show(
    State(exchange): State<Arc<Exchange>>,
    Path(name): Path<String>,
) -> Result<Json<CarrierJson>, Problem> {
    let name = known(&name)?;
    exchange.read(|world| shown(world, name)).map(Json)
}

pub(super) async fn put(
    State(exchange): State<Arc<Exchange>>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<CarrierJson>, Problem> {
    let name = known(&name)?;
    let fields = object(body)?;
    change(&exchange, |world| set(world, name, &fields))?;
    exchange.read(|world| shown(world, name)).map(Json)
}

/// The change that makes a carrier what `fields` say.
pub(crate) fn set(world: &World, name: CarrierName, fields: &Map<String, Value>) -> Result<Change, Problem> {
    let before = world.carriers().get(&name).cloned().unwrap_or_else(|| Carrier::at_first(name));
    Ok(Change::Carrier { name, carrier: edit::carrier(&before, fields)? })
}

fn shown(world: &World, name: CarrierName) -> Result<CarrierJson, Problem> {
    let carrier = world.carriers().get(&name).cloned().ok_or_else(|| Problem::not_found("No such carrier."))?;
    Ok(CarrierJson { name, carrier })
}

pub(crate) fn known(key: &str) -> Result<CarrierName, Problem> {
    CarrierName::from_key(key).ok_or_else(|| {
        let names: Vec<&str> = CarrierName::ALL.into_iter().map(CarrierName::key).collect();
        Problem::not_found(format!("The carriers are {}.", names.join(", ")))
    })
}
