//! What a service remembers about a number: what is under way, who asked lately, and how often codes were wrong.
//!
//! Rule V4: a stranger cannot lock anybody out. Waits bind a number *and* a context (the caller's session of one
//! end user); the count over all contexts only makes codes harder to guess, until NIST's 100 (SP 800-63B-4 §3.2.2).

use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    id::VerificationId,
    key::NumberKey,
    refusal::Refusal,
    service::Policy,
    time::{Millis, Time, days, hours, minutes},
    verification::{Purpose, is_default},
};

/// From so many failures in a row on, new codes are longer and have fewer tries.
pub const STRICT_FROM: u32 = 20;
/// At so many failures in a row only known contexts go on for a day.
pub const CLOSED_FROM: u32 = 100;
/// How many contexts a row remembers; the phone's own limit of messages keeps the number below it.
const CONTEXTS_MAX: usize = 64;
/// A number counts as verified before from so long after it first was (rule M2).
const REMEMBERED_FROM_MS: Millis = days(7);
/// Messages out of the reserve for one number in a day (rule M2).
const RESERVED_MAX: usize = 2;
const RESERVED_WINDOW_MS: Millis = days(1);
/// How long sends and failures of a context are remembered.
const SENDS_WINDOW_MS: Millis = hours(1);
const FAILURES_KEPT_MS: Millis = days(30);

/// One row per service and number; gone when it has nothing left to remember.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// The blind index of the number, kept in a column of its own.
    #[serde(skip)]
    pub key: NumberKey,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flights: Vec<Flight>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    standings: Vec<Standing>,
    /// Wrong codes in a row, over all contexts.
    #[serde(default, skip_serializing_if = "is_default")]
    failures: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    failed_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed_until: Option<Time>,
    /// That it was verified, where the service remembers that (rule M2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified: Option<Verified>,
    /// The latest moment that it remembers or forgot something at.
    changed_at: Time,
}

/// A verification under way: create returns it instead of sending a second message (rule V1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Flight {
    verification: VerificationId,
    #[serde(default, skip_serializing_if = "is_default")]
    purpose: Purpose,
    #[serde(default, skip_serializing_if = "Digest::is_zero")]
    binding: Digest,
    #[serde(default, skip_serializing_if = "Digest::is_zero")]
    context: Digest,
    expires_at: Time,
}

/// What one context has done with this number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Standing {
    #[serde(default, skip_serializing_if = "Digest::is_zero")]
    context: Digest,
    /// When messages were sent, at most `sends_max` of the last hour.
    sends: Vec<Time>,
    #[serde(default, skip_serializing_if = "is_default")]
    failures: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    failed_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits_until: Option<Time>,
}

/// That a number was verified, and what that was used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Verified {
    first_at: Time,
    /// Until when it is remembered.
    until: Time,
    /// When messages went out of the reserve: at most [`RESERVED_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reserved: Vec<Time>,
}

/// How hard a new code is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Digits of the code.
    pub digits: u8,
    /// Wrong codes until its verification is locked.
    pub checks_max: u8,
}

impl Number {
    /// A number of which nothing is known.
    pub fn new(key: NumberKey) -> Number {
        Number {
            key,
            flights: Vec::new(),
            standings: Vec::new(),
            failures: 0,
            failed_at: Time::default(),
            closed_until: None,
            verified: None,
            changed_at: Time::default(),
        }
    }

    /// When it last changed; time never runs back for it (rule D11).
    pub fn changed_at(&self) -> Time {
        self.changed_at
    }

    /// The verification under way for the same purpose, binding and context.
    pub fn under_way(&self, purpose: Purpose, binding: &Digest, context: &Digest, now: Time) -> Option<VerificationId> {
        let same = |flight: &&Flight| {
            flight.purpose == purpose
                && flight.binding == *binding
                && flight.context == *context
                && flight.expires_at > now
        };
        self.flights.iter().find(same).map(|flight| flight.verification)
    }

    /// Remembers a verification as under way until `expires_at`.
    pub fn take_off(
        &mut self,
        id: VerificationId,
        purpose: Purpose,
        binding: Digest,
        context: Digest,
        expires_at: Time,
    ) {
        self.land(id);
        self.flights.push(Flight { verification: id, purpose, binding, context, expires_at });
    }

    /// Forgets that a verification is under way.
    pub fn land(&mut self, id: VerificationId) {
        self.flights.retain(|flight| flight.verification != id);
    }

    /// Whether this context may go on at all: with a new code or with a check.
    ///
    /// # Errors
    /// `too-many-checks` with the end of the wait.
    pub fn admit(&self, context: &Digest, known: bool, now: Time) -> Result<(), Refusal> {
        let closed = self.closed_until.filter(|until| !known && *until > now);
        let waits = self.standing(context).and_then(|s| s.waits_until).filter(|until| *until > now);
        match closed.max(waits) {
            None => Ok(()),
            retry_at => Err(Refusal::TooManyChecks { retry_at }),
        }
    }

    /// Whether a message may go to this number for this context now.
    ///
    /// # Errors
    /// `too-many-sends` or `resend-too-early`, with when it may.
    pub fn may_send(&self, context: &Digest, policy: &Policy, now: Time) -> Result<(), Refusal> {
        let retry_at = self.next_send_at(context, policy, now);
        if retry_at <= now {
            return Ok(());
        }
        let sends = self.standing(context).map_or(0, |standing| standing.recent(now).count());
        let hour_is_full = sends >= usize::from(policy.sends_max);
        Err(if hour_is_full { Refusal::TooManySends { retry_at } } else { Refusal::ResendTooEarly { retry_at } })
    }

    /// When the next message may go for this context: after its wait, and when the hour has room for it.
    pub fn next_send_at(&self, context: &Digest, policy: &Policy, now: Time) -> Time {
        let Some(standing) = self.standing(context) else { return now };
        let recent: Vec<Time> = standing.recent(now).collect();
        let sends = u8::try_from(recent.len()).unwrap_or(u8::MAX);
        let waited = recent.last().map(|last| last.plus(policy.resend_wait_ms(sends)));
        let room = recent.iter().nth_back(usize::from(policy.sends_max).saturating_sub(1));
        waited.max(room.map(|oldest| oldest.plus(SENDS_WINDOW_MS))).unwrap_or(now)
    }

    /// Remembers a message.
    pub fn sent(&mut self, context: Digest, now: Time) {
        self.changed_at = self.changed_at.max(now);
        let standing = self.standing_mut(context);
        let recent = standing.recent(now).chain([now]).collect();
        standing.sends = recent;
    }

    /// How hard the next code must be to guess.
    pub fn strength(&self, policy: &Policy) -> Strength {
        if self.failures >= STRICT_FROM {
            Strength { digits: policy.code_digits.max(8), checks_max: policy.checks_max.min(2) }
        } else {
            Strength { digits: policy.code_digits, checks_max: policy.checks_max }
        }
    }

    /// Counts a wrong code. At the hundredth in a row the number closes for a day, to the full hour, so that strangers do
    /// not hear when it was (rule V5); later ones, by known contexts, do not prolong that. `locked` when it was its verification's last try, which makes the context wait: one
    /// minute, then five, 25, and an hour.
    pub fn failed(&mut self, context: Digest, locked: bool, now: Time) {
        self.failures = self.failures.saturating_add(1);
        self.failed_at = now;
        self.changed_at = self.changed_at.max(now);
        if self.failures >= CLOSED_FROM && self.closed_until.is_none() {
            self.closed_until = Some(now.plus(days(1)).rounded_up(hours(1)));
        }
        let standing = self.standing_mut(context);
        standing.failures = standing.failures.saturating_add(1);
        standing.failed_at = now;
        if locked {
            let grown = (standing.failures / 5).clamp(1, 4) - 1;
            let wait = minutes(5i64.pow(grown)).min(hours(1));
            standing.waits_until = Some(now.plus(wait));
        }
    }

    /// The right code came back: nothing is held against the number or this context any more. `remember_ms` is how long
    /// the service wants to know of it.
    pub fn proved(&mut self, context: &Digest, remember_ms: Option<Millis>, now: Time) {
        self.failures = 0;
        self.closed_until = None;
        self.standings.retain(|standing| standing.context != *context);
        let before = self.verified.take().filter(|verified| verified.until > now);
        self.verified = remember_ms.map(|span| {
            let Verified { first_at, reserved, .. } =
                before.unwrap_or(Verified { first_at: now, until: now, reserved: Vec::new() });
            Verified { first_at, until: now.plus(span), reserved }
        });
    }

    /// Whether the number was verified a week ago or earlier, as far as the service remembers that (rule M2).
    pub fn was_verified_before(&self, now: Time) -> bool {
        let before = |verified: &Verified| verified.until > now && verified.first_at.plus(REMEMBERED_FROM_MS) <= now;
        self.verified.as_ref().is_some_and(before)
    }

    /// Whether a message may come out of the reserve: for a number that was verified before, and had few of them today.
    pub fn is_reserved_for(&self, now: Time) -> bool {
        let today = self.verified.as_ref().map_or(0, |verified| verified.lately(now).count());
        self.was_verified_before(now) && today < RESERVED_MAX
    }

    /// Remembers a message that came out of the reserve.
    pub fn took_reserved(&mut self, now: Time) {
        if let Some(verified) = &mut self.verified {
            verified.reserved = verified.lately(now).chain([now]).collect();
        }
    }

    /// Drops what no longer matters, so that the row stays small.
    pub fn forget(&mut self, now: Time) {
        let held =
            |of: &Number| (of.flights.len(), of.standings.len(), of.failures, of.closed_until, of.verified.is_some());
        let before = held(self);
        self.verified = self.verified.take().filter(|verified| verified.until > now);
        self.flights.retain(|flight| flight.expires_at > now);
        self.standings.retain(|standing| standing.expires() > now);
        if self.closed_until.is_some_and(|until| until <= now) {
            self.closed_until = None;
            self.failures = STRICT_FROM;
        }
        if self.failed_at.plus(FAILURES_KEPT_MS) <= now {
            self.failures = 0;
        }
        if self.standings.len() > CONTEXTS_MAX {
            let surplus = self.standings.len() - CONTEXTS_MAX;
            self.standings.sort_by_key(Standing::expires);
            self.standings.drain(..surplus);
        }
        if before != held(self) {
            self.changed_at = self.changed_at.max(now);
        }
    }

    /// Whether all that is remembered is over within the hour: messages and what is under way, and nothing that went wrong
    /// or was proved.
    pub fn is_brief(&self) -> bool {
        let lasts = |standing: &Standing| standing.failures > 0 || standing.waits_until.is_some();
        let fails = self.failures > 0 || self.closed_until.is_some() || self.standings.iter().any(lasts);
        !fails && self.verified.is_none()
    }

    /// When the row has nothing left to remember.
    pub fn expires(&self) -> Time {
        let flights = self.flights.iter().map(|flight| flight.expires_at);
        let standings = self.standings.iter().map(Standing::expires);
        let failures = (self.failures > 0).then(|| self.failed_at.plus(FAILURES_KEPT_MS));
        let verified = self.verified.as_ref().map(|verified| verified.until);
        flights.chain(standings).chain(failures).chain(self.closed_until).chain(verified).max().unwrap_or_default()
    }

    fn standing(&self, context: &Digest) -> Option<&Standing> {
        self.standings.iter().find(|standing| standing.context == *context)
    }

    fn standing_mut(&mut self, context: Digest) -> &mut Standing {
        let place = self.standings.iter().position(|standing| standing.context == context).unwrap_or_else(|| {
            self.standings.push(Standing {
                context,
                sends: Vec::new(),
                failures: 0,
                failed_at: Time::default(),
                waits_until: None,
            });
            self.standings.len() - 1
        });
        &mut self.standings[place]
    }
}

impl Verified {
    fn lately(&self, now: Time) -> impl Iterator<Item = Time> {
        self.reserved.iter().copied().filter(move |at| now.since(*at) < RESERVED_WINDOW_MS)
    }
}

impl Standing {
    fn recent(&self, now: Time) -> impl Iterator<Item = Time> {
        self.sends.iter().copied().filter(move |at| now.since(*at) < SENDS_WINDOW_MS)
    }

    fn expires(&self) -> Time {
        let sends = self.sends.last().map(|last| last.plus(SENDS_WINDOW_MS));
        let failures = (self.failures > 0).then(|| self.failed_at.plus(days(1)));
        sends.max(failures).max(self.waits_until).unwrap_or_default()
    }
}
