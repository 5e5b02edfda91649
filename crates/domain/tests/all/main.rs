//! The rules of a verification, tried from outside: tables, attacks, and walks.
//!
//! [`world::World`] keeps rows in maps and applies [`domain::verification::decide`] to them as the store does, so that
//! a test reads as a conversation. Attacks are named by the rule that they try.

mod attack_codes;
mod attack_doors;
mod attack_locks;
mod attack_money;
mod attack_presence;
mod attack_replays;
mod attack_sources;
mod attack_timing;
mod calls;
mod guide_broken;
mod guide_check;
mod guide_next;
mod guide_numbers;
mod guide_oracle;
mod guide_sample;
mod guide_session;
mod guide_walks;
mod precedence;
mod refusals;
mod resends;
mod routes;
mod rows_of_before;
mod table;
mod walk;
mod webhooks;
mod world;
