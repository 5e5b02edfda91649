//! Humans who can help: `templates/contacts.html`, at the end of every page that has nothing else to offer.

use domain::contact as rule;
use domain::locale::Locale;
use domain::time::Time;

use super::frame::Frame;
use super::hours;

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
    /// Briefings to visit.
    Venue {
        /// The list's address, https.
        href: String,
    },
    /// Our own form.
    Message {
        /// The form's page.
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
    /// A configured contact as its page shows it at an instant (Unix milliseconds); our own form is at `form`.
    #[must_use]
    pub fn of(contact: &rule::Contact, lang: Locale, now_ms: i64, form: &str) -> Self {
        let to = contact.to.clone();
        let kind = match contact.kind {
            rule::Kind::Phone => ContactKind::Phone { tel: dialled(&to), number: to },
            rule::Kind::Form => ContactKind::Form { href: to },
            rule::Kind::Shop => ContactKind::Shop { href: to },
            rule::Kind::Venue => ContactKind::Venue { href: to },
            rule::Kind::Message => ContactKind::Message { href: form.to_owned() },
            rule::Kind::Email => ContactKind::Email { address: to },
        };
        let name = match lang {
            Locale::Ja => contact.name_ja.clone(),
            Locale::En => contact.name_en.clone(),
        };
        let opening = match contact.opening(Time::from_ms(now_ms)) {
            rule::Opening::Always => Opening::Always,
            rule::Opening::Open { until } => Opening::OpenUntil(until.ms()),
            rule::Opening::Closed { opens: Some(at) } => Opening::ClosedUntil(at.ms()),
            rule::Opening::Closed { opens: None } => Opening::Closed,
        };
        let hours = contact.hours.as_ref().map(|hours| hours::in_words(hours, lang));
        Self { name, kind, hours, opening }
    }

    /// Whether one has to book.
    #[must_use]
    pub fn booking(&self, frame: &Frame) -> Option<String> {
        match self.kind {
            ContactKind::Shop { .. } => Some(frame.t("contact-booking")),
            ContactKind::Venue { .. } => Some(frame.t("contact-no-booking")),
            ContactKind::Phone { .. }
            | ContactKind::Form { .. }
            | ContactKind::Message { .. }
            | ContactKind::Email { .. } => None,
        }
    }

    /// Its hours in words: of our own form, when it is read.
    #[must_use]
    pub fn hours_said(&self, frame: &Frame) -> Option<String> {
        let hours = self.hours.clone()?;
        match self.kind {
            ContactKind::Message { .. } => Some(frame.with("contact-message-hours", &[("hours", hours.into())])),
            ContactKind::Phone { .. }
            | ContactKind::Form { .. }
            | ContactKind::Shop { .. }
            | ContactKind::Venue { .. }
            | ContactKind::Email { .. } => Some(hours),
        }
    }

    /// Open or closed, and until when, in words.
    #[must_use]
    pub fn now(&self, frame: &Frame) -> String {
        match self.opening {
            Opening::Always if matches!(self.kind, ContactKind::Message { .. }) => frame.t("contact-message-always"),
            Opening::Always => frame.t("contact-always"),
            Opening::OpenUntil(at_ms) => frame.timed("contact-open-until", at_ms),
            Opening::ClosedUntil(at_ms) => frame.timed("contact-closed-until", at_ms),
            Opening::Closed => frame.t("contact-closed"),
        }
    }
}

/// What a `tel:` link dials: digits and a leading plus.
fn dialled(number: &str) -> String {
    number.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect()
}
