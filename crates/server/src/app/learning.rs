//! What guides learn: sums of what was shown, helped and did not, by cause, phone, carrier and version.
//!
//! Nothing of a person is in them. A source network steers with a few sessions a day, observed solves count in full,
//! and what nobody saw is capped (rule M6).

use std::collections::BTreeMap;

use domain::{
    digest::{Digest, sha256},
    guide::{Counts, Guide, Order, Outcome, Session, Showing, Shown, SolvedBy, facts::Facts},
    id::ServiceId,
    refusal::Refusal,
    time::{Time, days},
};
use store::{
    learning::{self, Line, Sum},
    tally,
};

use super::{App, source::Source};
use crate::clock;

/// Sessions of one network, or of one API key, that are counted in a day.
const SAMPLES_OF_ADDRESS: u32 = 10;
const SAMPLES_OF_KEY: u32 = 500;
/// What nobody saw counts for a cause at most as much as what was seen, and this many people.
const UNSEEN_MAX: f64 = 10.0;
/// Stands for a cause where the session as a whole is counted.
pub const SESSION: &str = "";
/// Stands for a cause where the message came whatever the person did: no late step is credited with a slow message.
pub const ANYWAY: &str = "-anyway";
/// Values of facts are this long at most.
const NAME_MAX: usize = 60;

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

/// What steers the order: what was seen, and what nobody saw within its bounds.
fn counts(sums: &[Sum]) -> Counts {
    let mut by_cause: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for sum in sums.iter().filter(|sum| sum.cause != SESSION && !sum.cause.starts_with('?')) {
        let (seen, unseen) = by_cause.entry(&sum.cause).or_default();
        let count = f64::from(i32::try_from(sum.count).unwrap_or(i32::MAX));
        if sum.kind == Counted::SolvedObserved.name() {
            *seen += count;
        } else if sum.kind == Counted::SolvedWord.name() {
            *unseen += count;
        } else if sum.kind == Counted::Left.name() {
            *unseen += count / 1_000.0;
        }
    }
    let whole = |(cause, (seen, unseen)): (&str, (f64, f64))| (cause.to_owned(), seen + unseen.min(seen + UNSEEN_MAX));
    by_cause.into_iter().map(whole).collect()
}

impl App {
    /// Whether a session that begins now is one of the few of its source that are counted; asked once, and kept with
    /// the session.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn may_learn(&self, service: ServiceId, source: &Source) -> Result<bool, Refusal> {
        let now = self.now();
        let day = now.ms().div_euclid(days(1));
        let counted: Vec<(Digest, u32)> = source
            .names()
            .into_iter()
            .map(|(name, widening)| {
                let max = if source.ip.is_some() { SAMPLES_OF_ADDRESS * widening } else { SAMPLES_OF_KEY };
                let source = self.keys.index().source(service, "lesson", &name);
                (sha256(&[&source.0[..], &day.to_be_bytes()].concat()), max)
            })
            .collect();
        let until = Time::from_ms((day + 1) * days(1));
        let take = move |tx: &mut store::Tx| {
            for (key, max) in &counted {
                if !tally::take(tx, *key, *max, until)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        Ok(self.store.write(take).await?)
    }

    /// Adds what a session taught.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn learn(&self, subject: &Subject, lesson: &Lesson) -> Result<(), Refusal> {
        let short = |name: &str| name.chars().take(NAME_MAX).collect::<String>();
        let line = |((cause, what), n): (&(String, Counted), &i64)| {
            let line = Line {
                guide: short(&subject.guide),
                version: short(&subject.version),
                cause: short(cause),
                phone: short(&subject.phone),
                carrier: short(&subject.carrier),
                kind: what.name().to_owned(),
            };
            (line, *n)
        };
        let lines: BTreeMap<Line, i64> = lesson.iter().map(line).collect();
        Ok(self.store.write(move |tx| learning::add(tx, &lines)).await?)
    }

    /// How often each cause turned out to be it, for people with this phone and carrier; `None` is any.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn counts(&self, guide: &str, phone: Option<&str>, carrier: Option<&str>) -> Result<Counts, Refusal> {
        let (guide, phone, carrier) = (guide.to_owned(), phone.map(str::to_owned), carrier.map(str::to_owned));
        let read = move |tx: &mut store::Tx| learning::of_people(tx, &guide, phone.as_deref(), carrier.as_deref());
        Ok(counts(&self.store.read(read).await?))
    }

    /// The order of a session that begins now: what is believed after all that was counted, or a draw of it.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn order(&self, guide: &Guide, phone: Option<&str>, carrier: Option<&str>) -> Result<Order, Refusal> {
        let counts = self.counts(&guide.id, phone, carrier).await?;
        Ok(if self.config.guides.sampling {
            Order::draw(guide, &counts, u64::from_be_bytes(clock::random()))
        } else {
            Order::mean(guide, &counts)
        })
    }

    /// Every sum of a guide, version by version: for the console.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn sums(&self, guide: &str) -> Result<Vec<Sum>, Refusal> {
        let guide = guide.to_owned();
        Ok(self.store.read(move |tx| learning::of_versions(tx, &guide)).await?)
    }
}

#[cfg(test)]
mod tests {
    use domain::guide::Known;

    use super::*;
    use crate::guide::shipped;

    fn sum(cause: &str, kind: Counted, count: i64) -> Sum {
        Sum { version: String::new(), cause: cause.into(), kind: kind.name().into(), count }
    }

    fn showing(step: Shown, message: &str) -> Showing {
        Showing { step, seen: Known::from([("message".into(), message.into())]) }
    }

    #[test]
    fn m6_what_nobody_saw_is_capped_by_what_was_seen() {
        let sums = [
            sum("a", Counted::SolvedObserved, 100),
            sum("a", Counted::SolvedWord, 7),
            sum("b", Counted::SolvedWord, 5_000),
            sum("c", Counted::Left, 4_500),
            sum("c", Counted::NotHelped, 50),
            sum("?carrier", Counted::Dropped, 50),
            sum(SESSION, Counted::SolvedWord, 5_000),
        ];
        let expected = [("a", 107.0), ("b", 10.0), ("c", 4.5)].map(|(cause, n)| (cause.to_owned(), n));
        assert_eq!(counts(&sums), Counts::from(expected));
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
