//! The store: two engines, one SQL text, and one door through which batches of decisions are committed.
//!
//! [`Store::apply`] decides with the domain's `decide`; everything else reads and writes by closures over a [`Tx`]
//! and the functions of each table's file. Only `engine` knows that there is more than one.

mod alone;
mod door;
mod engine;
mod error;
mod link;
mod live;
mod migration;
mod reach;
pub mod seal;
mod statement;
mod store;
mod table;
mod tables;
mod threads;
mod tx;
mod value;

pub use alone::{Alone, alone};
#[cfg(feature = "memory")]
pub use door::Memory;
pub use engine::{BackupError, Database, Restoring, backup};
#[cfg(feature = "faults")]
pub use engine::{Fault, Faults};
pub use error::{Error, OpenError};
pub use live::LiveRing;
pub use migration::{Report, migrate, migrate_beside, migrate_if, outgrown};
pub use statement::Statement;
pub use store::{Clock, Store, StoreConfig};
#[cfg(feature = "memory")]
pub use tables::measured;
pub use tables::{
    Versioned, api_key, arrival, audit, budget, console, delivery, excess, flow, guess, guide_session, idempotency,
    key, learning, logo, message, number, range, receipt, route, sealed, service, setting, statements, support, sweep,
    tally, verification, webhook,
};
pub use tx::{Changes, Tx};
pub use value::{Field, Kind, Row, Value};
