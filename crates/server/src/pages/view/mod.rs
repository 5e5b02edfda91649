//! Page structs: each holds plain data, is rendered in one place (`askama::Template::render`) and knows samples of itself.
//!
//! Handlers fill them; nothing here reads a clock, a store or a request. Templates are in `templates/`, texts in
//! `texts/`. A new page: a struct, its template, its samples, and a line in `samples::all`.

pub mod calls;
pub mod clock;
pub mod code;
pub mod console;
pub mod contact;
pub mod done;
pub mod frame;
pub mod guide;
pub mod hours;
pub mod message;
pub mod number;
pub mod problem;
pub mod refusal;
pub mod samples;
pub mod send;
pub mod spoken;
pub mod support;
#[cfg(test)]
mod tests;

use frame::{Frame, Slip};

/// What the frame (`templates/frame.html`) needs from every page.
pub trait Page: askama::Template {
    /// Language, brand, links: what surrounds every page.
    fn frame(&self) -> &Frame;

    /// The one `h1`, and the first part of the title.
    fn heading(&self) -> String;

    /// What the person can put right on this page, in the order of its fields. Not empty: the title says so first.
    fn slips(&self) -> Vec<Slip> {
        Vec::new()
    }

    /// Whether the page uses `assets/page.js`.
    fn is_live(&self) -> bool {
        false
    }
}
