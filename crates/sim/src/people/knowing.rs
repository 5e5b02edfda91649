//! A person beside whom sits somebody who knows what is wrong: how far the same remedies could bring anybody.
//!
//! A yardstick: no guide knows as much, though nothing proves that nobody could do better. The same person still slips, cannot do things, loses patience, and meets the same limits.

use domain::guide::condition::Verdict;
use domain::guide::facts::{Facts, Source};
use domain::guide::{Cause, Guide, Then};

use super::walk::{End, Going, Walk};

/// The second time is for what was botched the first.
const ROUNDS: u32 = 2;

/// The way to the end.
pub(super) fn advised(guide: &Guide, walk: &mut Walk<'_>) -> End {
    match mended(guide, walk) {
        Err(end) => end,
        Ok(()) => walk.only_human_left(),
    }
}

/// What mends it, and other ways, cheapest first; then the code that is on its way, or a new one.
fn mended(guide: &Guide, walk: &mut Walk<'_>) -> Going {
    walk.set_out()?;
    let mut causes: Vec<&Cause> = guide.causes.iter().collect();
    causes.sort_by(|a, b| (a.cost_s / a.works).total_cmp(&(b.cost_s / b.works)));
    for _ in 0..ROUNDS {
        for _ in 0..ROUNDS {
            attempt(guide, walk, &causes)?;
        }
        if walk.hopeless() {
            break;
        }
        if !walk.service.is_under_way() {
            walk.ask_again()?;
        }
        walk.wait_for_code()?;
    }
    Ok(())
}

fn attempt(guide: &Guide, walk: &mut Walk<'_>, causes: &[&Cause]) -> Going {
    for cause in causes {
        if is_called_for(walk, cause) && cause.when.verdict(&truth(guide, walk)) == Verdict::Holds {
            walk.step(&cause.id)?;
            walk.attempt(cause)?;
        }
    }
    Ok(())
}

/// A human comes last, called or calling: whoever knows need not ask one before.
fn is_called_for(walk: &Walk<'_>, cause: &Cause) -> bool {
    match cause.then {
        Then::OtherWay if walk.is_call(cause) => walk.service.is_within_call() && !walk.was_tried(cause, ROUNDS),
        Then::OtherWay => !walk.is_call_back(cause) && !walk.was_tried(cause, ROUNDS),
        Then::Contact => false,
        Then::Nothing | Then::Resend | Then::Number => walk.concerns(cause),
    }
}

/// All that is true, whoever could know it.
fn truth(guide: &Guide, walk: &Walk<'_>) -> Facts {
    let mut facts = Facts::unknown(&guide.facts);
    let (truth, observed) = (walk.truth(), walk.service.observed());
    for at in guide.fact_places() {
        let fact = guide.fact(at);
        let from = if fact.source == Source::Observed { &observed } else { &truth };
        let value = from.get(&fact.id).and_then(|value| fact.value(value));
        facts.set(at, value.or_else(|| fact.value("unknown")).or_else(|| fact.places().next()));
    }
    facts
}
