//! The key file against the database: whether it is the one that the rows need (rule D11), and what a secret's
//! revocation ends (rule V3).

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use domain::{
    key::{KeyId, KeyRing, Keys},
    refusal::Refusal,
    time::Time,
};
use store::{Store, Tx, key, setting};
use tokio::sync::Notify;

use super::ending;

/// The setting that remembers a key's fingerprint is called this and its id.
const FINGERPRINT: &str = "key ";
/// The setting that remembers from when a key is used is that one's name and this.
const USED_FROM: &str = " used from";
/// The setting that names the last revoked key.
const REVOKED: &str = "keys revoked";

/// Why a key file cannot be used with a database.
#[derive(Debug)]
pub enum KeyProblem {
    /// A key is not the one that the database was written with: codes would be wrong, and counted.
    Other(KeyId),
    /// A key is missing, and rows name it, or the file is older than the database.
    /// With when the key came or comes into use, if others noted that.
    Gone(KeyId, Option<Time>),
    /// A key was revoked, and the file does not know.
    Revoked(KeyId),
    /// The store could not be read or written.
    Store(store::Error),
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyProblem::Other(id) => {
                let id = id.0;
                write!(
                    f,
                    "key {id} of the key file is not the one that this database was written with; put back that file, or \
                     its copy"
                )
            }
            KeyProblem::Gone(id, used_from) => {
                let used = used_from.map_or(String::new(), |at| format!(" (used from {})", at.rfc3339()));
                let id = id.0;
                write!(
                    f,
                    "the key file lacks key {id}{used}, which this database needs; put it back, or the newest file"
                )
            }
            KeyProblem::Revoked(id) => write!(
                f,
                "key {} of the key file was revoked; use the file that `tegata secrets revoke` wrote, or run it again",
                id.0
            ),
            KeyProblem::Store(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for KeyProblem {}

impl From<store::Error> for KeyProblem {
    fn from(error: store::Error) -> Self {
        KeyProblem::Store(error)
    }
}

/// How the key file stands for a server that reads it again while it runs.
#[derive(Default)]
pub struct KeyFile {
    wanted: Notify,
    trouble: Mutex<Option<String>>,
}

impl KeyFile {
    /// Something cannot be read or judged, perhaps for want of a key: the file is looked at soon.
    pub fn want(&self) {
        self.wanted.notify_one();
    }

    /// Waits until somebody wants it.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Why this node is of no use with the keys that it has, if so.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says so, or that it is over.
    pub fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// Remembers each key by its fingerprint, and refuses a file in which one is another, one is missing that rows still
/// name, or one counts as good that was revoked.
///
/// # Errors
/// The first thing that is wrong.
pub async fn recognise(store: &Store, keys: &KeyRing) -> Result<(), KeyProblem> {
    let own = own(keys);
    store.write(move |tx| note(tx, &own)).await?
}

/// As [`recognise`], in a transaction that does more; what is wrong comes inside `Ok`.
///
/// # Errors
/// As [`Tx::query`].
pub fn recognise_in(tx: &mut Tx, keys: &KeyRing) -> Result<Result<(), KeyProblem>, store::Error> {
    note(tx, &own(keys))
}

fn note(tx: &mut Tx, own: &[Own]) -> Result<Result<(), KeyProblem>, store::Error> {
    match compare(tx, own)? {
        Ok(notes) => notes.write(tx).map(Ok),
        Err(problem) => Ok(Err(problem)),
    }
}

/// Whether [`recognise`] would take a key file; writes nothing.
///
/// # Errors
/// The first thing that is wrong.
pub async fn fits(store: &Store, keys: &KeyRing) -> Result<(), KeyProblem> {
    let own = own(keys);
    store.read(move |tx| compare(tx, &own)).await?.map(|_| ())
}

/// A key of the file.
struct Own {
    id: KeyId,
    is_revoked: bool,
    used_from: Time,
    fingerprint: String,
}

fn own(keys: &KeyRing) -> Vec<Own> {
    let own = |key: &Keys| Own {
        id: key.id,
        is_revoked: keys.is_revoked(key.id),
        used_from: key.used_from,
        fingerprint: key.fingerprint(),
    };
    keys.all().iter().map(own).collect()
}

/// What the database does not know yet of a key file that fits, and what it need not know any more.
struct Notes {
    new: Vec<(KeyId, String, Time)>,
    gone: Vec<KeyId>,
}

impl Notes {
    fn write(self, tx: &mut Tx) -> Result<(), store::Error> {
        for (id, fingerprint, used_from) in self.new {
            setting::set(tx, &format!("{FINGERPRINT}{}", id.0), &fingerprint)?;
            if used_from > Time::from_ms(0) {
                setting::set(tx, &format!("{FINGERPRINT}{}{USED_FROM}", id.0), &used_from.rfc3339())?;
            }
        }
        for id in self.gone {
            setting::remove(tx, &format!("{FINGERPRINT}{}", id.0))?;
            setting::remove(tx, &format!("{FINGERPRINT}{}{USED_FROM}", id.0))?;
        }
        Ok(())
    }
}

/// What is wrong comes inside `Ok`: it is an ordinary answer.
fn compare(tx: &mut Tx, own: &[Own]) -> Result<Result<Notes, KeyProblem>, store::Error> {
    let settings = setting::all(tx)?;
    let revoked = last_revoked(&settings);
    if let Some(own) = own.iter().find(|own| !own.is_revoked && Some(own.id) <= revoked) {
        return Ok(Err(KeyProblem::Revoked(own.id)));
    }
    let known: BTreeMap<KeyId, &String> =
        settings.iter().filter_map(|(name, value)| Some((fingerprinted(name)?, value))).collect();
    let mut notes = Notes { new: Vec::new(), gone: Vec::new() };
    for Own { id, fingerprint, used_from, .. } in own {
        match known.get(id) {
            Some(known) if *known != fingerprint => return Ok(Err(KeyProblem::Other(*id))),
            Some(_) => {}
            None => notes.new.push((*id, fingerprint.clone(), *used_from)),
        }
    }
    for id in known.into_keys().filter(|id| own.iter().all(|own| own.id != *id)) {
        // A key that is good finds numbers and signs cookies: rows need it without naming it.
        if Some(id) > revoked || key::is_named(tx, id)? {
            return Ok(Err(KeyProblem::Gone(id, used_from(&settings, id))));
        }
        notes.gone.push(id);
    }
    Ok(Ok(notes))
}

fn fingerprinted(name: &str) -> Option<KeyId> {
    name.strip_prefix(FINGERPRINT)?.parse().ok().map(KeyId)
}

fn used_from(settings: &[(String, String)], id: KeyId) -> Option<Time> {
    let name = format!("{FINGERPRINT}{}{USED_FROM}", id.0);
    settings.iter().find(|(of, _)| *of == name).and_then(|(_, at)| Time::from_rfc3339(at))
}

fn last_revoked(settings: &[(String, String)]) -> Option<KeyId> {
    let (_, id) = settings.iter().find(|(name, _)| name == REVOKED)?;
    id.parse().ok().map(KeyId)
}

/// Revokes every key up to this one: from this commit on no server starts with a file in which one of them counts as
/// good. Ends every verification that waits for a code; how many. Nobody is counted a failure.
///
/// # Errors
/// `unavailable` if the database is; then some may have ended, and it can be called again.
pub async fn revoke(store: &Store, through: KeyId, now: Time) -> Result<usize, Refusal> {
    store.write(move |tx| setting::set(tx, REVOKED, &through.0.to_string())).await?;
    ending::verifications(store, now).await
}
