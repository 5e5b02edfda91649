//! When a range of numbers looks pumped: messages arrive there, and codes do not come back (rules M2, M6).
//!
//! Whoever is paid for the messages that numbers receive orders many and types nothing. A route that fails looks the same
//! for a while: so a range is held against the least of what is usual for itself, for all others, and for all others
//! now; and what carriers say did not arrive is left out. One sign is that messages arrive, the other that nobody types.

/// A range is judged by at least so many messages, and refused by so many.
const JUDGED_MIN: i64 = 20;
const REFUSED_MIN: i64 = 50;
/// What is usual is told by at least so many.
const USUAL_MIN: i64 = 100;
/// Where fewer than one in so many usually come back, nothing can be told.
const TELLING: i64 = 5;
/// Less than one part in so many of what is usual slows, and refuses.
const SLOWED_PART: i64 = 2;
const REFUSED_PART: i64 = 5;

/// How many codes came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Of so many.
    pub sent: i64,
    /// So many.
    pub back: i64,
}

/// What becomes of messages to a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// They are held back, and there are few.
    Slowed,
    /// A few go, by which it is seen when it is over.
    Refused,
}

impl Share {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Share) -> Share {
        Share { sent: self.sent + other.sent, back: self.back + other.back }
    }

    /// This without a part of it.
    #[must_use]
    pub fn without(self, part: Share) -> Share {
        Share { sent: self.sent - part.sent, back: self.back - part.back }
    }

    /// Whether it is worth a closer look.
    pub fn is_suspect(self, others: Share) -> bool {
        self.sent >= JUDGED_MIN && self.back * SLOWED_PART * others.sent < others.back * self.sent
    }

    fn is_less_than(self, other: Share) -> bool {
        self.back * other.sent < other.back * self.sent
    }
}

/// What a share says, against what is usual for the range, for all others, and for all others at the same time.
pub fn verdict(now: Share, own: Share, others: Share, others_now: Share) -> Option<Verdict> {
    let usual = [own, others].into_iter().filter(|share| share.sent >= USUAL_MIN);
    let usual = usual.reduce(|least, share| if share.is_less_than(least) { share } else { least })?;
    let usual = if others_now.sent >= JUDGED_MIN && others_now.is_less_than(usual) { others_now } else { usual };
    if now.sent < JUDGED_MIN || usual.back * TELLING < usual.sent {
        return None;
    }
    let below = |part: i64| now.back * part * usual.sent < usual.back * now.sent;
    if now.sent >= REFUSED_MIN && below(REFUSED_PART) {
        Some(Verdict::Refused)
    } else {
        below(SLOWED_PART).then_some(Verdict::Slowed)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{
        Verdict::{Refused, Slowed},
        *,
    };

    const fn share(sent: i64, back: i64) -> Share {
        Share { sent, back }
    }

    const USUAL: Share = share(1_000, 850);
    const NONE: Share = share(0, 0);

    #[rstest]
    #[case::as_usual(share(100, 80), USUAL, USUAL, USUAL, None)]
    #[case::half_is_not_less_than_half(share(200, 85), USUAL, USUAL, USUAL, None)]
    #[case::less_than_half(share(100, 40), USUAL, USUAL, USUAL, Some(Slowed))]
    #[case::hardly_any(share(50, 3), USUAL, USUAL, USUAL, Some(Refused))]
    #[case::too_few_to_refuse(share(49, 0), USUAL, USUAL, USUAL, Some(Slowed))]
    #[case::too_few_to_tell(share(19, 0), USUAL, USUAL, USUAL, None)]
    #[case::a_new_range_against_the_others(share(100, 2), NONE, USUAL, NONE, Some(Refused))]
    #[case::nothing_to_compare_with(share(100, 0), share(99, 99), share(99, 99), USUAL, None)]
    #[case::low_as_ever(share(100, 25), share(1_000, 300), USUAL, USUAL, None)]
    #[case::high_once_and_still_as_others(share(100, 60), share(1_000, 1_000), share(1_000, 600), NONE, None)]
    #[case::all_fail_now(share(100, 0), USUAL, USUAL, share(40, 0), None)]
    #[case::few_come_back_anywhere(share(100, 0), share(1_000, 190), NONE, NONE, None)]
    fn m6_a_range_is_held_against_itself_and_the_others(
        #[case] now: Share,
        #[case] own: Share,
        #[case] others: Share,
        #[case] others_now: Share,
        #[case] wanted: Option<Verdict>,
    ) {
        assert_eq!(verdict(now, own, others, others_now), wanted);
    }
}
