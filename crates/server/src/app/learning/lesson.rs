//! What one session with a guide teaches.

use std::collections::BTreeMap;

use domain::guide::{Guide, Order, Outcome, Session, Showing, Shown, SolvedBy, facts::Facts};

/// Stands for a cause where the session as a whole is counted.
pub const SESSION: &str = "";
/// Stands for a cause where the message came whatever the person did: no late step is credited with a slow message.
pub const ANYWAY: &str = "-anyway";

/// What happened with a remedy, or with a session as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// It was shown; a session: it began.
    Shown,
    /// It was seen to help.
    SolvedObserved,
    /// The person says that it helped.
    SolvedWord,
    /// The person could not do it.
    Cannot,
    /// It was done and did not help.
    NotHelped,
    /// The person went on without doing it.
    PassedOver,
    /// The person left while it was shown; a session: without help.
    Dropped,
    /// What it may have been for people who left, in thousandths of a person.
    Left,
}

impl Counted {
    /// All of them.
    pub const ALL: [Counted; 8] = [
        Counted::Shown,
        Counted::SolvedObserved,
        Counted::SolvedWord,
        Counted::Cannot,
        Counted::NotHelped,
        Counted::PassedOver,
        Counted::Dropped,
        Counted::Left,
    ];

    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Counted::Shown => "shown",
            Counted::SolvedObserved => "solved_observed",
            Counted::SolvedWord => "solved_word",
            Counted::Cannot => "cannot",
            Counted::NotHelped => "not_helped",
            Counted::PassedOver => "passed_over",
            Counted::Dropped => "dropped",
            Counted::Left => "left",
        }
    }
}

/// Whose steps are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The guide.
    pub guide: String,
    /// Its version.
    pub version: String,
    /// The kind of phone, as the guide's fact has it, else `unknown`.
    pub phone: String,
    /// The carrier, likewise.
    pub carrier: String,
}

impl Subject {
    /// Whose steps a session with these facts are.
    pub fn of(guide: &Guide, facts: &Facts) -> Subject {
        let value = |id: &str| {
            let at = guide.fact_at(id)?;
            let value = facts.get(at)?;
            guide.fact(at).values.get(usize::from(value.0)).cloned()
        };
        let named = |id: &str| value(id).unwrap_or_else(|| "unknown".into());
        let (phone, carrier) = (named("phone"), named("carrier"));
        Subject { guide: guide.id.clone(), version: guide.version.clone(), phone, carrier }
    }
}

/// What is counted of one session: how much of what, by cause.
pub type Lesson = BTreeMap<(String, Counted), i64>;

/// What a session that is over teaches. `showing` is the step that was shown last.
pub fn lesson(
    guide: &Guide,
    facts: &Facts,
    session: &Session,
    order: &Order,
    showing: Option<&Showing>,
    solved: Option<SolvedBy>,
) -> Lesson {
    let mut lesson = Lesson::new();
    let mut count = |cause: &str, what: Counted, n: i64| {
        *lesson.entry((cause.to_owned(), what)).or_insert(0) += n;
    };
    count(SESSION, Counted::Shown, 1);
    for tried in session.tried() {
        count(&tried.cause, Counted::Shown, 1);
        match tried.outcome {
            Outcome::NotHelped => count(&tried.cause, Counted::NotHelped, 1),
            Outcome::CannotDo => count(&tried.cause, Counted::Cannot, 1),
            Outcome::PassedOver => count(&tried.cause, Counted::PassedOver, 1),
            Outcome::Done => {}
        }
    }
    let shown = showing.map(|showing| match &showing.step {
        Shown::Cause(cause) => cause.clone(),
        Shown::Question(fact) => format!("?{fact}"),
    });
    if let Some(step) = &shown {
        count(step, Counted::Shown, 1);
    }
    let done = || session.tried().filter(|tried| tried.outcome == Outcome::Done).last().map(|tried| &tried.cause);
    match solved {
        Some(SolvedBy::Word) => {
            count(shown.as_deref().unwrap_or(ANYWAY), Counted::SolvedWord, 1);
            count(SESSION, Counted::SolvedWord, 1);
        }
        // A code that came back is credited to the remedy that found it on the phone, or after which it was sent, and
        // else to none: it may have been on its way all the time.
        Some(SolvedBy::Observed) => {
            let found = showing.filter(|showing| showing.seen.get("message").is_some_and(|seen| seen == "delivered"));
            let credited = found.and(shown.as_ref()).or_else(done);
            count(credited.map_or(ANYWAY, String::as_str), Counted::SolvedObserved, 1);
            count(SESSION, Counted::SolvedObserved, 1);
        }
        None => {
            count(shown.as_deref().unwrap_or(SESSION), Counted::Dropped, 1);
            for (cause, share) in guide.spread(facts, session, order) {
                count(&cause, Counted::Left, thousandths(share));
            }
        }
    }
    lesson.retain(|_, n| *n > 0);
    lesson
}

#[expect(clippy::cast_possible_truncation, reason = "a share is within 0 and 1")]
fn thousandths(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * 1_000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use domain::guide::Known;

    use super::*;
    use crate::guide::shipped;

    fn showing(step: Shown, message: &str) -> Showing {
        Showing { step, seen: Known::from([("message".into(), message.into())]) }
    }

    #[test]
    fn a_session_teaches_what_came_of_each_step() {
        let guide = &shipped()[0].guide;
        let [first, second] = [0, 1].map(|at| guide.causes[at].id.clone());
        let mut session = Session::default();
        session.report(guide, &first, Outcome::NotHelped);
        session.report(guide, &second, Outcome::Done);
        let facts = guide.facts(&Known::new(), &Known::new(), &session);
        let order = Order::prior(guide);
        let shown = showing(Shown::Question("carrier".into()), "undelivered");
        let told = |solved| lesson(guide, &facts, &session, &order, Some(&shown), solved);
        let observed = told(Some(SolvedBy::Observed));
        assert_eq!(observed.get(&(second.clone(), Counted::SolvedObserved)), Some(&1));
        assert_eq!(observed.get(&(first.clone(), Counted::NotHelped)), Some(&1));
        assert_eq!(observed.get(&(SESSION.into(), Counted::Shown)), Some(&1));
        let left = told(None);
        assert_eq!(left.get(&("?carrier".into(), Counted::Dropped)), Some(&1));
        let shares: i64 = left.iter().filter(|((_, what), _)| *what == Counted::Left).map(|(_, n)| n).sum();
        assert!((1..=1_000).contains(&shares), "{shares}");
        assert!(!left.contains_key(&(first, Counted::Left)), "what was tried is behind the person");
    }

    #[test]
    fn a_message_that_came_by_itself_credits_no_step() {
        let guide = &shipped()[0].guide;
        let session = Session::default();
        let facts = guide.facts(&Known::new(), &Known::new(), &session);
        let cause = guide.causes[0].id.clone();
        for (message, credited) in [("handed_over", ANYWAY), ("delivered", &cause)] {
            let shown = showing(Shown::Cause(cause.clone()), message);
            let (order, solved) = (Order::prior(guide), Some(SolvedBy::Observed));
            let taught = lesson(guide, &facts, &session, &order, Some(&shown), solved);
            assert_eq!(taught.get(&(credited.into(), Counted::SolvedObserved)), Some(&1), "{message}");
        }
    }
}
