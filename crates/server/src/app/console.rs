//! The operator's way into the console: a link that works once becomes a session (rule V7).
//!
//! Links and sessions carry 128 random bits of their own and are stored hashed. Opening a link uses nothing up, so that
//! a preview of it takes it from nobody.

use domain::{
    digest::{Digest, Fixed, sha256},
    refusal::Refusal,
    time::{Millis, Time, hours, minutes},
};
use store::{Store, console};

use super::App;
use crate::clock;

/// How long an operator's link works.
pub const LINK_LIFETIME_MS: Millis = minutes(10);
/// How long a session lasts, however busy it is.
pub const SESSION_LIFETIME_MS: Millis = hours(8);
/// How long a session may be left alone.
const IDLE_MS: Millis = minutes(30);

/// Makes a link that works for so long, and gives its address.
///
/// # Errors
/// Why it could not be stored.
pub async fn link(store: &Store, public_url: &str, now: Time, lifetime_ms: Millis) -> Result<String, store::Error> {
    let secret = Fixed(clock::random::<16>()).hex();
    let digest = digest(&secret);
    store.write(move |tx| console::link(tx, digest, now, now.plus(lifetime_ms))).await?;
    Ok(format!("{public_url}/console/enter/{secret}"))
}

/// What is stored of a link's or session's secret.
pub fn digest(secret: &str) -> Digest {
    sha256(format!("console {secret}").as_bytes())
}

impl App {
    /// Uses a link up and gives the secret of the session that it becomes.
    ///
    /// # Errors
    /// `sign-in-needed` for a link that is unknown, used or too old, all alike.
    pub async fn enter_console(&self, link: &str) -> Result<String, Refusal> {
        let secret = Fixed(clock::random::<16>()).hex();
        let (link, session, now) = (digest(link), digest(&secret), self.now());
        let expires_at = now.plus(SESSION_LIFETIME_MS);
        let entered = self.store.write(move |tx| console::enter(tx, link, session, now, expires_at)).await?;
        if entered { Ok(secret) } else { Err(Refusal::SignInNeeded) }
    }

    /// Whether a session may go on; its being used is noted.
    ///
    /// # Errors
    /// `sign-in-needed` if it may not.
    pub async fn console_session(&self, secret: &str) -> Result<(), Refusal> {
        let (session, now) = (digest(secret), self.now());
        let seen = self.store.write(move |tx| console::see(tx, session, now, now.plus(-IDLE_MS))).await?;
        if seen { Ok(()) } else { Err(Refusal::SignInNeeded) }
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn leave_console(&self, secret: &str) -> Result<(), Refusal> {
        let session = digest(secret);
        Ok(self.store.write(move |tx| console::end(tx, session)).await?)
    }
}
