//! What is known of a route over all nodes and restarts: what an operator said, and what was learnt from what arrives.
//! A route in trouble rests, is tried with a few messages, then with more, and is well again if they arrive (rule M6).

use serde::{Deserialize, Serialize};

use super::{Order, Sums, signs};
use crate::time::{Millis, Time, days, minutes};

/// A route is judged by at least so many messages; one that is tried, by a few.
const JUDGED_MIN: i64 = 20;
const PROBES_MIN: i64 = 5;
/// How long a route rests before it is tried; twice as long after each further fall.
const REST_MS: Millis = minutes(5);
const FALLS_MAX: u8 = 5;
/// After so long without trouble a fall is a first one.
const FORGIVEN_MS: Millis = days(1);
/// How many of a thousand messages try a route, step by step.
const SHARES: [i64; 2] = [50, 250];

/// What is known of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// What an operator said.
    #[serde(default)]
    pub order: Option<Order>,
    /// When that was.
    #[serde(default)]
    pub ordered_at: Time,
    /// What was learnt.
    pub standing: Standing,
    /// Since when.
    pub since: Time,
    /// By what it was last judged to be in trouble.
    #[serde(default)]
    pub evidence: Option<Evidence>,
    /// How often in a row it fell.
    #[serde(default)]
    falls: u8,
}

/// What was learnt of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As much arrives as usual.
    #[default]
    Sound,
    /// Less arrives: others are used.
    Troubled,
    /// It is tried, in the step of this number.
    Probing(u8),
}

/// What a judgement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What came of its messages lately.
    pub lately: Sums,
    /// What usually comes of them.
    pub usual: Sums,
}

/// Something that happened to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It fell into trouble, or did not get out of it.
    Troubled,
    /// It is tried, or tried with more.
    Probing,
    /// It is well again.
    Sound,
    /// An operator pinned it.
    Pinned,
    /// An operator banned it.
    Banned,
    /// An operator leaves it to itself.
    Released,
}

impl Known {
    /// From when on messages tell how it does now.
    pub fn judged_from(&self, earliest: Time) -> Time {
        earliest.max(self.since)
    }

    /// What follows from what came of its messages since then; `None` if nothing does.
    pub fn judged(self, lately: Sums, usual: Sums, now: Time) -> Option<(Known, Change)> {
        let evidence = self.evidence.filter(|_| now.since(self.since) < FORGIVEN_MS);
        // What usually comes was worse while it was in trouble: that is no measure.
        let usual = evidence.map_or(usual, |evidence| evidence.usual);
        match self.standing {
            Standing::Sound => {
                let fallen = signs::agree(lately, usual, JUDGED_MIN);
                fallen.then(|| self.fallen(Evidence { lately, usual }, evidence.is_some(), now))
            }
            Standing::Troubled => {
                let rested = now.since(self.since) >= REST_MS << self.falls.saturating_sub(1);
                rested.then(|| self.turned(Standing::Probing(0), Change::Probing, now))
            }
            Standing::Probing(_) if lately.sent < PROBES_MIN => None,
            Standing::Probing(_) if signs::agree(lately, usual, PROBES_MIN) => {
                Some(self.fallen(Evidence { lately, usual }, true, now))
            }
            Standing::Probing(step) if usize::from(step) + 1 < SHARES.len() => {
                Some(self.turned(Standing::Probing(step + 1), Change::Probing, now))
            }
            Standing::Probing(_) => Some(self.turned(Standing::Sound, Change::Sound, now)),
        }
    }

    /// An operator's word; `None` takes it back.
    #[must_use]
    pub fn ordered(self, order: Option<Order>, now: Time) -> (Known, Change) {
        let change = match order {
            Some(Order::Pinned) => Change::Pinned,
            Some(Order::Banned) => Change::Banned,
            None => Change::Released,
        };
        (Known { order, ordered_at: now, ..self }, change)
    }

    /// Of a thousand messages, how many go by it though others are well; a thousand if it is well itself.
    pub fn share(&self) -> i64 {
        match self.standing {
            Standing::Sound => 1_000,
            Standing::Troubled => 0,
            Standing::Probing(step) => SHARES.get(usize::from(step)).copied().unwrap_or(1_000),
        }
    }

    fn fallen(self, evidence: Evidence, again: bool, now: Time) -> (Known, Change) {
        let falls = if again { (self.falls + 1).min(FALLS_MAX) } else { 1 };
        (Known { standing: Standing::Troubled, since: now, evidence: Some(evidence), falls, ..self }, Change::Troubled)
    }

    fn turned(self, standing: Standing, change: Change, now: Time) -> (Known, Change) {
        (Known { standing, since: now, ..self }, change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time::from_ms(1_000_000_000);
    const USUAL: Sums = Sums { sent: 1_000, back: 900, delivered: 950, undelivered: 5, again: 80 };

    /// What came of so many messages of which so many arrived.
    fn came(sent: i64, arrived: i64) -> Sums {
        Sums { sent, back: arrived, delivered: arrived, undelivered: 0, again: 0 }
    }

    /// Judges until something changes, minute by minute; what it is then and after how many minutes.
    fn turns(known: Known, lately: Sums, from: Time) -> Option<(Known, Change, i64)> {
        (0..1_000).find_map(|minute| {
            let (known, change) = known.judged(lately, USUAL, from.plus(minutes(minute)))?;
            Some((known, change, minute))
        })
    }

    #[test]
    fn m6_a_route_falls_rests_is_tried_and_comes_back() {
        let sound = Known::default();
        assert_eq!(sound.judged(came(100, 90), USUAL, START), None);
        assert_eq!(sound.judged(Sums { delivered: 95, ..came(100, 0) }, USUAL, START), None, "one sign is none");
        let (troubled, change) = sound.judged(came(100, 10), USUAL, START).expect("two signs agree");
        assert_eq!((change, troubled.share(), troubled.since), (Change::Troubled, 0, START));
        assert_eq!(troubled.evidence, Some(Evidence { lately: came(100, 10), usual: USUAL }));
        let (probing, change, rested) = turns(troubled, came(0, 0), START).expect("it is tried");
        assert_eq!((change, probing.share(), rested), (Change::Probing, 50, 5));
        assert_eq!(turns(probing, came(4, 4), probing.since), None, "too few to tell");
        let (more, change, _) = turns(probing, came(5, 5), probing.since).expect("they arrived");
        assert_eq!((change, more.share()), (Change::Probing, 250));
        let (well, change, _) = turns(more, came(5, 4), more.since).expect("they arrived");
        assert_eq!((change, well.share(), well.standing), (Change::Sound, 1_000, Standing::Sound));
        assert_eq!(well.judged_from(START), well.since, "what was before is no sign of now");
    }

    #[test]
    fn m6_each_fall_in_a_row_means_a_longer_rest() {
        let (mut known, _) = Known::default().judged(came(100, 10), USUAL, START).expect("it falls");
        let mut rests = Vec::new();
        for _ in 0..7 {
            let (probing, _, rested) = turns(known, came(0, 0), known.since).expect("it is tried");
            rests.push(rested);
            // Its usual share must be remembered: by now the day's is that of its trouble.
            let fallen = probing.judged(came(6, 0), came(1_000, 100), probing.since).expect("it falls again");
            assert_eq!(fallen.1, Change::Troubled);
            known = fallen.0;
        }
        assert_eq!(rests, [5, 10, 20, 40, 80, 80, 80]);
    }

    #[test]
    fn m6_one_sign_keeps_no_route_from_coming_back() {
        let (troubled, _) = Known::default().judged(came(100, 10), USUAL, START).expect("it falls");
        let (probing, _, _) = turns(troubled, came(0, 0), START).expect("it is tried");
        let silent = Sums { delivered: 10, ..came(10, 0) };
        assert_eq!(turns(probing, silent, probing.since).map(|(_, change, _)| change), Some(Change::Probing));
    }

    #[test]
    fn an_operator_s_word_changes_nothing_that_was_learnt() {
        let (troubled, _) = Known::default().judged(came(100, 10), USUAL, START).expect("it falls");
        let (pinned, change) = troubled.ordered(Some(Order::Pinned), START.plus(1));
        assert_eq!((pinned.order, change, pinned.standing), (Some(Order::Pinned), Change::Pinned, Standing::Troubled));
        let (released, change) = pinned.ordered(None, START.plus(2));
        assert_eq!((released.order, change, released.since), (None, Change::Released, START));
    }

    #[test]
    fn it_is_kept_as_text() {
        let (known, _) = Known::default().judged(came(100, 10), USUAL, START).expect("it falls");
        let text = serde_json::to_string(&known).expect("it can be written");
        assert_eq!(serde_json::from_str::<Known>(&text).expect("it reads back"), known);
    }
}
