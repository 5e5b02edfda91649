//! Humans who can help: `templates/contacts.html`, at the end of every page that has nothing else to offer.

use super::frame::Frame;

/// One way to reach a human, in the reader's language.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub kind: ContactKind,
    /// Its hours in words, as the operator wrote them.
    pub hours: Option<String>,
    /// Whether somebody is there now.
    pub opening: Opening,
}

/// How a contact is reached.
#[derive(Clone, Debug)]
pub enum ContactKind {
    /// By telephone.
    Phone {
        /// The number as it is read.
        number: String,
        /// The number for a `tel:` link, E.164.
        tel: String,
    },
    /// A form on the web.
    Form {
        /// Its address, https.
        href: String,
    },
    /// Shops to visit.
    Shop {
        /// The list's address, https.
        href: String,
    },
    /// Mail.
    Email {
        /// The address.
        address: String,
    },
}

/// Whether somebody is there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// At all hours.
    Always,
    /// Open; closes at this instant, in Unix milliseconds.
    OpenUntil(i64),
    /// Closed; opens at this instant, in Unix milliseconds.
    ClosedUntil(i64),
    /// Closed for as long as the operator's calendar reaches.
    Closed,
}

impl Opening {
    /// Whether somebody is there now.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Always | Self::OpenUntil(_) => true,
            Self::ClosedUntil(_) | Self::Closed => false,
        }
    }
}

impl Contact {
    /// Open or closed, and until when, in words.
    #[must_use]
    pub fn now(&self, frame: &Frame) -> String {
        match self.opening {
            Opening::Always => frame.t("contact-always"),
            Opening::OpenUntil(at_ms) => frame.timed("contact-open-until", at_ms),
            Opening::ClosedUntil(at_ms) => frame.timed("contact-closed-until", at_ms),
            Opening::Closed => frame.t("contact-closed"),
        }
    }
}
