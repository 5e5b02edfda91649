//! What surrounds every page: who asks, the languages, the reference, and what a page may load.

use crate::{guide::Text, text::Speak};
use askama::filters::Safe;
use domain::locale::Locale;
use fluent_bundle::FluentValue;

use super::{clock::Clock, spoken};

/// What surrounds every page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's language.
    pub lang: Locale,
    /// Who asks.
    pub brand: Brand,
    /// What this page is to the one who asks: one line below the name.
    pub role: Role,
    /// The same step in each language, this one's included. The address carries no fragment (it would undo `autofocus`).
    pub languages: Vec<LanguageLink>,
    /// Eight letters and digits that cannot be confused: what a person reads out to support.
    pub reference: String,
    /// The nonce of this answer's Content-Security-Policy, for the one script.
    pub nonce: String,
    /// Sent back by every form of the page; the handler refuses a form without it.
    pub form_token: String,
    /// Addresses of the page's own files.
    pub assets: Assets,
    /// Says instants in words.
    pub clock: Clock,
}

/// Who asks, as the service's owner set it.
#[derive(Clone, Debug)]
pub struct Brand {
    /// The service's name.
    pub name: String,
    /// `#rrggbb`: a thin line above the page and nothing else, so that it can never cost contrast.
    pub colour: Option<String>,
    /// Address of the re-encoded picture. Its name stands beside it, so it has no text of its own.
    pub logo: Option<String>,
}

/// What a page is to the service that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A step of verifying a phone number.
    Verification,
    /// Documentation of the interface.
    Reference,
    /// The operator's pages.
    Console,
}

/// The same step in one language.
#[derive(Clone, Debug)]
pub struct LanguageLink {
    /// That language.
    pub lang: Locale,
    /// Its address.
    pub href: String,
}

/// Addresses of what a page loads, all from its own origin.
#[derive(Clone, Debug)]
pub struct Assets {
    /// `assets/tegata.css`.
    pub style: String,
    /// `assets/console.css`, for the console's pages only.
    pub console: String,
    /// `assets/page.js`.
    pub script: String,
    /// `assets/mark.svg`.
    pub icon: String,
}

/// Something that the person can put right: the same words in the summary and beside the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The field's id.
    pub field: &'static str,
    /// What to do.
    pub text: String,
}

impl Frame {
    /// The text of `key` in the page's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The text of `key` with its placeholders filled.
    #[must_use]
    pub fn with(&self, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
        self.lang.text_with(key, arguments)
    }

    /// A text that may name what is called so in Japanese, for any page.
    #[must_use]
    pub fn spoken(&self, text: &str) -> Safe<String> {
        spoken::spoken(text, self.lang)
    }

    /// The same for a guide's text.
    #[must_use]
    pub fn said(&self, text: &Text) -> Safe<String> {
        spoken::spoken_html(&text.html().0, self.lang)
    }

    /// A text for developers: what stands between backticks is code.
    #[must_use]
    pub fn coded(&self, text: &str) -> Safe<String> {
        spoken::coded(text, self.lang)
    }

    /// A text that names the service that asks as `$service`.
    #[must_use]
    pub fn named(&self, key: &str) -> String {
        self.with(key, &[("service", self.brand.name.as_str().into())])
    }

    /// A text that names a clock time as `$time`.
    #[must_use]
    pub fn timed(&self, key: &str, at_ms: i64) -> String {
        self.with(key, &[("time", self.clock.minute(self.lang, at_ms).into())])
    }

    /// The key of the line below the service's name.
    #[must_use]
    pub const fn role_key(&self) -> &'static str {
        match self.role {
            Role::Verification => "frame-role-verification",
            Role::Reference => "frame-role-reference",
            Role::Console => "frame-role-console",
        }
    }

    /// The reference in groups of four, as it is read out.
    #[must_use]
    pub fn reference_grouped(&self) -> String {
        domain::reference::grouped(&self.reference)
    }
}
