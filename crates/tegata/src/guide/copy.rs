//! `tegata guide copy`: a guide of the binary as files, for an operator to begin with.

use std::{fs, path::PathBuf};

use server::guide::{FILE_NAMES, shipped_files};

use crate::output::{self, Failure};

#[derive(clap::Args)]
pub struct Arguments {
    /// The guide.
    guide: String,
    /// The folder of guides (`guides.folder` of the configuration); the guide gets a folder of its own in it.
    dir: PathBuf,
}

pub fn run(Arguments { guide, dir }: &Arguments) -> Result<(), Failure> {
    let files = shipped_files(guide).ok_or_else(|| Failure(format!("there is no guide {guide:?} in the binary")))?;
    let folder = dir.join(guide);
    let wrong = |error: std::io::Error| Failure(format!("{}: {error}", folder.display()));
    fs::create_dir_all(dir).map_err(wrong)?;
    // What is there may have been edited: it is never written over.
    fs::create_dir(&folder).map_err(wrong)?;
    for (name, text) in FILE_NAMES.into_iter().zip(files.all()) {
        fs::write(folder.join(name), text).map_err(wrong)?;
    }
    output::line(&format!("{}: {}", folder.display(), FILE_NAMES.join(", ")));
    Ok(())
}
