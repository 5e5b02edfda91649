//! A phone number as the simulator keeps it: E.164 digits in one word, small enough to be a map's key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::carrier::CarrierName;

/// An E.164 number of 8 to 15 digits (ITU-T E.164 §6.1 allows up to 15).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Number(u64);

/// The text was not an E.164 number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotANumber;

impl Number {
    /// The digits as one number; a stable input for [`super::luck`].
    pub fn digits(self) -> u64 {
        self.0
    }

    /// The carrier that a number belongs to when nobody has said otherwise. A Japanese mobile number does not tell
    /// its carrier (numbers are portable), so its digits pick one: the same for everybody who runs the simulator.
    pub fn first_carrier(self) -> CarrierName {
        const MOBILE: [CarrierName; 4] =
            [CarrierName::Docomo, CarrierName::Au, CarrierName::Softbank, CarrierName::Rakuten];
        let text = self.to_string();
        match text.strip_prefix("+81").map(str::as_bytes) {
            None => CarrierName::Foreign,
            Some([b'5', b'0', ..]) => CarrierName::Voip,
            Some([b'6'..=b'9', b'0', _, ..]) if text.len() == "+819012345678".len() => {
                MOBILE[(self.0 / 7 % 4) as usize]
            }
            Some(_) => CarrierName::FixedLine,
        }
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
        if !fits || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotANumber);
        }
        digits.parse().map(Number).map_err(|_| NotANumber)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> String {
        number.to_string()
    }
}

impl TryFrom<String> for Number {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map_err(|NotANumber| "not an E.164 number")
    }
}
