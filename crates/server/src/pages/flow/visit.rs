//! One request of one browser to one flow: what is known of it, and where its answer leads.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{locale::Locale, refusal::Refusal, time::Time, verification::Verification};

use crate::{
    app::{flow::Opened, guide, service::Known},
    pages::{
        rendered, service,
        view::{Page, clock::Clock, code::Resend, contact::Contact, message::MessageState},
    },
    web::{
        Web,
        browser::Browser,
        device, language,
        layers::{Framing, Seen},
    },
};

/// One request of one browser to one flow.
pub struct Visit {
    pub web: Web,
    pub seen: Seen,
    pub opened: Opened,
    pub known: std::sync::Arc<Known>,
    pub browser: Browser,
    pub lang: Locale,
}

impl Visit {
    /// Finds the flow of an address, over or not.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn begin(web: &Web, seen: Seen, token: &str, uri: &Uri, headers: &HeaderMap) -> Result<Visit, Refusal> {
        let opened = web.app.find_flow(token).await?;
        let known = web.app.service(opened.flow.service).await?;
        let mut browser = Browser::of(headers);
        browser.picked = language::picked(uri).or(browser.picked);
        let lang = browser.picked.or(opened.flow.locale).unwrap_or(seen.lang);
        Ok(Visit { web: web.clone(), seen, opened, known, browser, lang })
    }

    /// The page's address.
    pub fn base(&self) -> String {
        format!("/f/{}", self.opened.token)
    }

    /// Back to the flow's own page.
    pub fn back(&self, notice: &str) -> Response {
        let query = if notice.is_empty() { String::new() } else { format!("?notice={notice}") };
        self.dressed(Redirect::to(&format!("{}{query}", self.base())).into_response())
    }

    /// On to where the application said.
    pub fn leave(&self, url: &str) -> Response {
        self.dressed(Redirect::to(url).into_response())
    }

    /// The verification under way, if there is one.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn verification(&self) -> Result<Option<Verification>, Refusal> {
        let Some(id) = self.opened.flow.verification else { return Ok(None) };
        match self.web.app.verification(&self.known, id).await {
            Ok(verification) => Ok(Some(verification)),
            Err(Refusal::NotFound) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// The page's language.
    pub fn lang(&self) -> Locale {
        self.lang
    }

    pub(super) fn now(&self) -> Time {
        self.web.app.now()
    }

    /// Sets the browser's cookie, and lets forms lead back to the application.
    pub fn dressed(&self, mut response: Response) -> Response {
        let https = self.web.app.config.is_https();
        let cookie = self.browser.set_cookie(&self.opened.token, https);
        if let Some(cookie) = cookie.filter(|_| self.opened.flow.belongs_to(&self.browser.digest())) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        let leads_to = self.opened.flow.origin();
        if let Ok(policy) = HeaderValue::from_str(&Framing { leads_to, ancestors: &[] }.policy(self.seen.nonce())) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    pub fn page(&self, status: StatusCode, page: &impl Page) -> Response {
        self.dressed(rendered(status, page))
    }

    /// Humans; our own form only while it works, in the browser that can use it.
    pub fn contacts(&self) -> Vec<Contact> {
        let flow = &self.opened.flow;
        let own = flow.belongs_to(&self.browser.digest()) && !flow.is_over(self.now());
        let form = own.then(|| format!("{}/message", self.base()));
        service::contacts(&self.web.app, &self.known, self.lang, form.as_deref())
    }

    /// Whether the service takes messages on our own pages.
    pub fn takes_messages(&self) -> bool {
        service::takes_messages(&self.known)
    }

    /// The number as this browser may see it: whole if it was typed here, else its last two digits (rule V5).
    pub fn number(&self, verification: &Verification) -> String {
        let Some(number) = self.web.app.number_of(verification) else { return String::new() };
        if self.opened.flow.typed { number.written_for(self.web.app.config.country) } else { number.masked() }
    }

    /// The sender that the phone will show; empty if it is not known.
    pub fn sender(&self) -> String {
        self.web.app.sender(&self.known)
    }

    /// The session of this flow's guide.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide(&mut self, headers: &HeaderMap) -> Result<guide::Opened, Refusal> {
        let app = self.web.app.clone();
        let source = super::source(self);
        app.guide_of_flow(&mut self.opened, &source, device::facts(headers)).await
    }

    /// The same, if the person ever opened it, and where it stands with the flow's verification.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn guide_if_any(
        &self,
        verification: &Verification,
    ) -> Result<Option<(guide::Opened, guide::Standing)>, Refusal> {
        let Some(id) = self.opened.flow.guide else { return Ok(None) };
        let mut opened = self.web.app.guide_session(self.known.service.id, id).await?;
        opened.kept.verification = Some(verification.id);
        let verification = Some(verification.clone());
        let standing = self.web.app.guide_stands_with(&self.known, &mut opened, verification).await?;
        Ok(Some((opened, standing)))
    }

    /// Back to the guide's page.
    pub fn to_help(&self, query: &str) -> Response {
        self.dressed(Redirect::to(&format!("{}/help{query}", self.base())).into_response())
    }

    /// Another number can be typed unless the application gave it.
    pub fn may_correct(&self) -> bool {
        self.web.app.prefilled(&self.opened.flow).is_none()
    }

    pub fn resend(&self, verification: &Verification) -> Resend {
        Resend {
            from_ms: verification.resend_at.ms(),
            sends: verification.sends(),
            sends_max: self.known.policy.sends_max,
            replaces: !self.known.policy.same_code_on_resend,
        }
    }

    /// Where the newest message stands, as far as this reader may know.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn message_state(&self, verification: &Verification) -> Result<MessageState, Refusal> {
        service::message_state(&self.web.app, verification, self.opened.flow.known).await
    }

    /// The sentence about the message, for the event stream; without what to do where a guide says that.
    pub fn sentence(&self, state: MessageState, brief: bool) -> String {
        let clock = Clock { now_ms: self.now().ms() };
        if brief { state.brief(self.lang, clock) } else { state.sentence(self.lang, clock) }
    }
}
