//! Whether a human can be reached at each hour of a week, or says when.

use jiff::{Timestamp, civil, tz::TimeZone};

use super::counter::{CounterExample, Property};
use crate::{
    contact::{Contact, Opening},
    time::Time,
};

const WEEK_HOURS: i64 = 7 * 24;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// An ordinary Monday, 00:00 UTC: 2001-01-01. Days on which nobody is there come on top.
const MONDAY_MS: i64 = 978_307_200_000;

/// The number of moments that were looked at: each hour of an ordinary week, and of each day on which somebody is away.
pub fn check(contacts: &[Contact]) -> Result<usize, CounterExample> {
    if contacts.is_empty() {
        return Err(CounterExample::new(Property::EndsWell, Vec::new(), "there is no contact to end at"));
    }
    let mut moments: Vec<i64> = (0..WEEK_HOURS).map(|hour| MONDAY_MS + hour * HOUR_MS).collect();
    let away = contacts.iter().filter_map(|contact| contact.hours.as_ref()).flat_map(|hours| &hours.closed);
    for midnight in away.filter_map(|day| midnight_ms(*day)) {
        // A day is another one elsewhere: from the evening before to the morning after.
        moments.extend((-14..38).map(|hour| midnight + hour * HOUR_MS));
        // The week before, when it may be all that is said.
        moments.extend((1..=7).map(|day| midnight - day * DAY_MS));
    }
    moments.sort_unstable();
    moments.dedup();
    match moments.iter().find(|ms| !is_told(contacts, Time::from_ms(**ms))) {
        None => Ok(moments.len()),
        Some(ms) => Err(CounterExample::new(Property::HumanHours, Vec::new(), nobody(contacts, *ms))),
    }
}

fn is_told(contacts: &[Contact], now: Time) -> bool {
    contacts.iter().any(|contact| match contact.opening(now) {
        Opening::Always | Opening::Open { .. } | Opening::Closed { opens: Some(_) } => true,
        Opening::Closed { opens: None } => false,
    })
}

fn midnight_ms(day: civil::Date) -> Option<i64> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

fn nobody(contacts: &[Contact], ms: i64) -> String {
    let when = Timestamp::from_millisecond(ms).map(|at| at.strftime("%A %H:%M UTC (%F)").to_string());
    let names: Vec<&str> = contacts.iter().map(|contact| contact.name_en.as_str()).collect();
    format!("{}: closed, with no opening within a month: {}", when.unwrap_or_default(), names.join(", "))
}
