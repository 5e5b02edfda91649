//! Flows: a hosted page that an application sends a person to, and gets a result back from (rule V8).
//!
//! A flow belongs to the first browser that posts to it; opening its address writes nothing, so that a preview of a
//! link takes no flow away. What comes of it is released once, to the key that began it, for a result code that only
//! that browser's redirect carried.

mod carried;
mod guide;
mod redeem;
mod way;

use domain::{
    country::Country,
    digest::{Digest, Fixed, sha256},
    id::{ApiKeyId, FlowId, GuideSessionId, ServiceId, VerificationId, v4},
    locale::Locale,
    refusal::Refusal,
    time::{Millis, Time, minutes, seconds},
    verification::{Purpose, Verification},
};
use serde::{Deserialize, Serialize};
use store::{flow, seal};

use super::{App, caller::Caller, service::Known};
use crate::clock;

/// How long a flow can be used.
pub const LIFETIME_MS: Millis = minutes(60);
/// How often a change is tried again on what other requests of the same browser made of the flow meanwhile.
const CHANGES_TRIED: u32 = 30;
/// How long a result code is good.
pub const RESULT_LIFETIME_MS: Millis = seconds(60);

/// A flow as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// The service that asks.
    pub service: ServiceId,
    /// The key that began it; only it can redeem.
    pub key: ApiKeyId,
    /// Where it leads back to.
    pub return_url: String,
    /// The application's own, given back as it was.
    pub state: String,
    /// The host of its pages, where the service had one of its own when it began (rule D5).
    #[serde(default)]
    pub host: Option<String>,
    /// The language asked for.
    pub locale: Option<Locale>,
    /// What the number is verified for.
    pub purpose: Purpose,
    /// What else the code is bound to.
    pub binding: Option<String>,
    /// The application's name for the person's account.
    pub account: Option<String>,
    /// Whether the application has this number on file.
    pub known: bool,
    /// The country that is picked first.
    pub country: Option<Country>,
    /// The number that the application gave, sealed.
    prefilled: Option<String>,
    /// When it ends.
    pub expires_at: Time,
    /// The browser that it belongs to, once one has posted.
    browser: Option<Digest>,
    /// The verification under way.
    pub verification: Option<VerificationId>,
    /// The session of the guide, once the person asked for help.
    #[serde(default)]
    pub guide: Option<GuideSessionId>,
    /// Whether the number was typed in this browser: then it is shown in full.
    pub typed: bool,
    /// The reference of the last message that was left for support.
    #[serde(default)]
    pub message: Option<String>,
    outcome: Option<Outcome>,
    result: Option<(Digest, Time)>,
    redeemed: bool,
}

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The number was verified.
    Approved,
    /// The person went back without it.
    Canceled,
}

/// A flow that an application asks for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Where it leads back to; exactly as the service lists it.
    pub return_url: String,
    /// The application's own.
    pub state: String,
    /// The language.
    pub locale: Option<Locale>,
    /// What the number is verified for.
    pub purpose: Purpose,
    /// What else the code is bound to.
    pub binding: Option<String>,
    /// The application's name for the person's account.
    pub account: Option<String>,
    /// Whether the application has this number on file.
    pub known: bool,
    /// The number, if the application has it.
    pub to: Option<String>,
    /// The country that is picked first.
    pub country: Option<Country>,
}

/// A flow as it was loaded, to be changed only if nobody else did.
#[derive(Clone)]
pub struct Opened {
    /// The flow.
    pub flow: Flow,
    /// Its address' last part: id and secret.
    pub token: String,
    secret: Digest,
    version: i64,
}

/// What was redeemed.
pub struct Redeemed {
    /// How the flow ended.
    pub outcome: Outcome,
    /// The verification, if it was approved.
    pub verification: Option<Verification>,
}

impl Flow {
    /// How it ended, if it did.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Whether this browser may see and do more than anybody.
    pub fn belongs_to(&self, browser: &Digest) -> bool {
        self.browser.is_none_or(|own| own == *browser)
    }

    /// Remembers that a code was sent; one that came too late for it changes nothing.
    pub fn sent(&mut self, verification: VerificationId, typed: bool) {
        if self.outcome.is_none() {
            self.verification = Some(verification);
            self.typed = typed;
        }
    }

    /// Remembers whose code came back, whatever was sent at the same moment.
    fn approved(&mut self, verification: VerificationId) {
        if self.outcome.is_none() {
            self.verification = Some(verification);
            self.outcome = Some(Outcome::Approved);
        }
    }

    /// Why no code goes: at the latest when the flow is over another can begin.
    pub fn unsent(&self, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal::TooManySends { retry_at } => Refusal::TooManySends { retry_at: retry_at.min(self.expires_at) },
            other => other,
        }
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Time) -> bool {
        self.expires_at <= now
    }

    /// Whether the application has what came of it.
    pub fn is_redeemed(&self) -> bool {
        self.redeemed
    }

    /// Whether a browser has taken it.
    pub fn is_taken(&self) -> bool {
        self.browser.is_some()
    }
}

impl App {
    /// Begins a flow and gives its address.
    ///
    /// # Errors
    /// `bad-request` for an address or number that cannot be used.
    pub async fn create_flow(
        &self,
        known: &Known,
        caller: &Caller,
        request: Request,
    ) -> Result<(Flow, String), Refusal> {
        if !known.service.return_urls.contains(&request.return_url) {
            let must = "be one of the service's return_urls, exactly".into();
            return Err(Refusal::BadRequest { field: "return_url".into(), must });
        }
        let number = request.to.as_deref().map(|to| self.number(known, to, request.country)).transpose()?;
        let id = FlowId(v4(clock::random()));
        let sealed = number.map(|to| {
            seal::seal(self.keys.load().current(), &id.bytes(), clock::random(), to.number.e164().as_bytes())
        });
        let flow = Flow {
            id,
            service: known.service.id,
            key: caller.key,
            return_url: request.return_url,
            state: request.state,
            host: known.service.host.clone(),
            locale: request.locale,
            purpose: request.purpose,
            binding: request.binding,
            account: request.account,
            known: request.known,
            country: request.country,
            prefilled: sealed.map(|bytes| hex(&bytes)),
            expires_at: self.now().plus(LIFETIME_MS),
            browser: None,
            verification: None,
            guide: None,
            typed: false,
            message: None,
            outcome: None,
            result: None,
            redeemed: false,
        };
        let secret = Fixed(clock::random::<16>()).hex();
        let url = format!("{}/f/{id}.{secret}", self.config.origin(flow.host.as_deref()));
        let row = row(&flow, sha256(secret.as_bytes()))?;
        self.store.write(move |tx| flow::insert(tx, row.clone())).await?;
        Ok((flow, url))
    }

    /// Finds the flow of an address.
    ///
    /// # Errors
    /// `not-found` for a wrong one, `flow-expired` when its time is over.
    pub async fn open_flow(&self, token: &str) -> Result<Opened, Refusal> {
        let opened = self.find_flow(token).await?;
        if opened.flow.is_over(self.now()) { Err(Refusal::FlowExpired) } else { Ok(opened) }
    }

    /// As [`App::open_flow`], for as long as it is kept: over or not.
    ///
    /// # Errors
    /// `not-found` for a wrong one.
    pub async fn find_flow(&self, token: &str) -> Result<Opened, Refusal> {
        let (id, secret) = token.split_once('.').ok_or(Refusal::NotFound)?;
        let id: FlowId = id.parse().map_err(|_| Refusal::NotFound)?;
        let digest = sha256(secret.as_bytes());
        let found = self.store.read(move |tx| flow::fetch(tx, id)).await?;
        let row = found.filter(|row| row.value.secret == digest).ok_or(Refusal::NotFound)?;
        let flow: Flow = serde_json::from_str(&row.value.state).map_err(|_| Refusal::Internal)?;
        Ok(Opened { flow, token: token.to_owned(), secret: digest, version: row.version })
    }

    /// A flow as its application may see it without a result: how it stands.
    ///
    /// # Errors
    /// `not-found` for another service's and an unknown one alike.
    pub async fn flow(&self, service: ServiceId, id: FlowId) -> Result<Flow, Refusal> {
        let row = self.store.read(move |tx| flow::fetch(tx, id)).await?;
        let flow = row.and_then(|row| serde_json::from_str::<Flow>(&row.value.state).ok());
        flow.filter(|flow| flow.service == service).ok_or(Refusal::NotFound)
    }

    /// The number that the application gave.
    pub fn prefilled(&self, flow: &Flow) -> Option<String> {
        let sealed = unhex(flow.prefilled.as_deref()?)?;
        String::from_utf8(seal::open(&self.keys.load(), &flow.id.bytes(), &sealed).ok()?).ok()
    }

    /// Gives a flow to the browser that posts to it first.
    ///
    /// # Errors
    /// `other-browser` if another has it.
    pub async fn take_flow(&self, opened: &mut Opened, browser: Digest) -> Result<(), Refusal> {
        if !opened.flow.belongs_to(&browser) {
            return Err(Refusal::OtherBrowser);
        }
        if opened.flow.is_taken() {
            return Ok(());
        }
        self.change_flow(opened, |flow| flow.browser = Some(browser)).await
    }

    /// Changes a flow: once more on what another request made of it meanwhile.
    ///
    /// # Errors
    /// `other-browser` if that took it meanwhile, `unavailable` without the store.
    pub async fn change_flow(&self, opened: &mut Opened, change: impl Fn(&mut Flow)) -> Result<(), Refusal> {
        for _ in 0..CHANGES_TRIED {
            let taken = opened.flow.browser;
            change(&mut opened.flow);
            // Whoever came first keeps it, whatever this change wanted.
            opened.flow.browser = taken.or(opened.flow.browser);
            let (row, version) = (row(&opened.flow, opened.secret)?, opened.version);
            if self.store.write(move |tx| flow::update(tx, row.clone(), version)).await? {
                opened.version += 1;
                return Ok(());
            }
            let own = opened.flow.browser;
            let token = opened.token.clone();
            *opened = self.open_flow(&token).await?;
            // Trying on would only keep the one who has it waiting.
            if own.is_some_and(|own| !opened.flow.belongs_to(&own)) {
                return Err(Refusal::OtherBrowser);
            }
        }
        Err(Refusal::Unavailable)
    }

    /// Ends a flow as approved, if its verification is; says where the browser goes.
    ///
    /// # Errors
    /// `not-found` if there is nothing to go back with.
    pub async fn finish_flow(&self, opened: &mut Opened) -> Result<String, Refusal> {
        if opened.flow.outcome != Some(Outcome::Approved) {
            return Err(Refusal::NotFound);
        }
        let result = format!("res_{}", Fixed(clock::random::<16>()).hex());
        let kept = (sha256(result.as_bytes()), self.now().plus(RESULT_LIFETIME_MS));
        self.change_flow(opened, |flow| flow.result = Some(kept)).await?;
        Ok(opened.flow.back(&[("result", &result)]))
    }

    /// Remembers that the number was verified, by this verification.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn approve_flow(&self, opened: &mut Opened, verification: VerificationId) -> Result<(), Refusal> {
        self.change_flow(opened, |flow| flow.approved(verification)).await
    }

    /// Ends a flow without a result; says where the browser goes.
    ///
    /// # Errors
    /// `already-used` if the number was verified before.
    pub async fn cancel_flow(&self, known: &Known, opened: &mut Opened) -> Result<String, Refusal> {
        if opened.flow.outcome == Some(Outcome::Approved) {
            return Err(Refusal::AlreadyUsed);
        }
        // First the verification: a code that comes back at the same moment decides whether this is still possible.
        if let Some(id) = opened.flow.verification {
            match self.cancel(known, id).await {
                Ok(_) | Err(Refusal::NotFound) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        self.change_flow(opened, |flow| flow.outcome = flow.outcome.or(Some(Outcome::Canceled))).await?;
        if opened.flow.outcome != Some(Outcome::Canceled) {
            return Err(Refusal::AlreadyUsed);
        }
        Ok(opened.flow.back(&[("error", "canceled")]))
    }
}

/// A flow's row.
fn row(flow: &Flow, secret: Digest) -> Result<flow::Flow, Refusal> {
    let state = serde_json::to_string(flow).map_err(|_| Refusal::Internal)?;
    Ok(flow::Flow { id: flow.id, service: flow.service, secret, expires_at: flow.expires_at, state })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
