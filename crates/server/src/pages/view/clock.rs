//! Instants in words: clock times of Japan, with the day when it is not today's.

use crate::text::Speak;
use domain::locale::Locale;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, offset};

/// Japan has one zone and no summer time.
const JAPAN: Offset = offset(9);

/// Says instants (Unix milliseconds) as seen from the moment at which a page is made.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// When the page is made, in Unix milliseconds.
    pub now_ms: i64,
}

impl Clock {
    /// `10時25分`, `10:25 JST`; a full hour is `20時`, `20:00 JST`; with the day if it is another.
    #[must_use]
    pub fn minute(self, lang: Locale, at_ms: i64) -> String {
        let key = if in_japan(at_ms).minute() == 0 { "time-hour" } else { "time-minute" };
        self.say(lang, key, at_ms)
    }

    /// `10時18分30秒`, `10:18:30 JST`; for waits that are shorter than a minute.
    #[must_use]
    pub fn second(self, lang: Locale, at_ms: i64) -> String {
        self.say(lang, "time-second", at_ms)
    }

    /// `12月22日（火）`, `Tuesday 22 December`.
    #[must_use]
    pub fn day(self, lang: Locale, at_ms: i64) -> String {
        let at = in_japan(at_ms);
        let weekday = i64::from(at.weekday().to_monday_one_offset());
        let arguments = [("month", at.month().into()), ("day", at.day().into()), ("weekday", weekday.into())];
        lang.text_with("time-day", &arguments)
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub fn hour(self, at_ms: i64) -> i8 {
        in_japan(at_ms).hour()
    }

    /// Whole seconds from now until `at_ms`, rounded up; 0 if it has passed.
    #[must_use]
    pub fn seconds_until(self, at_ms: i64) -> i64 {
        at_ms.saturating_sub(self.now_ms).max(0).saturating_add(999) / 1000
    }

    fn say(self, lang: Locale, key: &str, at_ms: i64) -> String {
        let at = in_japan(at_ms);
        let arguments = [
            ("hour", at.hour().into()),
            ("minute", format!("{:02}", at.minute()).into()),
            ("second", format!("{:02}", at.second()).into()),
        ];
        let time = lang.text_with(key, &arguments);
        if at.date() == in_japan(self.now_ms).date() {
            return time;
        }
        let day = self.day(lang, at_ms);
        lang.text_with("time-other-day", &[("day", day.into()), ("time", time.into())])
    }
}

/// An instant outside jiff's years is shown as 1970: visibly wrong, and no reason to refuse a page.
fn in_japan(at_ms: i64) -> DateTime {
    JAPAN.to_datetime(Timestamp::from_millisecond(at_ms).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 10:15:00 in Japan, a Sunday.
    const NOW_MS: i64 = 1_795_310_100_000;

    /// A text without what keeps it on one line.
    fn seen(text: &str) -> String {
        text.replace('\u{2060}', "").replace('\u{a0}', " ")
    }

    #[test]
    fn a_time_names_its_day_only_when_it_is_not_today() {
        let clock = Clock { now_ms: NOW_MS };
        assert_eq!(seen(&clock.minute(Locale::Ja, NOW_MS + 600_000)), "10時25分");
        assert_eq!(seen(&clock.minute(Locale::En, NOW_MS + 600_000)), "10:25 JST");
        assert_eq!(seen(&clock.second(Locale::Ja, NOW_MS + 9_000)), "10時15分09秒");
        assert_eq!(seen(&clock.second(Locale::En, NOW_MS - 600_000 * 8)), "8:55:00 JST");
        assert_eq!(seen(&clock.minute(Locale::Ja, NOW_MS + 45 * 60_000)), "11時");
        assert_eq!(seen(&clock.minute(Locale::En, NOW_MS + 45 * 60_000)), "11:00 JST");
        assert_eq!(seen(&clock.minute(Locale::Ja, NOW_MS + 86_400_000)), "11月23日（月）10時15分");
        assert_eq!(seen(&clock.minute(Locale::En, NOW_MS + 86_400_000)), "Monday 23 November, 10:15 JST");
    }

    #[test]
    fn seconds_are_rounded_up_and_never_negative() {
        let clock = Clock { now_ms: NOW_MS };
        assert_eq!(clock.seconds_until(NOW_MS + 1), 1);
        assert_eq!(clock.seconds_until(NOW_MS + 30_000), 30);
        assert_eq!(clock.seconds_until(NOW_MS - 5), 0);
        assert!(Clock { now_ms: -1 }.seconds_until(i64::MAX) > 0);
    }

    #[test]
    fn no_line_ends_within_a_time_or_a_japanese_date() {
        let clock = Clock { now_ms: NOW_MS };
        assert_eq!(clock.second(Locale::Ja, NOW_MS), "10時\u{2060}15分\u{2060}00秒");
        assert_eq!(clock.day(Locale::Ja, NOW_MS), "11月\u{2060}22日\u{2060}（日）");
        assert_eq!(clock.minute(Locale::En, NOW_MS), "10:15\u{a0}JST");
    }
}
