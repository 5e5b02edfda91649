//! `tegata guide`: guides held against themselves, tried on simulated people, drawn. None of these needs a server.

mod chart;
mod check;
mod copy;
mod detail;
mod show;
mod simulate;
mod sweep;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, Subcommand};
use server::guide::{Fault, Loaded, read_folder, shipped};

use crate::output::Failure;

#[derive(Subcommand)]
pub enum Guide {
    /// Hold guides against themselves: their texts, and that they lead everybody somewhere.
    Check(check::Arguments),
    /// Try a guide on simulated people, against the same remedies on one page.
    Simulate(simulate::Arguments),
    /// Write a guide of the binary to a folder, to edit it there.
    Copy(copy::Arguments),
    /// Draw a guide's graph.
    Show(show::Arguments),
}

/// Where guides are.
#[derive(Args)]
pub struct From {
    /// A folder of guides, one sub-folder each; those of the binary if it is left out.
    #[arg(long)]
    dir: Option<PathBuf>,
}

pub fn run(command: &Guide) -> Result<(), Failure> {
    match command {
        Guide::Check(arguments) => check::run(arguments),
        Guide::Simulate(arguments) => simulate::run(arguments),
        Guide::Copy(arguments) => copy::run(arguments),
        Guide::Show(arguments) => show::run(arguments),
    }
}

/// A guide as it was read, or what is wrong with it.
type Read = Result<Arc<Loaded>, Vec<Fault>>;

impl From {
    /// Every guide by its name, with what is wrong with those that cannot be read.
    fn all(&self) -> Result<Vec<(String, Read)>, Failure> {
        let Some(dir) = &self.dir else {
            return Ok(shipped().iter().map(|guide| (guide.guide.id.clone(), Ok(guide.clone()))).collect());
        };
        let found = read_folder(dir).map_err(|error| Failure(format!("{}: {error}", dir.display())))?;
        let read = found.into_iter().map(|(id, files)| {
            let guide = files.map_err(|fault| vec![fault]).and_then(|files| Loaded::read(&id, &files).map(Arc::new));
            (id, guide)
        });
        Ok(read.collect())
    }

    /// One guide that can be read.
    fn one(&self, id: &str) -> Result<Arc<Loaded>, Failure> {
        let found = self.all()?.into_iter().find(|(name, _)| name == id);
        let (_, guide) = found.ok_or_else(|| self.unknown(id))?;
        guide.map_err(|faults| Failure(told(&faults)))
    }

    fn unknown(&self, id: &str) -> Failure {
        let place = self.dir.as_deref().map_or_else(|| "the binary".to_owned(), |dir| Path::display(dir).to_string());
        Failure(format!("there is no guide {id:?} in {place}"))
    }
}

/// Faults, one a line.
fn told(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
