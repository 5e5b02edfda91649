//! The crate's tests: tables, walks, and a client against a server.

mod link;
mod session;
mod walks;
mod wire;
mod world;
