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

fn mended(guide: &Guide, walk: &mut Walk<'_>) -> Going {
    walk.set_out()?;
    let mut causes: Vec<&Cause> = guide.causes.iter().collect();
    causes.sort_by(|a, b| (a.cost_s / a.works).total_cmp(&(b.cost_s / b.works)));
    for _ in 0..ROUNDS {
        attempt(guide, walk, &causes, |walk, cause| {
            !matches!(cause.then, Then::OtherWay | Then::Contact) && walk.concerns(cause)
        })?;
        let hopeless = walk.hopeless();
        attempt(guide, walk, &causes, |_, cause| hopeless && cause.then == Then::OtherWay)?;
        walk.ask_again()?;
        walk.wait_for_code()?;
    }
    attempt(guide, walk, &causes, |_, cause| cause.then == Then::OtherWay)
}

/// Tries what is possible, as long as it is still called for.
fn attempt(
    guide: &Guide,
    walk: &mut Walk<'_>,
    causes: &[&Cause],
    called_for: impl Fn(&Walk<'_>, &Cause) -> bool,
) -> Going {
    for cause in causes {
        if called_for(walk, cause) && cause.when.verdict(&truth(guide, walk)) == Verdict::Holds {
            walk.step(&cause.id)?;
            walk.attempt(cause)?;
        }
    }
    Ok(())
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
