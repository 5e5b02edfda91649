//! A person with one static page: the same remedies from top to bottom, humans at the end.

use domain::guide::condition::Verdict;
use domain::guide::facts::{Facts, Source};
use domain::guide::{Cause, Guide, Kind};

use super::answer;
use super::assumptions::Reader;
use super::walk::{End, Going, Walk};

/// What only the service knows of a message: a page says nothing of it.
const ONLY_THE_SERVICE: [&str; 2] = ["message", "reason"];
/// Nobody who reads a page knows of trouble on the way: the first value stands, that all is well.
const NOT_SEEN: &str = "route";
/// What a heading says even to who skims.
const BY_PHONE: [&str; 1] = ["phone"];

/// The way to the end.
pub(super) fn read(guide: &Guide, walk: &mut Walk<'_>) -> End {
    match from_top_to_bottom(guide, walk) {
        Err(end) => end,
        Ok(()) => walk.only_human_left(),
    }
}

fn from_top_to_bottom(guide: &Guide, walk: &mut Walk<'_>) -> Going {
    let mut waited_s = 0.0_f64;
    walk.set_out()?;
    walk.work(walk.assumed.page_s)?;
    for cause in &guide.causes {
        if cause.when.verdict(&visible(guide, walk)) == Verdict::Fails {
            walk.work(walk.assumed.glance_s)?;
            continue;
        }
        walk.step(&cause.id)?;
        if cause.kind == Kind::Wait {
            wait(walk, cause, &mut waited_s)?;
        } else {
            walk.attempt(cause)?;
        }
    }
    Ok(())
}

/// Nobody waits the same minutes twice because a page says so in two places.
fn wait(walk: &mut Walk<'_>, cause: &Cause, waited_s: &mut f64) -> Going {
    walk.work(walk.assumed.glance_s)?;
    let more_s = (cause.cost_s - *waited_s).max(0.0);
    *waited_s = waited_s.max(cause.cost_s);
    walk.pass(super::person::ms(more_s))
}

/// What the reader holds headings against: nothing that only the service could know.
fn visible(guide: &Guide, walk: &Walk<'_>) -> Facts {
    let mut facts = Facts::unknown(&guide.facts);
    let (truth, observed) = (walk.truth(), walk.service.observed());
    for at in guide.fact_places() {
        let fact = guide.fact(at);
        let of_the_phone = BY_PHONE.contains(&fact.id.as_str()) || walk.assumed.reader == Reader::Careful;
        let value = match fact.source {
            Source::Observed if ONLY_THE_SERVICE.contains(&fact.id.as_str()) => None,
            Source::Observed if fact.id == NOT_SEEN => fact.values.first().cloned(),
            Source::Observed => observed.get(&fact.id).cloned(),
            Source::Told | Source::Derived if of_the_phone => {
                Some(answer::answer(fact, &truth, walk.person, walk.assumed))
            }
            Source::Told | Source::Derived => None,
        };
        facts.set(at, value.and_then(|value| fact.value(&value)));
    }
    facts
}
