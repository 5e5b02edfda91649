//! Countries as ISO 3166-1 alpha-2 codes.

use std::{fmt, str::FromStr};

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A country that telephone numbers belong to, such as `JP`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// A text that names no country with a numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCountry;

impl Country {
    /// Japan, where Tegata starts.
    pub const JP: Country = Country(*b"JP");

    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only made of ASCII letters")
    }

    /// The country calling code, 81 for Japan. Several countries can share one (+1 is not a country).
    pub fn calling_code(&self) -> u16 {
        let region = self.region().expect("checked when it was made");
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region).unwrap_or(0);
        u16::try_from(code).unwrap_or(0)
    }

    pub(crate) fn region(self) -> Option<Region> {
        Region::try_from(self.code()).ok()
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let bytes: [u8; 2] = text.as_bytes().try_into().map_err(|_| UnknownCountry)?;
        let country = Country(bytes.map(|byte| byte.to_ascii_uppercase()));
        let letters = country.0.iter().all(u8::is_ascii_uppercase);
        let known = letters
            && country.region().is_some_and(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some());
        if known { Ok(country) } else { Err(UnknownCountry) }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("not a country's two letters (ISO 3166-1)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_from_two_letters() {
        assert_eq!("jp".parse(), Ok(Country::JP));
        assert_eq!(Country::JP.calling_code(), 81);
        for text in ["", "J", "JPN", "XX", "日", "0a", "00"] {
            assert_eq!(text.parse::<Country>(), Err(UnknownCountry), "{text}");
        }
    }
}
