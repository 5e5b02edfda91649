//! `tegata guide check`.

use std::{fs, path::PathBuf};

use domain::{
    contact::{Contact, Kind},
    guide::check,
};
use serde::Deserialize;
use server::{guide::Loaded, web::strict::Strict};

use super::{From, told};
use crate::output::{self, Failure};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only this guide.
    guide: Option<String>,
    #[command(flatten)]
    from: From,
    /// The contacts that its people are led to, as in a service's settings (JSON); the form of the hosted pages if
    /// it is left out.
    #[arg(long)]
    contacts: Option<PathBuf>,
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
    let contacts = arguments.contacts()?;
    let mut wrong = Vec::new();
    for (_, guide) in guides {
        match guide.map_err(|faults| told(&faults)).and_then(|guide| sound(&guide, &contacts)) {
            Ok(line) => output::line(&line),
            Err(told) => wrong.push(told),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong.join("\n"))) }
}

impl Arguments {
    fn contacts(&self) -> Result<Vec<Contact>, Failure> {
        let Some(file) = &self.contacts else { return Ok(vec![form()]) };
        let wrong = |told: &dyn std::fmt::Display| Failure(format!("{}: {told}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| wrong(&error))?;
        let mut reader = serde_json::Deserializer::from_str(&text);
        let contacts = Vec::deserialize(Strict(&mut reader)).and_then(|contacts| reader.end().map(|()| contacts));
        contacts.map_err(|error| wrong(&error))
    }
}

/// Our own form: a message can always be left.
fn form() -> Contact {
    let (name_ja, name_en) = ("お問い合わせ".to_owned(), "Write to us".to_owned());
    Contact { kind: Kind::Message, name_ja, name_en, to: String::new(), hours: None }
}

/// What there is to say about a sound guide, or how a person gets lost in another.
fn sound(guide: &Loaded, contacts: &[Contact]) -> Result<String, String> {
    let name = format!("{} {}", guide.guide.id, guide.guide.version);
    match check::check(&guide.guide, contacts) {
        Ok(proof) => Ok(format!("{name}: {}", proof.to_string().replace('\n', " "))),
        Err(example) => Err(format!("{name}: {example}")),
    }
}
