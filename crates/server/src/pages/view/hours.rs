//! A contact's week in words: days with the same hours are said together.

use crate::text::Speak;
use domain::contact::{Hours, Span};
use domain::locale::Locale;
use jiff::civil::Time;

/// `毎日 9時から20時まで`, `Monday to Friday 9:00–12:00, 13:00–18:00; Saturday 10:00–15:00`. Days without hours are left out.
#[must_use]
pub fn in_words(hours: &Hours, lang: Locale) -> String {
    let mut groups: Vec<String> = Vec::new();
    let mut day = 0;
    while day < hours.week.len() {
        let spans = &hours.week[day];
        let last = (day..hours.week.len()).take_while(|other| hours.week[*other] == *spans).last().unwrap_or(day);
        if !spans.is_empty() {
            let said = spans.iter().map(|span| self::span(span, lang)).collect::<Vec<_>>();
            let arguments =
                [("days", days(day, last, lang).into()), ("spans", said.join(&lang.text("hours-and")).into())];
            groups.push(lang.text_with("hours-group", &arguments));
        }
        day = last + 1;
    }
    let said = groups.join(&lang.text("hours-then"));
    if hours.zone == "Asia/Tokyo" {
        said
    } else {
        lang.text_with("hours-zone", &[("hours", said.into()), ("zone", hours.zone.as_str().into())])
    }
}

fn days(first: usize, last: usize, lang: Locale) -> String {
    let name = |day: usize| lang.text_with("hours-day", &[("weekday", (day + 1).into())]);
    match (first, last) {
        (0, 6) => lang.text("hours-every-day"),
        (first, last) if first == last => name(first),
        (first, last) => lang.text_with("hours-days", &[("first", name(first).into()), ("last", name(last).into())]),
    }
}

fn span(span: &Span, lang: Locale) -> String {
    lang.text_with("hours-span", &[("from", time(span.from, lang).into()), ("to", time(span.to, lang).into())])
}

/// The last second of a day is written for its end (`domain::contact::Span`).
fn time(time: Time, lang: Locale) -> String {
    let midnight = time.hour() == 23 && time.minute() == 59 && time.second() == 59;
    let (hour, minute) = if midnight { (24, 0) } else { (time.hour(), time.minute()) };
    let key = if minute == 0 { "hours-hour" } else { "hours-minute" };
    lang.text_with(key, &[("hour", hour.into()), ("minute", format!("{minute:02}").into())])
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn week(day: impl Fn(usize) -> Vec<(i8, i8)>) -> Hours {
        let span = |(from, to): (i8, i8)| Span {
            from: time(from, 0, 0, 0),
            to: if to == 24 { time(23, 59, 59, 0) } else { time(to, 30, 0, 0) },
        };
        let week = std::array::from_fn(|at| day(at).into_iter().map(span).collect());
        Hours { zone: "Asia/Tokyo".into(), week, closed: Vec::new() }
    }

    #[test]
    fn days_with_the_same_hours_are_said_together() {
        let daily = week(|_| vec![(9, 20)]);
        assert_eq!(in_words(&daily, Locale::Ja), "毎日 9時から20時30分まで");
        assert_eq!(in_words(&daily, Locale::En), "Every day 9:00 to 20:30");
        let split = week(|day| match day {
            0..=4 => vec![(9, 12), (13, 24)],
            6 => vec![(10, 15)],
            _ => Vec::new(),
        });
        assert_eq!(
            in_words(&split, Locale::Ja),
            "月曜日から金曜日 9時から12時30分まで、13時から24時まで。日曜日 10時から15時30分まで"
        );
        assert_eq!(
            in_words(&split, Locale::En),
            "Monday to Friday 9:00 to 12:30, 13:00 to 24:00; Sunday 10:00 to 15:30"
        );
    }

    #[test]
    fn another_zone_is_named() {
        let hours = Hours { zone: "Asia/Seoul".into(), ..week(|_| vec![(9, 17)]) };
        assert_eq!(in_words(&hours, Locale::Ja), "毎日 9時から17時30分まで（Asia/Seoul の時刻）");
    }
}
