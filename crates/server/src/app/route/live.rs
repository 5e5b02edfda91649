//! One route while it runs: what it was asked and has answered, and how it does by that.

use domain::{
    route::{Answers, Health, Known, Order, Pace, Speed, Standing},
    time::{Millis, Time, minutes},
};

use super::{Route, Routes};
use crate::link::Seen;

/// So many failures in a row, and a route is left alone for a moment; then one message at a time tries it.
const FAILURES_MAX: u32 = 3;
/// A route in trouble is tried at least so often.
const TRY_EVERY_MS: Millis = minutes(2);

/// One route: how it does.
pub(super) struct Live {
    pub(super) pace: Pace,
    pub(super) answers: Answers,
    /// Messages that have its turns and are not answered.
    pub(super) held: usize,
    link: Seen,
    failures: u32,
    pub(super) closed_until: Time,
    pub(super) speed: Speed,
    pub(super) known: Known,
    /// Thousandths of a message that a route in trouble has saved up to be tried with.
    pub(super) credit: i64,
    pub(super) tried_at: Time,
}

/// What a route said to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes or no: it works.
    Took,
    /// It wants less, and to be left alone for so many milliseconds.
    Slower(Millis),
    /// It did not work; it may in so many milliseconds.
    Failed(Millis),
    /// Nothing.
    Nothing,
}

impl Routes {
    /// Whether a message may still be handed to a route whose turn it waits for.
    pub fn is_open(&self, place: usize, now: Time) -> bool {
        let mut live = self.live();
        match live[place].health(&self.list[place], now) {
            Health::Sound | Health::Probed | Health::Troubled => true,
            Health::Silent | Health::Down => false,
        }
    }

    /// A message is handed to a route.
    pub fn asked(&self, place: usize, now: Time) {
        self.live()[place].answers.asked(now);
    }

    /// What a route said.
    pub fn answered(&self, place: usize, answer: Answer, (asked_at, now): (Time, Time)) {
        let mut live = self.live();
        live[place].answered(answer, now);
        if answer == Answer::Took {
            live[place].speed.answered(now.since(asked_at));
        }
    }
}

impl Live {
    pub(super) fn new(pace: Pace) -> Live {
        let (answers, link) = (Answers::default(), Seen::default());
        let (closed_until, tried_at, known) = (Time::from_ms(0), Time::from_ms(0), Known::default());
        let speed = Speed::default();
        Live { pace, answers, held: 0, link, failures: 0, closed_until, speed, known, credit: 0, tried_at }
    }

    pub(super) fn is_banned(&self) -> bool {
        self.known.order == Some(Order::Banned)
    }

    /// Whether a message that it covers may try whether it is out of trouble: a share of them, and one now and then.
    pub(super) fn tries(&mut self, now: Time) -> bool {
        let share = self.known.share();
        self.credit = (self.credit + share).min(1_000);
        share > 0 && (self.credit >= 1_000 || now.since(self.tried_at) >= TRY_EVERY_MS)
    }

    /// A route that failed is tried by one message at a time.
    pub(super) fn held_max(&self, route: &Route) -> usize {
        if self.failures >= FAILURES_MAX { 1 } else { 2 * route.window_max }
    }

    pub(super) fn health(&mut self, route: &Route, now: Time) -> Health {
        let seen = route.link.seen();
        if seen.times != self.link.times {
            (self.failures, self.closed_until) = (0, Time::from_ms(0));
            self.answers.begin_anew();
        }
        self.link = seen;
        if route.has_link && !seen.up || self.closed_until > now {
            Health::Down
        } else if self.answers.is_due(now) {
            Health::Probed
        } else if self.answers.is_silent(now) {
            Health::Silent
        } else {
            match self.known.standing {
                Standing::Sound => Health::Sound,
                Standing::Troubled | Standing::Probing(_) => Health::Troubled,
            }
        }
    }

    fn answered(&mut self, answer: Answer, now: Time) {
        match answer {
            Answer::Took => self.failures = 0,
            Answer::Slower(after_ms) => self.pace.slow_down(now, after_ms),
            Answer::Failed(after_ms) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures >= FAILURES_MAX {
                    self.closed_until = now.plus(after_ms);
                }
            }
            Answer::Nothing => return self.answers.given_up(now),
        }
        self.answers.answered(now);
    }
}
