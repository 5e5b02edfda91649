//! Commands on the key file: `tegata secrets …`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use domain::time::seconds;
use server::{
    app::keys,
    clock::{self, Clock},
    config::{Config, secrets},
};

use crate::{
    Settings,
    database::with_store,
    output::{self, Failure},
};

#[derive(Subcommand)]
pub enum Secrets {
    /// Make a key file, readable for its owner only.
    Init {
        /// Where; it must not exist yet.
        #[arg(long, default_value = "secrets.toml")]
        file: PathBuf,
    },
    /// Add a secret, which new rows use after a while; those that are there stay for their rows. Servers that run read
    /// the file again by themselves.
    Rotate {
        /// The key file.
        #[arg(long, default_value = "secrets.toml")]
        file: PathBuf,
        /// After how many seconds new rows use it: every node must have the file by then.
        #[arg(long, default_value_t = 3_600, value_parser = clap::value_parser!(u32).range(..=2_592_000))]
        after_s: u32,
    },
    /// For a key file that may have leaked: end every verification under way, then put a new secret in the place of
    /// all. Not to be taken for `tegata key revoke`, which ends one API key.
    Revoke {
        #[command(flatten)]
        settings: Settings,
        /// End them: people who are waiting for a code have to begin again.
        #[arg(long)]
        yes: bool,
    },
}

pub fn run(command: Secrets) -> Result<(), Failure> {
    match command {
        Secrets::Init { file } => {
            secrets::init(&file, &clock::random())?;
            output::line(&format!("{}: a new key. Back it up apart from the database.", file.display()));
        }
        Secrets::Rotate { file, after_s } => {
            let used_from = Clock::default().now().plus(seconds(i64::from(after_s)));
            let id = secrets::rotate(&file, &clock::random(), used_from)?;
            output::line(&format!(
                "{}: key {} is for new rows from {} on. Servers that run read the file again by themselves: a node that \
                 has a copy of its own must have this one by then. Back it up.",
                file.display(),
                id.0,
                used_from.rfc3339()
            ));
        }
        Secrets::Revoke { settings, yes } => revoke(&settings, yes)?,
    }
    Ok(())
}

/// The database first: should the file not be replaced, no server starts with the old one.
fn revoke(settings: &Settings, yes: bool) -> Result<(), Failure> {
    let config = Config::read(&settings.config)?;
    let file: &Path = config.secrets.as_ref();
    if !yes {
        return Err(Failure(format!(
            "this ends every verification under way in {:?}, and no server starts any more with a copy of {} as it is; \
             nothing was done yet: say --yes",
            config.database,
            file.display()
        )));
    }
    let last = secrets::of(&config)?.newest().id;
    let ended = with_store(&settings.config, async |_, store| {
        let ended = keys::revoke(store, last, Clock::default().now()).await;
        ended.map_err(|refusal| Failure(format!("not everything has ended: {}", output::refused(&refusal))))
    })?;
    let id = secrets::revoke(file, &clock::random())?;
    output::line(&format!(
        "verifications ended: {ended}. {}: key {} takes the place of all before it. Servers that \
         run read the file again within seconds; codes that they made meanwhile with the revoked key are over then. \
         Where a server has a copy of its own, copy the file now. Back it up.",
        file.display(),
        id.0
    ));
    Ok(())
}
