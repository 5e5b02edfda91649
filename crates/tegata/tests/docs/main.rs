//! Runs every snippet of README.md, docs/quickstart.md, docs/http-provider.md and docs/webhooks.md as a reader would. A snippet is a fenced
//! block, found by the name behind its language. Needs curl, node and python3.

mod hosted;
mod quickstart;
mod reader;
mod serving;
mod verified;
mod webhooks;
