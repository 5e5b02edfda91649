//! Whether a route answers: told by what it was asked, not by its link, which may be up and nobody behind it.

use crate::time::{Millis, Time, seconds};

/// A route that was asked and has answered nothing for so long is silent.
const SILENT_MS: Millis = seconds(3);
/// How long a silent route is left alone before one message tries it; twice as long after each try in vain.
const PAUSE_MS: Millis = seconds(15);
const PAUSES_MAX: u32 = 4;

/// What a route was asked and answered lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    in_flight: usize,
    /// Since when it was asked and has answered nothing.
    waiting_since: Option<Time>,
    tried_at: Time,
    /// Tries in vain since it is silent.
    tries: u32,
}

impl Answers {
    /// A message is handed over.
    pub fn asked(&mut self, now: Time) {
        if self.is_silent(now) {
            self.tried_at = now;
            self.tries = (self.tries + 1).min(PAUSES_MAX);
        }
        self.in_flight += 1;
        self.waiting_since.get_or_insert(now);
    }

    /// It answered, whatever it said.
    pub fn answered(&mut self, now: Time) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.waiting_since = (self.in_flight > 0).then_some(now);
        (self.tried_at, self.tries) = (now, 0);
    }

    /// A message's answer is no longer waited for.
    pub fn given_up(&mut self, now: Time) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.waiting_since.get_or_insert(now);
    }

    /// Its link is new: what was before says nothing about it.
    pub fn begin_anew(&mut self) {
        *self = Answers { in_flight: self.in_flight, ..Answers::default() };
    }

    /// How many messages wait for its answer.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Whether it takes messages and answers none.
    pub fn is_silent(&self, now: Time) -> bool {
        self.waiting_since.is_some_and(|since| now.since(since) >= SILENT_MS)
    }

    /// Whether one message may try whether it is still silent.
    pub fn is_due(&self, now: Time) -> bool {
        let Some(since) = self.waiting_since.filter(|_| self.is_silent(now)) else { return false };
        now.since(since.max(self.tried_at)) >= PAUSE_MS << self.tries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds_later: i64) -> Time {
        Time::from_ms(1_000_000).plus(seconds(seconds_later))
    }

    #[test]
    fn silent_is_who_was_asked_and_says_nothing() {
        let mut answers = Answers::default();
        assert!(!answers.is_silent(at(100)), "nobody asked");
        answers.asked(at(100));
        answers.asked(at(101));
        assert_eq!((answers.is_silent(at(102)), answers.is_silent(at(103))), (false, true));
        answers.answered(at(104));
        assert_eq!((answers.is_silent(at(106)), answers.is_silent(at(107))), (false, true), "one still waits");
        answers.answered(at(108));
        assert_eq!((answers.in_flight(), answers.is_silent(at(1_000))), (0, false));
    }

    #[test]
    fn a_silent_one_is_tried_ever_more_rarely_until_it_answers() {
        let mut answers = Answers::default();
        answers.asked(at(0));
        answers.given_up(at(10));
        let mut tried = Vec::new();
        for second in 0..400 {
            if answers.is_due(at(second)) {
                tried.push(second);
                answers.asked(at(second));
                answers.given_up(at(second));
            }
        }
        assert_eq!(tried, [15, 45, 105, 225]);
        answers.asked(at(465));
        answers.answered(at(465));
        assert_eq!((answers.is_silent(at(600)), answers.is_due(at(600))), (false, false));
    }

    #[test]
    fn a_new_link_begins_anew() {
        let mut answers = Answers::default();
        answers.asked(at(60));
        answers.given_up(at(70));
        assert!(answers.is_silent(at(70)));
        answers.begin_anew();
        assert!(!answers.is_silent(at(100)));
    }
}
