//! What people wrote: the list, and one message beside the time line of what happened.

use askama::Template;
use domain::{delivery::Reason, locale::Locale, reference, time::Time};

use super::{Room, steps::GuideStep};
use crate::{
    app::support::{Walk, Written},
    pages::view::{
        Page,
        frame::{Frame, Slip},
    },
};

/// How much of a message a list shows, in characters.
const EXCERPT_MAX: usize = 80;

/// The list.
#[derive(Clone, Debug, Template)]
#[template(path = "console/messages.html")]
pub struct MessageListPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// A part of them, the newest first.
    pub messages: Vec<MessageLine>,
    /// The address of the part after it.
    pub older: Option<String>,
    /// A reference that was typed and finds nothing.
    pub missed: Option<String>,
}

/// One message in a list.
#[derive(Clone, Debug)]
pub struct MessageLine {
    /// Finds it.
    pub reference: String,
    /// When it was left, in Unix milliseconds.
    pub at_ms: i64,
    /// The service that it was left with.
    pub service: String,
    /// What was written; `None` if its key is gone.
    pub text: Option<String>,
    /// Whether the person said where to answer.
    pub answerable: bool,
    /// The guide that was open.
    pub guide: Option<String>,
}

/// One message.
#[derive(Clone, Debug, Template)]
#[template(path = "console/message.html")]
pub struct MessagePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Finds it.
    pub reference: String,
    /// The service that it was left with.
    pub service: String,
    /// When it was left, in Unix milliseconds.
    pub at_ms: i64,
    /// When it is erased, in Unix milliseconds.
    pub erase_ms: i64,
    /// The person's language.
    pub written_in: Locale,
    /// What was written; `None` if its key is gone.
    pub written: Option<Written>,
    /// The number, masked; `None` once it is erased.
    pub number: Option<String>,
    /// The verification's id.
    pub verification: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// The guide that was open.
    pub guide: Option<Walk>,
    /// What the person had said.
    pub told: Vec<(String, String)>,
    /// What had been seen.
    pub observed: Vec<(String, String)>,
    /// What happened, oldest first.
    pub moments: Vec<Moment>,
}

/// One moment of the time line.
#[derive(Clone, Debug)]
pub struct Moment {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// How it is marked.
    pub mark: Mark,
    /// What: a line of the audit, or where a message stands.
    pub what: String,
    /// Which message, counted from 1.
    pub nth: Option<usize>,
    /// Why a message did not arrive.
    pub reason: Option<Reason>,
    /// The step that the guide showed then.
    pub step: Option<Box<GuideStep>>,
}

/// How a moment is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Neither good nor bad.
    Plain,
    /// It went well.
    Good,
    /// It did not.
    Bad,
    /// The person did it.
    Person,
    /// A guide showed it.
    Guide,
}

impl Moment {
    /// Something that happened.
    #[must_use]
    pub fn new(at: Time, mark: Mark, what: &str) -> Moment {
        Moment { at_ms: at.ms(), mark, what: what.to_owned(), nth: None, reason: None, step: None }
    }

    /// A step that the guide showed.
    #[must_use]
    pub fn step(at: Time, step: GuideStep) -> Moment {
        Moment { step: Some(Box::new(step)), ..Moment::new(at, Mark::Guide, "") }
    }
}

impl Mark {
    /// The name that the style knows it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Mark::Plain => "plain",
            Mark::Good => "good",
            Mark::Bad => "bad",
            Mark::Person => "person",
            Mark::Guide => "guide",
        }
    }
}

impl MessageLine {
    pub(super) fn at(&self, frame: &Frame) -> String {
        frame.clock.minute(frame.lang, self.at_ms)
    }

    pub(super) fn grouped(&self) -> String {
        reference::grouped(&self.reference)
    }

    pub(super) fn excerpt(&self, frame: &Frame) -> String {
        let Some(text) = &self.text else { return frame.t("console-sealed") };
        let mut letters = text.chars().map(|letter| if letter == '\n' { ' ' } else { letter });
        let mut excerpt: String = letters.by_ref().take(EXCERPT_MAX).collect();
        if letters.next().is_some() {
            excerpt.push('…');
        }
        excerpt
    }
}

impl MessageListPage {
    fn room(&self) -> Room {
        Room::Messages
    }
}

impl Page for MessageListPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-messages")
    }

    fn slips(&self) -> Vec<Slip> {
        let missed = self.missed.as_ref();
        missed.map(|_| Slip { field: "find", text: self.frame.t("console-find-slip") }).into_iter().collect()
    }
}

impl MessagePage {
    fn room(&self) -> Room {
        Room::Messages
    }

    fn minute(&self, at_ms: i64) -> String {
        self.frame.clock.minute(self.frame.lang, at_ms)
    }

    fn second(&self, at_ms: i64) -> String {
        self.frame.clock.second(self.frame.lang, at_ms)
    }

    fn day(&self, at_ms: i64) -> String {
        self.frame.clock.day(self.frame.lang, at_ms)
    }

    /// What was seen, in words; a guide's own facts stand as its file names them.
    fn seen(&self, name: &str) -> String {
        match name {
            "message" => self.frame.t("console-seen-message"),
            "sends" => self.frame.t("console-seen-sends"),
            "wrong_codes" => self.frame.t("console-seen-wrong-codes"),
            other => other.to_owned(),
        }
    }

    fn value_seen(&self, value: &str) -> String {
        match value {
            "queued" => self.frame.t("console-moment-queued"),
            "submitted" | "handed_over" => self.frame.t("console-moment-submitted"),
            "delivered" => self.frame.t("console-moment-delivered"),
            "undelivered" => self.frame.t("console-moment-undelivered"),
            "expired" => self.frame.t("console-moment-expired"),
            other => other.to_owned(),
        }
    }

    /// A moment in words.
    fn said(&self, moment: &Moment) -> String {
        let frame = &self.frame;
        if let Some(step) = &moment.step {
            return step.heading(frame);
        }
        let what = match moment.what.as_str() {
            "wrote" => frame.t("console-moment-wrote"),
            "created" => frame.t("console-moment-created"),
            "resent" => frame.t("console-moment-resent"),
            "corrected" => frame.t("console-moment-corrected"),
            "incorrect" => frame.t("console-moment-incorrect"),
            "superseded" => frame.t("console-moment-superseded"),
            "locked" => frame.t("console-moment-locked"),
            "approved" => frame.t("console-moment-approved"),
            "canceled" => frame.t("console-moment-canceled"),
            "redeemed" => frame.t("console-moment-redeemed"),
            "queued" => frame.t("console-moment-queued"),
            "submitted" => frame.t("console-moment-submitted"),
            "delivered" => frame.t("console-moment-delivered"),
            "undelivered" => frame.t("console-moment-undelivered"),
            "expired" => frame.t("console-moment-expired"),
            "call-queued" => frame.t("console-moment-call-queued"),
            "call-submitted" => frame.t("console-moment-call-submitted"),
            "call-delivered" => frame.t("console-moment-call-delivered"),
            "call-undelivered" => frame.t("console-moment-call-undelivered"),
            other => other.to_owned(),
        };
        match moment.nth {
            Some(nth) => frame.with("console-moment-message", &[("nth", nth.into()), ("what", what.into())]),
            None => what,
        }
    }

    /// Why a message did not arrive, in words.
    fn why(&self, moment: &Moment) -> Option<String> {
        let key = match moment.reason? {
            Reason::Unconfirmed => "console-reason-unconfirmed",
            Reason::Unreachable => "console-reason-unreachable",
            Reason::NoSuchSubscriber => "console-reason-cannot-receive",
            Reason::Refused => "console-reason-refused",
            Reason::RejectedByCarrier => "console-reason-rejected",
            Reason::Deleted => "console-reason-deleted",
            Reason::NoRoute => "console-reason-no-route",
            Reason::Unknown => "console-reason-unknown",
        };
        Some(self.frame.t(key))
    }
}

impl Page for MessagePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        let reference = reference::grouped(&self.reference);
        self.frame.with("console-message", &[("reference", reference.into())])
    }
}
