//! A new verification, or the one that is under way.

use super::{
    Answer, Context, Create, Generation, Operation, Rows, Status, Verification,
    decide::{Judged, refuse},
    priority,
};
use crate::{
    channel::Channel,
    code::Salt,
    delivery::Progress,
    effect::{Effect, Message, What},
    id::MessageId,
    key::{KeyId, NumberKey},
    limit::{self, Limit, Share},
    number::{Number, Strength},
    refusal::Refusal,
    service::Policy,
    time::Time,
};

pub(super) fn create(
    rows: &mut Rows,
    effects: &mut Vec<Effect>,
    operation: &Operation,
    event: &Create,
    context: Context<'_>,
) -> Judged {
    let now = context.now;
    let Rows { number: Some(number), phone: Some(phone), context: asked, .. } = rows else {
        return refuse(Refusal::Internal);
    };
    number.forget(now);
    if let Some(id) = number.under_way(event.purpose, &event.binding, &event.context, now) {
        return Ok((Answer::UnderWay(id), None));
    }
    if let Err(refusal) = may_go(number, phone, asked.as_mut(), event, &operation.policy, now) {
        return refuse(refusal);
    }
    let strength = number.strength(&operation.policy);
    let key = context.keys.current().id;
    let made = generation(1, event.salt, key, strength, event.message, now, &operation.policy);
    let generation = Generation { channel: event.to.channel, ..made };
    number.sent(event.context, now);
    if event.reserved.is_some() {
        number.took_reserved(now);
    }
    number.take_off(event.id, event.purpose, event.binding, event.context, generation.expires_at);
    let resend_at = number.next_send_at(&event.context, &operation.policy, now);
    let verification = Verification {
        id: event.id,
        service: event.service,
        number: event.to.number,
        phone: event.to.phone,
        address: event.to.address.clone(),
        purpose: event.purpose,
        priority: event.priority,
        binding: event.binding,
        context: event.context,
        known: event.known,
        locale: event.locale,
        host: event.host.clone(),
        status: Status::Pending,
        generations: vec![generation],
        checks_used: 0,
        checks_max: strength.checks_max,
        superseded: 0,
        created_at: now,
        changed_at: now,
        resend_at,
        proof: None,
        lately: Vec::new(),
    };
    effects.push(Effect::Send(message(&verification, now)));
    let answer = Answer::Verification(Box::new(verification.clone()));
    rows.verification = Some(verification);
    Ok((answer, Some(What::Created)))
}

/// Every rule that a message to a number for a context must pass (rules V4, V5); counts it on the phone and the context
/// if it does, a call as one.
fn may_go(
    number: &Number,
    phone: &mut Limit,
    asked: Option<&mut Limit>,
    event: &Create,
    policy: &Policy,
    now: Time,
) -> Result<(), Refusal> {
    reserve(number, event.reserved, now)?;
    number.admit(&event.context, event.known, now)?;
    number.may_send(&event.context, policy, now)?;
    let asked = asked.map(|asked| (asked, event.to.number));
    charge(phone, event.to.channel, asked, event.known, now)
}

/// What is left for numbers that were verified before is for them (rule M2); everybody else is told what they would be
/// without a reserve.
pub(super) fn reserve(number: &Number, reserved: Option<Time>, now: Time) -> Result<(), Refusal> {
    match reserved {
        Some(retry_at) if !number.is_reserved_for(now) => Err(Refusal::Busy { retry_at }),
        Some(_) | None => Ok(()),
    }
}

/// Counts a message on the phone over all services, a call as one of few, and where it is another number for the context on
/// that. A context that asked for too many is told when there is room. The phone refuses in the words of a busy route, and a
/// call as one that no route makes, so that nobody learns what other services did (rule D5). When there is room again would
/// tell when the number was asked for (rule V5): whoever is not known hears of the same full hour, whatever happened, and of a
/// call nobody hears of any.
pub(super) fn charge(
    phone: &mut Limit,
    channel: Channel,
    asked: Option<(&mut Limit, NumberKey)>,
    known: bool,
    now: Time,
) -> Result<(), Refusal> {
    if let Some((asked, number)) = &asked {
        asked.admits(number, now).map_err(|retry_at| Refusal::TooManySends { retry_at })?;
    }
    let share = if known { Share::Full } else { Share::Half };
    let told = |room_at: Time| if known { room_at } else { limit::busy_until(now) };
    // Not `busy`, since an SMS to a mobile phone may go at once.
    if channel == Channel::Call && !phone.admits_call(share, now) {
        return Err(Refusal::CallNotOffered);
    }
    phone.charge(&limit::PHONE, share, now).map_err(|room_at| Refusal::Busy { retry_at: told(room_at) })?;
    if channel == Channel::Call {
        phone.called(now);
    }
    if let Some((asked, number)) = asked {
        asked.asked(number, now);
    }
    Ok(())
}

pub(super) fn generation(
    code: u8,
    salt: Salt,
    key: KeyId,
    strength: Strength,
    message: MessageId,
    now: Time,
    policy: &Policy,
) -> Generation {
    let expires_at = now.plus(policy.code_lifetime_ms);
    let digits = strength.digits;
    let progress = Progress::queued(now);
    Generation {
        code,
        salt,
        key,
        earlier_number: None,
        digits,
        sent_at: now,
        expires_at,
        message,
        earlier_phone: None,
        held_until: None,
        progress,
        route: None,
        channel: Channel::Sms,
    }
}

/// The row of the outbox for a verification's newest code.
pub(super) fn message(verification: &Verification, now: Time) -> Message {
    let newest = verification.newest();
    Message {
        id: newest.message,
        verification: verification.id,
        service: verification.service,
        priority: priority(verification.purpose, verification.priority),
        created_at: now,
        due_at: now,
        deadline_at: newest.expires_at,
    }
}
