//! One request of one browser to one flow: what is known of it, and the pages that it may be shown.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::locale::Locale;
use domain::{
    address::PhoneNumber,
    country::Country as Land,
    refusal::Refusal,
    time::Time,
    verification::{Purpose, Status, Verification},
};

use crate::{
    app::{
        flow::{Opened, Outcome},
        guide,
        service::Known,
    },
    guide::Text,
    pages::{
        frame, rendered, service,
        view::{
            Page,
            code::{CodeLinks, CodeNotice, CodePage, CodeSlip, Resend},
            contact::Contact,
            done::DonePage,
            frame::{Frame, Role},
            message::MessageState,
            number::{Country, NumberField, NumberPage, NumberSlip},
            refusal::{RefusalPage, Unsent, Way, WayTo},
            send::SendPage,
        },
    },
    web::{
        Web,
        browser::Browser,
        device, language,
        layers::{Framing, Seen},
        problem::{self, No},
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

/// What a number page shows besides what the flow knows.
#[derive(Default)]
pub struct Typed {
    pub country: Option<String>,
    pub number: String,
    pub slip: Option<NumberSlip>,
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

    fn now(&self) -> Time {
        self.web.app.now()
    }

    pub fn frame(&self, suffix: &str) -> Frame {
        let brand = service::brand(&self.known, self.lang);
        let path = format!("{}{suffix}", self.base());
        let token = self.browser.token(&self.web.app.keys, &self.opened.token);
        let frame = frame(&self.web.app, &self.seen, self.lang, Role::Verification, brand, &path);
        Frame { form_token: token, ..frame }
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

    pub fn field(&self, typed: Typed) -> NumberField {
        let policy = &self.known.policy;
        let land = |land: &Land| Country::named(self.lang, land.code(), land.calling_code());
        let mut countries: Vec<Country> = policy.countries.iter().map(land).collect();
        Country::sort(self.lang, &mut countries);
        let first = self.opened.flow.country.filter(|land| policy.countries.contains(land));
        let first = first.or_else(|| policy.countries.first().copied()).unwrap_or(Land::JP);
        let country = typed.country.unwrap_or_else(|| first.code().to_owned());
        NumberField { countries, country, typed: typed.number, slip: typed.slip }
    }

    /// Asks for the number.
    pub fn number_page(&self, status: StatusCode, typed: Typed) -> Response {
        let frame = self.frame("?number");
        let page = NumberPage {
            purpose: Some(self.why(&frame)),
            frame,
            kept_until_ms: self.now().plus(self.known.policy.retention_ms).ms(),
            field: self.field(typed),
            is_down: !self.web.app.can_send(None),
            contacts: self.contacts(),
            action: format!("{}/number", self.base()),
            cancel_action: format!("{}/cancel", self.base()),
        };
        self.page(status, &page)
    }

    /// Who asks and why.
    fn why(&self, frame: &Frame) -> String {
        frame.named(match self.opened.flow.purpose {
            Purpose::VerifyPhone => "number-why",
            Purpose::SignUp => "number-why-sign-up",
            Purpose::SignIn => "number-why-sign-in",
            Purpose::Payment => "number-why-payment",
            Purpose::Recovery => "number-why-recovery",
        })
    }

    /// Offers to send a code to the number that the application gave.
    pub fn send_page(&self, number: &str) -> Response {
        let (frame, number) = (self.frame(""), PhoneNumber::from_stored(number.to_owned()));
        let page = SendPage {
            why: self.why(&frame),
            frame,
            is_down: !self.web.app.can_send(Some(&number)),
            number: number.masked(),
            kept_until_ms: self.now().plus(self.known.policy.retention_ms).ms(),
            contacts: self.contacts(),
            action: format!("{}/number", self.base()),
            cancel_action: format!("{}/cancel", self.base()),
        };
        self.page(StatusCode::OK, &page)
    }

    /// Asks for the code.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn code_page(
        &self,
        status: StatusCode,
        verification: &Verification,
        notice: Option<CodeNotice>,
        slip: Option<(CodeSlip, String)>,
    ) -> Result<Response, Refusal> {
        let newest = verification.newest();
        let base = self.base();
        let (slip, typed) = slip.map_or((None, String::new()), |(slip, typed)| (Some(slip), typed));
        let page = CodePage {
            frame: self.frame(""),
            number: self.number(verification),
            sender: self.sender(),
            digits: newest.digits,
            message: self.message_state(verification).await?,
            sent_at_ms: newest.sent_at.ms(),
            valid_until_ms: newest.expires_at.ms(),
            checks_left: (verification.checks_used > 0).then(|| verification.checks_left()),
            resend: self.resend(verification),
            notice,
            slip,
            typed,
            links: CodeLinks {
                page: base.clone(),
                check: format!("{base}/code"),
                resend: format!("{base}/resend"),
                help: format!("{base}/help"),
                correct: self.may_correct().then(|| format!("{base}?number")),
                cancel: format!("{base}/cancel"),
                events: Some(format!("{base}/events")),
            },
        };
        Ok(self.page(status, &page))
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

    /// It is done.
    pub fn done_page(&self, verification: &Verification, restore: Vec<Text>) -> Response {
        let page = DonePage {
            frame: self.frame(""),
            number: self.number(verification),
            verified_at_ms: verification.changed_at.ms(),
            kept_until_ms: verification.created_at.plus(self.known.policy.retention_ms).ms(),
            restore,
            continue_action: format!("{}/continue", self.base()),
        };
        self.page(StatusCode::OK, &page)
    }

    /// A no to a verification: that its time is over is another story if nothing was ever sent.
    pub fn refused_of(&self, verification: &Verification, refusal: &Refusal) -> Response {
        let was_sent = verification.generations.iter().any(|code| code.progress.has_left());
        let unsent = matches!(refusal, Refusal::ExpiredCode) && !was_sent;
        let number = self.web.app.number_of(verification).filter(|_| unsent);
        self.refused_as(refusal, unsent.then(|| Unsent { can_send: self.web.app.can_send(number.as_ref()) }))
    }

    /// A no, as this flow's service says it, with the way on; a document for a program that asks for one.
    pub fn refused(&self, refusal: &Refusal) -> Response {
        self.refused_as(refusal, None)
    }

    fn refused_as(&self, refusal: &Refusal, unsent: Option<Unsent>) -> Response {
        if self.seen.asks_json {
            self.seen.answers.in_language(Some(self.lang));
            return No(refusal.clone()).into_response();
        }
        let base = self.base();
        let own = self.opened.flow.belongs_to(&self.browser.digest());
        let flow = &self.opened.flow;
        let to = |to, href: String| Some(Way { to, href, posts: false });
        let back = Some(Way { to: WayTo::Service, href: format!("{base}/cancel"), posts: true });
        let way = match refusal {
            _ if self.closed().is_some() => {
                let back = self.opened.flow.back_when_over(&self.browser.digest());
                back.map(|href| Way { to: WayTo::Service, href, posts: false })
            }
            _ if !own => None,
            Refusal::ExpiredCode | Refusal::TooManyChecks { .. } => to(WayTo::Number, format!("{base}?number")),
            Refusal::TooManySends { .. } | Refusal::ResendTooEarly { .. }
                if self.opened.flow.verification.is_some() =>
            {
                to(WayTo::Code, base)
            }
            Refusal::Canceled => back,
            // It works again when this flow is over, and nothing of it is under way.
            Refusal::Busy { retry_at } if *retry_at > flow.expires_at && flow.verification.is_none() => back,
            _ => to(WayTo::Again, base),
        };
        let (frame, refused, contacts) = (self.frame("?number"), refusal.clone(), self.contacts());
        let page = RefusalPage { frame, refusal: refused, unsent, number: None, way, contacts };
        let response = self.page(problem::status(refusal), &page);
        problem::retry_after(refusal, self.now(), response)
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
        let clock = crate::pages::view::clock::Clock { now_ms: self.now().ms() };
        if brief { state.brief(self.lang, clock) } else { state.sentence(self.lang, clock) }
    }

    /// Whether the flow's time is over: then there is nothing but the page that says so, or that it went well.
    pub fn closed(&self) -> Option<Refusal> {
        let flow = &self.opened.flow;
        let why = if flow.is_redeemed() { Refusal::AlreadyUsed } else { Refusal::FlowExpired };
        flow.is_over(self.now()).then_some(why)
    }

    /// Why the flow cannot go on, or goes back to its application.
    pub fn ended(&self) -> Option<Refusal> {
        (self.opened.flow.outcome() == Some(Outcome::Canceled)).then_some(Refusal::Canceled)
    }

    /// What a verification that is over means for the page.
    pub fn over(&self, verification: &Verification) -> Option<Refusal> {
        match verification.status(self.now()) {
            Status::Pending | Status::Approved => None,
            Status::Expired => Some(Refusal::ExpiredCode),
            Status::Locked => Some(Refusal::TooManyChecks { retry_at: None }),
            Status::Canceled => Some(Refusal::Canceled),
        }
    }
}
