//! `tegata guide check`.

use server::guide::Loaded;

use super::{From, told};
use crate::output::{self, Failure};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only this guide.
    guide: Option<String>,
    #[command(flatten)]
    from: From,
}

/// Prints a line for each sound guide, and ends with what is wrong with the others.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut guides = arguments.from.all()?;
    if let Some(id) = &arguments.guide {
        guides.retain(|(name, _)| name == id);
        if guides.is_empty() {
            return Err(arguments.from.unknown(id));
        }
    }
    let mut wrong = Vec::new();
    for (_, guide) in guides {
        match guide.map_err(|faults| told(&faults)).and_then(|guide| sound(&guide)) {
            Ok(line) => output::line(&line),
            Err(told) => wrong.push(told),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong.join("\n"))) }
}

/// What there is to say about a sound guide.
fn sound(guide: &Loaded) -> Result<String, String> {
    let id = &guide.guide.id;
    Ok(format!("{id} {}: sound", guide.guide.version))
}
