//! The only file that writes to standard output and error.
#![expect(clippy::print_stderr, reason = "this is where the binary speaks")]

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind, Write as _},
};

use domain::refusal::Refusal;

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

/// Why a command came to nothing, where the store refused.
pub fn refused(refusal: &Refusal) -> Failure {
    Failure(match refusal {
        Refusal::Internal => {
            "a row of the database cannot be read: it is damaged, or this is an error in Tegata".into()
        }
        Refusal::Unavailable => "the database does not answer in time: see that it runs, then run it again".into(),
        other => format!("{}: run it again", other.code()),
    })
}

/// One line for whoever called.
pub fn line(text: &str) {
    match writeln!(io::stdout(), "{text}") {
        // Whoever called has read enough, as `head` does.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        printed => printed.expect("what was asked for can be printed"),
    }
}

/// What went wrong.
pub fn failure(failure: &Failure) {
    eprintln!("tegata: {failure}");
}
