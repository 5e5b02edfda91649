//! The only file that writes to standard output and error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where the binary speaks")]

use std::{error::Error, fmt};

/// Why nothing was measured.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(error.to_string())
    }
}

/// A line of the result.
pub fn line(text: &str) {
    println!("{text}");
}

/// Something to know about the result, beside it.
pub fn note(text: &str) {
    eprintln!("bench: {text}");
}
