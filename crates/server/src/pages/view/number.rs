//! The first page: which number, for whom, why, and until when it is kept. The field serves the help page too.

use crate::text::Speak;
use askama::Template;
use domain::address::{NumberProblem, NumberType};
use domain::locale::Locale;
use serde::{Deserialize, Serialize};

use super::Page;
use super::contact::{Contact, ContactKind};
use super::frame::{Frame, Slip};

/// Asks for the number.
#[derive(Clone, Debug, Template)]
#[template(path = "number.html")]
pub struct NumberPage {
    /// What surrounds the page.
    pub frame: Frame,
    /// Why the service asks, one sentence in the reader's language; `None`: the general one.
    pub purpose: Option<String>,
    /// When the number is erased, in Unix milliseconds.
    pub kept_until_ms: i64,
    /// The field.
    pub field: NumberField,
    /// Whether nothing can be sent for now: it is told before anything is typed.
    pub is_down: bool,
    /// Humans, shown once a number cannot receive SMS, or none can be sent.
    pub contacts: Vec<Contact>,
    /// Where the number is posted (`country`, `number`).
    pub action: String,
    /// Back to a code that is out there, if there is one.
    pub code: Option<String>,
    /// Where giving up is posted.
    pub cancel_action: String,
}

/// A number's field with its country.
#[derive(Clone, Debug)]
pub struct NumberField {
    /// Countries that the service allows, in the order shown (`Country::sort`); never empty. A single one is text.
    pub countries: Vec<Country>,
    /// The chosen country, ISO 3166-1 alpha-2.
    pub country: String,
    /// What was typed, exactly.
    pub typed: String,
    /// What was wrong with it.
    pub slip: Option<NumberSlip>,
    /// Types of numbers that no SMS reaches and that the service calls.
    pub called: Vec<NumberType>,
}

/// A country to choose.
#[derive(Clone, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// Its name in the reader's language.
    pub name: String,
    /// Its calling code without the plus.
    pub calling_code: u16,
}

/// Why a number was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NumberSlip {
    /// The number itself.
    Number(NumberProblem),
    /// The service sends no SMS to its country.
    CountryNotAllowed,
    /// No SMS reaches it, and it cannot be called now.
    NotCalled,
}

impl NumberSlip {
    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CountryNotAllowed => "number-slip-country-not-allowed",
            Self::NotCalled => "number-slip-not-called",
            Self::Number(problem) => match problem {
                NumberProblem::Empty => "number-slip-empty",
                NumberProblem::Unreadable => "number-slip-unreadable",
                NumberProblem::TooShort => "number-slip-too-short",
                NumberProblem::TooLong => "number-slip-too-long",
                NumberProblem::Unassigned => "number-slip-unassigned",
                NumberProblem::Voip => "number-slip-voip",
                NumberProblem::FixedLine => "number-slip-fixed-line",
                NumberProblem::TollFree => "number-slip-toll-free",
                NumberProblem::SharedCost => "number-slip-shared-cost",
                NumberProblem::PremiumRate => "number-slip-premium-rate",
                NumberProblem::Pager => "number-slip-pager",
            },
        }
    }

    /// Whether the number may be right and still cannot receive SMS: then the person needs another way, not another try.
    #[must_use]
    pub const fn needs_human(self) -> bool {
        match self {
            Self::CountryNotAllowed | Self::NotCalled => true,
            Self::Number(problem) => match problem {
                NumberProblem::Empty
                | NumberProblem::Unreadable
                | NumberProblem::TooShort
                | NumberProblem::TooLong
                | NumberProblem::Unassigned => false,
                NumberProblem::Voip
                | NumberProblem::FixedLine
                | NumberProblem::TollFree
                | NumberProblem::SharedCost
                | NumberProblem::PremiumRate
                | NumberProblem::Pager => true,
            },
        }
    }
}

impl Country {
    /// A country by its code, named in a language; a code without a name is shown as it is.
    #[must_use]
    pub fn named(lang: Locale, code: &str, calling_code: u16) -> Self {
        let key = format!("country-{code}");
        let name = if lang.has(&key) { lang.text(&key) } else { code.to_owned() };
        Self { code: code.to_owned(), name, calling_code }
    }

    /// Sorts countries as the pages show them: Japan first, the others as the reader's language orders names.
    pub fn sort(lang: Locale, countries: &mut [Self]) {
        let order: Vec<&str> = lang.keys("countries").filter_map(|key| key.strip_prefix("country-")).collect();
        countries.sort_by_key(|country| order.iter().position(|code| *code == country.code).unwrap_or(order.len()));
    }
}

impl NumberField {
    /// The only country, when there is no choice.
    #[must_use]
    pub fn only_country(&self) -> Option<&Country> {
        match self.countries.as_slice() {
            [country] => Some(country),
            _ => None,
        }
    }

    /// What helps to fill the field in, sentence by sentence.
    #[must_use]
    pub fn hints(&self, frame: &Frame) -> Vec<String> {
        let mut hints = Vec::new();
        if let Some(country) = self.only_country() {
            let calling_code = country.calling_code.to_string();
            let arguments = [("country", country.name.as_str().into()), ("calling", calling_code.into())];
            hints.push(frame.with("number-hint-only", &arguments));
        }
        if self.country == "JP" {
            hints.push(frame.t("number-hint-japan"));
        }
        hints.push(frame.t("number-hint"));
        hints.extend(self.called_key().map(|key| frame.t(key)));
        hints
    }

    /// Which numbers are called, if any are.
    fn called_key(&self) -> Option<&'static str> {
        let calls = |number_type| self.called.contains(&number_type);
        match (calls(NumberType::FixedLine), calls(NumberType::Voip)) {
            (false, false) => None,
            (true, false) => Some("number-hint-called-fixed-line"),
            (false, true) => Some("number-hint-called-voip"),
            (true, true) => Some("number-hint-called-both"),
        }
    }

    /// The slip in words.
    #[must_use]
    pub fn slip(&self, frame: &Frame) -> Option<Slip> {
        self.slip.map(|slip| Slip { field: "number", text: frame.named(slip.key()) })
    }
}

impl NumberPage {
    /// Who asks and why.
    fn why(&self) -> String {
        self.purpose.clone().unwrap_or_else(|| self.frame.named("number-why"))
    }

    /// Until when the number is kept.
    fn kept(&self) -> String {
        let day = self.frame.clock.day(self.frame.lang, self.kept_until_ms);
        self.frame.with("number-kept", &[("day", day.into())])
    }

    /// The humans, if one is needed.
    fn contacts_shown(&self) -> &[Contact] {
        let needed = self.is_down || self.field.slip.is_some_and(NumberSlip::needs_human);
        if needed { &self.contacts } else { &[] }
    }
}

impl Page for NumberPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.t(if self.field.called.is_empty() { "number-heading" } else { "number-heading-any" })
    }

    fn slips(&self) -> Vec<Slip> {
        self.field.slip(&self.frame).into_iter().collect()
    }
}
