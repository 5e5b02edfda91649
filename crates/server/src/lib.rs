//! The server: what a request may do, and how it comes in and goes out.
pub mod pages;
pub mod web;
