//! `Idempotency-Key`: the same request again gets the same answer, and nothing happens twice (rule D4).
//!
//! Doing and answering are two commits. A request that was cut off between them, by a crash, has no answer: its repeat looks
//! under the same id for what it made, finds it or makes it, and answers.

use domain::{
    digest::{Digest, sha256},
    id::ApiKeyId,
    refusal::Refusal,
    time::{Millis, Time, days, minutes},
};
use store::{
    idempotency::{self, Begun},
    seal,
};

use super::App;
use crate::clock;

/// How long an answer is kept.
const KEPT_MS: Millis = days(1);
/// After so long a first request without an answer was cut off; no request takes longer.
const UNDER_WAY_MS: Millis = minutes(1);

/// A request that may be repeated.
#[derive(Clone, Copy, Debug)]
pub struct Repeatable {
    key: Digest,
    body: Digest,
}

/// What the id of something new is made of: its time and its random bits, the same for every repeat of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birth {
    /// When it was asked for at first.
    pub at: Time,
    /// Random for whoever does not know the API key's name and the `Idempotency-Key`.
    pub random: [u8; 10],
    /// Whether a request before this one may have made it already.
    pub again: bool,
}

/// What becomes of a request.
pub enum Replay {
    /// It was answered before.
    Answered(Vec<u8>),
    /// It is to be done.
    Do(Birth),
}

impl Birth {
    /// Of something that is asked for now, and whose id nobody has to find again.
    pub fn new(now: Time) -> Birth {
        Birth { at: now, random: clock::random(), again: false }
    }
}

impl Repeatable {
    /// Scoped to the API key, the method and the path; bound to the body.
    pub fn new(caller: ApiKeyId, method: &str, path: &str, key: &str, body: &[u8]) -> Repeatable {
        Repeatable { key: sha256(format!("{caller} {method} {path} {key}").as_bytes()), body: sha256(body) }
    }

    fn birth(self, at: Time, again: bool) -> Birth {
        let digest = sha256(&[b"id ", &self.key.0[..]].concat());
        let mut random = [0; 10];
        random.copy_from_slice(&digest.0[..10]);
        Birth { at, random, again }
    }
}

impl App {
    /// The answer that a request got before, or that it is to be done.
    ///
    /// # Errors
    /// `idempotency-mismatch` with another body, `idempotency-in-progress` while the first is under way.
    pub async fn replay(&self, request: Repeatable) -> Result<Replay, Refusal> {
        let now = self.now();
        let ends = now.plus(KEPT_MS);
        match self.store.write(move |tx| idempotency::begin(tx, request.key, request.body, now, ends)).await? {
            Begun::New => Ok(Replay::Do(request.birth(now, false))),
            Begun::Different => Err(Refusal::IdempotencyMismatch),
            Begun::Same { answer: Some(sealed), .. } => self.unsealed(request.key, &sealed).map(Replay::Answered),
            Begun::Same { answer: None, expires_at } => {
                let began_at = expires_at.plus(-KEPT_MS);
                if now.since(began_at) < UNDER_WAY_MS {
                    return Err(Refusal::IdempotencyInProgress);
                }
                Ok(Replay::Do(request.birth(began_at, true)))
            }
        }
    }

    /// Keeps the answer, sealed: it may hold an address. Gives the one that goes for this key, which a repeat may have got.
    ///
    /// # Errors
    /// `unavailable` without the store; the request itself has happened.
    pub async fn remember(&self, request: Repeatable, answer: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let Repeatable { key, body } = request;
        let sealed = seal::seal(self.keys.load().current(), &key.0, clock::random(), &answer);
        let ends = self.now().plus(KEPT_MS);
        let kept = self.store.write(move |tx| idempotency::finish(tx, key, body, sealed.clone(), ends)).await?;
        kept.map_or(Ok(answer), |kept| self.unsealed(key, &kept))
    }

    fn unsealed(&self, key: Digest, kept: &[u8]) -> Result<Vec<u8>, Refusal> {
        seal::open(&self.keys.load(), &key.0, kept).map_err(|_| Refusal::Unavailable)
    }

    /// Lets a refused request be tried again under the same key.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn forget(&self, request: Repeatable) -> Result<(), Refusal> {
        Ok(self.store.write(move |tx| idempotency::abandon(tx, request.key)).await?)
    }
}
