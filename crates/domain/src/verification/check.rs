//! A code comes back; and how a verification ends otherwise.

use super::{
    Answer, Context, PROOF_LIFETIME_MS, Proof, Rows, SUPERSEDED_MAX, Status, Verification,
    decide::{Judged, open, refuse},
};
use crate::{
    code::Code, digest::Digest, effect::What, key::KeyRing, number::Number, refusal::Refusal, service::Policy,
    time::Time,
};

impl Verification {
    /// How many more wrong codes it bears.
    pub fn checks_left(&self) -> u8 {
        self.checks_max.saturating_sub(self.checks_used)
    }
}

pub(super) fn check(rows: &mut Rows, typed: &str, proof: Digest, policy: &Policy, context: Context<'_>) -> Judged {
    let (Some(verification), Some(number)) = (rows.verification.as_mut(), rows.number.as_mut()) else {
        return refuse(Refusal::Internal);
    };
    number.forget(context.now);
    if let Err(refusal) = may_check(verification, number, context) {
        return refuse(refusal);
    }
    // The newest first: an earlier message may have had a shorter code.
    let mut lengths = verification.generations.iter().rev().map(|generation| generation.digits);
    let Some(typed) = lengths.find_map(|digits| Code::read(typed, digits)) else {
        let must = format!("be {} digits", verification.newest().digits);
        return refuse(Refusal::BadRequest { field: "code".into(), must });
    };
    let Some(place) = matching(verification, &typed, context.keys) else {
        // A key that the file has lost: nobody's failure, so nothing is counted (rule D11).
        return refuse(Refusal::Unavailable);
    };
    match place {
        Place::Newest => Ok(approve(verification, number, proof, policy, context.now)),
        Place::Earlier if verification.superseded < SUPERSEDED_MAX => {
            verification.superseded += 1;
            Err((Refusal::SupersededCode { checks_left: verification.checks_left() }, Some(What::Superseded)))
        }
        Place::Earlier | Place::Nowhere => Err(fail(verification, number, context.now)),
    }
}

pub(super) fn cancel(rows: &mut Rows, context: Context<'_>) -> Judged {
    let (Some(verification), Some(number)) = (rows.verification.as_mut(), rows.number.as_mut()) else {
        return refuse(Refusal::Internal);
    };
    match verification.status(context.now) {
        Status::Approved => refuse(Refusal::AlreadyUsed),
        Status::Canceled => Ok((Answer::Verification(Box::new(verification.clone())), None)),
        Status::Pending | Status::Expired | Status::Locked => {
            verification.status = Status::Canceled;
            number.land(verification.id);
            Ok((Answer::Verification(Box::new(verification.clone())), Some(What::Canceled)))
        }
    }
}

/// The proof of approval is good once, for a while (rule V1).
pub(super) fn redeem(rows: &mut Rows, presented: &Digest, context: Context<'_>) -> Judged {
    let Some(verification) = rows.verification.as_mut() else { return refuse(Refusal::Internal) };
    let Some(proof) = verification.proof.as_mut().filter(|proof| proof.digest == *presented) else {
        return refuse(Refusal::NotFound);
    };
    if proof.redeemed {
        return refuse(Refusal::AlreadyUsed);
    }
    if proof.expires_at <= context.now {
        return refuse(Refusal::ExpiredCode);
    }
    proof.redeemed = true;
    Ok((Answer::Verification(Box::new(verification.clone())), Some(What::Redeemed)))
}

/// Whether codes are judged at all now.
fn may_check(verification: &Verification, number: &Number, context: Context<'_>) -> Result<(), Refusal> {
    open(verification, number, context)?;
    number.admit(&verification.context, verification.known, context.now)
}

enum Place {
    Newest,
    Earlier,
    Nowhere,
}

/// Which of the verification's codes was typed. Only the newest is good; `None` when a key is missing.
fn matching(verification: &Verification, typed: &Code, keys: &KeyRing) -> Option<Place> {
    let (newest, earlier) = verification.generations.split_last()?;
    if verification.code(newest, keys)? == *typed {
        return Some(Place::Newest);
    }
    let known = |generation| verification.code(generation, keys).is_some_and(|code| code == *typed);
    Some(if earlier.iter().any(known) { Place::Earlier } else { Place::Nowhere })
}

fn approve(
    verification: &mut Verification,
    number: &mut Number,
    proof: Digest,
    policy: &Policy,
    now: Time,
) -> (Answer, Option<What>) {
    verification.status = Status::Approved;
    verification.proof = Some(Proof { digest: proof, expires_at: now.plus(PROOF_LIFETIME_MS), redeemed: false });
    number.land(verification.id);
    number.proved(&verification.context, policy.remember_verified_ms, now);
    (Answer::Verification(Box::new(verification.clone())), Some(What::Approved))
}

fn fail(verification: &mut Verification, number: &mut Number, now: Time) -> (Refusal, Option<What>) {
    verification.checks_used = verification.checks_used.saturating_add(1);
    let locked = verification.checks_left() == 0;
    number.failed(verification.context, locked, now);
    if locked {
        verification.status = Status::Locked;
        number.land(verification.id);
    }
    let what = if locked { What::Locked } else { What::Incorrect };
    (Refusal::IncorrectCode { checks_left: verification.checks_left() }, Some(what))
}
