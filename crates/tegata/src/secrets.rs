//! Commands on the key file: `tegata secrets …`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
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
    /// Add a secret, which new rows use from the next start on; those that are there stay for their rows.
    Rotate {
        /// The key file.
        #[arg(long, default_value = "secrets.toml")]
        file: PathBuf,
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
        Secrets::Rotate { file } => {
            let id = secrets::rotate(&file, &clock::random())?;
            output::line(&format!(
                "{}: key {} is for new rows from the next start on. A server that runs goes on with the keys that it \
                 read: copy the file to every node, restart each, and back it up.",
                file.display(),
                id.0
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
    let last = secrets::read(file)?.current().id;
    let ended = with_store(&settings.config, async |_, store| {
        let ended = keys::revoke(store, last, Clock::default().now()).await;
        ended.map_err(|refusal| Failure(format!("{}: not everything has ended; run it again", refusal.code())))
    })?;
    let id = secrets::revoke(file, &clock::random())?;
    output::line(&format!(
        "verifications ended: {ended}. {}: key {} takes the place of all before it. Restart now: a \
         server that runs makes codes with the revoked key until then, which are over once it has restarted. Copy \
         the file to every node, and back it up.",
        file.display(),
        id.0
    ));
    Ok(())
}
