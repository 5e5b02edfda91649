//! Guides under way: one person's session with one guide, kept in a row.
//!
//! A session belongs to a flow's browser, to whoever has its address, or to the application that began it by API: each
//! of these doors ends here, so that all show the same step.

mod begin;
mod log;
mod observed;
mod over;
mod said;
mod starts;

pub use begin::Begin;
pub use log::{End, Log, Passed, Reasons};
pub use said::CARRIER;
pub use starts::Starts;

use domain::{
    digest::{Digest, sha256},
    guide::facts::Facts,
    guide::{Decision, Factors, Guide, Known, Order, Session, Step},
    id::{FlowId, GuideSessionId, ServiceId, VerificationId},
    locale::Locale,
    refusal::Refusal,
    time::{Millis, Time, hours},
    verification::Verification,
};
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::guide_session;

use super::{App, service, support::Walk};
use crate::guide::Loaded;

/// The guide for messages that do not arrive.
pub const SMS_NOT_ARRIVING: &str = "sms-not-arriving";
/// How long a session can be gone on with.
pub const LIFETIME_MS: Millis = hours(24);

/// A session as it is stored: no number, no name; what is told and what is seen stand apart (rule D7).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Its id, which names and never opens.
    pub id: GuideSessionId,
    /// The service whose contacts it ends at.
    pub service: ServiceId,
    /// The guide.
    pub guide: String,
    /// The version that it began with.
    pub version: String,
    /// The verification whose message does not arrive; `None` for a guide opened from a help page.
    pub verification: Option<VerificationId>,
    /// The flow in whose pages it is shown.
    pub flow: Option<FlowId>,
    /// Whether reasons may be told and used (rule V5).
    pub known: bool,
    /// Whether the page can take another number.
    pub correctable: bool,
    /// The language asked for.
    pub locale: Option<Locale>,
    /// What the page's device tells.
    pub derived: Known,
    /// What was learnt, as it stood when the session began.
    pub order: Factors,
    /// Whether this session is one of those that are learnt from, and was not yet.
    #[serde(default)]
    pub teaches: bool,
    /// What was observed and derived when it last changed.
    #[serde(default)]
    pub seen: Known,
    /// What the person said and did.
    pub session: Session,
    /// The steps that were shown, with their reasons.
    #[serde(default)]
    pub log: Log,
    /// When it began.
    pub began_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// A session as it was loaded, to be changed only if nobody else did.
#[derive(Clone)]
pub struct Opened {
    /// The session.
    pub kept: Kept,
    /// The guide, in the version that the session began with if it is still there.
    pub loaded: Arc<Loaded>,
    secret: Digest,
    version: i64,
}

/// Where a session stands now.
pub struct Standing {
    /// What is known.
    pub facts: Facts,
    /// The step, and why it is this one.
    pub decision: Decision,
    /// The verification, if there is one that can still be read.
    pub verification: Option<Verification>,
}

impl Kept {
    /// How the person walked, for support.
    pub fn walk(&self) -> Walk {
        Walk {
            guide: self.guide.clone(),
            version: self.version.clone(),
            session: self.id.to_string(),
            steps: self.log.clone(),
        }
    }

    /// What the person said, by the facts' names.
    pub fn told(&self) -> Known {
        self.session.told().map(|(fact, value)| (fact.to_owned(), value.to_owned())).collect()
    }
}

impl Opened {
    /// The guide.
    pub fn guide(&self) -> &Guide {
        &self.loaded.guide
    }
}

impl App {
    /// The session of an address.
    ///
    /// # Errors
    /// `not-found` for a wrong one and for one whose time is over.
    pub async fn open_guide(&self, token: &str) -> Result<Opened, Refusal> {
        let (id, secret) = token.split_once('.').ok_or(Refusal::NotFound)?;
        let id = id.parse().map_err(|_| Refusal::NotFound)?;
        let opened = self.find_guide(id).await?;
        opened.filter(|opened| opened.secret == sha256(secret.as_bytes())).ok_or(Refusal::NotFound)
    }

    /// A service's session by its id, for the application.
    ///
    /// # Errors
    /// `not-found` for another service's and an unknown one alike.
    pub async fn guide_session(&self, service: ServiceId, id: GuideSessionId) -> Result<Opened, Refusal> {
        let opened = self.find_guide(id).await?;
        opened.filter(|opened| opened.kept.service == service).ok_or(Refusal::NotFound)
    }

    async fn find_guide(&self, id: GuideSessionId) -> Result<Option<Opened>, Refusal> {
        let Some(row) = self.store.read(move |tx| guide_session::fetch(tx, id)).await? else { return Ok(None) };
        let kept: Kept = serde_json::from_str(&row.value.state).map_err(|_| Refusal::Internal)?;
        if kept.expires_at <= self.now() {
            return Ok(None);
        }
        // A guide that was edited meanwhile goes on with what was told and tried, by name.
        let pinned = self.guides.version(&kept.guide, &kept.version);
        let Some(loaded) = pinned.or_else(|| self.guides.get(&kept.guide)) else { return Ok(None) };
        Ok(Some(Opened { kept, loaded, secret: row.value.secret, version: row.version }))
    }

    /// Changes a session, on what another request made of it meanwhile if there was one.
    ///
    /// # Errors
    /// `unavailable` without the store, `not-found` when its time is over meanwhile.
    pub async fn change_guide(
        &self,
        opened: &mut Opened,
        change: impl Fn(&Guide, &mut Kept) -> bool + Send + 'static,
    ) -> Result<(), Refusal> {
        let (loaded, version, secret) = (opened.loaded.clone(), opened.version, opened.secret);
        if !change(&loaded.guide, &mut opened.kept) {
            return Ok(());
        }
        let wanted = row(&opened.kept, secret)?;
        let id = wanted.id;
        let work = move |tx: &mut store::Tx| {
            if guide_session::update(tx, wanted.clone(), version)? {
                return Ok(Ok(Changed::AsWanted));
            }
            // In the same transaction and locked: however many do so at once, each comes to its turn.
            let Some(found) = guide_session::lock(tx, id)? else { return Ok(Err(Refusal::NotFound)) };
            let Ok(mut kept) = serde_json::from_str(&found.value.state) else { return Ok(Err(Refusal::Internal)) };
            let next = found.version + i64::from(change(&loaded.guide, &mut kept));
            let Ok(row) = row(&kept, secret) else { return Ok(Err(Refusal::Internal)) };
            if next > found.version && !guide_session::update(tx, row, found.version)? {
                return Err(store::Error::Conflict("a guide session was changed meanwhile".into()));
            }
            Ok(Ok(Changed::Anew(Box::new(kept), next)))
        };
        match self.store.write(work).await?? {
            Changed::AsWanted => opened.version += 1,
            Changed::Anew(kept, version) => (opened.kept, opened.version) = (*kept, version),
        }
        Ok(())
    }

    /// Where a session stands now. The step that is shown is remembered, so that nothing moves under somebody's hands
    /// but by what is observed.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide_stands(&self, known: &service::Known, opened: &mut Opened) -> Result<Standing, Refusal> {
        let verification = self.guided(known, opened).await?;
        self.guide_stands_with(known, opened, verification).await
    }

    /// The same, for whoever has read its verification already.
    ///
    /// # Errors
    /// As [`App::guide_stands`].
    pub async fn guide_stands_with(
        &self,
        known: &service::Known,
        opened: &mut Opened,
        verification: Option<Verification>,
    ) -> Result<Standing, Refusal> {
        let observed = self.observed(known, &opened.kept, verification.as_ref());
        let derived = self.derived(&opened.kept, verification.as_ref());
        let guide = &opened.loaded.guide;
        let facts = guide.facts(&observed, &derived, &opened.kept.session);
        let order = Order::from_named(guide, &opened.kept.order);
        let decision = guide.next(&facts, &opened.kept.session, &order);
        let showing = guide.showing(decision.step, &facts);
        let solved = match decision.step {
            Step::Solved(by) => Some(by),
            Step::Act(_) | Step::Ask(_) | Step::Contact => None,
        };
        let before = opened.kept.session.clone();
        let (mut log, now) = (opened.kept.log.clone(), self.now());
        log.look(guide, &decision, now);
        if showing != before.showing || solved != before.solved || log != opened.kept.log {
            let (seen, shown) = (observed.into_iter().chain(derived).collect::<Known>(), before.clone());
            self.change_guide(opened, move |_, kept| {
                // Another request may have moved the session meanwhile: then its own look notes the step.
                if kept.session == shown {
                    kept.log.clone_from(&log);
                }
                kept.session.showing.clone_from(&showing);
                kept.seen.clone_from(&seen);
                solved.into_iter().for_each(|by| kept.session.solve(by));
                true
            })
            .await?;
        }
        if let (Some(by), true) = (solved, opened.kept.teaches) {
            // Who takes it off the session is the one who counts it: looks at once teach once.
            let won = Arc::new(AtomicBool::new(false));
            let taken = won.clone();
            self.change_guide(opened, move |_, kept| {
                taken.store(kept.teaches, Ordering::Relaxed);
                std::mem::take(&mut kept.teaches)
            })
            .await?;
            if won.load(Ordering::Relaxed) && self.may_teach(verification.as_ref(), by).await? {
                self.taught_by(opened, &facts, before.showing.as_ref(), Some(by)).await?;
            }
        }
        Ok(Standing { facts, decision, verification })
    }

    /// The verification that a session is about.
    async fn guided(&self, known: &service::Known, opened: &Opened) -> Result<Option<Verification>, Refusal> {
        let Some(id) = opened.kept.verification else { return Ok(None) };
        match self.verification(known, id).await {
            Ok(verification) => Ok(Some(verification)),
            Err(Refusal::NotFound) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

/// What became of a session.
enum Changed {
    /// As it was to be.
    AsWanted,
    /// What another request had made of it, changed; and its version.
    Anew(Box<Kept>, i64),
}

fn row(kept: &Kept, secret: Digest) -> Result<guide_session::GuideSession, Refusal> {
    let Kept { id, service, expires_at, .. } = *kept;
    let state = serde_json::to_string(kept).map_err(|_| Refusal::Internal)?;
    Ok(guide_session::GuideSession { id, service, secret, expires_at, state })
}
