//! The page after the right code: what was verified, and the way back.

use askama::Template;

use super::Page;
use super::frame::Frame;
use crate::guide::Text;

/// Says that the number is verified. Opening it again changes nothing.
#[derive(Clone, Debug, Template)]
#[template(path = "done.html")]
pub struct DonePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The number, as this browser may see it.
    pub number: String,
    /// When it was verified, in Unix milliseconds.
    pub verified_at_ms: i64,
    /// When the number is erased here, in Unix milliseconds.
    pub kept_until_ms: i64,
    /// Protections that the person switched off on the way, to be switched on again.
    pub restore: Vec<Text>,
    /// Where going on is posted; it answers with the redirect that carries the result.
    pub continue_action: String,
}

impl DonePage {
    fn verified_at(&self) -> String {
        self.frame.clock.minute(self.frame.lang, self.verified_at_ms)
    }

    fn kept(&self) -> String {
        let day = self.frame.clock.day(self.frame.lang, self.kept_until_ms);
        self.frame.with("number-kept", &[("day", day.into())])
    }
}

impl Page for DonePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("done-heading")
    }
}
