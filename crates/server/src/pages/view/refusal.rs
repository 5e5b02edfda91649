//! The page of a refusal: what happened, why, what to do, from when, what is kept, and who helps.

use crate::text::Speak;
use askama::Template;
use domain::{refusal::Refusal, time::Time};

use super::Page;
use super::contact::{Contact, ContactKind};
use super::frame::Frame;

/// A refusal's page.
#[derive(Clone, Debug, Template)]
#[template(path = "refusal.html")]
pub struct RefusalPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What was refused, and from when it will not be.
    pub refusal: Refusal,
    /// Set if it is about a code that was never sent: then there is another story to tell.
    pub unsent: Option<Unsent>,
    /// The number as typed, where it is the cause and this browser typed it.
    pub number: Option<String>,
    /// The way on, if there is one.
    pub way: Option<Way>,
    /// What else can be done: later, or with another number.
    pub besides: Option<Way>,
    /// Humans.
    pub contacts: Vec<Contact>,
}

/// A code whose time was over before it could be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Whether messages can be sent by now.
    pub can_send: bool,
}

/// The one button of a refusal.
#[derive(Clone, Debug)]
pub struct Way {
    /// What it does.
    pub to: WayTo,
    /// Where it leads.
    pub href: String,
    /// Whether it is posted, since it changes something.
    pub posts: bool,
}

/// What a refusal's button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayTo {
    /// Starts again with the number.
    Number,
    /// The same with another one.
    OtherNumber,
    /// Asks the service for a code by e-mail.
    Email,
    /// Opens the code page.
    Code,
    /// Goes back to the guide, which knows of other steps.
    Guide,
    /// Does the same again.
    Again,
    /// Goes back to the service that asked.
    Service,
}

impl WayTo {
    /// Every way, for samples.
    pub const ALL: [Self; 7] =
        [Self::Number, Self::OtherNumber, Self::Email, Self::Code, Self::Guide, Self::Again, Self::Service];
}

impl RefusalPage {
    fn key(&self, part: &str) -> String {
        format!("refusal-{}-{part}", self.refusal.code())
    }

    fn cause(&self) -> String {
        match self.unsent {
            Some(_) => self.frame.t("refusal-unsent-cause"),
            None => self.frame.named(&self.key("cause")),
        }
    }

    fn next(&self) -> String {
        match self.unsent {
            Some(Unsent { can_send: true }) => self.frame.t("refusal-unsent-next"),
            Some(Unsent { can_send: false }) => self.frame.t("refusal-unsent-next-down"),
            None if self.is_beside_code() => self.frame.named(&self.key("code")),
            None if self.is_far() => self.frame.named(&self.key("far")),
            None if self.is_past() => self.frame.named(&self.key("now")),
            None => self.frame.named(&self.key("next")),
        }
    }

    /// Whether a code that is out there is no worse for it.
    fn is_beside_code(&self) -> bool {
        let leads_there = self.way.as_ref().is_some_and(|way| way.to == WayTo::Code);
        leads_there && self.frame.lang.has(&self.key("code"))
    }

    /// Whether it takes longer than the flow lives, at most an hour: then people begin again at the service.
    fn is_far(&self) -> bool {
        let leaves = self.way.as_ref().is_some_and(|way| way.to == WayTo::Service);
        let is_later = |at: Time| leaves || self.frame.clock.seconds_until(at.ms()) > 3_600;
        self.refusal.retry_at().is_some_and(is_later) && self.frame.lang.has(&self.key("far"))
    }

    /// Whether the wait after wrong codes is over.
    fn is_past(&self) -> bool {
        matches!(self.refusal, Refusal::TooManyChecks { retry_at: None })
    }

    /// Whoever cannot wait may ask, where there are humans to ask.
    fn ask(&self) -> Option<String> {
        let waits = self.refusal.retry_at().is_some() && !self.contacts.is_empty();
        waits.then(|| self.frame.t("refusal-ask"))
    }

    /// What is kept or lost; some refusals have nothing to say about it.
    fn kept(&self) -> Option<String> {
        let key = self.key("kept");
        self.frame.lang.has(&key).then(|| self.frame.named(&key))
    }

    /// Whether the way on may lead here again: then humans come first.
    fn is_circle(&self) -> bool {
        self.unsent.is_some_and(|unsent| !unsent.can_send)
    }

    fn retry(&self) -> Option<String> {
        self.refusal.retry_at().map(|at| {
            let at_ms = at.ms();
            let (lang, clock) = (self.frame.lang, self.frame.clock);
            let soon = clock.seconds_until(at_ms) < 120;
            let time = if soon { clock.second(lang, at_ms) } else { clock.minute(lang, at_ms) };
            // Whoever is not known hears of a full hour, whatever the limit is: it may be another's, or that of a day.
            let is_busy = matches!(self.refusal, Refusal::Busy { .. });
            let key = if is_busy { "refusal-retry-busy" } else { "refusal-retry" };
            self.frame.with(key, &[("time", time.into())])
        })
    }

    fn way_text(&self, to: WayTo) -> String {
        match to {
            WayTo::Number => self.frame.t("way-number"),
            WayTo::OtherNumber => self.frame.t("way-other-number"),
            WayTo::Email => self.frame.t("guide-email-code"),
            WayTo::Code => self.frame.t("way-code"),
            WayTo::Guide => self.frame.t("way-guide"),
            WayTo::Again => self.frame.t("way-again"),
            WayTo::Service => self.frame.named("way-service"),
        }
    }
}

impl Page for RefusalPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match self.unsent {
            Some(_) => self.frame.t("refusal-unsent-heading"),
            None => self.frame.lang.problem_title(self.refusal.code()),
        }
    }
}
