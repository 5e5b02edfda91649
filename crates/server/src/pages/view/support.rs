//! Writing to a human: what happened is filled in already, and then the reference to name.

use askama::Template;

use super::Page;
use super::contact::{Contact, ContactKind};
use super::frame::{Frame, Slip};
use crate::app::support::{TEXT_MAX, Unwritten};

/// Takes a message for support.
#[derive(Clone, Debug, Template)]
#[template(path = "support.html")]
pub struct SupportPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// What was seen by us, in words: it goes along.
    pub seen: Vec<Line>,
    /// What the person said before, in words: it goes along, apart from what was seen (rule D7).
    pub told: Vec<Line>,
    /// Remedies that were tried, by their titles.
    pub tried: Vec<String>,
    /// What was typed as the message.
    pub text: String,
    /// What was typed as the address for an answer; of a call, the number.
    pub reply: String,
    /// Set if it asks for a call: what was typed as the time that suits.
    pub call: Option<String>,
    /// What has to be put right.
    pub slip: Option<SupportSlip>,
    /// When the message is erased, in Unix milliseconds.
    pub kept_until_ms: i64,
    /// Other ways to a human.
    pub contacts: Vec<Contact>,
    /// Where the message is posted (`text`, `reply`; of a call `call` and `time` too).
    pub action: String,
    /// Back to where the person was.
    pub back: String,
}

/// One thing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub name: String,
    /// How it is.
    pub value: String,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SupportSlip {
    /// It has to be written otherwise.
    Unwritten(Unwritten),
    /// Too many came from here; from this instant on (Unix milliseconds) there is room.
    Busy(i64),
    /// It could not be stored.
    Unavailable,
}

impl SupportPage {
    /// What is shown beside the field of this id.
    fn slip_at(&self, field: &str) -> Option<Slip> {
        self.slips().into_iter().find(|slip| slip.field == field)
    }

    fn kept(&self) -> String {
        let day = self.frame.clock.day(self.frame.lang, self.kept_until_ms);
        self.frame.with("support-kept", &[("day", day.into())])
    }

    /// Other ways than this one.
    fn contacts_shown(&self) -> Vec<Contact> {
        let other = |contact: &&Contact| !matches!(contact.kind, ContactKind::Message { .. });
        self.contacts.iter().filter(other).cloned().collect()
    }

    fn text_label(&self) -> String {
        self.frame.t(if self.call.is_some() { "support-call-text" } else { "support-text" })
    }

    fn hint(&self) -> String {
        self.frame.with("support-text-hint", &[("n", TEXT_MAX.into())])
    }
}

impl Page for SupportPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t(if self.call.is_some() { "support-call-heading" } else { "support-heading" })
    }

    fn slips(&self) -> Vec<Slip> {
        let frame = &self.frame;
        let slip = |slip: SupportSlip| match slip {
            SupportSlip::Unwritten(Unwritten::Empty) => ("text", frame.t("support-slip-empty")),
            SupportSlip::Unwritten(Unwritten::TooLong { characters }) => {
                let arguments = [("n", TEXT_MAX.into()), ("count", characters.into())];
                ("text", frame.with("support-slip-long", &arguments))
            }
            SupportSlip::Unwritten(Unwritten::ReplyTooLong) => ("reply", frame.t("support-slip-reply")),
            SupportSlip::Unwritten(Unwritten::NoNumber) => ("reply", frame.t("support-slip-number")),
            SupportSlip::Unwritten(Unwritten::TimeTooLong) => ("time", frame.t("support-slip-time")),
            SupportSlip::Busy(at_ms) => ("text", frame.timed("support-slip-busy", at_ms)),
            SupportSlip::Unavailable => ("text", frame.t("support-slip-unavailable")),
        };
        self.slip.map(slip).map(|(field, text)| Slip { field, text }).into_iter().collect()
    }
}

/// Says that a message was stored. Opening it again changes nothing.
#[derive(Clone, Debug, Template)]
#[template(path = "support_done.html")]
pub struct SupportDonePage {
    /// What surrounds the page; its reference is the message's, so that there is only one to read out.
    pub frame: Frame,
    /// Whether a call was asked for.
    pub calls: bool,
    /// When the message is erased, in Unix milliseconds.
    pub kept_until_ms: i64,
    /// Other ways to a human.
    pub contacts: Vec<Contact>,
    /// Back to where the person was.
    pub back: String,
}

impl SupportDonePage {
    fn kept(&self) -> String {
        let day = self.frame.clock.day(self.frame.lang, self.kept_until_ms);
        self.frame.with("support-kept", &[("day", day.into())])
    }
}

impl Page for SupportDonePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("support-done-heading")
    }
}
