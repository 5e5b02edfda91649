//! "The SMS did not arrive": the first step. The number it went to, sending again, correcting it, and humans.

use askama::Template;

use super::Page;
use super::code::Resend;
use super::contact::{Contact, ContactKind};
use super::frame::{Frame, Slip};
use super::message::MessageState;
use super::number::NumberField;

/// Helps when the SMS did not arrive.
#[derive(Clone, Debug, Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The number it went to: in full to the browser that typed it, else masked.
    pub number: String,
    /// What the phone shows as the sender.
    pub sender: String,
    /// Where the newest message stands.
    pub message: MessageState,
    /// Sending again to the same number.
    pub resend: Resend,
    /// Another number, filled in only for the browser that typed it; `None` if this flow allows no other.
    pub field: Option<NumberField>,
    /// Humans.
    pub contacts: Vec<Contact>,
    /// Addresses.
    pub links: HelpLinks,
}

/// Where the page's forms and links lead.
#[derive(Clone, Debug)]
pub struct HelpLinks {
    /// This page, for the script.
    pub page: String,
    /// The page that takes the code.
    pub code: String,
    /// Where sending again is posted.
    pub resend: String,
    /// Where the corrected number is posted (`country`, `number`).
    pub correct: String,
    /// Where giving up is posted.
    pub cancel: String,
    /// The event stream; `None` if this reader gets none.
    pub events: Option<String>,
}

impl HelpPage {
    fn message_sentence(&self) -> String {
        self.message.sentence(self.frame.lang, self.frame.clock)
    }
}

impl Page for HelpPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("help-heading")
    }

    fn slips(&self) -> Vec<Slip> {
        self.field.as_ref().and_then(|field| field.slip(&self.frame)).into_iter().collect()
    }

    fn is_live(&self) -> bool {
        true
    }
}
