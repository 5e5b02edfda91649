//! Something became known about a message: it was handed over, it arrived, it did not.

use super::{
    Answer, Context, Report, Rows,
    decide::{Judged, refuse},
};
use crate::{
    effect::{Effect, What},
    refusal::Refusal,
};

/// Receipts never approve, extend or unlock (rule D1): only the message's own progress changes.
pub(super) fn report(rows: &mut Rows, effects: &mut Vec<Effect>, event: &Report, context: Context<'_>) -> Judged {
    let Some(verification) = rows.verification.as_mut() else { return refuse(Refusal::Internal) };
    effects.extend(event.settlement.clone().map(Effect::Settle));
    let Some(generation) = verification.generations.iter_mut().find(|g| g.message == event.message) else {
        return Ok((Answer::Noted, None));
    };
    let after = generation.progress.after(event.state, event.reason, context.now);
    if after == generation.progress {
        return Ok((Answer::Noted, None));
    }
    generation.progress = after;
    Ok((Answer::Noted, Some(What::Reported)))
}
