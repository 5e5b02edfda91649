//! `tegata guide show`.

use std::{fs, path::PathBuf};

use domain::locale::Locale;
use server::guide::drawing;

use super::From;
use crate::output::{self, Failure};

#[derive(clap::Args)]
pub struct Arguments {
    /// The guide.
    guide: String,
    #[command(flatten)]
    from: From,
    /// Where to write the drawing; it is printed if this is left out.
    #[arg(long)]
    svg: Option<PathBuf>,
    /// The language of its texts: ja or en.
    #[arg(long, default_value = "ja")]
    lang: String,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let lang = Locale::from_tag(&arguments.lang)
        .ok_or_else(|| Failure(format!("there are no texts in {:?}: ja or en", arguments.lang)))?;
    let drawn = drawing::svg(&*arguments.from.one(&arguments.guide)?, lang);
    match &arguments.svg {
        None => output::line(&drawn),
        Some(file) => {
            fs::write(file, drawn).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
            output::line(&format!("{}: drawn", file.display()));
        }
    }
    Ok(())
}
