//! `tegata backup` and `tegata restore`: the database as one file, copied beside a running server, and put in place of
//! one that is lost. The key file is never in it (rule V3).

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use domain::{key::KeyRing, refusal::Refusal};
use server::{
    app::{ending, keys},
    clock::Clock,
    config::{Config, DatabaseUrl, secrets},
};
use store::{Restoring, Store, StoreConfig};

use crate::{
    Settings, database,
    output::{self, Failure},
    serve::runtime,
};

/// Which file, and whose database.
#[derive(Args)]
pub struct Copy {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// Copies the database into a new file.
pub fn backup(copy: &Copy) -> Result<(), Failure> {
    let config = Config::read(&copy.settings.config)?;
    let bytes = store::backup(sqlite(&config.database)?, &copy.file)?;
    output::line(&format!(
        "{}: {bytes} bytes. The key file {} is not in it: keep a copy apart from backups, without it no number can be \
         read.",
        copy.file.display(),
        config.secrets
    ));
    Ok(())
}

/// Puts a backup in place, with everything ended that it takes for live (rule D11).
pub fn restore(copy: &Copy) -> Result<(), Failure> {
    let config = Config::read(&copy.settings.config)?;
    let target = sqlite(&config.database)?;
    let keys = Arc::new(secrets::of(&config)?);
    let restoring = Restoring::begin(target, &copy.file)?;
    let ended = runtime()?.block_on(end(&restoring, keys))?;
    let held = restoring.is_held();
    restoring.finish()?;
    if !held {
        output::line(&format!(
            "Warning: {} could not be held against anything, since no .sha256 is beside it: what changed in its rows since \
             it was written is not seen.",
            copy.file.display()
        ));
    }
    output::line(&format!(
        "{}: restored. Verifications ended: {}; links of hosted pages: {}. What happened since the backup is not known: \
         failures, waits and limits are as they were then.",
        target.display(),
        ended.verifications,
        ended.flows
    ));
    Ok(())
}

/// Refuses what may not be served, and ends what is over.
async fn end(restoring: &Restoring, ring: Arc<KeyRing>) -> Result<ending::Ended, Failure> {
    let clock = Arc::new(Clock::default());
    let now = clock.clone();
    let store = Store::visit(&StoreConfig::new(restoring.database()), ring.clone(), Arc::new(move || now.now()))?;
    let ended = async {
        database::refuse_demo(&store).await?;
        keys::recognise(&store, &ring).await?;
        let ended = ending::everything(&store, clock.now()).await;
        ended.map_err(|refusal| unfinished(&refusal))
    };
    let ended = ended.await;
    store.close().await;
    ended
}

/// Why not all could be ended. The copy lies apart, so that nobody else is in the way: what cannot be read now never can.
fn unfinished(refusal: &Refusal) -> Failure {
    if *refusal == Refusal::Internal {
        let says = "the backup is damaged: a row in it cannot be read; nothing was put in place; take an older backup";
        return Failure(says.into());
    }
    output::refused(refusal)
}

/// The file of a database that is one.
fn sqlite(database: &DatabaseUrl) -> Result<&Path, Failure> {
    match database {
        DatabaseUrl::Sqlite(file) => Ok(file),
        DatabaseUrl::Postgres(_) => Err(Failure(
            "the database is PostgreSQL, which has its own tools: `pg_dump --format=custom` into a file and \
             `pg_restore` into an empty database, or base backups with the archived log; then `tegata migrate` and \
             `tegata restored` before it is served (docs/operations.md)"
                .into(),
        )),
    }
}
