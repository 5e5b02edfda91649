//! A person with one static page: the same remedies from top to bottom, humans at the end.

use domain::guide::condition::Verdict;
use domain::guide::facts::{Facts, Source};
use domain::guide::{Cause, Guide, Kind};

use super::answer;
use super::assumptions::{Page, Reader};
use super::walk::{End, Going, Walk};

/// What only the service knows of a message: a page says nothing of it.
const ONLY_THE_SERVICE: [&str; 2] = ["message", "reason"];
/// Nobody who reads a page knows of trouble on the way: the first value stands, that all is well.
const NOT_SEEN: &str = "route";
/// What even who skims sees of a heading: the kind of phone.
const BY_PHONE: [&str; 1] = ["phone"];
/// What a heading names: nobody does the settings of another carrier, or of an app that is not theirs.
const BY_HEADING: [&str; 5] = ["phone", "sms_app", "carrier", "mvno_line", "country"];
/// What is said to whoever enters a number of the wrong kind, before anything is sent.
const REFUSED: &str = "number_kind";

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
    for cause in in_order(guide, walk.assumed.page) {
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

fn in_order(guide: &Guide, page: Page) -> Vec<&Cause> {
    let mut causes: Vec<&Cause> = guide.causes.iter().collect();
    if page == Page::BestFirst {
        let nothing = Facts::unknown(&guide.facts);
        let worth = |cause: &Cause| cause.weight(&nothing) * cause.works / cause.cost_s;
        let changes = |cause: &Cause| cause.kind == Kind::Change;
        causes.sort_by(|a, b| changes(a).cmp(&changes(b)).then(worth(b).total_cmp(&worth(a))));
    }
    causes
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
    let refused =
        if walk.person.begins() { None } else { answer::derived(walk.population, walk.person).remove(REFUSED) };
    let (truth, observed) = (walk.truth(), walk.service.observed());
    for at in guide.fact_places() {
        let fact = guide.fact(at);
        let is_seen = match walk.assumed.reader {
            Reader::ByPhone => BY_PHONE.contains(&fact.id.as_str()),
            Reader::ByHeading => BY_HEADING.contains(&fact.id.as_str()),
            Reader::Careful => true,
        };
        let value = match fact.source {
            Source::Observed if ONLY_THE_SERVICE.contains(&fact.id.as_str()) => None,
            Source::Observed if fact.id == NOT_SEEN => fact.values.first().cloned(),
            Source::Observed => observed.get(&fact.id).cloned(),
            Source::Told | Source::Derived if fact.id == REFUSED && refused.is_some() => refused.clone(),
            Source::Told | Source::Derived if is_seen => Some(answer::answer(fact, &truth, walk.person, walk.assumed)),
            Source::Told | Source::Derived => None,
        };
        facts.set(at, value.and_then(|value| fact.value(&value)));
    }
    facts
}
