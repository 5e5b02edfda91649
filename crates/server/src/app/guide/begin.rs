//! Sessions begin: with a post to a guide's address, by API, or with the first look at a flow's guide. Each is one write.

use domain::{
    digest::{Digest, Fixed, sha256},
    guide::{Known, Session},
    id::{FlowId, GuideSessionId, ServiceId, VerificationId, v4},
    locale::Locale,
    refusal::Refusal,
};
use store::guide_session;

use super::{App, Kept, LIFETIME_MS, Log, Opened, SMS_NOT_ARRIVING, row};
use crate::{
    app::{
        flow,
        source::{Source, is_shared},
    },
    clock,
};

/// How often the session of a flow is looked for or begun while other requests change the flow.
const BEGINNINGS_TRIED: u32 = 30;

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
        let (mut opened, secret) = self.prepare_guide(service, begin).await?;
        let token = format!("{}.{secret}", opened.kept.id);
        let (kept, digest) = (opened.kept.clone(), opened.secret);
        let may_learn = self.may_learn(service, source);
        let write = move |tx: &mut store::Tx| write(tx, &kept, digest, &may_learn);
        opened.kept = self.store.write(write).await??;
        self.note_help(&opened).await?;
        Ok((opened, token))
    }

    /// Whether somebody at this address may begin another session without an API key (rule M1).
    ///
    /// # Errors
    /// `busy` when too many were begun from there.
    pub fn may_begin_guide(&self, ip: std::net::IpAddr) -> Result<(), Refusal> {
        // Carriers' shared networks are never refused alone.
        if is_shared(ip, &self.config.http.shared_networks) { Ok(()) } else { self.guide_starts.admit(ip, self.now()) }
    }

    /// The session of a flow: begun with the first look at it, and once, however many look.
    ///
    /// # Errors
    /// As [`App::begin_guide`].
    pub async fn guide_of_flow(
        &self,
        flow: &mut flow::Opened,
        source: &Source,
        derived: Known,
    ) -> Result<Opened, Refusal> {
        for _ in 0..BEGINNINGS_TRIED {
            if let Some(id) = flow.flow.guide
                && let Some(mut opened) = self.find_guide(id).await?
            {
                // The code before may have expired, and a new verification begun: the person goes on where they were.
                opened.kept.verification = flow.flow.verification;
                return Ok(opened);
            }
            if let Some(opened) = self.begin_in_flow(flow, source, derived.clone()).await? {
                return Ok(opened);
            }
            // Another request changed the flow; perhaps it began the session.
            *flow = self.open_flow(&flow.token).await?;
        }
        Err(Refusal::Unavailable)
    }

    /// Begins a flow's session; `None` if the flow was changed meanwhile.
    async fn begin_in_flow(
        &self,
        flow: &mut flow::Opened,
        source: &Source,
        derived: Known,
    ) -> Result<Option<Opened>, Refusal> {
        let begun = Begin {
            guide: SMS_NOT_ARRIVING.into(),
            verification: flow.flow.verification,
            flow: Some(flow.flow.id),
            known: flow.flow.known,
            correctable: self.prefilled(&flow.flow).is_none(),
            locale: flow.flow.locale,
            derived,
        };
        let service = flow.flow.service;
        let (mut opened, _) = self.prepare_guide(service, begun).await?;
        let (kept, digest) = (opened.kept.clone(), opened.secret);
        let (may_learn, named) = (self.may_learn(service, source), flow.with_guide(kept.id)?);
        let begin = move |tx: &mut store::Tx| {
            // The flow first: a session that no flow names would be nobody's.
            if named.write(tx)? { write(tx, &kept, digest, &may_learn).map(Some) } else { Ok(None) }
        };
        let Some(kept) = self.store.write(begin).await?.transpose()? else { return Ok(None) };
        flow.has_guide(kept.id);
        opened.kept = kept;
        self.note_help(&opened).await?;
        Ok(Some(opened))
    }

    /// A session that nothing was written of yet, and its secret.
    async fn prepare_guide(&self, service: ServiceId, begin: Begin) -> Result<(Opened, String), Refusal> {
        let loaded = self.guides.get(&begin.guide).ok_or(Refusal::NotFound)?;
        let phone = begin.derived.get("phone").map(String::as_str);
        let order = self.order(service, &loaded.guide, phone, None).await?;
        let now = self.now();
        let kept = Kept {
            id: GuideSessionId(v4(clock::random())),
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
            teaches: false,
            seen: Known::new(),
            session: Session::default(),
            log: Log::default(),
            began_at: now,
            expires_at: now.plus(LIFETIME_MS),
        };
        let secret = Fixed(clock::random::<16>()).hex();
        Ok((Opened { kept, loaded, secret: sha256(secret.as_bytes()), version: 1 }, secret))
    }
}

/// Counts a session among those of its source and writes it down. A no comes inside `Ok`: it undoes nobody's batch.
fn write(
    tx: &mut store::Tx,
    prepared: &Kept,
    secret: Digest,
    may_learn: &impl Fn(&mut store::Tx) -> Result<bool, store::Error>,
) -> Result<Result<Kept, Refusal>, store::Error> {
    let kept = Kept { teaches: may_learn(tx)?, ..prepared.clone() };
    let Ok(row) = row(&kept, secret) else { return Ok(Err(Refusal::Internal)) };
    guide_session::insert(tx, row)?;
    Ok(Ok(kept))
}
