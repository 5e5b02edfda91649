//! What a flow says no with: when it is over, and the page with the way on.

use axum::response::{IntoResponse, Response};
use domain::{
    refusal::Refusal,
    verification::{Status, Verification},
};

use super::visit::Visit;
use crate::{
    app::flow::Outcome,
    pages::view::refusal::{RefusalPage, Unsent, Way, WayTo},
    web::problem::{self, No},
};

impl Visit {
    /// A no to a verification: that its time is over is another story if nothing was ever sent.
    pub fn refused_of(&self, verification: &Verification, refusal: &Refusal) -> Response {
        let was_sent = verification.generations.iter().any(|code| code.progress.has_left());
        let unsent = matches!(refusal, Refusal::ExpiredCode) && !was_sent;
        let number = self.web.app.number_of(verification).filter(|_| unsent);
        self.refused_as(
            refusal,
            unsent.then(|| Unsent { can_send: self.web.app.can_send(number.as_ref(), verification.newest().channel) }),
        )
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
            Refusal::TooManyChecks { retry_at: Some(at) } if *at > flow.expires_at => back,
            Refusal::TooManyChecks { retry_at: Some(_) } => {
                self.known.service.email_code_url.clone().and_then(|url| to(WayTo::Email, url))
            }
            Refusal::ExpiredCode | Refusal::TooManyChecks { retry_at: None } => {
                to(WayTo::Number, format!("{base}?number"))
            }
            Refusal::TooManySends { .. }
            | Refusal::ResendTooEarly { .. }
            | Refusal::CallNotOffered
            | Refusal::Busy { .. }
                if flow.verification.is_some() =>
            {
                to(WayTo::Code, base)
            }
            Refusal::Canceled => back,
            // It works again when this flow is over, and nothing of it is under way.
            Refusal::Busy { retry_at } if *retry_at > flow.expires_at => back,
            _ => to(WayTo::Again, base),
        };
        let besides = self.besides(refusal).filter(|_| own && self.closed().is_none());
        let (frame, refused, contacts) = (self.frame("?number"), refusal.clone(), self.contacts());
        let page = RefusalPage { frame, refusal: refused, unsent, number: None, way, besides, contacts };
        let response = self.page(problem::status(refusal), &page);
        problem::retry_after(refusal, self.now(), response)
    }

    /// While a number waits after wrong codes: the same one later, or another at once.
    fn besides(&self, refusal: &Refusal) -> Option<Way> {
        let Refusal::TooManyChecks { retry_at: Some(at) } = refusal else { return None };
        let is_far = *at > self.opened.flow.expires_at;
        let to = if is_far { WayTo::OtherNumber } else { WayTo::Number };
        let way = Way { to, href: format!("{}?number", self.base()), posts: false };
        (!is_far || self.may_correct()).then_some(way)
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
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn over(&self, verification: &Verification) -> Result<Option<Refusal>, Refusal> {
        Ok(match verification.status(self.now()) {
            Status::Pending | Status::Approved => None,
            Status::Expired => Some(Refusal::ExpiredCode),
            Status::Locked => Some(Refusal::TooManyChecks { retry_at: self.web.app.waits_until(verification).await? }),
            Status::Canceled => Some(Refusal::Canceled),
        })
    }
}
