//! A simulated mobile world: a message centre that any SMPP 3.4 client can bind to, carriers, and phones whose settings
//! really stop messages. It shows every code in plain text and belongs on a developer's own machine only.
//!
//! [`world`] decides and is pure; the exchange makes it so, journal first; the message centre, the API and the page are
//! its three doors to the outside.

mod clock;
mod exchange;
mod journal;
pub mod world;

pub use clock::Clock;
