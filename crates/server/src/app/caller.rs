//! Who calls the API: a key belongs to a service and has scopes; it is stored as its hash.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    digest::{Digest, sha256},
    id::{ApiKeyId, ServiceId},
    refusal::Refusal,
    time::{Millis, Time, seconds},
};
use store::api_key;

use super::App;
use crate::clock;

/// How long a key is believed without asking the store: a revoked one works for at most so long.
const CACHED_MS: Millis = seconds(5);
/// How often whoever stays for long is asked for the key again: with the answer at most as old, all is over within
/// [`CACHED_MS`] of the key's end.
const ASKED_EVERY: Duration = Duration::from_secs(2);
/// Keys remembered at once.
const CACHED_MAX: usize = 10_000;
/// What every key begins with, so that people and scanners recognise one.
const PREFIX: &str = "tegata_";

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Verifications and flows of its own service.
    Verify,
    /// Services: making them and changing them.
    Admin,
}

impl Scope {
    /// As it is stored and typed.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Verify => "verify",
            Scope::Admin => "admin",
        }
    }
}

/// Whoever has shown a key.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The key's name.
    pub key: ApiKeyId,
    /// Its service.
    pub service: ServiceId,
    scopes: String,
    digest: Digest,
}

impl Caller {
    /// # Errors
    /// `forbidden` if the key lacks the scope.
    pub fn may(&self, scope: Scope) -> Result<(), Refusal> {
        if self.scopes.split(' ').any(|one| one == scope.name()) { Ok(()) } else { Err(Refusal::Forbidden) }
    }
}

/// Keys seen lately.
#[derive(Default)]
pub(crate) struct Callers(Mutex<HashMap<Digest, (Time, Option<Caller>)>>);

/// A new key: what its owner keeps, and what is stored.
pub fn generate() -> (String, Digest) {
    let key = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(clock::random::<32>()));
    let digest = sha256(key.as_bytes());
    (key, digest)
}

impl App {
    /// Recognises an API key.
    ///
    /// # Errors
    /// `unauthorized` for one that is not known or was revoked, `unavailable` without the store.
    pub async fn caller(&self, key: &str) -> Result<Caller, Refusal> {
        if !key.starts_with(PREFIX) || key.len() > 200 {
            return Err(Refusal::Unauthorized);
        }
        self.caller_of(sha256(key.as_bytes()), CACHED_MS).await
    }

    /// Resolves once a caller's key is revoked: what is open for long ends with it. A store that is away ends nothing.
    pub async fn revoked(&self, caller: &Caller) {
        let cached_ms = Millis::try_from(ASKED_EVERY.as_millis()).unwrap_or(CACHED_MS);
        loop {
            tokio::time::sleep(ASKED_EVERY).await;
            if let Err(Refusal::Unauthorized) = self.caller_of(caller.digest, cached_ms).await {
                return;
            }
        }
    }

    /// Whose key this is, as it was at most so long ago.
    async fn caller_of(&self, digest: Digest, cached_ms: Millis) -> Result<Caller, Refusal> {
        let now = self.now();
        if let Some(caller) = self.callers.get(&digest, now.plus(-cached_ms)) {
            return caller.ok_or(Refusal::Unauthorized);
        }
        let found = self.store.read(move |tx| api_key::find(tx, digest)).await?;
        let live = found.filter(|key| key.revoked_at.is_none());
        let caller = live.map(|key| Caller { key: key.id, service: key.service, scopes: key.scopes, digest });
        self.callers.put(digest, now, caller.clone());
        caller.ok_or(Refusal::Unauthorized)
    }
}

impl Callers {
    fn get(&self, digest: &Digest, since: Time) -> Option<Option<Caller>> {
        let cached = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        cached.get(digest).filter(|(at, _)| *at > since).map(|(_, caller)| caller.clone())
    }

    fn put(&self, digest: Digest, now: Time, caller: Option<Caller>) {
        let mut cached = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if cached.len() >= CACHED_MAX {
            cached.clear();
        }
        cached.insert(digest, (now, caller));
    }
}
