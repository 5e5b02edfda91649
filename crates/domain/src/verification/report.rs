//! Something became known about a message: it was handed over, it arrived, it did not.

use super::{Answer, Context, Report, Rows, decide::Judged};
use crate::effect::{Effect, What};

/// Receipts never approve, extend or unlock (rule D1): only the message's own progress changes.
pub(super) fn report(rows: &mut Rows, effects: &mut Vec<Effect>, event: &Report, context: Context<'_>) -> Judged {
    effects.extend(event.settlement.clone().map(Effect::Settle));
    let generations = rows.verification.iter_mut().flat_map(|verification| &mut verification.generations);
    let Some(generation) = generations.into_iter().find(|generation| generation.message == event.message) else {
        // Its verification was erased meanwhile: the message's own row ends all the same.
        return Ok((Answer::Noted, None));
    };
    let after = generation.progress.after(event.state, event.reason, context.now);
    if after == generation.progress {
        return Ok((Answer::Noted, None));
    }
    generation.progress = after;
    Ok((Answer::Noted, Some(What::Reported)))
}
