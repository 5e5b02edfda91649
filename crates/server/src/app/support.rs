//! Messages that people leave for support: stored before they are acknowledged, mailed nowhere, erased in time.
//!
//! What a person writes is sealed. What is known beside it is kept as it was then, what was told apart from what was
//! seen (rule D7).

use domain::{
    digest::{Digest, sha256},
    guide::Known as Facts,
    id::{FlowId, ServiceId, VerificationId},
    limit::{Over, SourceRules},
    locale::Locale,
    reference,
    refusal::Refusal,
    time::{Millis, Time, days},
};
use serde::{Deserialize, Serialize};
use store::{seal, support, tally};

use super::{App, guide::Log, source::Source};
use crate::clock;

/// How long a message is kept.
pub const KEPT_MS: Millis = days(30);
/// The longest message, in characters.
pub const TEXT_MAX: usize = 2_000;
/// The longest address for an answer, in characters.
pub const REPLY_MAX: usize = 200;
/// Messages of one flow, guide session or verification in a day.
const SUBJECT_MAX: u32 = 5;
/// Messages of one source. A wider network, and an office behind one address, holds more people.
const SOURCES: SourceRules =
    SourceRules { address_per_10_minutes: 10, address_per_day: 60, account_per_day: 10, key_per_10_minutes: 100 };
/// How often a reference is made up until one is free; one collision is rarer than this code being wrong.
const REFERENCES_TRIED: u32 = 4;

/// What a person wrote, put in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The message: up to [`TEXT_MAX`] characters, lines ending in `\n`.
    pub text: String,
    /// Where an answer may go; nobody proved it, so nothing is ever sent there by itself.
    pub reply: Option<String>,
    /// Set if they ask to be called, at `reply`: when it suits them, as they wrote it; the text may be empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
}

/// What the person can put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// Nothing was written.
    Empty,
    /// More than [`TEXT_MAX`] characters.
    TooLong {
        /// How many there are.
        characters: usize,
    },
    /// The address for an answer has more than [`REPLY_MAX`].
    ReplyTooLong,
    /// What stands for the number to be called at is none.
    NoNumber,
    /// The time for a call has more than [`REPLY_MAX`].
    TimeTooLong,
}

/// What is known beside a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The verification that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationId>,
    /// The flow that it was left in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<FlowId>,
    /// The guide that was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<Walk>,
    /// What the person had said by then.
    #[serde(default)]
    pub told: Facts,
    /// What had been seen by then.
    #[serde(default)]
    pub observed: Facts,
}

/// How somebody had walked through a guide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Walk {
    /// The guide's name.
    pub guide: String,
    /// Its version then.
    pub version: String,
    /// The session's id.
    pub session: String,
    /// The steps that were shown, oldest first.
    #[serde(default)]
    pub steps: Log,
}

/// A message as support reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What the person can read out.
    pub reference: String,
    /// The service that it was left with.
    pub service: ServiceId,
    /// When.
    pub created_at: Time,
    /// When it is erased.
    pub erase_at: Time,
    /// The person's language.
    pub locale: Locale,
    /// What was written; `None` if its key is gone.
    pub written: Option<Written>,
    /// What is known beside it.
    pub about: About,
}

/// What stands beside the sealed text.
#[derive(Serialize, Deserialize)]
struct Beside {
    locale: Locale,
    about: About,
}

impl Written {
    /// Puts in order what was typed: lines end alike, and marks that no eye sees are left out.
    ///
    /// # Errors
    /// What has to be put right.
    pub fn read(text: &str, reply: &str) -> Result<Written, Unwritten> {
        let written = Written { text: tidy_text(text)?, reply: tidy_line(reply), call: None };
        match &written.reply {
            _ if written.text.is_empty() => Err(Unwritten::Empty),
            Some(reply) if reply.chars().count() > REPLY_MAX => Err(Unwritten::ReplyTooLong),
            _ => Ok(written),
        }
    }

    /// The same for a call that is asked for, to a number, at a time that suits the person.
    ///
    /// # Errors
    /// What has to be put right.
    pub fn read_call(text: &str, number: &str, time: &str) -> Result<Written, Unwritten> {
        let number = tidy_line(number).filter(|number| is_callable(number)).ok_or(Unwritten::NoNumber)?;
        let time = tidy_line(time).unwrap_or_default();
        if time.chars().count() > REPLY_MAX {
            return Err(Unwritten::TimeTooLong);
        }
        Ok(Written { text: tidy_text(text)?, reply: Some(number), call: Some(time) })
    }
}

fn tidy_text(text: &str) -> Result<String, Unwritten> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = lines.chars().filter(|letter| *letter == '\n' || is_seen(*letter)).collect();
    // Spaces that nobody sees are no text.
    let is_blank =
        |letter: char| letter.is_whitespace() || matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    let text = text.trim_matches(is_blank).to_owned();
    let characters = text.chars().count();
    if characters > TEXT_MAX { Err(Unwritten::TooLong { characters }) } else { Ok(text) }
}

fn tidy_line(line: &str) -> Option<String> {
    let line: String = line.chars().filter(|letter| is_seen(*letter)).collect();
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// Whether somebody could dial it: a human reads it, so that an extension may stand there too.
fn is_callable(number: &str) -> bool {
    let digits = number.chars().filter(|letter| letter.is_numeric()).count();
    digits >= DIGITS_MIN && number.chars().count() <= REPLY_MAX
}

/// Fewer digits are no phone number anywhere.
const DIGITS_MIN: usize = 5;

/// Neither a control character nor one that turns the direction of what follows.
fn is_seen(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl About {
    /// What its messages are counted by.
    fn subject(&self) -> Option<String> {
        let flow = self.flow.map(|id| id.to_string());
        let session = || self.guide.as_ref().map(|walk| walk.session.clone());
        flow.or_else(session).or_else(|| self.verification.map(|id| id.to_string()))
    }
}

impl App {
    /// Keeps a message and gives its reference, once it is stored.
    ///
    /// # Errors
    /// `busy` with the time from which there is room again, `unavailable` without the store.
    pub async fn leave_message(
        &self,
        service: ServiceId,
        source: &Source,
        locale: Locale,
        written: &Written,
        about: &About,
    ) -> Result<String, Refusal> {
        let now = self.now();
        let limits = self.message_limits(service, source, about);
        let body = serde_json::to_vec(written).map_err(|_| Refusal::Internal)?;
        let state = serde_json::to_string(&Beside { locale, about: about.clone() }).map_err(|_| Refusal::Internal)?;
        let rows: Vec<support::Message> = (0..REFERENCES_TRIED)
            .map(|_| {
                let reference = reference::make(clock::random());
                let body = seal::seal(self.keys.load().current(), reference.as_bytes(), clock::random(), &body);
                let (created_at, erase_at) = (now, now.plus(KEPT_MS));
                support::Message { reference, service, created_at, erase_at, body, state: state.clone() }
            })
            .collect();
        self.store.write(move |tx| keep(tx, &limits, &rows, now)).await?
    }

    /// What a message is counted by: span by span, for each source and for what it is about.
    fn message_limits(&self, service: ServiceId, source: &Source, about: &About) -> Vec<(Digest, Millis, u32)> {
        let sources = source.limits(self.keys.load().index(), service, &SOURCES, &self.config.http.shared_networks);
        let rules = sources.into_iter().flat_map(|(key, rules)| rules.into_iter().map(move |rule| (key, rule)));
        // Behind a shared network are many people; there only what the message is about bounds it (rule M1).
        let rules = rules.filter(|(_, rule)| rule.over == Over::Refused);
        let mut limits: Vec<_> = rules.map(|(key, rule)| (key, rule.window_ms, rule.max)).collect();
        if let Some(subject) = about.subject() {
            limits.push((sha256(subject.as_bytes()), days(1), SUBJECT_MAX));
        }
        limits
    }

    /// The message of a reference.
    ///
    /// # Errors
    /// `not-found`, `unavailable` without the store.
    pub async fn message(&self, reference: &str) -> Result<Message, Refusal> {
        let reference = reference.to_owned();
        let found = self.store.read(move |tx| support::fetch(tx, &reference)).await?;
        self.read_message(found.ok_or(Refusal::NotFound)?)
    }

    /// Up to `max` messages that were left before an instant, the newest first.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn messages(&self, before: Time, max: i64) -> Result<Vec<Message>, Refusal> {
        let found = self.store.read(move |tx| support::list(tx, before, max)).await?;
        found.into_iter().map(|row| self.read_message(row)).collect()
    }

    fn read_message(&self, row: support::Message) -> Result<Message, Refusal> {
        let Beside { locale, about } = serde_json::from_str(&row.state).map_err(|_| Refusal::Internal)?;
        let body = seal::open(&self.keys.load(), row.reference.as_bytes(), &row.body).ok();
        let written = body.and_then(|body| serde_json::from_slice(&body).ok());
        let support::Message { reference, service, created_at, erase_at, .. } = row;
        Ok(Message { reference, service, created_at, erase_at, locale, written, about })
    }
}

/// Counts a message and stores it under the first free reference. A no comes inside `Ok`: it undoes nobody's batch.
fn keep(
    tx: &mut store::Tx,
    limits: &[(Digest, Millis, u32)],
    rows: &[support::Message],
    now: Time,
) -> Result<Result<String, Refusal>, store::Error> {
    for (key, window_ms, max) in limits {
        let span = now.ms().div_euclid(*window_ms);
        let ends = Time::from_ms((span + 1) * window_ms);
        let name = sha256(&[b"message", &key.0[..], &window_ms.to_be_bytes(), &span.to_be_bytes()].concat());
        if !tally::take(tx, name, *max, ends)? {
            return Ok(Err(Refusal::Busy { retry_at: ends }));
        }
    }
    for row in rows {
        if support::insert(tx, row.clone())? {
            return Ok(Ok(row.reference.clone()));
        }
    }
    Ok(Err(Refusal::Internal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d3_what_is_typed_is_put_in_order() {
        let read = |text: &str| Written::read(text, "").map(|written| written.text);
        assert_eq!(read(" a\r\nb\rc\0\u{202e}d \n"), Ok("a\nb\ncd".into()));
        assert_eq!(read(" \r\n\u{200f}"), Err(Unwritten::Empty));
        assert_eq!(read("\u{3000}\u{200b}\n"), Err(Unwritten::Empty), "nobody sees any of it");
        assert_eq!(read(&"字".repeat(TEXT_MAX)), Ok("字".repeat(TEXT_MAX)));
        assert_eq!(read(&"字".repeat(TEXT_MAX + 1)), Err(Unwritten::TooLong { characters: TEXT_MAX + 1 }));
        assert_eq!(Written::read("a", &"x".repeat(REPLY_MAX + 1)), Err(Unwritten::ReplyTooLong));
        let replied = Written::read("a", " me@home.example\n").map(|written| written.reply);
        assert_eq!(replied, Ok(Some("me@home.example".into())));
        assert_eq!(Written::read("a", " ").map(|written| written.reply), Ok(None));
    }

    #[test]
    fn a_call_needs_a_number_and_nothing_else() {
        let read = |number: &str, time: &str| Written::read_call("", number, time);
        let asked = read(" 03-1234-5678\n", " 平日の午前\r\n");
        let reply = Some("03-1234-5678".into());
        assert_eq!(asked, Ok(Written { text: String::new(), reply, call: Some("平日の午前".into()) }));
        assert_eq!(read("０９０１２３４５６７８", "").map(|written| written.call), Ok(Some(String::new())));
        for number in ["", " ", "me@home.example", "1234", &"1".repeat(REPLY_MAX + 1)] {
            assert_eq!(read(number, ""), Err(Unwritten::NoNumber), "{number}");
        }
        assert_eq!(read("0312345678", &"x".repeat(REPLY_MAX + 1)), Err(Unwritten::TimeTooLong));
    }
}
