//! Phone numbers: read as people write them, kept as E.164, shown masked.

use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber as Parsed, PhoneNumberFormat, PhoneNumberType,
    ValidationError,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::country::Country;

/// The longest text that is looked at. The longest E.164 number has 15 digits; people add brackets and spaces.
pub const INPUT_CHARS_MAX: usize = 64;

/// The most digits of an E.164 number with its country code (ITU-T E.164 §6.2.1); the plan of a country may have more.
const DIGITS_MAX: usize = 15;

/// A number of the public telephone network that somebody has, as far as its digits tell, and that codes can go to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// What a number's digits say by the numbering plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The country whose plan it belongs to.
    pub country: Option<Country>,
    /// Its type; `None` if the plan has changed since the number was read.
    pub number_type: Option<NumberType>,
}

/// A type of number to which codes go: by SMS, or where no SMS goes by call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberType {
    /// A mobile number.
    Mobile,
    /// Of a plan whose digits do not tell mobile numbers from fixed lines, such as North America's.
    MobileOrFixedLine,
    /// A fixed line.
    FixedLine,
    /// An IP phone (in Japan 050).
    Voip,
}

impl Plan {
    /// Why SMS cannot go to the number; `None` where it can.
    pub fn without_sms(self) -> Option<NumberProblem> {
        self.number_type.and_then(NumberType::without_sms)
    }

    /// Whether no SMS goes to the number, so that a call is the only way.
    pub fn is_only_called(self) -> bool {
        self.without_sms().is_some()
    }
}

impl NumberType {
    /// Why SMS cannot go to it; `None` where it can.
    pub fn without_sms(self) -> Option<NumberProblem> {
        match self {
            NumberType::Mobile | NumberType::MobileOrFixedLine => None,
            NumberType::FixedLine => Some(NumberProblem::FixedLine),
            NumberType::Voip => Some(NumberProblem::Voip),
        }
    }
}

/// Why no code can go to what was typed, or no SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberProblem {
    /// Nothing was typed.
    Empty,
    /// Not a telephone number.
    Unreadable,
    /// Fewer digits than the country's numbers have.
    TooShort,
    /// More digits than the country's numbers have.
    TooLong,
    /// A right length, but no number that anybody has.
    Unassigned,
    /// An IP phone number (in Japan 050).
    Voip,
    /// A fixed line.
    FixedLine,
    /// A number that is free to call (in Japan 0120 and 0800).
    TollFree,
    /// A number whose cost is shared, or that leads to many places (in Japan 0570).
    SharedCost,
    /// A number that costs extra (in Japan 0990).
    PremiumRate,
    /// A pager or a machine's number (in Japan 020).
    Pager,
}

impl PhoneNumber {
    /// As [`PhoneNumber::read`], of a number that SMS goes to.
    ///
    /// # Errors
    /// The problem, when SMS cannot go to this text.
    pub fn parse(input: &str, country: Option<Country>) -> Result<PhoneNumber, NumberProblem> {
        let (number, plan) = PhoneNumber::read(input, country)?;
        plan.without_sms().map_or(Ok(number), Err)
    }

    /// Reads a number as typed: full-width digits, any hyphens, spaces and brackets are accepted. `country` is
    /// where a number without `+` belongs. Says what its digits tell, too: reading a number is most of the work of both.
    ///
    /// # Errors
    /// The problem, when no code can go to this text, by SMS or by call.
    pub fn read(input: &str, country: Option<Country>) -> Result<(PhoneNumber, Plan), NumberProblem> {
        let text = plain(input)?;
        let text = dialled_abroad(&text, country).unwrap_or(text);
        let region = country.and_then(Country::region);
        let parsed = PHONE_NUMBER_UTIL.parse(&text, region).map_err(|error| match error {
            ParseError::TooShortNsn | ParseError::TooShortAfterIdd => NumberProblem::TooShort,
            ParseError::TooLongNsn => NumberProblem::TooLong,
            ParseError::InvalidCountryCode | ParseError::NotANumber(_) => NumberProblem::Unreadable,
        })?;
        if !parsed.extension().is_empty() {
            return Err(NumberProblem::Unreadable);
        }
        let number_type = by_type(&parsed)?;
        let number = PhoneNumber(parsed.format_as(PhoneNumberFormat::E164).into_owned());
        if number.0.len() > "+".len() + DIGITS_MAX {
            return Err(NumberProblem::TooLong);
        }
        Ok((number, Plan { country: country_of(&parsed), number_type: Some(number_type) }))
    }

    /// A number that was parsed before: E.164 as the store and other services give it.
    ///
    /// # Errors
    /// The problem, when it is not E.164 or can no longer receive SMS.
    pub fn from_e164(text: &str) -> Result<PhoneNumber, NumberProblem> {
        if !text.starts_with('+') {
            return Err(NumberProblem::Unreadable);
        }
        PhoneNumber::parse(text, None)
    }

    /// A number that [`PhoneNumber::e164`] gave, not looked at again: a row must stay readable when numbering
    /// plans change.
    pub fn from_stored(e164: String) -> PhoneNumber {
        PhoneNumber(e164)
    }

    /// `+` and digits.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The numbers beside it: it without its last five digits, in blocks of which numbers are given to carriers.
    pub fn range(&self) -> &str {
        &self.0[..self.0.len().saturating_sub(5)]
    }

    /// What its digits say now.
    pub fn plan(&self) -> Plan {
        let parsed = self.parsed();
        let country = parsed.as_ref().and_then(country_of);
        Plan { country, number_type: parsed.and_then(|parsed| by_type(&parsed).ok()) }
    }

    /// The country whose plan it belongs to.
    pub fn country(&self) -> Option<Country> {
        country_of(&self.parsed()?)
    }

    /// As it is written at home (`090-1234-5678`) when `reader` is its country, else with `+` and country code. What would
    /// read as another number at home is written in full: Argentine fixed lines that begin like a mobile phone's, and
    /// numbers of Gabon from before its plan was made anew.
    pub fn written_for(&self, reader: Country) -> String {
        let Some(parsed) = self.parsed() else { return self.0.clone() };
        let at_home = (country_of(&parsed) == Some(reader)).then(|| parsed.format_as(PhoneNumberFormat::National));
        let reads_back = |written: &str| PhoneNumber::read(written, Some(reader)).is_ok_and(|(read, _)| read == *self);
        let written = at_home.filter(|written| reads_back(written));
        written.unwrap_or_else(|| parsed.format_as(PhoneNumberFormat::International)).into_owned()
    }

    /// The same mask for every number, its last two digits left (rule V5).
    pub fn masked(&self) -> String {
        let digits = self.0.trim_start_matches('+');
        format!("••• •••• ••{}", &digits[digits.len().saturating_sub(2)..])
    }

    fn parsed(&self) -> Option<Parsed> {
        PHONE_NUMBER_UTIL.parse(&self.0, None).ok()
    }
}

/// Never shows the number: logs and test output carry no addresses (rule D8).
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

/// The typed text after NFKC, with every kind of hyphen as `-`, or why it cannot be a number.
fn plain(input: &str) -> Result<String, NumberProblem> {
    if input.chars().count() > INPUT_CHARS_MAX {
        return Err(NumberProblem::TooLong);
    }
    let text: String = input.nfkc().map(one_hyphen).filter(|c| !is_ignorable(*c)).collect();
    let text = text.trim();
    if text.is_empty() {
        return Err(NumberProblem::Empty);
    }
    // The library also reads letters as keypad digits and `ext. 5`; nobody's own mobile is written so.
    if !text.chars().all(|c| c.is_ascii_digit() || "+-(). /".contains(c)) {
        return Err(NumberProblem::Unreadable);
    }
    Ok(text.to_owned())
}

/// 0081 for +81: how most of the world dials abroad, which is not how Japan does, and still typed there.
fn dialled_abroad(text: &str, country: Option<Country>) -> Option<String> {
    let rest = text.strip_prefix(&format!("00{}", country?.calling_code()))?;
    Some(format!("+{}{rest}", country?.calling_code()))
}

fn one_hyphen(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{2500}' | '\u{2501}' | '\u{ad}' | '~' | '\u{301c}' => {
            '-'
        }
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        other => other,
    }
}

/// Zero-width and direction marks that come along with a copied number.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn country_of(parsed: &Parsed) -> Option<Country> {
    parsed.get_region_code()?.to_string().parse().ok()
}

/// Refuses by type and never asks for `Mobile`: North American numbers are "fixed line or mobile".
fn by_type(parsed: &Parsed) -> Result<NumberType, NumberProblem> {
    match parsed.get_type() {
        PhoneNumberType::Mobile => Ok(NumberType::Mobile),
        PhoneNumberType::FixedLineOrMobile => Ok(NumberType::MobileOrFixedLine),
        PhoneNumberType::VoIP => Ok(NumberType::Voip),
        PhoneNumberType::FixedLine => Ok(NumberType::FixedLine),
        PhoneNumberType::TollFree => Err(NumberProblem::TollFree),
        PhoneNumberType::SharedCost | PhoneNumberType::UAN => Err(NumberProblem::SharedCost),
        // Personal numbers lead anywhere and cost the sender (in the United Kingdom 070): a way to pump SMS.
        PhoneNumberType::PremiumRate | PhoneNumberType::PersonalNumber => Err(NumberProblem::PremiumRate),
        PhoneNumberType::Pager => Err(NumberProblem::Pager),
        PhoneNumberType::VoiceMail | PhoneNumberType::Unknown => Err(by_length(parsed)),
    }
}

/// Compared with the lengths of mobile numbers: a country's longest number may be some machine's.
fn by_length(parsed: &Parsed) -> NumberProblem {
    match PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(parsed, PhoneNumberType::Mobile) {
        Ok(NumberLengthType::IsPossible) => NumberProblem::Unassigned,
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => NumberProblem::TooShort,
        Err(ValidationError::TooLong) => NumberProblem::TooLong,
        Err(ValidationError::InvalidCountryCode | ValidationError::InvalidLength) => NumberProblem::Unassigned,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("09012345678", "+819012345678")]
    #[case("０９０－１２３４－５６７８", "+819012345678")]
    #[case("090ー1234ー5678", "+819012345678")]
    #[case("090−1234‐5678", "+819012345678")]
    #[case("(090) 1234 5678", "+819012345678")]
    #[case("\u{200e}090-1234-5678\u{202c}", "+819012345678")]
    #[case("+81 90 1234 5678", "+819012345678")]
    #[case("+81(0)90-1234-5678", "+819012345678")]
    #[case("010 81 90 1234 5678", "+819012345678")]
    #[case("0081 90 1234 5678", "+819012345678")]
    #[case("0081-090-1234-5678", "+819012345678")]
    #[case("＋８１９０１２３４５６７８", "+819012345678")]
    #[case("07012345678", "+817012345678")]
    #[case("06012345678", "+816012345678")]
    #[case("06055512345", "+816055512345")]
    #[case("+1 202 555 0173", "+12025550173")]
    #[case("+44 7911 123456", "+447911123456")]
    fn read_as_people_write_them(#[case] typed: &str, #[case] e164: &str) {
        assert_eq!(PhoneNumber::parse(typed, Some(Country::JP)).map(|n| n.0), Ok(e164.to_owned()));
    }

    #[rstest]
    #[case("", NumberProblem::Empty)]
    #[case(" 　", NumberProblem::Empty)]
    #[case("hello", NumberProblem::Unreadable)]
    #[case("090-1234-567a", NumberProblem::Unreadable)]
    #[case("0901234567", NumberProblem::TooShort)]
    #[case("090123456789", NumberProblem::TooLong)]
    #[case("09001234567", NumberProblem::Unassigned)]
    #[case("110", NumberProblem::TooShort)]
    #[case("05012345678", NumberProblem::Voip)]
    #[case("０５０１２３４５６７８", NumberProblem::Voip)]
    #[case("03-1234-5678", NumberProblem::FixedLine)]
    #[case("0422-12-3456", NumberProblem::FixedLine)]
    #[case("0120-123-456", NumberProblem::TollFree)]
    #[case("0800-123-4567", NumberProblem::TollFree)]
    #[case("0570-123-456", NumberProblem::SharedCost)]
    #[case("0990-123-456", NumberProblem::PremiumRate)]
    #[case("020-1234-5678", NumberProblem::Pager)]
    #[case("+44 70 1234 5678", NumberProblem::PremiumRate)]
    #[case("+9991234567", NumberProblem::Unreadable)]
    #[case("+49731783936789739", NumberProblem::TooLong)]
    fn refused_by_what_they_are(#[case] typed: &str, #[case] problem: NumberProblem) {
        assert_eq!(PhoneNumber::parse(typed, Some(Country::JP)), Err(problem));
    }

    #[rstest]
    #[case("05012345678", NumberType::Voip)]
    #[case("03-1234-5678", NumberType::FixedLine)]
    #[case("090-1234-5678", NumberType::Mobile)]
    #[case("+1 202 555 0173", NumberType::MobileOrFixedLine)]
    fn read_with_its_type(#[case] typed: &str, #[case] number_type: NumberType) {
        let (number, plan) = PhoneNumber::read(typed, Some(Country::JP)).expect("a number that somebody has");
        assert_eq!((plan.number_type, number.plan()), (Some(number_type), plan));
    }

    #[test]
    fn shown_as_at_home_or_with_country_code() {
        let number = PhoneNumber::from_e164("+819012345678").expect("a mobile");
        assert_eq!(number.country(), Some(Country::JP));
        assert_eq!(number.written_for(Country::JP), "090-1234-5678");
        assert_eq!(number.written_for("US".parse().expect("a country")), "+81 90-1234-5678");
        // 15 at the beginning is what mobile phones of Argentina are dialled with at home.
        let argentine = PhoneNumber::from_stored("+541115654178".to_owned());
        assert_eq!(argentine.written_for("AR".parse().expect("a country")), "+54 11 1565-4178");
        assert_eq!(number.masked(), "••• •••• ••78");
        assert_eq!(format!("{number:?}"), "PhoneNumber(••• •••• ••78)");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_number_reads_back(text in ".{0,80}", digits in "\\+?[0-9０-９()ー -]{0,24}") {
            for typed in [text, digits] {
                if let Ok(number) = PhoneNumber::parse(&typed, Some(Country::JP)) {
                    prop_assert_eq!(PhoneNumber::from_e164(number.e164()), Ok(number.clone()));
                }
            }
        }
    }
}
