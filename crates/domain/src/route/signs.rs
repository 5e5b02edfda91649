//! When a route is in trouble: two signs agree, of which neither makes the other (rule M6).
//!
//! The first is what people type: their codes come back less than half as often as usual. The second is what the
//! carriers write, on a route with receipts: less than half as many as usual say that a message arrived. A route without
//! receipts, by how it is set up or by its carriers, has another second sign: people ask for the message again, or for
//! help with it, at least twice as often as usual. Whoever only orders messages and types nothing makes the first sign
//! and not that one; whoever types what arrived and asks for more makes that one and not the first.

use serde::{Deserialize, Serialize};

/// What is usual is told by at least so many messages.
const USUAL_MIN: i64 = 100;
/// One in so many is enough to tell by: of what usually comes, that it fell; of those who ask again, that it rose.
const TELLING: i64 = 5;

/// What came of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Handed to the route.
    pub sent: i64,
    /// Codes that came back.
    pub back: i64,
    /// Receipts that say: arrived.
    pub delivered: i64,
    /// Receipts that say: did not.
    pub undelivered: i64,
    /// Whose person asked for another, or for help.
    pub again: i64,
}

impl Sums {
    /// These and others.
    pub fn and(self, others: Sums) -> Sums {
        self.with(others, |own, other| own + other)
    }

    /// These but for a part of them.
    pub fn without(self, part: Sums) -> Sums {
        self.with(part, |own, other| own - other)
    }

    fn with(self, others: Sums, figure: impl Fn(i64, i64) -> i64) -> Sums {
        Sums {
            sent: figure(self.sent, others.sent),
            back: figure(self.back, others.back),
            delivered: figure(self.delivered, others.delivered),
            undelivered: figure(self.undelivered, others.undelivered),
            again: figure(self.again, others.again),
        }
    }
}

/// Whether less arrives now than usual, by at least so many messages.
pub(super) fn agree(now: Sums, usual: Sums, judged_min: i64) -> bool {
    let enough = now.sent >= judged_min && usual.sent >= USUAL_MIN;
    let has_receipts = usual.delivered * TELLING >= usual.sent;
    let second =
        if has_receipts { fell(now, usual, |sums| sums.delivered) } else { rose(now, usual, |sums| sums.again) };
    enough && second && fell(now, usual, |sums| sums.back)
}

/// Less than half of the usual share.
fn fell(now: Sums, usual: Sums, part: impl Fn(&Sums) -> i64) -> bool {
    part(&usual) * TELLING >= usual.sent && part(&now) * usual.sent * 2 < part(&usual) * now.sent
}

/// At least twice the usual share.
fn rose(now: Sums, usual: Sums, part: impl Fn(&Sums) -> i64) -> bool {
    part(&now) * TELLING >= now.sent && part(&now) * usual.sent >= part(&usual) * now.sent * 2
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const fn sums(sent: i64, back: i64, delivered: i64, again: i64) -> Sums {
        Sums { sent, back, delivered, undelivered: 0, again }
    }

    /// With receipts, and without.
    const USUAL: Sums = sums(1_000, 900, 950, 80);
    const SILENT: Sums = sums(1_000, 900, 0, 80);

    #[rstest]
    #[case::as_usual(sums(100, 88, 95, 8), USUAL, false)]
    #[case::both(sums(100, 30, 40, 8), USUAL, true)]
    #[case::codes_alone(sums(100, 0, 95, 8), USUAL, false)]
    #[case::receipts_alone(sums(100, 88, 0, 8), USUAL, false)]
    #[case::half_is_not_less_than_half(sums(100, 45, 40, 8), USUAL, false)]
    #[case::too_few(sums(19, 0, 0, 0), USUAL, false)]
    #[case::nothing_to_compare(sums(100, 0, 0, 90), sums(99, 90, 90, 0), false)]
    #[case::hardly_any_code_came_back_before(sums(100, 1, 2, 90), sums(1_000, 100, 950, 80), false)]
    #[case::asking_is_no_sign_where_receipts_are(sums(100, 30, 95, 90), USUAL, false)]
    #[case::silent_as_usual(sums(100, 88, 0, 8), SILENT, false)]
    #[case::silent_both(sums(100, 30, 0, 40), SILENT, true)]
    #[case::silent_codes_alone(sums(100, 0, 0, 8), SILENT, false)]
    #[case::silent_asking_alone(sums(100, 88, 0, 60), SILENT, false)]
    #[case::silent_asking_less_than_twice(sums(100, 30, 0, 20), sums(1_000, 900, 0, 110), false)]
    #[case::silent_few_ask(sums(100, 30, 0, 19), SILENT, false)]
    #[case::silent_nobody_asked_before(sums(100, 30, 0, 20), sums(1_000, 900, 0, 0), true)]
    #[case::silent_too_few(sums(19, 0, 0, 19), SILENT, false)]
    fn m6_a_route_is_in_trouble_when_two_signs_agree(#[case] now: Sums, #[case] usual: Sums, #[case] troubled: bool) {
        assert_eq!(agree(now, usual, 20), troubled);
    }
}
