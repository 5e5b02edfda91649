//! The only file that writes to standard output and error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where the binary speaks")]

use std::{error::Error, fmt};

/// Why a command did not do its work.
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

/// One line for whoever called.
pub fn line(text: &str) {
    println!("{text}");
}

/// What went wrong.
pub fn failure(failure: &Failure) {
    eprintln!("tegata: {failure}");
}
