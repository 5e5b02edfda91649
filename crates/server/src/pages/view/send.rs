//! The page before the first message when the application gave the number: it is shown masked, and nothing is sent
//! before the person presses the button.

use askama::Template;

use super::Page;
use super::contact::{Contact, ContactKind};
use super::frame::Frame;

/// Offers to send a code to the number on file.
#[derive(Clone, Debug, Template)]
#[template(path = "send.html")]
pub struct SendPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Who asks and why: one sentence.
    pub why: String,
    /// The number, masked: it was not typed in this browser (rule V5).
    pub number: String,
    /// Whether the code is read out in a call: no SMS reaches the number.
    pub is_called: bool,
    /// Until when it is kept, in Unix milliseconds.
    pub kept_until_ms: i64,
    /// Whether nothing can be sent for now.
    pub is_down: bool,
    /// Humans who help.
    pub contacts: Vec<Contact>,
    /// Where the button posts to.
    pub action: String,
    /// Where giving up is posted.
    pub cancel_action: String,
}

impl SendPage {
    /// Until when the number is kept.
    fn kept(&self) -> String {
        let day = self.frame.clock.day(self.frame.lang, self.kept_until_ms);
        self.frame.with("number-kept", &[("day", day.into())])
    }
}

impl Page for SendPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t(if self.is_called { "send-heading-call" } else { "send-heading" })
    }
}
