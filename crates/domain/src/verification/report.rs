//! Something became known about a message: it was handed over, it arrived, it did not.

use super::{Answer, Context, Rows, Verification, decide::Judged};
use crate::{
    delivery::{Reason, State},
    effect::{Effect, Settlement, What},
    id::MessageId,
    limit::LimitKey,
};

/// What became known about a message.
#[derive(Clone, Debug)]
pub struct Report {
    /// The message.
    pub message: MessageId,
    /// Where it is.
    pub state: State,
    /// Why, if anybody told.
    pub reason: Option<Reason>,
    /// What its row of the outbox becomes, if that changes.
    pub settlement: Option<Settlement>,
}

impl Verification {
    /// The routes that earlier messages to its number went by, without having helped.
    pub fn routes_used(&self) -> Vec<&str> {
        let earlier = self.generations.iter().rev().skip(1).filter(|earlier| self.number_of(earlier) == self.number);
        earlier.filter_map(|generation| generation.route.as_deref()).collect()
    }

    /// The phone that one of its messages went to; `None` for a message that is none of its own.
    pub fn phone_of(&self, message: MessageId) -> Option<LimitKey> {
        let generation = self.generations.iter().find(|generation| generation.message == message)?;
        Some(generation.earlier_phone.unwrap_or(self.phone))
    }
}

/// Receipts never approve, extend or unlock (rule D1): only the message's own progress changes. A report that comes again,
/// since its commit was in doubt, tells nothing new: no row has to remember it.
pub(super) fn report(rows: &mut Rows, effects: &mut Vec<Effect>, event: &Report, context: Context<'_>) -> Judged {
    let mut settlement = event.settlement.clone();
    let generations = rows.verification.iter_mut().flat_map(|verification| &mut verification.generations);
    let Some(generation) = generations.into_iter().find(|generation| generation.message == event.message) else {
        // Its verification was erased meanwhile: the message's own row ends all the same.
        effects.extend(settlement.map(Effect::Settle));
        return Ok((Answer::Noted, None));
    };
    if let Some(route) = settlement.as_ref().and_then(|settlement| settlement.route.as_ref()) {
        generation.route.get_or_insert_with(|| route.clone());
    }
    let after = generation.progress.after(event.state, event.reason, context.now);
    // What is over does not begin anew because it is heard again that it began.
    if let Some(settlement) = settlement.as_mut().filter(|_| after.state.is_final()) {
        settlement.state = after.state;
    }
    effects.extend(settlement.map(Effect::Settle));
    if after == generation.progress {
        return Ok((Answer::Noted, None));
    }
    generation.progress = after;
    Ok((Answer::Noted, Some(What::Reported)))
}
