//! Instants and spans, both in milliseconds.

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(i64);

/// A span in milliseconds.
pub type Millis = i64;

/// So many seconds.
pub const fn seconds(n: i64) -> Millis {
    n * 1_000
}

/// So many minutes.
pub const fn minutes(n: i64) -> Millis {
    seconds(60 * n)
}

/// So many hours.
pub const fn hours(n: i64) -> Millis {
    minutes(60 * n)
}

/// So many days of 24 hours.
pub const fn days(n: i64) -> Millis {
    hours(24 * n)
}

impl Time {
    /// The instant so many milliseconds after the epoch.
    pub const fn from_ms(ms: i64) -> Time {
        Time(ms)
    }

    /// Milliseconds since the epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This instant moved by a span; stops at the ends of the range instead of wrapping.
    pub const fn plus(self, span: Millis) -> Time {
        Time(self.0.saturating_add(span))
    }

    /// The span from `earlier` to this instant; negative if `earlier` is later.
    pub const fn since(self, earlier: Time) -> Millis {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds until this instant, rounded up, never negative: what `Retry-After` says.
    pub const fn seconds_from(self, now: Time) -> i64 {
        let span = self.since(now);
        if span <= 0 { 0 } else { (span + 999) / 1_000 }
    }

    /// This instant or, if it is none, the next full `span` since the epoch: what is told where the instant itself would
    /// tell too much.
    pub const fn rounded_up(self, span: Millis) -> Time {
        let over = self.0.rem_euclid(span);
        if over == 0 { self } else { self.plus(span - over) }
    }

    /// The beginning of the `span` that this instant is in; spans are counted from the epoch.
    pub const fn rounded_down(self, span: Millis) -> Time {
        Time(self.0.saturating_sub(self.0.rem_euclid(span)))
    }

    /// RFC 3339 in UTC with milliseconds, as the API writes times.
    pub fn rfc3339(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => format!("{at:.3}"),
            Err(_) => String::from("9999-12-31T23:59:59.999Z"),
        }
    }

    /// An instant as [`Time::rfc3339`] writes it, or as people do: without milliseconds, in any zone.
    pub fn from_rfc3339(text: &str) -> Option<Time> {
        Some(Time(text.parse::<jiff::Timestamp>().ok()?.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_rounded_up_to_the_second() {
        let now = Time::from_ms(1_000);
        assert_eq!(now.plus(1).seconds_from(now), 1);
        assert_eq!(now.plus(1_000).seconds_from(now), 1);
        assert_eq!(now.plus(1_001).seconds_from(now), 2);
        assert_eq!(now.seconds_from(now.plus(5)), 0);
    }

    #[test]
    fn rounded_up_to_a_full_hour() {
        for (at, told) in [(0, 0), (1, 1), (59, 1), (60, 1), (61, 2)] {
            assert_eq!(Time::from_ms(minutes(at)).rounded_up(hours(1)), Time::from_ms(hours(told)), "{at} minutes");
        }
    }

    #[test]
    fn written_as_rfc3339() {
        assert_eq!(Time::from_ms(1_700_000_000_123).rfc3339(), "2023-11-14T22:13:20.123Z");
        assert_eq!(Time::from_ms(1_700_000_000_000).rfc3339(), "2023-11-14T22:13:20.000Z");
        assert_eq!(Time::from_ms(i64::MAX).rfc3339(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Time::from_rfc3339("2023-11-14T22:13:20.123Z"), Some(Time::from_ms(1_700_000_000_123)));
        assert_eq!(Time::from_rfc3339("2023-11-15T07:13:20+09:00"), Some(Time::from_ms(1_700_000_000_000)));
        assert_eq!(Time::from_rfc3339("tomorrow"), None);
    }
}
