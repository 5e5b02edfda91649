//! What holds after each step of a walk.

use std::collections::BTreeMap;

use domain::{
    digest::Digest,
    effect::{Message, What},
    key::NumberKey,
    limit::{LimitKey, NUMBERS_MAX, PHONE, Share},
    number::Number,
    refusal::Refusal,
    time::{Time, hours, minutes, seconds},
    verification::Verification,
};
use proptest::{prelude::*, test_runner::TestCaseResult};

use crate::world::{Said, World};

/// The most bytes that a row's state may take.
const STATE_BYTES_MAX: usize = 16 * 1024;

/// Remembers what no single row tells.
pub struct Witness {
    /// Effects that have been looked at.
    sent: usize,
    audit: usize,
    /// When messages went for one number and context, since its last approval.
    flights: BTreeMap<(NumberKey, Digest), Vec<Time>>,
    phones: BTreeMap<LimitKey, Vec<Time>>,
    /// The furthest that a clock has been.
    latest: Time,
}

impl Witness {
    pub fn new(world: &World) -> Witness {
        let (sent, audit) = (world.sent.len(), world.audit.len());
        Witness { sent, audit, flights: BTreeMap::new(), phones: BTreeMap::new(), latest: world.now }
    }

    /// Looks at one step: the world before it, after it, and what was answered.
    pub fn look(&mut self, before: &World, after: &World, said: Option<&Said>) -> TestCaseResult {
        for (id, v) in &after.stored.verifications {
            sound(v, after)?;
            if let Some(earlier) = before.stored.verifications.get(id) {
                never_back(earlier, v)?;
            }
            prop_assert!(after.count(*id, What::Approved) <= 1, "approved twice");
            prop_assert!(after.count(*id, What::Redeemed) <= 1, "redeemed twice");
        }
        rows_are_small(after)?;
        if let Some(Err(refusal)) = said {
            refused(refusal, before, after)?;
        }
        if after.operations.len() > before.operations.len() {
            replayed(before, after)?;
        }
        // A row that had nothing left to remember by a clock far ahead is gone, and no rule can bring it back. Nodes that
        // far apart are not ready (rule D11).
        if after.now < self.latest {
            self.flights.retain(|(number, _), _| before.stored.numbers.contains_key(number));
        }
        for message in &after.sent[self.sent..] {
            self.sent(message, after)?;
        }
        for entry in &after.audit[self.audit..] {
            if entry.what == What::Approved {
                let v = after.verification(entry.verification);
                self.flights.remove(&(v.number, v.context));
            }
        }
        (self.sent, self.audit) = (after.sent.len(), after.audit.len());
        self.latest = self.latest.max(after.now);
        Ok(())
    }

    /// Messages keep their distance, for a number and context and for a phone, and end with their code.
    fn sent(&mut self, message: &Message, world: &World) -> TestCaseResult {
        let v = world.verification(message.verification);
        let generation = v.generations.iter().find(|g| g.message == message.id).expect("each message has its code");
        prop_assert_eq!(message.deadline_at, generation.expires_at);
        prop_assert!(message.created_at < message.deadline_at);
        prop_assert!(message.deadline_at <= message.created_at.plus(world.policy.code_lifetime_ms));
        let (held_ms, left_ms) = (message.due_at.since(message.created_at), message.deadline_at.since(message.due_at));
        prop_assert!((0..=minutes(1)).contains(&held_ms) && held_ms * 3 <= left_ms, "held back too long");
        prop_assert_eq!(generation.held_until.unwrap_or(message.created_at), message.due_at);

        let flights = self.flights.entry((v.number_of(generation), v.context)).or_default();
        if let Some(last) = flights.last() {
            prop_assert!(message.created_at.since(*last) >= seconds(30), "two messages in a cool-down");
        }
        flights.push(message.created_at);
        prop_assert!(within(flights, message.created_at, hours(1)) <= usize::from(world.policy.sends_max));

        let phone = self.phones.entry(v.phone).or_default();
        phone.push(message.created_at);
        // Counted by when they went, whatever the clocks of those that sent them said meanwhile.
        for rule in PHONE {
            let monotone = phone.windows(2).all(|pair| pair[0] <= pair[1]);
            prop_assert!(!monotone || within(phone, message.created_at, rule.window_ms) <= rule.max as usize);
        }
        Ok(())
    }
}

fn within(times: &[Time], now: Time, window_ms: i64) -> usize {
    times.iter().filter(|at| now.since(**at) < window_ms).count()
}

/// What each row says of itself.
fn sound(v: &Verification, world: &World) -> TestCaseResult {
    prop_assert!(v.checks_used <= v.checks_max);
    prop_assert!((1..=usize::from(world.policy.sends_max)).contains(&v.generations.len()));
    prop_assert!(v.resend_at >= v.newest().sent_at, "the next message before the last");
    prop_assert_eq!(v.number, v.number_of(v.newest()));
    prop_assert!(v.changed_at >= v.created_at);
    let mut numbers: Vec<_> = v.generations.iter().map(|g| v.number_of(g)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    prop_assert!(numbers.len() <= NUMBERS_MAX);
    for pair in v.generations.windows(2) {
        prop_assert!(pair[0].sent_at <= pair[1].sent_at);
        let same = v.number_of(&pair[0]) == v.number_of(&pair[1]);
        prop_assert!(pair[0].code < pair[1].code || same, "one code for two numbers");
        prop_assert!((pair[0].code == pair[1].code) == (pair[0].salt == pair[1].salt));
    }
    prop_assert!(v.generations.iter().all(|g| g.expires_at.since(g.sent_at) <= minutes(10)));
    Ok(())
}

/// What never goes back.
fn never_back(earlier: &Verification, later: &Verification) -> TestCaseResult {
    use domain::verification::Status;
    prop_assert!(later.checks_used >= earlier.checks_used, "a failure was forgotten");
    prop_assert!(later.checks_left() <= earlier.checks_left(), "a try was given back");
    prop_assert!(later.changed_at >= earlier.changed_at);
    prop_assert!(later.generations.len() >= earlier.generations.len());
    let at = later.changed_at;
    match earlier.status(at) {
        Status::Approved => prop_assert_eq!(later.status(at), Status::Approved),
        Status::Canceled => prop_assert_eq!(later.status(at), Status::Canceled),
        Status::Locked => prop_assert!(matches!(later.status(at), Status::Locked | Status::Canceled)),
        Status::Expired => prop_assert!(matches!(later.status(at), Status::Expired | Status::Canceled)),
        Status::Pending => (),
    }
    Ok(())
}

fn rows_are_small(world: &World) -> TestCaseResult {
    let bytes = |text: serde_json::Result<String>| text.map_or(usize::MAX, |text| text.len());
    let verifications = world.stored.verifications.values().map(|row| bytes(serde_json::to_string(row)));
    let numbers = world.stored.numbers.values().map(|row| bytes(serde_json::to_string(row)));
    let limits = world.stored.limits.values().map(|row| bytes(serde_json::to_string(row)));
    let largest = verifications.chain(numbers).chain(limits).max().unwrap_or(0);
    prop_assert!(largest <= STATE_BYTES_MAX, "{largest} bytes");
    Ok(())
}

/// A refusal sends nothing, and changes only the source's rows and what counts codes; rows may forget what is over.
fn refused(refusal: &Refusal, before: &World, after: &World) -> TestCaseResult {
    prop_assert_eq!(before.sent.len(), after.sent.len());
    prop_assert!(refusal.retry_at().is_none_or(|at| at >= before.now), "sent away until a moment that is over");
    let counted = matches!(refusal, Refusal::IncorrectCode { .. } | Refusal::SupersededCode { .. });
    if counted {
        return Ok(());
    }
    prop_assert_eq!(&before.stored.verifications, &after.stored.verifications);
    prop_assert_eq!(before.audit.len(), after.audit.len());
    let now = decided_at(before, after);
    for (key, number) in &after.stored.numbers {
        let mut earlier = before.stored.numbers.get(key).cloned().unwrap_or_else(|| Number::new(*key));
        let mut later = number.clone();
        earlier.forget(now);
        later.forget(now);
        prop_assert_eq!(earlier, later, "{}", refusal.code());
    }
    for key in before.stored.verifications.values().map(|v| v.phone) {
        let room = |world: &World| {
            let mut limit = world.stored.limits.get(&key).cloned()?;
            Some(limit.charge(&PHONE, Share::Full, before.now))
        };
        prop_assert_eq!(room(before).unwrap_or(Ok(())), room(after).unwrap_or(Ok(())));
    }
    Ok(())
}

/// The moment that the newest operation was decided at: time never runs back for the rows that it needed.
fn decided_at(before: &World, after: &World) -> Time {
    let operation = after.operations.last().expect("one was performed");
    let verification = operation.verification.and_then(|id| before.stored.verifications.get(&id));
    let needs = operation.needs(verification);
    let numbers = needs.number.iter().chain(&needs.corrected).filter_map(|(key, _)| before.stored.numbers.get(key));
    let changes = numbers.map(Number::changed_at).chain(verification.map(|v| v.changed_at));
    changes.fold(before.now, Time::max)
}

/// Each operation leaves one line at most, however often it comes.
fn replayed(before: &World, after: &World) -> TestCaseResult {
    let operation = after.operations.last().expect("one was performed");
    let lines = after.audit.iter().filter(|entry| entry.id == operation.id).count();
    prop_assert!(lines <= 1, "one operation, two lines");
    let earlier = before.audit.iter().any(|entry| entry.id == operation.id);
    if earlier {
        prop_assert_eq!(&before.stored, &after.stored, "a replay changed something");
        prop_assert_eq!(before.sent.len(), after.sent.len());
    }
    Ok(())
}
