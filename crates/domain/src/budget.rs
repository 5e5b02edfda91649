//! Budgets: how many messages may go out in a day and in a month, and for how much money; everywhere, to a country, or
//! to numbers that begin alike (rule M2).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{
    address::PhoneNumber,
    country::Country,
    id::ServiceId,
    time::{Time, days},
};

/// Places with budgets of their own, at most, of a service and of the installation.
pub const PLACES_MAX: usize = 50;
/// Parts of a currency's minor unit that money is counted in: SMS cost fractions of it.
pub const PARTS: i64 = 1_000;
/// Of what is left a node leases so much at once, within these bounds.
const SLICE_PART: i64 = 20;
const SLICE_MIN: i64 = 10;
const SLICE_MAX: i64 = 1_000;
/// Kept of a budget for numbers that were verified before: one part in so many (rule M2).
const RESERVE_PART: i64 = 5;

/// Where messages go: a country, or numbers that begin alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A country, as numbering plans know it: `CA`, though it shares +1.
    Country(Country),
    /// Numbers that begin with `+` and these 4 to 11 digits.
    Prefix(String),
}

/// A text that is no [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPlace;

impl FromStr for Place {
    type Err = UnknownPlace;

    /// A calling code by itself is no place: +1 is twenty-five countries.
    fn from_str(text: &str) -> Result<Place, UnknownPlace> {
        let Some(digits) = text.strip_prefix('+') else {
            return text.parse().map(Place::Country).map_err(|_| UnknownPlace);
        };
        let sound = (4..=11).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if sound && !digits.starts_with('0') { Ok(Place::Prefix(text.to_owned())) } else { Err(UnknownPlace) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Country(country) => country.fmt(f),
            Place::Prefix(prefix) => f.write_str(prefix),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("must be a country's two letters, or + and 4 to 11 digits"))
    }
}

impl Place {
    /// Whether a number of this country is there.
    pub fn holds(&self, number: &PhoneNumber, country: Option<Country>) -> bool {
        match self {
            Place::Country(own) => country == Some(*own),
            Place::Prefix(prefix) => number.e164().starts_with(prefix.as_str()),
        }
    }
}

/// What a message costs, in thousandths of a currency's minor unit; written as minor units, such as 7.5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Price(i64);

impl Price {
    /// Thousandths of the minor unit.
    pub const fn parts(self) -> i64 {
        self.0
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / PARTS as f64)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let units = f64::deserialize(deserializer)?;
        if !(0.0..=1_000_000.0).contains(&units) {
            return Err(D::Error::custom("must be 0 to 1000000 of the currency's minor unit"));
        }
        let parts = units * PARTS as f64;
        // What was written in decimals is a little off, never by so much.
        if (parts - parts.round()).abs() > 1e-6 {
            return Err(D::Error::custom("must have at most three decimals"));
        }
        Ok(Price(parts.round() as i64))
    }
}

/// The spans that budgets are for, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// A day.
    Day,
    /// A month of the calendar.
    Month,
}

impl Span {
    /// Both.
    pub const ALL: [Span; 2] = [Span::Day, Span::Month];

    /// When the one at `now` began, and when it ends.
    pub fn around(self, now: Time) -> (Time, Time) {
        let day = now.rounded_down(days(1));
        match self {
            Span::Day => (day, day.plus(days(1))),
            Span::Month => month(now).unwrap_or((day, day.plus(days(1)))),
        }
    }
}

fn month(now: Time) -> Option<(Time, Time)> {
    let utc = jiff::tz::TimeZone::UTC;
    let first = jiff::Timestamp::from_millisecond(now.ms()).ok()?.to_zoned(utc.clone()).date().first_of_month();
    let next = first.checked_add(jiff::Span::new().months(1)).ok()?;
    let at = |date: jiff::civil::Date| Some(date.to_zoned(utc.clone()).ok()?.timestamp().as_millisecond());
    Some((Time::from_ms(at(first)?), Time::from_ms(at(next)?)))
}

/// How much may go out; `None` is as much as others let.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Messages in a day and in a month.
    pub sms: [Option<u32>; 2],
    /// What they may cost, in the currency's minor units.
    pub cost: [Option<u32>; 2],
}

/// The budget of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The country or prefix.
    pub place: Place,
    /// Messages in a day (UTC).
    #[serde(default)]
    pub sms_per_day: Option<u32>,
    /// Messages in a month (UTC).
    #[serde(default)]
    pub sms_per_month: Option<u32>,
    /// What they may cost in a day, in the currency's minor units.
    #[serde(default)]
    pub cost_per_day: Option<u32>,
    /// The same in a month.
    #[serde(default)]
    pub cost_per_month: Option<u32>,
}

impl Budget {
    /// What it lets out.
    pub fn caps(&self) -> Caps {
        Caps { sms: [self.sms_per_day, self.sms_per_month], cost: [self.cost_per_day, self.cost_per_month] }
    }
}

/// What goes out of one owner's budget for one place in one span, and how much may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The service; `None` is the installation.
    pub owner: Option<ServiceId>,
    /// The place as it is written; empty is everywhere.
    pub place: String,
    /// Day or month.
    pub span: Span,
    /// When it began.
    pub from: Time,
    /// Messages, at most.
    pub sms_max: Option<i64>,
    /// Cost, at most, in thousandths of the minor unit.
    pub cost_max: Option<i64>,
}

impl Line {
    /// The day's and the month's line of a place.
    pub fn both(owner: Option<ServiceId>, place: &str, caps: Caps, now: Time) -> [Line; 2] {
        [0, 1].map(|nth| Line {
            owner,
            place: place.to_owned(),
            span: Span::ALL[nth],
            from: Span::ALL[nth].around(now).0,
            sms_max: caps.sms[nth].map(i64::from),
            cost_max: caps.cost[nth].map(|units| i64::from(units) * PARTS),
        })
    }

    /// The same, less what is kept for numbers that were verified before (rule M2).
    #[must_use]
    pub fn without_reserve(self) -> Line {
        let less = |max: i64| max - max / RESERVE_PART;
        Line { sms_max: self.sms_max.map(less), cost_max: self.cost_max.map(less), ..self }
    }

    /// How many messages at `price` still fit; `None` is any number.
    pub fn room(&self, (sms, cost): (i64, i64), price: Price) -> Option<i64> {
        let by_sms = self.sms_max.map(|max| (max - sms).max(0));
        let by_cost = self.cost_max.filter(|_| price.0 > 0).map(|max| (max - cost).max(0) / price.0);
        by_sms.into_iter().chain(by_cost).min()
    }

    /// How much of it so many messages and so much cost are, in hundredths; `None` where nothing bounds it.
    pub fn used_percent(&self, (sms, cost): (i64, i64)) -> Option<i64> {
        // Of nothing, all is used.
        let share = |used: i64, max: i64| if max > 0 { used.saturating_mul(100) / max } else { 100 };
        let of = |used: i64, max: Option<i64>| max.map(|max| share(used, max));
        of(sms, self.sms_max).into_iter().chain(of(cost, self.cost_max)).max()
    }

    /// Whether both count the same, however much each lets out.
    pub fn is_same(&self, other: &Line) -> bool {
        (self.owner, self.span, self.from, &self.place) == (other.owner, other.span, other.from, &other.place)
    }

    /// When there is room again.
    pub fn ends(&self) -> Time {
        self.span.around(self.from).1
    }
}

/// How many messages a node leases at once, of so many that are left: the fewer, the less is lost when it dies, and the
/// more often it asks.
pub fn slice(left: Option<i64>) -> i64 {
    left.map_or(SLICE_MAX, |left| (left / SLICE_PART).clamp(SLICE_MIN, SLICE_MAX).min(left))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("JP", true)]
    #[case("CA", true)]
    #[case("+1876", true)]
    #[case("+819012", true)]
    #[case("+1", false)]
    #[case("+81", false)]
    #[case("+852", false)]
    #[case("+0123", false)]
    #[case("+123456789012", false)]
    #[case("81", false)]
    #[case("", false)]
    fn m2_a_calling_code_is_no_place(#[case] text: &str, #[case] is_place: bool) {
        assert_eq!(text.parse::<Place>().is_ok(), is_place);
        assert!(text.parse::<Place>().is_ok_and(|place| place.to_string() == text) || !is_place);
    }

    #[test]
    fn m2_countries_that_share_a_calling_code_are_apart() {
        let number = PhoneNumber::from_e164("+18765550123").expect("a number of Jamaica");
        let holds = |text: &str| text.parse::<Place>().expect("a place").holds(&number, number.country());
        assert_eq!(["JM", "US", "CA", "+1876", "+1242"].map(holds), [true, false, false, true, false]);
    }

    #[test]
    fn days_and_months_are_those_of_utc() {
        let at = |text: &str| Time::from_ms(text.parse::<jiff::Timestamp>().expect("an instant").as_millisecond());
        let now = at("2026-12-31T23:59:59.999Z");
        assert_eq!(Span::Day.around(now), (at("2026-12-31T00:00:00Z"), at("2027-01-01T00:00:00Z")));
        assert_eq!(Span::Month.around(now), (at("2026-12-01T00:00:00Z"), at("2027-01-01T00:00:00Z")));
        assert_eq!(Span::Month.around(now.plus(1)), (at("2027-01-01T00:00:00Z"), at("2027-02-01T00:00:00Z")));
    }

    #[test]
    fn m2_money_counts_in_parts_of_the_minor_unit() {
        let price: Price = serde_json::from_str("7.505").expect("a price");
        let caps = Caps { sms: [Some(100), None], cost: [Some(75), None] };
        let [day, month] = Line::both(None, "", caps, Time::from_ms(0));
        assert_eq!(day.room((0, 0), price), Some(9), "9 × 7.505 is within 75, and 10 are not");
        assert_eq!(day.room((95, 7_505), price), Some(5));
        assert_eq!(day.room((100, 0), Price::default()), Some(0));
        assert_eq!(month.room((1_000_000, 1 << 40), price), None);
        let parts = |text: &str| serde_json::from_str::<Price>(text).ok().map(Price::parts);
        assert_eq!(["-1", "7.12345", "0.0001", "999999.9991"].map(parts), [None; 4], "no more is charged than is said");
        let exact = ["7.123", "0.001", "999999.999", "8.1", "1000000"].map(parts);
        assert_eq!(exact, [7_123, 1, 999_999_999, 8_100, 1_000_000_000].map(Some));
    }

    #[test]
    fn m2_how_much_is_used_is_told_by_what_is_used_most() {
        let line = |sms, cost| {
            let caps = Caps { sms: [sms, None], cost: [cost, None] };
            Line::both(None, "", caps, Time::from_ms(0))[0].clone()
        };
        assert_eq!(line(Some(200), None).used_percent((159, 0)), Some(79));
        assert_eq!(line(Some(200), Some(100)).used_percent((10, 80_000)), Some(80), "by cost");
        assert_eq!(line(None, None).used_percent((1_000, 1_000)), None);
        assert_eq!(line(Some(0), None).used_percent((0, 0)), Some(100));
    }

    #[test]
    fn m2_a_fifth_is_kept_for_the_reserve() {
        let [day, _] = Line::both(None, "", Caps { sms: [Some(10), None], cost: [None; 2] }, Time::from_ms(0));
        assert_eq!(day.clone().without_reserve().room((8, 0), Price::default()), Some(0));
        assert_eq!(day.room((8, 0), Price::default()), Some(2));
    }

    #[test]
    fn slices_shrink_with_what_is_left() {
        assert_eq!(
            [None, Some(100_000), Some(1_000), Some(40), Some(7), Some(0)].map(slice),
            [1_000, 1_000, 50, 10, 7, 0]
        );
    }
}
