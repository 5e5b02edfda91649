//! Humans who help, and whether they can be reached now.

use jiff::{Timestamp, Zoned, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{locale::Locale, time::Time};

/// What kind of help it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A call centre.
    Phone,
    /// A form on the web.
    Form,
    /// An e-mail address.
    Email,
    /// A list of shops, where a booking is recommended.
    Shop,
    /// A briefing, where people are helped without a booking.
    Venue,
    /// Our own form: people write here, and the message is kept beside what happened to them.
    Message,
}

/// The longest `to`, in bytes.
const TO_BYTES_MAX: usize = 300;

/// One way to a human.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What kind of help it is.
    pub kind: Kind,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// Where it is: a telephone number, an address of the web (https), or an e-mail address; nothing for our own form.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// When it is open; `None` means always. For our own form, which always takes what is written: when it is read.
    #[serde(default)]
    pub hours: Option<Hours>,
}

/// Opening hours on a local clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The IANA time zone, such as `Asia/Tokyo`.
    pub zone: String,
    /// Open spans by weekday, Monday first; a day may have several, in order and apart.
    pub week: [Vec<Span>; 7],
    /// Days on which nobody is there.
    #[serde(default)]
    pub closed: Vec<civil::Date>,
}

/// From one time of day to a later one of the same day; `24:00` is written as 23:59:59.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first moment.
    pub from: civil::Time,
    /// The first moment after it.
    pub to: civil::Time,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Always.
    Always,
    /// Open now, until then.
    Open {
        /// When it closes.
        until: Time,
    },
    /// Closed now; when it next opens, if that is within a month.
    Closed {
        /// When it next opens.
        opens: Option<Time>,
    },
}

impl Contact {
    /// Its name in a language.
    pub fn name_in(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.name_ja,
            Locale::En => &self.name_en,
        }
    }

    /// What it must, for whoever writes it wrong.
    pub fn problem(&self) -> Option<String> {
        let named = |name: &String| (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        let names = named(&self.name_ja) && named(&self.name_en);
        if !names {
            return Some("have names of 1 to 60 characters, none of them control characters".into());
        }
        let wrong = self.wrong_to().map(|must| format!("have as `to` {must}"));
        wrong.or_else(|| self.hours.as_ref().and_then(Hours::problem))
    }

    /// What `to` must be, if it is not so.
    fn wrong_to(&self) -> Option<&'static str> {
        let (holds, must) = match self.kind {
            Kind::Phone => (is_telephone(&self.to), "a telephone number: digits, +, - and spaces"),
            Kind::Form | Kind::Shop | Kind::Venue => {
                (is_web(&self.to), "an https address without a user name, such as https://shop.example/contact")
            }
            Kind::Email => (is_mail(&self.to), "one plain e-mail address, such as help@shop.example, and nothing else"),
            Kind::Message => (self.to.is_empty(), "nothing: the form is our own"),
        };
        let is_long = self.to.len() > TO_BYTES_MAX;
        if is_long { Some("at most 300 bytes") } else { (!holds).then_some(must) }
    }

    /// Whether somebody is there at `now`. Hours of an unknown zone count as closed; configuration refuses them.
    pub fn opening(&self, now: Time) -> Opening {
        match self.hours.as_ref().filter(|_| self.kind != Kind::Message) {
            None => Opening::Always,
            Some(hours) => hours.opening(now).unwrap_or(Opening::Closed { opens: None }),
        }
    }
}

fn is_telephone(to: &str) -> bool {
    to.bytes().any(|b| b.is_ascii_digit()) && to.bytes().all(|b| b.is_ascii_digit() || b"+- ".contains(&b))
}

/// An address whose host is what a person takes for it: browsers read what stands before an `@` as a user's name, and
/// `\` as `/`.
fn is_web(to: &str) -> bool {
    let Some(rest) = to.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let plain = to.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>\"\\".contains(c));
    plain && !host.is_empty() && !host.contains('@')
}

/// One address and nothing that a mail program would read as a header, a second address or an escape of either
/// (RFC 6068 §2).
fn is_mail(to: &str) -> bool {
    let Some((name, host)) = to.split_once('@') else { return false };
    let of = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    of(name, b".!$'*+-=^_`{|}~") && of(host, b".-")
}

impl Hours {
    /// What is wrong with them, for whoever writes the configuration.
    pub fn problem(&self) -> Option<String> {
        if TimeZone::get(&self.zone).is_err() {
            return Some(format!("have as `zone` a time zone such as Asia/Tokyo; {:?} is not known", self.zone));
        }
        if self.week.iter().flatten().any(|span| span.from >= span.to) {
            return Some("have opening spans that end later than they begin, on the same day".into());
        }
        // Read in order, the first that is still to come would say "closed" of one that is open.
        let mixed = self.week.iter().any(|day| day.windows(2).any(|pair| pair[1].from < pair[0].to));
        mixed.then(|| String::from("have a day's opening spans in order, the earliest first, and none that overlap"))
    }

    fn opening(&self, now: Time) -> Option<Opening> {
        let zone = TimeZone::get(&self.zone).ok()?;
        let local = Timestamp::from_millisecond(now.ms()).ok()?.to_zoned(zone);
        let mut day = local.clone();
        for _ in 0..=31 {
            for (from, to) in self.spans_on(&day) {
                if now >= from && now < to {
                    return Some(Opening::Open { until: to });
                }
                if now < from {
                    return Some(Opening::Closed { opens: Some(from) });
                }
            }
            day = day.tomorrow().ok()?;
        }
        Some(Opening::Closed { opens: None })
    }

    fn spans_on(&self, day: &Zoned) -> Vec<(Time, Time)> {
        if self.closed.contains(&day.date()) {
            return Vec::new();
        }
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let at = |time: civil::Time| {
            let zoned = day.date().to_datetime(time).to_zoned(day.time_zone().clone()).ok()?;
            Some(Time::from_ms(zoned.timestamp().as_millisecond()))
        };
        self.week[weekday].iter().filter_map(|span| Some((at(span.from)?, at(span.to)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> Time {
        Time::from_ms(text.parse::<Timestamp>().expect("a time").as_millisecond())
    }

    fn desk() -> Contact {
        let span = |from: i8, to: i8| Span { from: civil::time(from, 0, 0, 0), to: civil::time(to, 0, 0, 0) };
        let week = [0, 1, 2, 3, 4, 5, 6].map(|day| if day < 5 { vec![span(9, 12), span(13, 20)] } else { vec![] });
        let hours = Hours { zone: "Asia/Tokyo".into(), week, closed: vec![civil::date(2026, 11, 23)] };
        Contact {
            kind: Kind::Phone,
            name_ja: "窓口".into(),
            name_en: "Desk".into(),
            to: "0120".into(),
            hours: Some(hours),
        }
    }

    #[rstest]
    // Friday 2026-11-20 in Japan, nine hours ahead of UTC.
    #[case("2026-11-20T00:00:00Z", Opening::Open { until: at("2026-11-20T03:00:00Z") })]
    #[case("2026-11-20T03:30:00Z", Opening::Closed { opens: Some(at("2026-11-20T04:00:00Z")) })]
    #[case("2026-11-20T10:59:59Z", Opening::Open { until: at("2026-11-20T11:00:00Z") })]
    // After Friday evening come a weekend and a holiday: Tuesday.
    #[case("2026-11-20T11:00:00Z", Opening::Closed { opens: Some(at("2026-11-24T00:00:00Z")) })]
    fn open_now_or_when_next(#[case] now: &str, #[case] opening: Opening) {
        assert_eq!(desk().opening(at(now)), opening);
    }

    #[test]
    fn our_own_form_has_no_address_and_is_always_open() {
        let form = Contact { kind: Kind::Message, to: String::new(), ..desk() };
        assert_eq!(form.problem(), None);
        assert_eq!(form.opening(at("2026-11-21T00:00:00Z")), Opening::Always);
        let problem = |kind, to: &str| Contact { kind, to: to.into(), ..desk() }.problem();
        assert!(problem(Kind::Message, "https://elsewhere.example").is_some());
        assert!(problem(Kind::Venue, "").is_some());
        assert_eq!(problem(Kind::Venue, "https://city.example/briefings"), None);
    }

    #[rstest]
    #[case(Kind::Phone, "+81 3-1234-5678", true)]
    #[case(Kind::Phone, "", false)]
    #[case(Kind::Phone, "- -", false)]
    #[case(Kind::Phone, "0120-000-000;ext=1", false)]
    #[case(Kind::Form, "https://shop.example/help?about=code#top", true)]
    #[case(Kind::Form, "https://shop.example/@help", true)]
    #[case(Kind::Form, "https://お店.example/窓口", true)]
    #[case(Kind::Form, "http://shop.example", false)]
    #[case(Kind::Form, "https://", false)]
    #[case(Kind::Form, "https:///help", false)]
    #[case(Kind::Form, "https://shop.example@elsewhere.example/", false)]
    #[case(Kind::Shop, "https://shop.example:a@elsewhere.example", false)]
    #[case(Kind::Venue, "https://elsewhere.example\\@shop.example", false)]
    #[case(Kind::Venue, "https://shop.example/ a", false)]
    #[case(Kind::Email, "help+code@shop.example", true)]
    #[case(Kind::Email, "help@shop.example?bcc=me@elsewhere.example", false)]
    #[case(Kind::Email, "help?bcc=me@elsewhere.example", false)]
    #[case(Kind::Email, "help%0Abcc:me@elsewhere.example", false)]
    #[case(Kind::Email, "help@shop.example%3Fbcc=me", false)]
    #[case(Kind::Email, "help\n@shop.example", false)]
    #[case(Kind::Email, "help@shop.example,me@elsewhere.example", false)]
    #[case(Kind::Email, "@shop.example", false)]
    #[case(Kind::Email, "help@", false)]
    fn d7_a_contact_leads_where_it_says(#[case] kind: Kind, #[case] to: &str, #[case] sound: bool) {
        let problem = Contact { kind, to: to.into(), ..desk() }.problem();
        assert_eq!(problem.is_none(), sound, "{problem:?}");
        assert!(problem.is_none_or(|problem| problem.starts_with("have as `to` ")));
    }

    #[rstest]
    #[case(&[(9, 12), (13, 20)], true)]
    #[case(&[(9, 12), (12, 20)], true)]
    #[case(&[(13, 20), (9, 12)], false)]
    #[case(&[(9, 13), (12, 20)], false)]
    #[case(&[(9, 20), (12, 13)], false)]
    #[case(&[(9, 12), (9, 12)], false)]
    fn a_day_s_spans_are_in_order_and_apart(#[case] spans: &[(i8, i8)], #[case] sound: bool) {
        let mut hours = desk().hours.expect("has hours");
        let span = |(from, to): &(i8, i8)| Span { from: civil::time(*from, 0, 0, 0), to: civil::time(*to, 0, 0, 0) };
        hours.week[6] = spans.iter().map(span).collect();
        let problem = hours.problem();
        assert_eq!(problem.is_none(), sound, "{problem:?}");
        assert!(problem.is_none_or(|problem| problem.contains("in order")));
    }

    #[test]
    fn wrong_hours_are_named() {
        let mut hours = desk().hours.expect("has hours");
        assert_eq!(hours.problem(), None);
        hours.week[0].push(Span { from: civil::time(20, 0, 0, 0), to: civil::time(9, 0, 0, 0) });
        assert!(hours.problem().is_some_and(|problem| problem.contains("end later")));
        hours.zone = "Asia/Edo".into();
        assert!(hours.problem().is_some_and(|problem| problem.contains("Asia/Edo")));
    }
}
