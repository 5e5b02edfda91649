//! Guides under way: one person's session with one guide, kept in a row.
//!
//! A session belongs to a flow's browser, to whoever has its address, or to the application that began it by API: each
//! of these doors ends here, so that all show the same step.

mod log;
mod observed;
mod over;
mod said;
mod starts;

pub use log::{End, Log, Passed, Reasons};
pub use starts::Starts;

use domain::{
    digest::{Digest, Fixed, sha256},
    guide::facts::Facts,
    guide::{Decision, Factors, Guide, Known, Order, Session, Step},
    id::{FlowId, GuideSessionId, ServiceId, VerificationId, v4},
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

use super::{
    App, flow, service,
    source::{Source, is_shared},
    support::Walk,
};
use crate::{clock, guide::Loaded};

/// The guide for messages that do not arrive.
pub const SMS_NOT_ARRIVING: &str = "sms-not-arriving";
/// How long a session can be gone on with.
pub const LIFETIME_MS: Millis = hours(24);
/// How often a change is tried again on what another request of the same session made of it meanwhile.
const CHANGES_TRIED: u32 = 30;

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

/// A session that is to begin.
#[derive(Clone, Debug, Default)]
pub struct Begin {
    /// The guide's name.
    pub guide: String,
    /// The verification whose message does not arrive.
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
    /// Begins a session; gives its address' last part, id and secret.
    ///
    /// # Errors
    /// `not-found` for an unknown guide, `unavailable` without the store.
    pub async fn begin_guide(
        &self,
        service: ServiceId,
        source: &Source,
        begin: Begin,
    ) -> Result<(Opened, String), Refusal> {
        let loaded = self.guides.get(&begin.guide).ok_or(Refusal::NotFound)?;
        let phone = begin.derived.get("phone").map(String::as_str);
        let order = self.order(service, &loaded.guide, phone, None).await?;
        let id = GuideSessionId(v4(clock::random()));
        let secret = Fixed(clock::random::<16>()).hex();
        let now = self.now();
        let kept = Kept {
            id,
            service,
            guide: begin.guide,
            version: loaded.guide.version.clone(),
            verification: begin.verification,
            flow: begin.flow,
            known: begin.known,
            correctable: begin.correctable,
            locale: begin.locale,
            derived: begin.derived,
            order: order.named(&loaded.guide),
            teaches: self.may_learn(service, source).await?,
            seen: Known::new(),
            session: Session::default(),
            log: Log::default(),
            began_at: now,
            expires_at: now.plus(LIFETIME_MS),
        };
        let opened = Opened { kept, loaded, secret: sha256(secret.as_bytes()), version: 1 };
        let row = row(&opened)?;
        self.store.write(move |tx| guide_session::insert(tx, row.clone())).await?;
        self.note_help(&opened).await?;
        Ok((opened, format!("{id}.{secret}")))
    }

    /// Whether somebody at this address may begin another session without an API key (rule M1).
    ///
    /// # Errors
    /// `busy` when too many were begun from there.
    pub fn may_begin_guide(&self, ip: std::net::IpAddr) -> Result<(), Refusal> {
        // Carriers' shared networks are never refused alone.
        if is_shared(ip, &self.config.http.shared_networks) { Ok(()) } else { self.guide_starts.admit(ip, self.now()) }
    }

    /// The session of a flow: begun with the first look at it.
    ///
    /// # Errors
    /// As [`App::begin_guide`].
    pub async fn guide_of_flow(
        &self,
        flow: &mut flow::Opened,
        source: &Source,
        derived: Known,
    ) -> Result<Opened, Refusal> {
        if let Some(id) = flow.flow.guide
            && let Some(mut opened) = self.find_guide(id).await?
        {
            // The code before may have expired, and a new verification begun: the person goes on where they were.
            opened.kept.verification = flow.flow.verification;
            return Ok(opened);
        }
        let begin = Begin {
            guide: SMS_NOT_ARRIVING.into(),
            verification: flow.flow.verification,
            flow: Some(flow.flow.id),
            known: flow.flow.known,
            correctable: self.prefilled(&flow.flow).is_none(),
            locale: flow.flow.locale,
            derived,
        };
        let (opened, _) = self.begin_guide(flow.flow.service, source, begin).await?;
        let id = opened.kept.id;
        self.change_flow(flow, |flow| flow.guide = flow.guide.or(Some(id))).await?;
        match flow.flow.guide {
            // Another tab was faster: its session is the flow's.
            Some(other) if other != id => self.find_guide(other).await?.ok_or(Refusal::NotFound),
            _ => Ok(opened),
        }
    }

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

    /// Changes a session: once more on what another request made of it meanwhile.
    ///
    /// # Errors
    /// `unavailable` without the store, `not-found` when its time is over meanwhile.
    pub async fn change_guide(
        &self,
        opened: &mut Opened,
        change: impl Fn(&Guide, &mut Kept) -> bool,
    ) -> Result<(), Refusal> {
        for _ in 0..CHANGES_TRIED {
            let loaded = opened.loaded.clone();
            if !change(&loaded.guide, &mut opened.kept) {
                return Ok(());
            }
            let (row, version) = (row(opened)?, opened.version);
            if self.store.write(move |tx| guide_session::update(tx, row.clone(), version)).await? {
                opened.version += 1;
                return Ok(());
            }
            *opened = self.find_guide(opened.kept.id).await?.ok_or(Refusal::NotFound)?;
        }
        Err(Refusal::Unavailable)
    }

    /// Where a session stands now. The step that is shown is remembered, so that nothing moves under somebody's hands
    /// but by what is observed.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide_stands(&self, known: &service::Known, opened: &mut Opened) -> Result<Standing, Refusal> {
        let verification = self.guided(known, opened).await?;
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
            self.change_guide(opened, |_, kept| {
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
            let won = AtomicBool::new(false);
            self.change_guide(opened, |_, kept| {
                won.store(kept.teaches, Ordering::Relaxed);
                std::mem::take(&mut kept.teaches)
            })
            .await?;
            if won.into_inner() && self.may_teach(verification.as_ref(), by).await? {
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

fn row(opened: &Opened) -> Result<guide_session::GuideSession, Refusal> {
    let Kept { id, service, expires_at, .. } = opened.kept;
    let state = serde_json::to_string(&opened.kept).map_err(|_| Refusal::Internal)?;
    Ok(guide_session::GuideSession { id, service, secret: opened.secret, expires_at, state })
}
