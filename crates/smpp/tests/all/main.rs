//! The crate's tests: tables, walks, and a client against a server.

mod link;
mod receipts;
mod rules;
mod session;
mod text;
mod tls;
mod walks;
mod wire;
mod world;
