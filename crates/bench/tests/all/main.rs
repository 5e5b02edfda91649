//! The benchmark itself, run briefly: that every row comes, with figures that can be.

mod storms;
mod verify;
