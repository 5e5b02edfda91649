//! A simulated mobile world: a message centre that any SMPP 3.4 client can bind to, carriers, and phones whose settings
//! really stop messages. It shows every code in plain text and belongs on a developer's own machine only.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`world`] | phones, carriers, fates: pure, decided by seed and settings |
//! | `exchange` | the one door to the world: journal first, then the change, then the news of it |
//! | `journal` | `DIR/sim.jsonl` |
//! | `smsc` | the message centre, over TCP |
//! | `voice` | the voice provider, over HTTP: calls that are asked for, and their receipts |
//! | [`people`] | simulated people who do not get their code, with a guide and without |
//! | [`shop`] | the demo's sample shop: an application that knows Tegata by its API alone |
//! | `api`, `page` | its HTTP: JSON for programs, a page for people; `edit` is what both may change |
//!
//! ```no_run
//! # async fn start(clock: std::sync::Arc<dyn sim::Clock>) -> std::io::Result<()> {
//! let sim = sim::Sim::start(
//!     sim::SimConfig {
//!         dir: None,
//!         seed: 1,
//!         smpp_listen: ([127, 0, 0, 1], 0).into(),
//!         system_id: "demo".into(),
//!         password: "secret".into(),
//!         account_is_in: String::new(),
//!         voice_secret: None,
//!         allowed_hosts: vec!["127.0.0.1".into(), "localhost".into()],
//!     },
//!     clock,
//! )
//! .await?;
//! let app: axum::Router = axum::Router::new().nest(sim::MOUNT, sim.router());
//! # drop(app);
//! # Ok(())
//! # }
//! ```

mod api;
mod clock;
mod edit;
mod exchange;
mod journal;
mod page;
pub mod people;
pub mod shop;
mod sim;
mod smsc;
mod times;
mod voice;
pub mod world;

pub use api::{CALLS, MOUNT};
pub use clock::Clock;
pub use sim::{Sim, SimConfig};
