//! The lines that this node knows to be used up: whoever is refused for one, wherever the message would go, does not ask
//! the store.

use std::collections::HashMap;

use domain::{
    budget::{Line, Price, Span},
    id::ServiceId,
    limit,
    time::{Millis, Time, seconds},
};

use crate::telemetry::UsedUp;

/// For so long nobody asks again for what was used up: as long as a change of a service may take to be seen.
const KNOWN_MS: Millis = seconds(5);

/// What was taken of lines when the store last refused to lease of them.
#[derive(Default)]
pub(super) struct UsedUpLines(HashMap<Counted, Seen>);

/// What a line counts: whose messages, where, and in which span from when.
type Counted = (Option<ServiceId>, String, Span, Time);

struct Seen {
    /// Messages and cost.
    taken: (i64, i64),
    until: Time,
}

/// No budget has room.
#[derive(Clone, Copy)]
pub(super) struct Out {
    pub whose: UsedUp,
    pub retry_at: Time,
}

impl UsedUpLines {
    pub(super) fn put(&mut self, lines: Vec<(Line, (i64, i64))>, now: Time) {
        let seen = |(line, taken)| (counted(&line), Seen { taken, until: now.plus(KNOWN_MS) });
        self.0.extend(lines.into_iter().map(seen));
    }

    /// The one of these lines that has room again last, if one has none as it is bounded now and at this price.
    pub(super) fn find(&self, lines: &[Line], price: Price, now: Time) -> Option<Out> {
        let is_used_up = |line: &&Line| {
            let seen = self.0.get(&counted(line)).filter(|seen| seen.until > now);
            seen.is_some_and(|seen| line.room(seen.taken, price) == Some(0))
        };
        lines.iter().filter(is_used_up).max_by_key(|line| line.ends()).map(|line| Out::of(line, now))
    }

    /// Lets go of what is not known any more.
    pub(super) fn sweep(&mut self, now: Time) {
        self.0.retain(|_, seen| seen.until > now);
    }
}

fn counted(line: &Line) -> Counted {
    (line.owner, line.place.clone(), line.span, line.from)
}

impl Out {
    /// Of the service's own line is told until when it is used up; of the installation's, which others use up too, the words
    /// of a busy route (rule D5).
    fn of(line: &Line, now: Time) -> Out {
        match line.owner {
            Some(_) => Out { whose: UsedUp::Service, retry_at: line.ends() },
            None => Out { whose: UsedUp::Installation, retry_at: limit::busy_until(now) },
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::budget::Caps;

    use super::*;

    #[test]
    fn m2_what_is_used_up_is_so_under_its_bounds_at_its_price_and_for_a_while() {
        let now = Time::from_ms(0);
        let line = |cost| Line::both(None, "JP", Caps { sms: [None; 2], cost: [Some(cost), None] }, now)[0].clone();
        let price = |text: &str| serde_json::from_str::<Price>(text).expect("a price");
        let mut known = UsedUpLines::default();
        known.put(vec![(line(20), (2, 15_000))], now);
        let is_used_up = |lines: &[Line], text, at| known.find(lines, price(text), at).is_some();
        assert!(is_used_up(&[line(20)], "7.5", now));
        assert!(!is_used_up(&[line(20)], "5", now), "a cheaper message still fits");
        assert!(!is_used_up(&[line(23)], "7.5", now), "so much more may go out by now");
        assert!(!is_used_up(&[line(20)], "7.5", now.plus(KNOWN_MS)), "others may have given back");
        let elsewhere = Line { place: "KR".into(), ..line(20) };
        assert!(!is_used_up(std::slice::from_ref(&elsewhere), "7.5", now));
        assert!(is_used_up(&[elsewhere, line(20)], "7.5", now));
        known.sweep(now.plus(KNOWN_MS));
        assert!(known.0.is_empty());
    }
}
