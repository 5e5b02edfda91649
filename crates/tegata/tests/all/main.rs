//! Conversations with the real server: the binary as a process, a database, and the simulator's phones.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test tells why it was skipped, and what the server logged"
)]

mod arrival;
mod backup;
mod bad_input;
mod bodies;
mod budgets;
mod calls;
mod clauses;
mod console;
mod crash;
mod crowds;
mod demo;
mod detours;
mod doctor;
mod doors;
mod equal_time;
mod flow_doors;
mod flows;
mod gateway;
mod guide_commands;
mod guide_doors;
mod guides;
mod hosts;
mod installed;
mod lanes;
mod languages;
mod learning;
mod life;
mod logos;
mod messages;
mod numbers;
mod presence;
mod priorities;
mod pumping;
mod receipts;
mod receiver;
mod room;
mod rotations;
mod routes;
mod secrets;
mod serve;
mod shared_networks;
mod slips;
mod support;
mod throttles;
mod traces;
mod twilio;
mod upgrades;
mod webhooks;
mod world;
