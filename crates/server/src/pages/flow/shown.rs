//! The pages of a flow, filled in with what a visit knows.

use axum::{http::StatusCode, response::Response};
use domain::{
    address::PhoneNumber,
    channel::Channel,
    country::Country as Land,
    refusal::Refusal,
    verification::{Purpose, Verification},
};

use super::visit::Visit;
use crate::{
    guide::Text,
    pages::{
        frame, service,
        view::{
            code::{Again, CodeLinks, CodeNotice, CodePage, CodeSlip},
            done::DonePage,
            frame::{Frame, Role},
            number::{Country, NumberField, NumberPage, NumberSlip},
            send::SendPage,
        },
    },
};

/// What a number page shows besides what the flow knows.
#[derive(Default)]
pub struct Typed {
    pub country: Option<Land>,
    pub number: String,
    pub slip: Option<NumberSlip>,
}

impl Visit {
    pub fn frame(&self, suffix: &str) -> Frame {
        let brand = service::brand(&self.known, self.lang);
        let path = format!("{}{suffix}", self.base());
        let token = self.browser.token(&self.web.app.keys.load(), &self.opened.token);
        let frame = frame(&self.web.app, &self.seen, self.lang, Role::Verification, brand, &path);
        Frame { form_token: token, ..frame }
    }

    pub fn field(&self, typed: Typed) -> NumberField {
        let policy = &self.known.policy;
        let land = |land: &Land| Country::named(self.lang, land.code(), land.calling_code());
        let mut countries: Vec<Country> = policy.countries.iter().map(land).collect();
        Country::sort(self.lang, &mut countries);
        let first = self.opened.flow.country.filter(|land| policy.countries.contains(land));
        let first = first.or_else(|| policy.countries.first().copied()).unwrap_or(Land::JP);
        let country = typed.country.unwrap_or(first).code().to_owned();
        NumberField { countries, country, typed: typed.number, slip: typed.slip, called: policy.calls_first.clone() }
    }

    /// Asks for the number.
    pub fn number_page(&self, typed: Typed) -> Response {
        let frame = self.frame("?number");
        let page = NumberPage {
            purpose: Some(self.why(&frame)),
            frame,
            kept_until_ms: self.now().plus(self.known.policy.retention_ms).ms(),
            field: self.field(typed),
            is_down: !self.web.app.can_send(None, Channel::Sms),
            contacts: self.contacts(),
            action: format!("{}/number", self.base()),
            code: self.opened.flow.verification.map(|_| self.base()),
            cancel_action: format!("{}/cancel", self.base()),
        };
        self.page(StatusCode::OK, &page)
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
        let channel = if number.plan().is_only_called() { Channel::Call } else { Channel::Sms };
        let page = SendPage {
            why: self.why(&frame),
            frame,
            is_down: !self.web.app.can_send(Some(&number), channel),
            number: number.masked(),
            is_called: channel == Channel::Call,
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
            again: self.again(verification),
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
        Ok(self.page(StatusCode::OK, &page))
    }

    /// How the code can come again.
    fn again(&self, verification: &Verification) -> Again {
        let app = &self.web.app;
        let is_called = app.number_of(verification).is_some_and(|number| number.plan().is_only_called());
        match (is_called, app.offers_call(&self.known, verification)) {
            (false, false) => Again::Sms,
            (false, true) => Again::SmsOrCall,
            (true, true) => Again::Call,
            (true, false) if app.holds_call(verification) => Again::Due,
            (true, false) => Again::Never,
        }
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
}
