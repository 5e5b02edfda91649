//! Conversations with the real server: the binary as a process, a database, and the simulator's phones.

mod life;
mod world;
