//! `Idempotency-Key`: the same request again gets the same answer, and nothing happens twice (rule D4).

use domain::{
    digest::{Digest, sha256},
    id::ApiKeyId,
    refusal::Refusal,
    time::{Millis, days, minutes},
};
use store::{
    idempotency::{self, Begun},
    seal,
};

use super::App;
use crate::clock;

/// How long an answer is kept.
const KEPT_MS: Millis = days(1);
/// After so long an unanswered first request is taken for dead.
const UNDER_WAY_MS: Millis = minutes(1);

/// A request that may be repeated.
#[derive(Clone, Copy, Debug)]
pub struct Repeatable {
    key: Digest,
    body: Digest,
}

impl Repeatable {
    /// Scoped to the API key, the method and the path; bound to the body.
    pub fn new(caller: ApiKeyId, method: &str, path: &str, key: &str, body: &[u8]) -> Repeatable {
        Repeatable { key: sha256(format!("{caller} {method} {path} {key}").as_bytes()), body: sha256(body) }
    }
}

impl App {
    /// The answer that a request got before, or `None` if it is the first.
    ///
    /// # Errors
    /// `idempotency-mismatch` with another body, `idempotency-in-progress` while the first is under way.
    pub async fn replay(&self, request: Repeatable) -> Result<Option<Vec<u8>>, Refusal> {
        let now = self.now();
        let dead_at = now.plus(UNDER_WAY_MS);
        match self.store.write(move |tx| idempotency::begin(tx, request.key, request.body, now, dead_at)).await? {
            Begun::New => Ok(None),
            Begun::Different => Err(Refusal::IdempotencyMismatch),
            Begun::Same(None) => Err(Refusal::IdempotencyInProgress),
            Begun::Same(Some(sealed)) => self.unsealed(request.key, &sealed).map(Some),
        }
    }

    /// Keeps the answer, sealed: it may hold an address. Gives the one that goes for this key, which a repeat may have got.
    ///
    /// # Errors
    /// `unavailable` without the store; the request itself has happened.
    pub async fn remember(&self, request: Repeatable, answer: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let Repeatable { key, body } = request;
        let sealed = seal::seal(self.keys.current(), &key.0, clock::random(), &answer);
        let ends = self.now().plus(KEPT_MS);
        let kept = self.store.write(move |tx| idempotency::finish(tx, key, body, sealed.clone(), ends)).await?;
        kept.map_or(Ok(answer), |kept| self.unsealed(key, &kept))
    }

    fn unsealed(&self, key: Digest, kept: &[u8]) -> Result<Vec<u8>, Refusal> {
        seal::open(&self.keys, &key.0, kept).map_err(|_| Refusal::Unavailable)
    }

    /// Lets a refused request be tried again under the same key.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn forget(&self, request: Repeatable) -> Result<(), Refusal> {
        Ok(self.store.write(move |tx| idempotency::abandon(tx, request.key)).await?)
    }
}
