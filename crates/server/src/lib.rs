//! The server: what a request may do, and how it comes in and goes out.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`app`] | what a request may do, whichever door it came in by |
//! | [`api`] | the JSON API and its OpenAPI document |
//! | [`pages`] | the hosted pages |
//! | [`console`] | the operator's pages |
//! | [`web`] | what both share: connections, callers, languages, refusals |
//! | [`send`] | how messages leave: one file a provider |
//! | [`work`] | what happens without a request: dispatch, receipts, sweeping |
//! | [`config`] | what an operator sets: a file a section |
//! | [`telemetry`] | metrics, logs and traces |
//! | [`guide`] | guides as files: read, checked, reloaded |
//! | [`text`], [`sms`] | texts for people in every language; what messages say |
//! | [`picture`] | pictures from outside, drawn anew |
//! | [`receipt`], [`link`], [`signature`] | what senders and doors share |
//! | [`clock`] | the only file that reads time and randomness |
//! | [`run`], `parts` | puts it together; the tasks it is made of |

pub mod api;
pub mod app;
pub mod call;
pub mod clock;
pub mod config;
pub mod console;
pub mod guide;
pub mod link;
pub mod pages;
mod parts;
pub mod picture;
pub mod receipt;
pub mod run;
pub mod send;
pub mod signature;
pub mod sms;
pub mod telemetry;
pub mod text;
pub mod web;
pub mod work;
