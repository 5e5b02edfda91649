//! The benchmark itself, run briefly: that every row comes, with figures that can be.

mod mutants;
mod storms;
mod verify;
