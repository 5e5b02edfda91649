//! SMPP 3.4, both sides: a client (ESME) that submits messages and hears of their fate, and a server (SMSC).
//!
//! | module | what it is |
//! | --- | --- |
//! | [`session`] | the protocol as a state machine: bytes and `now` in, events and bytes out; opens nothing, reads no clock |
//! | [`link`] | the state machine on any `AsyncRead + AsyncWrite`: [`link::client`], [`link::server`] |
//! | [`pdu`] | messages, addresses, optional parameters, on `rusmpp`'s codec |
//! | [`text`] | GSM-7 and UCS-2, counting of segments |
//! | [`receipt`] | delivery receipts, read from text and parameters, and written |
//! | [`status`] | `command_status` by name and by what to do about it |
//! | [`backoff`] | how long to wait before connecting again |
//! | [`tls`] | a TLS connector for the client |
//!
//! Sockets, reconnecting and `TCP_NODELAY` belong to the caller. Set `TCP_NODELAY`: without it Nagle's algorithm and
//! delayed acknowledgements hold back every small PDU, and throughput falls to a twentieth.

pub mod backoff;
mod gsm7;
pub mod link;
pub mod pdu;
pub mod receipt;
pub mod session;
pub mod status;
pub mod text;
pub mod tls;

pub use pdu::{
    Bind, BindMode,
    message::{Address, BadField, Kind, Message, Part},
};
pub use receipt::{MessageIds, MessageState, Receipt};
pub use status::{Class, Status};
