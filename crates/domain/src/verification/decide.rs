//! The one door: rows and event in, rows and effects and answer out.

use super::{
    Answer, Context, Decision, Event, OPERATIONS_MAX, Operation, Outcome, Rows, Status, Verification, check, create,
    report, resend,
};
use crate::{
    delivery::State,
    effect::{Effect, Entry, What},
    id::EventId,
    limit::{self, Limited, Over, Share},
    number::Number,
    refusal::Refusal,
    time::{Millis, Time},
    webhook::{self, About, Kind},
};

/// What an event's own rule returns: what happened, for the audit, or why not.
pub(super) type Judged = Result<(Answer, Option<What>), (Refusal, Option<What>)>;

/// Says no without anything having happened.
pub(super) fn refuse(refusal: Refusal) -> Judged {
    Err((refusal, None))
}

/// Decides one operation. Pure: the same arguments give the same decision.
pub fn decide(mut rows: Rows, operation: &Operation, context: Context<'_>) -> Decision {
    let mut effects = Vec::new();
    if let Some(answer) = replayed(&rows, operation) {
        return Decision { rows, effects, exceeded: Vec::new(), answer };
    }
    let context = Context { now: not_before(&rows, context.now), ..context };
    let mut exceeded = Vec::new();
    let judged = match charge_sources(&mut rows, operation, &mut exceeded, context.now) {
        Err(refusal) => refuse(refusal),
        Ok(slowed_ms) => judge(&mut rows, &mut effects, operation, context)
            .inspect(|_| slow(&mut rows, &mut effects, slowed_ms, context.now))
            .inspect_err(|(refusal, _)| exceeded.extend(untuned(operation, refusal))),
    };
    let (answer, what) = match judged {
        Ok((answer, what)) => (Ok(answer), what),
        Err((refusal, what)) => (Err(refusal), what),
    };
    if let (Some(what), Some(verification)) = (what, rows.verification.as_mut()) {
        note(verification, operation, what, context.now, &mut effects);
        effects.extend(news(verification, operation, what, context.now).map(Effect::Tell));
    }
    let answer = answer.map(|answer| latest(answer, &rows));
    Decision { rows, effects, exceeded, answer }
}

fn judge(rows: &mut Rows, effects: &mut Vec<Effect>, operation: &Operation, context: Context<'_>) -> Judged {
    let own = |v: &Verification| operation.service.is_none_or(|service| service == v.service);
    let found = rows.verification.as_ref().is_some_and(own);
    match &operation.event {
        Event::Create(event) => create::create(rows, effects, operation, event, context),
        // A worker's report settles a message whose verification is erased; a service's is of its own only.
        Event::Report(event) if found || (rows.verification.is_none() && operation.service.is_none()) => {
            report::report(rows, effects, event, context)
        }
        Event::Resend(_) | Event::Check { .. } | Event::Cancel | Event::Redeem { .. } if !found => {
            refuse(Refusal::NotFound)
        }
        Event::Report(_) => refuse(Refusal::NotFound),
        Event::Resend(event) => resend::resend(rows, effects, operation, event, context),
        Event::Check { typed, proof } => check::check(rows, typed, *proof, &operation.policy, context),
        Event::Cancel => check::cancel(rows, context),
        Event::Redeem { proof } => check::redeem(rows, proof, context),
    }
}

/// A refused request uses up its own source's allowance and nothing else (rule V4). Says for how long one that is not
/// refused is held back (rule M1), and what was gone over.
fn charge_sources(
    rows: &mut Rows,
    operation: &Operation,
    exceeded: &mut Vec<(Limited, Over)>,
    now: Time,
) -> Result<Millis, Refusal> {
    let (mut full, mut slowed_ms) = (None, 0);
    let was_here = rows.corrected.as_ref().or(rows.number.as_ref()).is_some_and(|to| to.was_verified_before(now));
    for (limit, (_, rules)) in rows.sources.iter_mut().zip(&operation.sources) {
        let of = rules.first().and_then(|rule| rule.of);
        // Whoever was here before does not pay for what others do with numbers like theirs (rule M2).
        if was_here && of == Some(Limited::Range) {
            continue;
        }
        match limit.charge(rules, Share::Full, now) {
            Ok(()) => {
                slowed_ms = slowed_ms.max(limit.slowed_ms(rules));
                exceeded.extend(limit.exceeded(rules));
            }
            Err(room_at) => {
                exceeded.extend(of.map(|of| (of, Over::Refused)));
                full = full.max(Some(told(of, room_at, now)));
            }
        }
    }
    full.map_or(Ok(slowed_ms), |retry_at| Err(Refusal::Busy { retry_at }))
}

/// Which rule that nobody tunes was gone over, by what it refuses with.
fn untuned(operation: &Operation, refusal: &Refusal) -> Option<(Limited, Over)> {
    let reserved = match &operation.event {
        Event::Create(event) => event.reserved,
        Event::Resend(event) => event.reserved,
        Event::Check { .. } | Event::Cancel | Event::Redeem { .. } | Event::Report(_) => return None,
    };
    // Where a reserve is left, its rule says busy too.
    let by_phone = matches!(refusal, Refusal::Busy { .. }) && reserved.is_none();
    let by_context = matches!(refusal, Refusal::TooManySends { .. });
    let limited = by_phone.then_some(Limited::Phone).or(by_context.then_some(Limited::Context));
    limited.map(|limited| (limited, Over::Refused))
}

/// When a source may ask again. What others use up too does not say when it has room (rule D5).
fn told(of: Option<Limited>, room_at: Time, now: Time) -> Time {
    match of {
        Some(Limited::Range) => limit::busy_until(now),
        Some(_) | None => room_at,
    }
}

/// Holds back the message that was asked for (rule M1): so that most of its code's time is left when it goes, and not
/// beyond the moment at which another may be asked for, which would go in its place.
fn slow(rows: &mut Rows, effects: &mut [Effect], slowed_ms: Millis, now: Time) {
    let Some(verification) = rows.verification.as_mut().filter(|_| slowed_ms > 0) else { return };
    for effect in effects {
        if let Effect::Send(message) = effect {
            let quarter_ms = message.deadline_at.since(now) / 4;
            message.due_at = now.plus(slowed_ms.min(quarter_ms)).min(verification.resend_at);
            if let Some(newest) = verification.generations.last_mut() {
                newest.held_until = Some(message.due_at);
            }
        }
    }
}

/// Time never runs back for a row, whatever a node's clock does (rule D11): what a clock ahead forgot stays over.
fn not_before(rows: &Rows, now: Time) -> Time {
    let verification = rows.verification.iter().map(|verification| verification.changed_at);
    let numbers = rows.number.iter().chain(&rows.corrected).map(Number::changed_at);
    verification.chain(numbers).fold(now, Time::max)
}

/// An operation that finds its own id in the row was committed before: the commit's answer was lost.
fn replayed(rows: &Rows, operation: &Operation) -> Option<Result<Answer, Refusal>> {
    let verification = rows.verification.as_ref()?;
    let (_, outcome) = verification.lately.iter().find(|(id, _)| *id == operation.id)?;
    Some(match *outcome {
        Outcome::Created | Outcome::Resent | Outcome::Approved | Outcome::Canceled | Outcome::Redeemed => {
            Ok(Answer::Verification(Box::new(verification.clone())))
        }
        Outcome::Incorrect(checks_left) => Err(Refusal::IncorrectCode { checks_left }),
        Outcome::Superseded(checks_left) => Err(Refusal::SupersededCode { checks_left }),
        Outcome::Reported => Ok(Answer::Noted),
    })
}

/// Writes into the row and the audit that the operation did something.
fn note(verification: &mut Verification, operation: &Operation, what: What, now: Time, effects: &mut Vec<Effect>) {
    let outcome = match what {
        // It tells nothing new when it comes again.
        What::Reported => None,
        What::Created => Some(Outcome::Created),
        What::Resent | What::Corrected => Some(Outcome::Resent),
        What::Incorrect | What::Locked => Some(Outcome::Incorrect(verification.checks_left())),
        What::Superseded => Some(Outcome::Superseded(verification.checks_left())),
        What::Approved => Some(Outcome::Approved),
        What::Canceled => Some(Outcome::Canceled),
        What::Redeemed => Some(Outcome::Redeemed),
    };
    verification.changed_at = now;
    if let Some(outcome) = outcome {
        let surplus = (verification.lately.len() + 1).saturating_sub(OPERATIONS_MAX);
        verification.lately.drain(..surplus);
        verification.lately.push((operation.id, outcome));
    }
    let (id, at) = (operation.id, now);
    effects.push(Effect::Audit(Entry { id, at, verification: verification.id, service: verification.service, what }));
}

/// What applications are told of it without asking. Of a message that does not arrive only while somebody waits for it.
fn news(verification: &Verification, operation: &Operation, what: What, now: Time) -> Option<webhook::Event> {
    let kind = match what {
        What::Approved => Kind::Approved,
        What::Locked => Kind::Locked,
        What::Reported if is_news_of_failure(verification, &operation.event, now) => Kind::Undelivered,
        What::Created | What::Resent | What::Corrected | What::Incorrect => return None,
        What::Superseded | What::Canceled | What::Redeemed | What::Reported => return None,
    };
    let (id, about) = (EventId(operation.id.0), About::Verification(verification.id));
    Some(webhook::Event { id, at: now, kind, about, service: verification.service })
}

fn is_news_of_failure(verification: &Verification, event: &Event, now: Time) -> bool {
    let newest = verification.newest();
    let failed = matches!(newest.progress.state, State::Undelivered | State::Expired);
    let of_it = matches!(event, Event::Report(report) if report.message == newest.message);
    failed && of_it && matches!(verification.status(now), Status::Pending | Status::Expired)
}

/// The answer carries the row as it is saved.
fn latest(answer: Answer, rows: &Rows) -> Answer {
    match (answer, &rows.verification) {
        (Answer::Verification(_), Some(saved)) => Answer::Verification(Box::new(saved.clone())),
        (other @ (Answer::Verification(_) | Answer::UnderWay(_) | Answer::Noted), _) => other,
    }
}

/// Why nothing more can happen to a verification; `Ok` while it waits for its code. One that is locked says when
/// another may begin; one whose key was revoked is over like a cancelled one.
pub(super) fn open(verification: &Verification, number: &Number, context: Context<'_>) -> Result<(), Refusal> {
    let now = context.now;
    match verification.status(now) {
        Status::Pending if context.keys.is_revoked(verification.newest().key) => Err(Refusal::Canceled),
        Status::Pending => Ok(()),
        Status::Approved => Err(Refusal::AlreadyUsed),
        Status::Canceled => Err(Refusal::Canceled),
        Status::Expired => Err(Refusal::ExpiredCode),
        Status::Locked => {
            number.admit(&verification.context, verification.known, now)?;
            Err(Refusal::TooManyChecks { retry_at: None })
        }
    }
}
