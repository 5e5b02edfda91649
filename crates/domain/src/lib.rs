//! Every rule of Tegata, as pure code: no I/O, no clock, no randomness.
//!
//! Start at [`verification::decide`]: one function takes what is stored and what happened, and says what is
//! stored next, what is to be done, and what is answered. Time, policy and entropy are arguments.

pub mod address;
pub mod budget;
pub mod channel;
pub mod code;
pub mod contact;
pub mod count;
pub mod country;
pub mod delivery;
pub mod digest;
pub mod effect;
pub mod guide;
pub mod id;
pub mod key;
pub mod limit;
pub mod locale;
pub mod name;
pub mod number;
pub mod public;
pub mod reference;
pub mod refusal;
pub mod route;
pub mod service;
pub mod signature;
pub mod time;
pub mod verification;
pub mod webhook;
