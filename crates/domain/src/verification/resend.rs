//! Another message: to the same number, or to the right one.

use super::{
    Answer, Context, Generation, Operation, Recipient, Resend, Rows, Verification, create,
    decide::{Judged, open, refuse},
};
use crate::{
    channel::Channel,
    effect::{Effect, What},
    limit::{Limit, NUMBERS_MAX},
    number::{Number, Strength},
    refusal::Refusal,
    service::Policy,
    time::Time,
};

pub(super) fn resend(
    rows: &mut Rows,
    effects: &mut Vec<Effect>,
    operation: &Operation,
    event: &Resend,
    context: Context<'_>,
) -> Judged {
    let (now, policy) = (context.now, &*operation.policy);
    let Rows {
        verification: Some(verification),
        number: Some(number),
        phone: Some(phone),
        corrected,
        context: asked,
        ..
    } = rows
    else {
        return refuse(Refusal::Internal);
    };
    number.forget(now);
    let correction = corrected.as_mut().zip(event.to.as_ref());
    let target = correction.as_ref().map_or(&*number, |(other, _)| other);
    let to = correction.as_ref().map(|(_, to)| *to);
    let kept = create::reserve(target, event.reserved, now);
    if let Err(refusal) = kept.and_then(|()| may_call(verification, event, policy)).and_then(|()| {
        may_resend(verification, number, target, (to, event.channel), (phone, asked.as_mut()), policy, context)
    }) {
        return refuse(refusal);
    }
    let (target, what) = match correction {
        Some((other, to)) => {
            number.land(verification.id);
            lead_to(verification, to);
            other.forget(now);
            (other, What::Corrected)
        }
        None => (number, What::Resent),
    };
    let strength = target.strength(policy);
    let made = next_code(verification, event, strength, policy, context);
    let generation = Generation { channel: event.channel, ..made };
    target.sent(verification.context, now);
    if event.reserved.is_some() {
        target.took_reserved(now);
    }
    let (id, purpose, binding) = (verification.id, verification.purpose, verification.binding);
    target.take_off(id, purpose, binding, verification.context, generation.expires_at);
    verification.checks_max = verification.checks_max.min(strength.checks_max.max(verification.checks_used + 1));
    verification.generations.push(generation);
    verification.locale = event.locale.unwrap_or(verification.locale);
    verification.resend_at = target.next_send_at(&verification.context, policy, now);
    effects.push(Effect::Send(create::message(verification, now)));
    Ok((Answer::Verification(Box::new(verification.clone())), Some(what)))
}

/// Every rule of another message; nothing changes before all of them hold. Counts it on the phone, and on
/// the context a number that is new to it.
fn may_resend(
    v: &Verification,
    number: &Number,
    target: &Number,
    (to, channel): (Option<&Recipient>, Channel),
    (phone, asked): (&mut Limit, Option<&mut Limit>),
    policy: &Policy,
    context: Context<'_>,
) -> Result<(), Refusal> {
    let now = context.now;
    open(v, number, context)?;
    if let Some(to) = to {
        may_correct(v, to, asked.as_deref(), now)?;
    }
    target.admit(&v.context, v.known, now)?;
    if v.sends() >= policy.sends_max {
        let retry_at = v.expires_at().max(target.next_send_at(&v.context, policy, now));
        return Err(Refusal::TooManySends { retry_at });
    }
    target.may_send(&v.context, policy, now)?;
    create::charge(phone, channel, asked.zip(to.map(|to| to.number)), v.known, now)
}

/// A call is for those whom no SMS reaches: it comes after one to the same number, or to a number whose type gets none, where
/// the service wants that, and is not repeated at will (rule V4).
fn may_call(v: &Verification, event: &Resend, policy: &Policy) -> Result<(), Refusal> {
    let gets_none = |to: &Recipient| to.channel == Channel::Call;
    let may = policy.calls && event.to.as_ref().is_none_or(gets_none) && v.may_be_called();
    if event.channel == Channel::Sms || may { Ok(()) } else { Err(Refusal::CallNotOffered) }
}

fn lead_to(verification: &mut Verification, to: &Recipient) {
    for generation in &mut verification.generations {
        generation.earlier_phone.get_or_insert(verification.phone);
        generation.earlier_number.get_or_insert(verification.number);
    }
    verification.number = to.number;
    verification.phone = to.phone;
    verification.address.clone_from(&to.address);
}

/// Correcting keeps sends and failures used, and leads to a few numbers only (rules V2, V5). Another number is possible in
/// another verification, once the context has room for it.
fn may_correct(verification: &Verification, to: &Recipient, asked: Option<&Limit>, now: Time) -> Result<(), Refusal> {
    let mut numbers: Vec<_> =
        verification.generations.iter().map(|g| verification.number_of(g)).chain([to.number]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() > NUMBERS_MAX {
        let room_at = asked.and_then(|asked| asked.admits(&to.number, now).err());
        return Err(Refusal::TooManySends { retry_at: verification.expires_at().max(room_at.unwrap_or(now)) });
    }
    Ok(())
}

/// A new code, or the same one again where the service wants that: to the same number only (rule V2), as long as
/// it has half of its time left and its key is there, and never beyond its own ten minutes.
fn next_code(
    verification: &Verification,
    event: &Resend,
    strength: Strength,
    policy: &Policy,
    context: Context<'_>,
) -> Generation {
    let now = context.now;
    let newest = verification.newest();
    let fresh = newest.expires_at.since(now) * 2 >= policy.code_lifetime_ms;
    let same = policy.same_code_on_resend
        && fresh
        && verification.number_of(newest) == verification.number
        && newest.digits == strength.digits
        && context.keys.get(newest.key).is_some();
    let key = context.keys.current().id;
    let code = verification.sends() + 1;
    let made = create::generation(code, event.salt, key, strength, event.message, now, policy);
    if !same {
        return made;
    }
    Generation { code: newest.code, salt: newest.salt, key: newest.key, expires_at: newest.expires_at, ..made }
}
