//! The page behind a sign-in link: one button, so that opening the link alone uses nothing up.

use askama::Template;

use crate::pages::view::{Page, frame::Frame};

/// Asks whether to sign in.
#[derive(Clone, Debug, Template)]
#[template(path = "console/door.html")]
pub struct DoorPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where signing in is posted.
    pub action: String,
}

impl Page for DoorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t("console-door-heading")
    }
}
