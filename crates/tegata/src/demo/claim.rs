//! Whose database the demo takes: one that is empty, or its own. Another stays as it was, down to its schema: `tegata
//! serve` refuses what the demo has marked, for ever (rule D6).

use domain::key::KeyRing;
use server::app::keys::{self, KeyProblem};
use store::{Database, Error, OpenError, Tx, service, setting};

use crate::database::DEMO;

/// Why a database is not taken.
pub enum Unfit {
    /// It cannot be opened or brought up to this version.
    Open(OpenError),
    /// It was never a demo's, and something is in it.
    Foreign,
    /// It is a demo's whose keys are other ones.
    Keys(KeyProblem),
}

/// Brings a database up to this version and marks it as the demo's, in one transaction that looks first.
pub fn claim(database: &Database, keys: &KeyRing) -> Result<(), Unfit> {
    match store::migrate_if(database, |tx| admit(tx, keys)) {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(unfit)) => Err(unfit),
        Err(error) => Err(Unfit::Open(error)),
    }
}

fn admit(tx: &mut Tx, keys: &KeyRing) -> Result<Result<(), Unfit>, Error> {
    let is_marked = setting::get(tx, DEMO)?.is_some();
    // Whatever was served has remembered its keys among the settings.
    let is_empty = setting::all(tx)?.is_empty() && service::list(tx, None, 1)?.is_empty();
    if !is_marked && !is_empty {
        return Ok(Err(Unfit::Foreign));
    }
    if let Err(problem) = keys::recognise_in(tx, keys)? {
        return Ok(Err(Unfit::Keys(problem)));
    }
    setting::set(tx, DEMO, "yes").map(Ok)
}
