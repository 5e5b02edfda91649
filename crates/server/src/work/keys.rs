//! The key file, read again while the server runs: keys that were added, and those that were revoked, need no restart.
//!
//! A file that cannot be used changes nothing. A node whose file lacks a key that others use says so, and is not ready.

use std::{path::PathBuf, sync::Arc, time::Duration};

use domain::{
    key::KeyRing,
    time::{Millis, Time, minutes, seconds},
};
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::{
    app::{
        App,
        keys::{self, KeyProblem},
    },
    config::secrets,
};

/// How often the file is looked at, and what others noted of their keys.
const EVERY: Duration = Duration::from_secs(1);
/// How long a file must stay as it is before it is taken, so that no half is read; and the least between two looks.
const AT_REST: Duration = Duration::from_millis(200);
/// How long a key may be lacking before that is told: the others may just have read the file that we read next.
const PATIENCE_MS: Millis = seconds(2);
/// How long before a key is used a node without it is not ready.
const SOON_MS: Millis = minutes(1);

/// Whoever reads the file, and what was told of it.
struct Follower {
    app: Arc<App>,
    file: PathBuf,
    /// What is wrong with the file, so that it is told once.
    broken: Option<String>,
    /// What the database needs that the file has not, and since when it is known.
    lacking: Option<(String, Time)>,
    /// Of that, what was told.
    told: Option<String>,
}

/// Reads the file again until `stop`; nothing where the keys are from no file.
pub async fn run(app: Arc<App>, file: Option<PathBuf>, mut stop: watch::Receiver<bool>) {
    let Some(file) = file else { return };
    let mut follower = Follower { app: app.clone(), file, broken: None, lacking: None, told: None };
    let round = async {
        loop {
            tokio::select! {
                () = app.key_file.wanted() => tokio::time::sleep(AT_REST).await,
                () = tokio::time::sleep(EVERY) => {}
            }
            follower.look().await;
        }
    };
    tokio::select! {
        _ = stop.changed() => {}
        () = round => {}
    }
}

impl Follower {
    async fn look(&mut self) {
        let broken = match self.changed().await {
            Some(Ok(ring)) => self.take(ring).await,
            Some(Err(why)) => Some(why),
            None => None,
        };
        if broken != self.broken {
            match &broken {
                Some(why) => error!("the key file cannot be used, and the keys stay as they were: {why}"),
                None => info!("the key file can be used again"),
            }
            self.broken = broken;
        }
        self.compare().await;
    }

    /// What the file says, if that is not what is in use.
    async fn changed(&self) -> Option<Result<KeyRing, String>> {
        let first = self.read().await;
        if is_same(&first, &Ok((**self.app.keys.load()).clone())) {
            return None;
        }
        tokio::time::sleep(AT_REST).await;
        let second = self.read().await;
        if is_same(&first, &second) {
            return Some(second);
        }
        // Somebody is writing it: the next look tells. What was wrong before still is.
        self.broken.clone().map(Err)
    }

    async fn read(&self) -> Result<KeyRing, String> {
        let file = self.file.clone();
        let read = tokio::task::spawn_blocking(move || secrets::read(&file)).await;
        let ring = read.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        Ok(ring.at(self.app.now()))
    }

    /// Puts keys in use, if they are those that the database needs; else why not.
    async fn take(&self, ring: KeyRing) -> Option<String> {
        match keys::recognise(&self.app.store, &ring).await {
            Ok(()) => {}
            // Nothing is known of it until the database is back.
            Err(KeyProblem::Store(_)) => return self.broken.clone(),
            Err(problem @ (KeyProblem::Other(_) | KeyProblem::Gone(..) | KeyProblem::Revoked(_))) => {
                return Some(problem.to_string());
            }
        }
        let (current, newest) = (ring.current().id.0, ring.newest());
        if newest.id.0 == current {
            info!("the key file was read again: key {current} is for new rows");
        } else {
            let from = newest.used_from.rfc3339();
            info!("the key file was read again: key {} is for new rows from {from} on", newest.id.0);
        }
        self.app.keys.replace(ring);
        None
    }

    /// Holds the keys in use against what others noted in the database.
    async fn compare(&mut self) {
        let now = self.app.now();
        let ring = self.app.keys.load().clone();
        let problem = match keys::fits(&self.app.store, &ring).await {
            Ok(()) => return self.is_well(),
            // Others tell of that.
            Err(KeyProblem::Store(_)) => return,
            Err(problem) => problem,
        };
        let why = problem.to_string();
        let since = match &self.lacking {
            Some((known, since)) if *known == why => *since,
            Some(_) | None => now,
        };
        self.lacking = Some((why.clone(), since));
        if now.since(since) < PATIENCE_MS {
            return;
        }
        let is_later = matches!(problem, KeyProblem::Gone(_, Some(from)) if from.since(now) > SOON_MS);
        if is_later {
            self.tell_once(&why, |why| warn!("{why}; this node must have it by then"));
            return;
        }
        // A warning that came before does not stand for it.
        let why = format!("{why}; this node is not ready until the file that it reads has changed");
        self.tell_once(&why, |why| error!("{why}"));
        self.app.key_file.set_trouble(Some(why));
    }

    fn tell_once(&mut self, why: &str, tell: impl FnOnce(&str)) {
        if self.told.as_deref() != Some(why) {
            tell(why);
            self.told = Some(why.to_owned());
        }
    }

    fn is_well(&mut self) {
        self.lacking = None;
        if self.told.take().is_some() {
            info!("the key file has every key that the database needs");
        }
        if self.app.key_file.trouble().is_some() {
            self.app.key_file.set_trouble(None);
        }
    }
}

fn is_same(one: &Result<KeyRing, String>, other: &Result<KeyRing, String>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one.is_same(other),
        (Err(one), Err(other)) => one == other,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}
